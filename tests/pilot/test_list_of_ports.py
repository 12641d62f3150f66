"""Finding a port in the list of all ports, and opening it."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.api.errors import ConnectError, Peer, RefusedError
from portui.port.listed import Project
from portui.port.pages import PipelinePorts
from portui.settings import CommandLineOptions, SettingsSources, resolve
from portui.tui.dependencies import AppResult
from portui.tui.screens.main import MainScreen
from portui.tui.screens.ports import PortsScreen
from tests.support.app import Bench, FakeService
from tests.support.hostile_text import dangers
from tests.support.port_lists import EDGE, PROJECT, few, listed, many, service_ports
from tests.support.ports import PORT_ID
from tests.support.screen import screen_text, until

UNREACHABLE = ConnectError(ConnectError.Why.REFUSED, Peer("cloud.example"))


def bench_with(pipelines: tuple[PipelinePorts, ...], *, page: int = 100) -> Bench:
    service = FakeService(
        ports=service_ports(pipelines), pipelines=pipelines, page=page, projects=(PROJECT,)
    )
    return Bench(service=service)


@pytest.fixture
def bench() -> Bench:
    """Return the collaborators, with seven ports in three pipelines."""
    return bench_with(few())


async def open_list(pilot: Pilot[AppResult], text: str = "7 ports") -> PortsScreen:
    """Open the list from the start screen, and wait until it's there."""
    await pilot.press("escape", "p")
    await until(pilot, text)
    return list_of(pilot)


def list_of(pilot: Pilot[AppResult]) -> PortsScreen:
    assert isinstance(pilot.app.screen, PortsScreen)
    return pilot.app.screen


def rows_on(pilot: Pilot[AppResult]) -> list[str]:
    """Return the frontend ports of the rows, from the top."""
    return [str(each.port.frontend_port) for each in list_of(pilot).rows.ports]


def chosen(pilot: Pilot[AppResult]) -> str:
    """Return the frontend port of the chosen row, as the screen shows it."""
    row = next(line for line in screen_text(pilot.app).split("\n") if line.startswith(" ▸"))
    return row.split("tcp ")[-1].split("udp ")[-1].split()[0]


class TestTheList:
    async def test_what_was_typed_in_place_of_an_id_filters_it(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await pilot.press(*"9880", "enter")
            await until(pilot, "No port ID found. F4 finds ports by these words")
            await pilot.press("f4")
            await until(pilot, "1 of 7")
            assert rows_on(pilot) == ["9880"]

    async def test_p_lists_all_ports_of_the_project_by_pipeline_and_number(
        self, bench: Bench
    ) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            text = screen_text(pilot.app)
            assert " Ports  Filter" in text
            assert "7 ports · acme" in text
            heading = "Pipeline↑ Frontend Backend Kind Endpoint"
            assert heading in " ".join(text.split())
            assert rows_on(pilot) == ["5170", "9880", "24224", "30001", "65535", "601", "5140"]
            assert "3 pipelines read 14:03:07 UTC" in text
            assert bench.service.list_calls == ["pipelines"]

    async def test_it_shows_the_state_of_pipelines_that_have_not_started(
        self, bench: Bench
    ) -> None:
        async with bench.run(size=(120, 40)) as pilot:
            await open_list(pilot)
            text = screen_text(pilot.app)
            assert " CHECKS" in text
            assert "STARTED" not in text

    async def test_long_names_are_cut_in_the_middle_and_numbers_never(self, bench: Bench) -> None:
        async with bench.run(size=(40, 12)) as pilot:
            await open_list(pilot)
            text = screen_text(pilot.app)
            assert "…" in next(line for line in text.split("\n") if "kubern" in line)
            assert "frankfurt  tcp 65535" in text
            assert all(len(line) <= 40 for line in text.split("\n"))

    async def test_beside_the_list_stands_the_chosen_port_in_full(self, bench: Bench) -> None:
        async with bench.run(size=(120, 40)) as pilot:
            await open_list(pilot)
            await pilot.press("enter", "j", "j")
            await until(pilot, str(PORT_ID))
            assert "As of 14:03:07 UTC" in screen_text(pilot.app)

    async def test_hostile_texts_are_shown_on_one_line_as_what_they_are(self) -> None:
        evil = "\x1b[31mred\u202e[@click=quit]x[/]\n\x07"
        pipeline = replace(EDGE, name=evil, status=evil)
        port = listed(1, pipeline, 80, protocol=evil, kind=evil, endpoint=evil, plugin_id=evil)
        async with bench_with((PipelinePorts(pipeline, (port,)),)).run(size=(200, 50)) as pilot:
            await open_list(pilot, "1 port")
            text = screen_text(pilot.app)
            assert "\\x1b[31mred\\u202e" in text
            assert dangers(text.replace("\n", "")) == []

    async def test_f4_opens_it_while_typing(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await until(pilot, "F4 Ports")
            await pilot.press("f4")
            await until(pilot, "7 ports · acme")

    async def test_it_stays_closed_while_a_change_is_under_way(self, bench: Bench) -> None:
        gate = asyncio.Semaphore(0)

        async def hold(method: str, _: UUID) -> None:
            if method == "PATCH":
                await gate.acquire()

        bench.service.hold = hold
        async with bench.shown() as pilot:
            await bench.open_dialog(pilot, "e", "Save")
            await pilot.press(*"9880", "enter")
            await bench.read_question(pilot)
            await pilot.press("enter")
            await until(pilot, "Sending")
            pilot.app.post_message(_key("p"))
            await until(pilot, "Your keys wait")
            gate.release()
            await until(pilot, " Ports  Filter")


class TestTheFilter:
    async def test_it_narrows_the_list_with_each_letter(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press(*"24224")
            await until(pilot, "7 of 7 · acme")
            await pilot.press(*" udp")
            await until(pilot, "1 of 7 · acme")
            assert rows_on(pilot) == ["5140"]

    async def test_what_nothing_matches_is_said(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press(*"zz")
            await until(pilot, "No port matches zz")
            assert "0 of 7" in screen_text(pilot.app)

    async def test_down_or_enter_goes_to_the_rows_and_slash_returns(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            screen = await open_list(pilot)
            for key in ("down", "enter"):
                await pilot.press(key)
                assert screen.rows.has_focus
                await pilot.press("slash")
                assert screen.words.has_focus
            await pilot.press("s")
            assert screen.words.value == "s"

    async def test_pasted_text_goes_into_it_as_one_line(self, bench: Bench) -> None:
        from textual.events import Paste

        async with bench.run() as pilot:
            screen = await open_list(pilot)
            await pilot.press("enter")
            pilot.app.post_message(Paste("syslog\n\x1b601"))
            await until(pilot, lambda: screen.words.value != "")
            assert "\x1b" not in screen.words.value
            assert "\n" not in screen.words.value

    async def test_words_of_the_command_line_are_in_it_from_the_start(self, bench: Bench) -> None:
        async with bench.run(words="udp 24224") as pilot:
            await until(pilot, "1 of 7 · acme")
            await pilot.press("enter", "enter")
            await until(pilot, "Frontend port  ✎ 5140")


class TestTheRows:
    async def test_they_are_moved_through_as_everywhere(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter")
            for key, there in (
                ("j", "9880"), ("down", "24224"), ("k", "9880"), ("G", "5140"), ("g", "5170"),
                ("end", "5140"), ("home", "5170"), ("pagedown", "5140"), ("pageup", "5170"),
                ("up", "5170"),
            ):  # fmt: skip
                await pilot.press(key)
                await until(pilot, lambda there=there: chosen(pilot) == there)  # type: ignore[misc]

    async def test_s_sorts_by_the_next_column_and_keeps_the_chosen_port(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter", "j", "s")
            await until(pilot, "Frontend↑")
            assert rows_on(pilot) == ["601", "5140", "5170", "9880", "24224", "30001", "65535"]
            assert chosen(pilot) == "9880"
            await pilot.press("s", "s", "s", "s")
            await until(pilot, "Pipeline↑")

    async def test_ten_thousand_of_them_are_reached(self) -> None:
        async with bench_with(many(10, 1_000)).run() as pilot:
            screen = await open_list(pilot, "10,000 ports")
            await pilot.press("enter", "G")
            assert screen.rows.chosen is screen.rows.ports[-1]
            await until(pilot, "pipeline-0009")
            await pilot.press("g")
            await until(pilot, "pipeline-0000")


class TestOpening:
    async def test_enter_opens_the_port_which_is_read_afresh(self, bench: Bench) -> None:
        bench.service.ports[PORT_ID] = replace(bench.service.ports[PORT_ID], backend_port=4711)
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press(*"24224 tcp edge 1.elb", "enter", "enter")
            await until(pilot, "Backend port   ✎ 4711")
            assert "· edge-forward" in screen_text(pilot.app)
            assert isinstance(pilot.app.screen, MainScreen)

    async def test_escape_returns_to_the_same_row_and_filter(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press(*"edge", "enter", "j", "enter")
            await until(pilot, "Frontend port  ✎ 9880")
            await pilot.press("escape")
            await until(pilot, "3 of 7 · acme")
            assert chosen(pilot) == "9880"
            assert list_of(pilot).rows.has_focus
            assert bench.service.list_calls == ["pipelines"]
            await pilot.press("escape")
            await until(pilot, "Frontend port  ✎ 9880")

    async def test_escape_returns_from_a_port_that_could_not_be_read(self, bench: Bench) -> None:
        bench.service.failures["GET"] = [RefusedError(404, "pipeline port not found")]
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter", "enter")
            await until(pilot, "No such port")
            await pilot.press("escape")
            await until(pilot, "7 ports · acme")

    async def test_brackets_open_the_neighbours_in_the_list(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press(*"edge", "enter", "enter")
            await until(pilot, "Frontend port  ✎ 5170")
            await pilot.press("left_square_bracket")
            await until(pilot, "This is the first port in the list")
            for key, there in (("]", "9880"), ("]", "24224"), ("[", "9880")):
                await pilot.press(key)
                await until(pilot, f"Frontend port  ✎ {there}")
            await pilot.press("right_square_bracket", "right_square_bracket")
            await until(pilot, "This is the last port in the list")

    async def test_brackets_say_where_there_is_no_list(self, bench: Bench) -> None:
        async with bench.shown() as pilot:
            await pilot.press("right_square_bracket")
            await until(pilot, "No list here: p opens it")

    async def test_a_port_looked_up_by_its_id_has_its_pipeline_but_not_the_way_to_the_list(
        self, bench: Bench
    ) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter", "enter")
            await until(pilot, "Frontend port  ✎ 5170")
            await pilot.press("slash", *str(PORT_ID), "enter")
            await until(pilot, "Frontend port  ✎ 24224")
            assert "forward.0 · edge-forward" in screen_text(pilot.app)
            await pilot.press("escape")
            assert isinstance(pilot.app.screen, MainScreen)


class TestANumberThatIsTaken:
    async def test_a_refusal_offers_to_find_who_has_it_and_keeps_the_draft(
        self, bench: Bench
    ) -> None:
        bench.service.failures["PATCH"] = [RefusedError(409, "already in use", "port 9880")]
        async with bench.shown() as pilot:
            await bench.open_dialog(pilot, "e", "Save")
            await pilot.press(*"9880", "enter")
            await bench.read_question(pilot)
            await pilot.press("enter")
            await until(pilot, "F4 Find who has it")
            await pilot.press("f4")
            await until(pilot, "1 of 7")
            assert "Filter  frontend:9880" in screen_text(pilot.app)
            assert chosen(pilot) == "9880"
            await pilot.press("escape")
            await bench.open_dialog(pilot, "e", "Save")
            await until(pilot, "Frontend port 24224 → 9880")


class TestReading:
    async def test_rows_appear_as_pages_come_and_their_keys_work(self) -> None:
        bench, gate = bench_with(few(), page=1), asyncio.Semaphore(1)
        bench.service.list_hold = gate.acquire
        async with bench.run() as pilot:
            await open_list(pilot, "3 ports so far")
            text = screen_text(pilot.app)
            assert "Reading… 1 of 3 pipelines; Esc stops" in text
            await pilot.press("enter", "j")
            assert chosen(pilot) == "9880"
            gate.release()
            await until(pilot, "5 ports so far")
            assert chosen(pilot) == "9880"
            gate.release()
            await until(pilot, "7 ports · acme")
            assert bench.service.list_calls == ["pipelines", "pipelines 1", "pipelines 2"]

    async def test_escape_stops_it_and_what_is_there_stays_usable(self) -> None:
        bench, gate = bench_with(few(), page=1), asyncio.Semaphore(1)
        bench.service.list_hold = gate.acquire
        async with bench.run() as pilot:
            await open_list(pilot, "3 ports so far")
            await pilot.press("escape")
            await until(pilot, "Stopped; r reads again")
            await until(pilot, lambda: bench.service.lists_under_way == 0)
            assert "3 ports" in screen_text(pilot.app)
            await pilot.press("enter", "enter")
            await until(pilot, "Frontend port  ✎ 5170")

    async def test_leaving_cancels_it(self) -> None:
        bench, gate = bench_with(few(), page=1), asyncio.Semaphore(1)
        bench.service.list_hold = gate.acquire
        async with bench.run() as pilot:
            await open_list(pilot, "3 ports so far")
            await pilot.press("enter", "j", "enter")
            await until(pilot, "Frontend port  ✎ 9880")
            await until(pilot, lambda: bench.service.lists_under_way == 0)

    async def test_r_reads_again_and_keeps_the_place(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press(*"edge", "enter", "j")
            more = listed(99, EDGE, 443)
            first, *rest = bench.service.pipelines
            bench.service.pipelines = (PipelinePorts(EDGE, (more, *(first.ports or ()))), *rest)
            await pilot.press("r")
            await until(pilot, "4 of 8 · acme")
            assert chosen(pilot) == "9880"

    async def test_reading_again_in_vain_keeps_the_rows_and_says_why(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            bench.service.list_failures = [UNREACHABLE]
            await pilot.press("enter", "r")
            await until(pilot, "Can't connect to cloud.example")
            assert "7 ports · acme" in screen_text(pilot.app)
            assert "r Refresh" in screen_text(pilot.app)

    async def test_enter_in_the_filter_retries_where_nothing_could_be_read(
        self, bench: Bench
    ) -> None:
        bench.service.list_failures = [UNREACHABLE]
        async with bench.run() as pilot:
            await open_list(pilot, "Can't connect to cloud.example")
            assert "Enter Retry" in screen_text(pilot.app)
            await pilot.press("enter")
            await until(pilot, "7 ports · acme")

    async def test_a_page_that_fails_is_said_and_the_rest_kept(self) -> None:
        bench = bench_with(few(), page=1)
        bench.service.list_hold = _failing_from(bench, 2)
        async with bench.run() as pilot:
            await open_list(pilot, "Not all pipelines are listed")
            text = screen_text(pilot.app)
            assert "3 ports" in text
            assert "Can't connect to cloud.example" in text

    async def test_keys_typed_ahead_open_the_port_that_is_still_to_come(self) -> None:
        bench = bench_with(few())
        gate = asyncio.Semaphore(0)
        bench.service.list_hold = gate.acquire
        async with bench.run() as pilot:
            await pilot.press("escape", "p")
            await until(pilot, " Ports")
            for key in ("u", "d", "p", "enter", "enter"):
                pilot.app.post_message(_key(key))
            await until(pilot, "Your keys wait for the list; Esc stops it")
            gate.release()
            await until(pilot, "Frontend port  ✎ 5140")


def _failing_from(bench: Bench, number: int):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def hold() -> None:
        if len(bench.service.list_calls) >= number:
            raise UNREACHABLE

    return hold


def _key(key: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from textual.events import Key

    return Key(key, key if len(key) == 1 else None)


class TestTheProject:
    async def test_without_one_it_says_so_and_lists_one_pipeline_by_its_id(
        self, bench: Bench
    ) -> None:
        bench.service.token_project, bench.service.projects = None, ()
        async with bench.run() as pilot:
            await open_list(pilot, "No projects")
            assert "Paste a pipeline's ID to list its ports." in screen_text(pilot.app)
            await pilot.press(*str(EDGE.id), "enter")
            await until(pilot, "3 ports")
            assert bench.service.list_calls == ["projects", f"ports {EDGE.id}"]

    async def test_of_several_one_is_chosen_by_name(self, bench: Bench) -> None:
        other = Project(PROJECT.id, "beta")
        bench.service.token_project, bench.service.projects = None, (PROJECT, other)
        async with bench.run() as pilot:
            await open_list(pilot, "2 projects: choose one")
            await pilot.press("enter")
            await until(pilot, "Project  ")
            await pilot.press(*"beta", "enter")
            await until(pilot, "7 ports · beta")

    async def test_without_a_token_it_says_what_to_press(self) -> None:
        bench = bench_with(few())
        bench.settings = resolve(SettingsSources(CommandLineOptions(), {}))
        async with bench.run() as pilot:
            await open_list(pilot, "No token")
            assert "ctrl+t Token" in screen_text(pilot.app)


class TestTheKeys:
    async def test_none_is_silent(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter")
            await pilot.press("x")
            await until(pilot, "No such key here")

    async def test_help_names_the_keys_of_the_list(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter", "question_mark")
            await until(pilot, "Sort by the next column")
            assert "Edit the port" not in screen_text(pilot.app)

    async def test_the_palette_runs_them(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter", "colon")
            await until(pilot, "Command")
            await pilot.press(*"sort", "enter")
            await until(pilot, "Frontend↑")

    async def test_q_quits(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot)
            await pilot.press("enter", "q")
            await until(pilot, lambda: pilot.app.return_code == 0)
