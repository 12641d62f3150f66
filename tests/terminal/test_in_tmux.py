"""The main job in a real tmux: attached, reattached, and when the client or tmux is killed."""

import re
import signal
from pathlib import Path
from typing import Final

from tests.terminal.pty_program import CTRL_Q, ENTER, PROMPT, SECRET, Program, portui
from tests.terminal.remote import SshServer, over_ssh
from tests.terminal.steps import (
    PORT_ID,
    READY,
    look_up_edit_undo_and_delete,
    send_a_change,
    type_frontend_port,
)
from tests.terminal.tmux import ATTACH, DETACH, portui_in_tmux

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}


def without_ages(program: Program) -> str:
    """Return the screen without tmux's status line and the parts that change with time."""
    lines = program.text.splitlines()[:-1]
    return re.sub(r"(?m)^ Read .*$|·[^·]* ago$|just now", "", "\n".join(lines))


def detach(client: Program) -> None:
    client.send(DETACH)
    assert client.end() == 0


def test_a_port_is_looked_up_edited_undone_and_deleted(home: Path) -> None:
    with portui_in_tmux(home, "--demo") as tmux, tmux.attached() as client:
        look_up_edit_undo_and_delete(client)
        client.send("q")
        assert tmux.end() == 0
        assert client.end() == 0
        assert client.restored


def test_the_screen_is_complete_after_reattaching(home: Path) -> None:
    with portui_in_tmux(home, "--demo", PORT_ID) as tmux:
        with tmux.attached() as client:
            client.wait_for(READY)
            client.send("jjj")
            client.wait_for("▸ Frontend port")
            before = without_ages(client)
            detach(client)
        with tmux.attached() as client:
            client.until(lambda: without_ages(client) == before, f"the same as\n{before}")
            type_frontend_port(client, "24225")
            form = without_ages(client)
            detach(client)
        with tmux.attached(size=(60, 16)) as client:
            client.wait_for("24224 → 24225")
            detach(client)
        with tmux.attached() as client:
            client.until(lambda: without_ages(client) == form, f"the same as\n{form}")
            client.send(ENTER)
            client.press_for(ENTER, "Saved and confirmed")
            client.send("q")
            assert tmux.end() == 0


def test_losing_the_client_does_not_end_portui_in_tmux(
    sshd: SshServer, home: Path, url_without_patch: str, tmp_path: Path
) -> None:
    far = tmp_path / "far"
    far.mkdir()
    with portui_in_tmux(home, "--api-url", url_without_patch, PORT_ID, env=_TOKEN) as tmux:
        with over_ssh(sshd, far, ATTACH, dict(tmux.environment)) as remote:
            remote.client.wait_for(READY)
            send_a_change(remote.client)
            remote.client.kill(signal.SIGKILL)
            remote.end()
        with tmux.attached() as client:
            client.wait_for("Sending")
            client.send(CTRL_Q)
            client.wait_for("Quitting once the outcome is known")
            client.send(CTRL_Q)
            assert tmux.end(PROMPT * 2) == 6


def test_a_change_in_progress_when_tmux_is_killed_is_reported_at_the_next_start(
    home: Path, url_without_patch: str
) -> None:
    service = ("--api-url", url_without_patch, PORT_ID)
    with portui_in_tmux(home, *service, env=_TOKEN) as tmux, tmux.attached() as client:
        client.wait_for(READY)
        send_a_change(client)
        tmux.run("kill-server")
        assert tmux.end(PROMPT * 2) == 129
    with portui(home, *service, env=_TOKEN) as program:
        program.wait_for("Not confirmed: the port has its old values")
        program.wait_for("Frontend port 24224 → 24225")
