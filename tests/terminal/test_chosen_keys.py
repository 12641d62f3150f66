"""The keys in `config.toml`, in the real program."""

from pathlib import Path

from tests.terminal.pty_program import CTRL_Q, ESCAPE, portui

_NOWHERE = ("--api-url", "http://127.0.0.1:9")
_TOKEN = {"CALYPTIA_CLOUD_TOKEN": "made-up"}


def _write(home: Path, keys: str) -> None:
    config = home / "CONFIG" / "portui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"[keys]\n{keys}\n")
    config.chmod(0o600)


def test_keys_that_clash_are_reported_before_anything_is_drawn(home: Path) -> None:
    _write(home, 'quit = "Q"\nedit = "r"')
    with portui(home, *_NOWHERE, env=_TOKEN) as program:
        assert program.end() == 2
        told = "config.toml:3: edit: r already means refresh on a port; give one of them"
        assert told in program.output.decode().replace("\r\n", "")
        assert b"\x1b" not in program.output


def test_chosen_keys_work_and_are_named_and_the_ways_out_stay(home: Path) -> None:
    _write(home, 'quit = "Q"\nhistory-anywhere = "f6"\nquit-now = "f11"')
    with portui(home, *_NOWHERE, env=_TOKEN) as program:
        program.wait_for("F6 +the history of changes")
        program.wait_for("F11 Quit")
        program.send("\x1b[17~")
        program.wait_for("No changes yet")
        program.send(ESCAPE)
        program.wait_for("F11 Quit")
        program.send(ESCAPE)
        program.wait_for("Q Quit")
        program.send("q")
        program.wait_for("No such key here: F1 Help, F11 Quit")
        program.send(CTRL_Q)
        assert program.end() == 0
        assert program.restored
