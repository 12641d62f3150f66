"""Finding a port in the list of all ports, in the real program on the demo."""

from pathlib import Path

from tests.terminal.pty_program import ENTER, ESCAPE, portui
from tests.terminal.steps import READY


def test_a_port_is_found_by_its_number_and_opened_from_the_command_line(tmp_path: Path) -> None:
    with portui(tmp_path, "--demo", "24224", "tcp", "edge-forward") as program:
        program.wait_for("of 10,0[0-9]+ · demo")
        program.send(ENTER)
        program.wait_for("Enter Open")
        program.send(ENTER)
        program.wait_for(READY)
        program.wait_for("· edge-forward")
        program.send(ESCAPE)
        program.wait_for("Ports  Filter  24224 tcp edge-forward")
        program.send("q")
        assert program.end() == 0


def test_ten_thousand_ports_are_reached_with_keys_typed_ahead(tmp_path: Path) -> None:
    with portui(tmp_path, "--demo", size=(120, 40)) as program:
        program.wait_for("[Pp]aste")
        program.send(ESCAPE)
        program.wait_for("p Ports")
        program.send("p")
        program.wait_for("10,0[0-9]+ ports")
        program.send("plenty frontend:4000*\r")
        program.wait_for("Enter Open")
        program.send("G")
        program.wait_for("(▸|>) plenty +tcp 40000")
        program.send(ENTER)
        program.wait_for("Frontend port +✎ 40000")
