"""Finding a port in the list of all ports, in the real program on the demo."""

from pathlib import Path

import pytest

from tests.terminal.pty_program import ENTER, ESCAPE, portui
from tests.terminal.steps import READY, quit_in_order


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


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
def test_a_pending_port_opened_from_the_list_says_why(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with portui(tmp_path, "--demo", "kafka-audit", "pending", size=size) as program:
        program.wait_for("1 of 10,0[0-9]+")
        program.send(ENTER)
        program.wait_for("Enter Open")
        program.send(ENTER)
        program.wait_for("Pipeline FAILED since 2025-")
        if size != (40, 12):
            program.wait_for("k8s:pod BackOff: Back-off restarting failed")
            program.wait_for("Core instance plant-core, the only one, is running")
            program.wait_for("ClusterIP · http.0 · kafka-audit FAILED")
        program.send("rjj")
        program.wait_for("(▸|>) Kind")
        program.wait_for("Pipeline FAILED since 2025-")
        quit_in_order(program)


def test_the_ports_of_the_pipeline_stand_beside_a_port_of_ten_thousand(tmp_path: Path) -> None:
    with portui(tmp_path, "--demo", "plenty", "35000", size=(120, 40)) as program:
        program.wait_for("1 of 10,0[0-9]+")
        program.send(ENTER)
        program.wait_for("Enter Open")
        program.send(ENTER)
        program.wait_for("Ports of plenty +as of")
        program.wait_for("tcp 34999 → 34999")
        program.wait_for("● tcp 35000 → 35000")
        program.wait_for("9,9[0-9]+ more")
        quit_in_order(program)
