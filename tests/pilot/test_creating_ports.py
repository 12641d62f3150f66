"""Creating ports, from the list and after a deletion."""

import asyncio
from typing import Final
from uuid import UUID

from textual.pilot import Pilot

from portui.api.errors import ConnectError, ConnectionLostError, Peer, RefusedError
from portui.port.editing import NewPort
from portui.settings import DEMO
from portui.tui.dependencies import AppResult
from portui.tui.screens.create import CreateScreen
from portui.tui.screens.ports import PortsScreen
from tests.support.app import NEW_PORT_ID, Bench, FakeService
from tests.support.port_lists import EDGE, few, service_ports
from tests.support.screen import focused_id, screen_text, until

IN_USE: Final = RefusedError(409, "pipeline port already in use", "protocol tcp, port 24300")
NO_CONNECTION: Final = ConnectError(ConnectError.Why.REFUSED, Peer("demo"))
SENT: Final = {"protocol": "tcp", "frontendPort": 24300, "backendPort": 24224, "endpoint": ""}
EDGE_ID: Final = EDGE.id or UUID(int=0)
NEW: Final = NewPort("tcp", 24300, 24224)


def bench_with_list() -> Bench:
    pipelines = few()
    service = FakeService(pipelines=pipelines, ports=service_ports(pipelines))
    return Bench(service=service)


async def open_list(pilot: Pilot[AppResult]) -> None:
    """Open the list and go to its rows."""
    await pilot.press("f4")
    await until(pilot, "edge-forward")
    await pilot.press("enter")


async def open_form(pilot: Pilot[AppResult]) -> None:
    """Open the list, and the form in its first port's pipeline."""
    await open_list(pilot)
    await pilot.press("n")
    await until(pilot, "New port")


async def send(bench: Bench, pilot: Pilot[AppResult], frontend: str = "24300") -> None:
    """Type a frontend and a backend port, and create the port."""
    await pilot.press(*frontend, "enter", *"24224", "enter")
    await until(pilot, f"Create tcp {frontend} → 24224")
    await bench.read_question(pilot)
    await pilot.press("enter")


def sent(bench: Bench) -> list[object]:
    return [
        {field.json_name: value for field, value in body.items()}
        for body in bench.service.made("POST")
        if isinstance(body, dict)
    ]


# --- the way that it goes well ---


async def test_n_creates_a_port_in_the_chosen_rows_pipeline_and_opens_it() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        assert "in edge-forward" in screen_text(pilot.app)
        await pilot.press(*"24300", "enter", *"24224", "enter")
        await until(pilot, "Create tcp 24300 → 24224")
        assert sent(bench) == []
        await bench.read_question(pilot)
        await pilot.press("enter")
        await until(pilot, "Created: tcp 24300 → 24224 in edge-forward")
        assert sent(bench) == [SENT]
        assert str(NEW_PORT_ID) in screen_text(pilot.app)
        await pilot.press("escape")
        await until(pilot, "8 ports")
        assert "tcp 24300" in screen_text(pilot.app)


async def test_a_second_answer_to_a_dialog_closes_nothing_below_it() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        form = pilot.app.screen
        assert isinstance(form, CreateScreen)
        form.dismiss(None)
        form.dismiss(None)
        await until(pilot, "7 ports")
        assert isinstance(pilot.app.screen, PortsScreen)


async def test_keys_typed_ahead_fill_in_the_form_but_do_not_send_it() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_list(pilot)
        await pilot.press("n", *"24300", "enter", *"24224", "enter", "enter")
        await until(pilot, "Create tcp 24300 → 24224")
        await until(pilot, "Too quick")
        assert sent(bench) == []


async def test_protocol_and_endpoint_are_sent_as_typed() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        assert focused_id(pilot) == "frontend_port"
        await pilot.press("up", "space", "down", *"5140", "down", *"5141", "down", *"a.example:1")
        await until(pilot, "Create udp 5140 → 5141")
        await bench.read_question(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, "Created: udp 5140 → 5141, endpoint a.example:1 in edge-forward")
        assert sent(bench) == [
            {
                "protocol": "udp",
                "frontendPort": 5140,
                "backendPort": 5141,
                "endpoint": "a.example:1",
            }
        ]


async def test_what_is_missing_is_not_called_wrong_before_it_is_typed() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        text = screen_text(pilot.app)
        assert "Type the frontend and the backend port" in text
        assert "whole number" not in text
        await pilot.press("enter")
        assert focused_id(pilot) == "frontend_port"
        await pilot.press("x")
        await until(pilot, "“x” isn't a digit")
        await pilot.press("ctrl+s")
        assert sent(bench) == []


# --- numbers that are taken ---


async def test_a_number_that_the_list_knows_to_be_taken_is_warned_about_and_not_blocked() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        await pilot.press(*"24224", "enter", *"1")
        await until(pilot, "tcp 24224 is taken in edge-forward, as of 14:03:07 UTC")
        await pilot.press("up", "up", "space")
        await until(pilot, "Create udp 24224 → 1")
        assert "is taken" not in screen_text(pilot.app)
        await pilot.press("space")
        await until(pilot, "is taken in")
        await bench.read_question(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, "Created: tcp 24224 → 1")


async def test_the_edit_form_warns_about_a_taken_number_too_but_not_about_its_own() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_list(pilot)
        await pilot.press("enter")
        await until(pilot, "Read 14:03:07")
        await pilot.press("e")
        await until(pilot, "Edit port")
        await pilot.press(*"9880")
        await until(pilot, "tcp 9880 is taken in edge-forward, as of")
        await pilot.press("ctrl+u", *"5170")
        await until(pilot, "No changes")
        assert "is taken" not in screen_text(pilot.app)


# --- what goes wrong ---


async def test_a_refusal_reopens_the_form_as_typed_with_the_reason_at_its_field() -> None:
    bench = bench_with_list()
    bench.service.failures["POST"] = [IN_USE]
    async with bench.run() as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await until(pilot, "Not created: pipeline port already in use")
        assert focused_id(pilot) == "frontend_port"
        await pilot.press("f4")
        await until(pilot, lambda: bench.service.list_calls.count("pipelines") == 2)
        await until(pilot, "No port matches frontend:24300")
        await pilot.press("n")
        await until(pilot, "No port to choose a pipeline by")
        await pilot.press("slash", "ctrl+u", "enter", "n")
        await until(pilot, "Create tcp 24300 → 24224")
        assert len(sent(bench)) == 1


async def test_without_a_connection_the_form_is_kept_and_nothing_was_sent() -> None:
    bench = bench_with_list()
    bench.service.failures["POST"] = [NO_CONNECTION]
    async with bench.run() as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await until(pilot, "Nothing was")
        assert "Create tcp 24300 → 24224" in screen_text(pilot.app)
        await bench.read_question(pilot)
        await pilot.press("enter")
        await until(pilot, "Created: tcp 24300")


async def test_a_lost_reply_is_settled_by_the_list() -> None:
    bench = bench_with_list()
    bench.service.failures["POST"] = [ConnectionLostError()]

    async def arrives(method: str, _: UUID) -> None:
        if method == "POST":
            bench.service.add(EDGE_ID, NEW)

    bench.service.hold = arrives
    async with bench.run() as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await until(pilot, "Created: tcp 24300 → 24224 in edge-forward")
        assert "The service's reply was lost" in screen_text(pilot.app)
        assert len(sent(bench)) == 1


async def test_a_port_that_does_not_appear_is_told_with_what_to_do() -> None:
    bench = bench_with_list()
    bench.service.failures["POST"] = [ConnectionLostError()]
    async with bench.run() as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await until(pilot, "Not confirmed: the new port hasn't appeared")
        bench.service.add(EDGE_ID, NEW)
        await pilot.press("2")
        await until(pilot, "4 of 8")
        assert "tcp 24300" in screen_text(pilot.app)
        await pilot.press("n")
        await until(pilot, "New port")
        assert "the new port hasn't appeared" in screen_text(pilot.app)
        assert len(sent(bench)) == 1


async def test_escape_stops_waiting_for_confirmation() -> None:
    bench = bench_with_list()
    bench.time_passes = False
    bench.service.failures["POST"] = [ConnectionLostError()]
    async with bench.run() as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await until(pilot, "Esc stops waiting")
        await pilot.press("escape")
        await until(pilot, "Not confirmed")
        await pilot.press("1")
        await until(pilot, "7 ports")


async def test_quitting_waits_for_the_outcome_and_tells_it_in_the_shell() -> None:
    bench = bench_with_list()
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def hold(method: str, _: UUID) -> None:
        if method == "POST":
            asked.set()
            await go_on.wait()

    bench.service.hold = hold
    app = bench.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await asked.wait()
        await pilot.press("q")
        await pilot.pause()
        assert app.is_running
        go_on.set()
        await until(pilot, lambda: not app.is_running or bool(app.farewell))
    assert app.farewell == [
        "Created: tcp 24300 → 24224 in edge-forward. Confirmed. Its endpoint is pending."
    ]


async def test_read_only_profiles_create_nothing() -> None:
    bench = bench_with_list()
    bench.settings = DEMO._replace(profile=DEMO.profile._replace(read_only=True))
    async with bench.run() as pilot:
        await open_list(pilot)
        await pilot.press("n")
        await until(pilot, "Read-only profile")


async def test_without_rows_the_key_says_why() -> None:
    bench = Bench(service=FakeService())
    async with bench.run() as pilot:
        await pilot.press("f4")
        await until(pilot, "No ports")
        await pilot.press("enter", "n")
        await until(pilot, "No port to choose a pipeline by")


# --- nothing is lost ---


async def leave_unconfirmed(bench: Bench) -> None:
    """Send a form in a run of its own, which gets no reply and doesn't see the port appear."""
    bench.service.failures["POST"] = [ConnectionLostError()]
    async with bench.run() as pilot:
        await open_form(pilot)
        await send(bench, pilot)
        await until(pilot, "Not confirmed")


async def test_a_form_that_was_left_by_a_crash_is_there_again() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        await pilot.press(*"24300")
        await until(pilot, "24300")
    async with bench.run() as pilot:
        await open_form(pilot)
        await until(pilot, "Unsaved draft from 2026-11-24 14:03:07 UTC")
        assert "24300" in screen_text(pilot.app)


async def test_escape_asks_before_it_discards_what_was_typed() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await open_form(pilot)
        await pilot.press("1", "escape")
        await until(pilot, "Discard your changes?")
        await bench.read_question(pilot)
        await pilot.press("y")
        await until(pilot, "7 ports")
        await pilot.press("n")
        await until(pilot, "Type the frontend and the backend port")


async def test_a_form_that_was_sent_is_settled_at_the_next_start() -> None:
    bench = bench_with_list()
    await leave_unconfirmed(bench)
    bench.service.add(EDGE_ID, NEW)  # it arrived after all
    async with bench.run() as pilot:
        await until(pilot, "A change has no known outcome; F3 shows it")
        await pilot.press("f3")
        await until(pilot, "New port tcp 24300 → 24224 in edge-forward")
        assert "not confirmed" in screen_text(pilot.app)
        await pilot.press("enter")
        await until(pilot, "Created: tcp 24300 → 24224 in edge-forward")
        assert str(NEW_PORT_ID) in screen_text(pilot.app)
        await pilot.press("p")
        await until(pilot, "8 ports")
        await pilot.press("enter", "n")
        await until(pilot, "Type the frontend and the backend port")
    assert len(sent(bench)) == 1
    async with bench.run() as pilot:
        await pilot.press("f3")
        await until(pilot, "New port tcp 24300 → 24224 in edge-forward")
        assert "created" in screen_text(pilot.app)
        await pilot.press("enter")
        await until(pilot, "Read 14:03:07")


async def test_a_draft_that_was_sent_says_so_when_it_is_opened_again() -> None:
    bench = bench_with_list()
    await leave_unconfirmed(bench)
    async with bench.run() as pilot:
        await open_form(pilot)
        await until(pilot, "Draft sent at 14:03:07 UTC; the port had not appeared")


async def test_a_port_that_is_still_missing_later_is_asked_about_once() -> None:
    bench = bench_with_list()
    await leave_unconfirmed(bench)
    async with bench.run() as pilot:
        await until(pilot, "F3 shows it")
        await pilot.press("f3")
        await until(pilot, "New port tcp 24300")
        await pilot.press("enter")
        await until(pilot, "Not created, as far as portui can tell")
        await pilot.press("1")
    async with bench.run() as pilot:
        await pilot.press("f3")
        await until(pilot, "New port tcp 24300")
        assert "F3 shows it" not in screen_text(pilot.app)


# --- create again ---


async def delete_first(bench: Bench, pilot: Pilot[AppResult]) -> None:
    """Open the list's first port and delete it."""
    await open_list(pilot)
    await pilot.press("enter")
    await until(pilot, "Read 14:03:07")
    await bench.open_dialog(pilot, "d", "Delete this port?")
    await bench.type(pilot, "y")
    await until(pilot, "Confirmed. Its last values stay on screen.")


async def test_a_deleted_port_whose_pipeline_is_known_can_be_created_again() -> None:
    bench = bench_with_list()
    async with bench.run() as pilot:
        await delete_first(bench, pilot)
        assert "u Create again" in screen_text(pilot.app)
        deleted = bench.service.made("DELETE")
        await pilot.press("u")
        await until(pilot, "New port")
        await until(pilot, "Create tcp ")
        assert focused_id(pilot) == "save"
        assert "is taken" not in screen_text(pilot.app)  # by the deleted port, which was listed
        await bench.read_question(pilot)
        await pilot.press("enter")
        await until(pilot, "Created: tcp ")
        assert str(NEW_PORT_ID) in screen_text(pilot.app)
        assert deleted == bench.service.made("DELETE")
        assert len(sent(bench)) == 1


async def test_without_its_pipeline_it_is_the_command_that_is_shown() -> None:
    bench = Bench()
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values stay on screen.")
        await pilot.press("u")
        await until(pilot, "PIPELINE_ID")
