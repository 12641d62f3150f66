"""The project: which one is listed, how it is chosen and kept, and its name in the header."""

import asyncio
from dataclasses import replace
from typing import Final
from uuid import UUID

import pytest
from textual.pilot import Pilot

from portui.api.errors import ConnectError, Peer, RefusedError
from portui.port.listed import Project
from portui.settings import DEMO, CommandLineOptions, SettingsSources, resolve
from portui.tui.dependencies import AppResult
from tests.support.app import Bench, FakeService
from tests.support.hostile_text import dangers
from tests.support.port_lists import EDGE, PROJECT, SYSLOG, few, service_ports
from tests.support.ports import PORT_ID
from tests.support.screen import screen_text, until

BETA: Final = Project(UUID(int=0xBE7A), "beta")
GONE: Final = RefusedError(404, "project not found")
DENIED: Final = RefusedError(403, "permission denied")
UNREACHABLE: Final = ConnectError(ConnectError.Why.REFUSED, Peer("cloud.example"))


def bench_for(
    *projects: Project, token_project: UUID | None = None, chosen: str | None = None
) -> Bench:
    """Return the collaborators, with a user token unless the token names a project."""
    service = FakeService(
        ports=service_ports(few()), pipelines=few(), projects=projects, token_project=token_project
    )
    return Bench(service=service, settings=DEMO._replace(project=chosen))


@pytest.fixture
def bench() -> Bench:
    """Return the collaborators, with a user token for two projects."""
    return bench_for(PROJECT, BETA)


async def open_list(pilot: Pilot[AppResult], text: str) -> None:
    await pilot.press("escape", "p")
    await until(pilot, text)


async def choose(pilot: Pilot[AppResult], name: str) -> None:
    await until(pilot, "Project  ")
    await pilot.press(*name, "enter")
    await until(pilot, f"7 ports · {name}")


def header(pilot: Pilot[AppResult]) -> str:
    return screen_text(pilot.app).split("\n")[0]


class TestOfTheOptions:
    @pytest.mark.parametrize("chosen", ["beta", str(BETA.id), BETA.id.hex.upper()])
    async def test_it_is_listed_by_its_name_or_id(self, chosen: str) -> None:
        bench = bench_for(PROJECT, BETA, chosen=chosen)
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · beta")

    async def test_one_that_does_not_exist_is_said_with_the_choices(self) -> None:
        bench = bench_for(PROJECT, BETA, chosen="attic")
        async with bench.run() as pilot:
            await open_list(pilot, "No project attic")
            text = screen_text(pilot.app)
            assert "This token gives access to others only." in text
            assert "Enter Choose a project" in text
            await pilot.press("enter")
            await choose(pilot, "acme")

    async def test_an_id_that_the_service_refuses_is_said_with_the_choices(self) -> None:
        bench = bench_for(PROJECT, BETA, chosen=str(UUID(int=5)))
        bench.service.list_failures = [GONE]
        async with bench.run() as pilot:
            await open_list(pilot, f"No project {UUID(int=5)}")
            await pilot.press("enter")
            await choose(pilot, "beta")

    async def test_a_refusal_of_a_project_that_the_token_has_is_the_services(self) -> None:
        bench = bench_for(PROJECT, BETA, chosen=str(BETA.id))
        bench.service.list_failures = [DENIED]
        async with bench.run() as pilot:
            await open_list(pilot, "Can't read the project: Not allowed: permission denied")
            assert "Paste a pipeline's ID" in screen_text(pilot.app)

    async def test_pipelines_are_listed_by_their_ids_where_projects_are_refused(self) -> None:
        bench = bench_for(token_project=PROJECT.id)
        bench.service.list_failures = [DENIED]
        async with bench.run() as pilot:
            await open_list(pilot, "Can't read the project")
            for pipeline, count in ((EDGE, 3), (SYSLOG, 2)):
                await pilot.press(*str(pipeline.id), "enter")
                await until(pilot, f"{count} ports")
            await pilot.press("enter", "enter")
            await until(pilot, "Frontend port  ✎ 601")

    async def test_another_one_than_a_project_tokens_is_said_with_that(self) -> None:
        bench = bench_for(PROJECT, token_project=PROJECT.id, chosen="beta")
        async with bench.run() as pilot:
            await open_list(pilot, "No project beta")
            assert "This token gives access to acme only." in screen_text(pilot.app)
            await pilot.press("enter")
            await choose(pilot, "acme")

    async def test_a_pipeline_is_listed_by_its_id_though_there_are_projects(self) -> None:
        bench = bench_for(PROJECT, BETA, chosen="attic")
        async with bench.run() as pilot:
            await open_list(pilot, "No project attic")
            await pilot.press(*str(EDGE.id), "enter")
            await until(pilot, "3 ports")


class TestTheChoice:
    async def test_it_is_kept_for_the_next_run(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot, "2 projects: choose one")
            await pilot.press("enter")
            await choose(pilot, "beta")
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · beta")
        assert bench.service.list_calls == ["projects", "pipelines", "pipelines"]

    async def test_the_option_and_a_project_token_come_before_it(self, bench: Bench) -> None:
        await self.test_it_is_kept_for_the_next_run(bench)
        bench.settings = DEMO._replace(project="acme")
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · acme")
        bench.settings, bench.service.token_project = DEMO, PROJECT.id
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · acme")
        bench.service.token_project = None
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · beta")

    async def test_each_profile_has_its_own(self, bench: Bench) -> None:
        await self.test_it_is_kept_for_the_next_run(bench)
        bench.settings = DEMO._replace(profile=DEMO.profile._replace(name="other"))
        async with bench.run() as pilot:
            await open_list(pilot, "2 projects: choose one")

    async def test_one_that_is_gone_is_said_and_another_asked_for(self, bench: Bench) -> None:
        await self.test_it_is_kept_for_the_next_run(bench)
        bench.service.projects, bench.service.list_failures = (PROJECT, BETA), [GONE]
        bench.service.projects = (PROJECT, Project(UUID(int=3), "gamma"))
        async with bench.run() as pilot:
            await open_list(pilot, "The project you chose last is not available")
            assert "beta" not in header(pilot)
            await pilot.press("enter")
            await choose(pilot, "gamma")

    async def test_another_token_asks_anew(self, bench: Bench) -> None:
        environment = {"CALYPTIA_CLOUD_TOKEN": "one-token"}
        bench.settings = resolve(SettingsSources(CommandLineOptions(), environment))
        await self.test_it_is_kept_for_the_next_run(bench)
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · beta")
            await bench.open_dialog(pilot, "ctrl+t", "New token")
            await bench.type(pilot, *"another-token", "enter", "enter")
            await until(pilot, "2 projects: choose one")
            assert "beta" not in header(pilot)

    async def test_another_project_is_chosen_with_a_key(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot, "2 projects: choose one")
            await pilot.press("enter")
            await choose(pilot, "beta")
            await pilot.press("enter", "P")
            await choose(pilot, "acme")

    async def test_the_choice_does_not_open_over_a_dialog(self, bench: Bench) -> None:
        reply = asyncio.Event()
        async with bench.run() as pilot:
            await open_list(pilot, "Enter Choose a project")
            await pilot.press("enter")
            await choose(pilot, "acme")
            bench.service.list_hold = reply.wait
            await pilot.press("enter", "P")
            await until(pilot, "Finding the project…")
            await pilot.press("f1")
            await until(pilot, "Keys  available here")
            reply.set()
            await until(pilot, lambda: not bench.service.lists_under_way)
            await pilot.pause()
            assert "Keys  available here" in screen_text(pilot.app)
            await pilot.press("escape")
            await until(pilot, "7 ports · acme")

    async def test_a_project_token_has_no_other(self) -> None:
        async with bench_for(PROJECT, token_project=PROJECT.id).run() as pilot:
            await open_list(pilot, "7 ports · acme")
            await pilot.press("enter", "P")
            await until(pilot, "This token is for one project")

    async def test_projects_that_cannot_be_read_leave_the_list_as_it_is(self, bench: Bench) -> None:
        async with bench.run() as pilot:
            await open_list(pilot, "2 projects: choose one")
            await pilot.press("enter")
            await choose(pilot, "beta")
            bench.service.list_failures = [UNREACHABLE]
            await pilot.press("enter", "P")
            await until(pilot, "Can't connect to cloud.example")
            assert "7 ports · beta" in screen_text(pilot.app)


class TestTheOrder:
    async def test_the_column_and_the_direction_are_kept_for_the_next_run(
        self, bench: Bench
    ) -> None:
        bench.service.token_project = PROJECT.id
        async with bench.run() as pilot:
            await open_list(pilot, "7 ports · acme")
            await pilot.press("enter", "s", "S")
            await until(pilot, "Frontend↓")
        async with bench.run() as pilot:
            await open_list(pilot, "Frontend↓")
            await until(pilot, "65535")
            await pilot.press("enter", "s")
            await until(pilot, "Backend↑")
        async with bench.run() as pilot:
            await open_list(pilot, "Backend↑")

    async def test_a_list_without_rows_has_none(self, bench: Bench) -> None:
        bench.service.pipelines, bench.service.token_project = (), PROJECT.id
        async with bench.run() as pilot:
            await open_list(pilot, "No ports")
            await pilot.press("enter", "S")
            await until(pilot, "No ports to sort")


class TestTheHeader:
    async def test_it_names_a_project_tokens_project_once_a_port_is_read(self) -> None:
        bench = bench_for(PROJECT, token_project=PROJECT.id)
        gate = asyncio.Semaphore(0)

        async def hold(_: str, __: UUID) -> None:
            assert len(bench.service.calls) > 1 or bench.service.named == []
            await gate.acquire()

        bench.service.hold = hold
        async with bench.run(PORT_ID) as pilot:
            await until(pilot, "Reading…")
            gate.release()
            await until(pilot, "in-process · acme")
            gate.release()
            await pilot.press("r")
            await pilot.pause()
            await open_list(pilot, "7 ports · acme")
        assert bench.service.named == [PROJECT.id]

    async def test_it_names_it_at_the_start_where_no_port_is_asked_for(self) -> None:
        async with bench_for(PROJECT, token_project=PROJECT.id).run() as pilot:
            await until(pilot, "in-process · acme")

    async def test_a_user_tokens_is_not_looked_for_without_a_choice(self, bench: Bench) -> None:
        async with bench.run(PORT_ID) as pilot:
            await until(pilot, "Read 14:03:07 UTC")
            await pilot.pause()
            assert (bench.service.named, bench.service.list_calls) == ([], [])
            await open_list(pilot, "2 projects: choose one")
            await pilot.press("enter")
            await choose(pilot, "beta")
            await until(pilot, "in-process · beta")
        async with bench.run(PORT_ID) as pilot:
            await until(pilot, "in-process · beta")

    async def test_one_that_cannot_be_named_is_left_out_silently(self) -> None:
        bench = bench_for(token_project=PROJECT.id)
        async with bench.run(PORT_ID) as pilot:
            await until(pilot, "Read 14:03:07 UTC")
            await until(pilot, lambda: bench.service.named == [PROJECT.id])
            await pilot.press("r")
            await pilot.pause()
            await open_list(pilot, "7 ports")
            assert "project" not in screen_text(pilot.app)
        assert bench.service.named == [PROJECT.id]

    async def test_it_is_not_asked_for_where_the_port_could_not_be_read(self) -> None:
        bench = bench_for(PROJECT, token_project=PROJECT.id)
        bench.service.failures["GET"] = [UNREACHABLE]
        async with bench.run(PORT_ID) as pilot:
            await until(pilot, "Can't connect")
            await pilot.pause()
            assert bench.service.named == []
            await pilot.press("enter")
            await until(pilot, "in-process · acme")

    async def test_without_a_token_there_is_none(self) -> None:
        bench = bench_for(PROJECT, token_project=PROJECT.id)
        bench.settings = resolve(SettingsSources(CommandLineOptions(), {}))
        async with bench.run() as pilot:
            await until(pilot, "token: none")
            assert bench.service.named == []

    @pytest.mark.parametrize("size", [(40, 12), (60, 24), (80, 24), (120, 40)])
    async def test_it_never_takes_the_room_of_what_decides(self, size: tuple[int, int]) -> None:
        bench = bench_for(replace(PROJECT, name="a" * 36 + "\x1b[31m"), token_project=PROJECT.id)
        profile = resolve(SettingsSources(CommandLineOptions(), {})).profile._replace(
            read_only=True
        )
        bench.settings = DEMO._replace(demo=False, profile=profile)
        async with bench.run(PORT_ID, size) as pilot:
            await until(pilot, "Read 14:03:07 UTC")
            await until(pilot, lambda: bench.service.named != [])
            await pilot.pause()
            line = header(pilot)
            assert "production  read-only" in line
            assert ("cloud-api.calyptia.com" in line) == (size[0] >= 80)
            assert dangers(line) == []
            assert len(line) <= size[0]
            assert ("…" in line) == (size[0] >= 120)

    async def test_the_only_project_there_is_is_named_once_its_list_is_read(self) -> None:
        async with bench_for(PROJECT).run(None) as pilot:
            await until(pilot, "Port ID")
            assert f"· {PROJECT.name}" not in header(pilot)
            await open_list(pilot, f"7 ports · {PROJECT.name}")
            assert f"· {PROJECT.name}" in header(pilot)
