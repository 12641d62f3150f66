"""The main job over a real SSH connection, and recovery when the connection is lost."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.terminal.launch import PORTUI
from tests.terminal.pty_program import ENTER, F3, PROMPT, SECRET
from tests.terminal.remote import Remote, SshServer, over_ssh
from tests.terminal.steps import (
    OTHER_PORT_ID,
    PORT_ID,
    READY,
    frontend_port,
    look_up_edit_undo_and_delete,
    send_a_change,
)

_TOKEN: Final[dict[str, str | None]] = {"CALYPTIA_CLOUD_TOKEN": SECRET}


@contextmanager
def on_a_service(
    server: SshServer, home: Path, url: str, port_id: str = PORT_ID
) -> Iterator[Remote]:
    with over_ssh(server, home, [*PORTUI, "--api-url", url, port_id], _TOKEN) as remote:
        remote.client.wait_for(READY)
        yield remote


def test_a_port_is_looked_up_edited_undone_and_deleted(
    sshd: SshServer, home: Path, demo_url: str
) -> None:
    with over_ssh(sshd, home, [*PORTUI, "--api-url", demo_url], _TOKEN) as remote:
        program = remote.client
        look_up_edit_undo_and_delete(program)
        program.send("q")
        assert remote.end() == 0
        assert program.end() == 0
        assert program.restored
        assert program.text.strip() == ""


# --- the client is lost while a change is under way ---


def lose_the_client(remote: Remote) -> None:
    """Kill the client; check that the program at the far end exits as on a hang-up."""
    remote.client.kill(signal.SIGKILL)
    assert remote.end(PROMPT * 2) == 129


def test_a_change_that_was_not_applied_is_reported_at_the_next_start(
    sshd: SshServer, home: Path, url_without_patch: str
) -> None:
    with on_a_service(sshd, home, url_without_patch) as remote:
        send_a_change(remote.client)
        lose_the_client(remote)
    with on_a_service(sshd, home, url_without_patch) as remote:
        remote.client.wait_for("Not confirmed: the port has its old values")
        remote.client.wait_for("Frontend port 24224 → 24225")


def test_a_change_that_was_applied_is_confirmed_at_the_next_start(
    sshd: SshServer, home: Path, url_without_answer: str
) -> None:
    with on_a_service(sshd, home, url_without_answer) as remote:
        send_a_change(remote.client)
        remote.client.until(lambda: frontend_port(url_without_answer) == 24225, "the change")
        lose_the_client(remote)
    with on_a_service(sshd, home, url_without_answer, OTHER_PORT_ID) as remote:
        program = remote.client
        program.wait_for("A change has no known outcome")
        program.send(F3)
        program.wait_for("No changes yet")
        program.press_for("a", "no outcome")
        program.press_for(ENTER, "Saved: the port has the new values")
