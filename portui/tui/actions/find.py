"""Find a port: read the list of all ports, and open them on the main screen."""

from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from textual.app import App

from portui.api.errors import NoTokenError, RefusedError, ServiceError
from portui.clock import Clock
from portui.explain.listings import explain_list_error, explain_no_project, explain_problem
from portui.operations.find_project import NoProject, NoProjects, ProjectsUnknown
from portui.operations.list_ports import list_pipeline_ports, list_project_ports
from portui.operations.listing import Incomplete, Listing, Problem
from portui.operations.service import Lists
from portui.port.display import safe
from portui.port.finding import Order
from portui.port.known import KnownPorts
from portui.port.listed import ListedPort, Pipeline, Project
from portui.settings import Settings
from portui.tui.actions.create import CreatePort, ListWanted, NewlyCreated
from portui.tui.keymap import Command
from portui.tui.port_list import ListActivity, PortList, Source
from portui.tui.screens.main import MainScreen
from portui.tui.screens.palette import PaletteScreen
from portui.tui.screens.ports import PortsScreen
from portui.tui.state import Access, FindingToken

if TYPE_CHECKING:  # not needed for the first paint
    from portui.journal import Choices
    from portui.tui.actions.project import CurrentProject
    from portui.tui.actions.stored import StoredValue

_NAME = "ports"


class Keeping(Protocol):
    """What the list uses of the main screen's actions."""

    @property
    def choices(self) -> "StoredValue[Choices]":
        """What was chosen for the list."""

    @property
    def project(self) -> "CurrentProject":
        """The project that is worked in."""

    @property
    def creation(self) -> "CreatePort":
        """What creates ports."""

    def learn(self, listing: Listing) -> None:
        """Keep what a list says about the pipelines of the recent ports."""

    async def show_created(self, created: "NewlyCreated") -> None:
        """Show a port that was just created, as it was read."""


class FindPorts:
    """Shows the list of all ports, reads it, and opens ports from it on the main screen."""

    def __init__(
        self,
        app: App[Any],
        main: MainScreen,
        settings: Settings,
        clock: Clock,
        keeping: Callable[[], Keeping],
    ) -> None:
        """`keeping` is called once a list is read, since it isn't needed for the first paint."""
        self._app = app
        self._main = main
        self._settings = settings
        self._clock = clock
        self._keeping = keeping

    @cached_property
    def _screen(self) -> PortsScreen:
        screen = PortsScreen(self._settings, self._clock, self)
        self._app.install_screen(screen, _NAME)  # otherwise leaving it would remove it
        screen.set_reactive(PortsScreen.access, self._main.access)
        self._app.watch(self._main, "access", self._on_access, init=False)
        screen.set_reactive(PortsScreen.project, self._main.project)
        self._app.watch(self._main, "project", self._on_project, init=False)
        return screen

    # --- between the two screens ---

    def open(self, words: str | None = None) -> None:
        """Show the list. If words are given, read it again, and filter it by them."""
        screen = self._screen
        if words is not None:
            screen.filter_by(words)
        self._app.push_screen(_NAME)
        if words is not None or screen.state.listing is None:
            screen.read()

    def show(self, listed: ListedPort) -> None:
        """Leave the list, and read and show one of its ports."""
        self._main.open_listed(listed, self._project_id)
        self.leave()

    @property
    def _project_id(self) -> UUID | None:
        """The project that is listed, unless it is one pipeline."""
        source = self._screen.state.source
        return source.id if isinstance(source, Project) else None

    async def create(self, listed: ListedPort) -> None:
        """Create a port in the pipeline of a listed one, and show it on the main screen."""
        screen, actions = self._screen, self._keeping()

        def report(progress: str) -> None:
            screen.state = replace(screen.state, creating=progress)

        done = await actions.creation.create(screen, listed.pipeline, report)
        if isinstance(done, ListWanted):
            screen.filter_by(done.words)
            screen.read()
        elif done:
            self.leave()
            screen.read()  # it has one more port
            self._main.listed_in = self._project_id
            await actions.show_created(done)

    def stop_creating(self) -> None:
        """Stop waiting until a new port has been read."""
        self._keeping().creation.stop_waiting()

    def leave(self) -> None:
        """Go back to the main screen."""
        self._app.pop_screen()

    def step(self, rows: int) -> None:
        """Open the port some rows down the list, or up if negative."""
        if listed := self._screen.step(rows):
            self._main.open_listed(listed, self._project_id)
        else:
            end = "last" if rows > 0 else "first"
            self._main.say(f"This is the {end} port in the list")

    def _on_access(self) -> None:
        """Start over with another token, which may give access to other projects."""
        screen = self._screen
        screen.access = self._main.access
        screen.stop()
        screen.state = PortList()
        self._main.listing = None
        self._main.known_ports = None
        if screen.is_current:
            screen.read()

    def _on_project(self) -> None:
        self._screen.project = self._main.project

    # --- reading ---

    async def read(self) -> None:
        """Read the list, again if it was read before."""
        screen, access = self._screen, self._main.access
        if isinstance(access, FindingToken):
            self._become(ListActivity.FINDING_TOKEN)
        elif not isinstance(access, Access):
            notice = explain_list_error(NoTokenError())
            screen.state = replace(screen.state, activity=ListActivity.IDLE, notices=(notice,))
        else:
            screen.begin_with((await self._keeping().choices.loaded()).order)
            if source := screen.state.source or await self._find(access):
                await self._read(access.service, source)

    def read_pipeline(self, pipeline_id: UUID) -> None:
        """Read the ports of one pipeline, which takes no project."""
        self._begin_with(Pipeline(pipeline_id))

    def choose_project(self) -> None:
        """Let the operator choose one of the projects that are offered."""
        self._ask(self._screen.state.choices)

    def _ask(self, projects: Iterable[Project]) -> None:
        commands = tuple(
            Command(
                safe(project.name or str(project.id), 60),
                "",
                str(project.id),
                partial(self._chosen, project),
            )
            for project in projects
        )
        self._app.push_screen(PaletteScreen(commands, self._clock, "Project"))

    async def list_projects(self) -> None:
        """Read which projects there are, and let the operator choose another one."""
        screen, access, before = self._screen, self._main.access, self._screen.state
        if not isinstance(access, Access):
            screen.say("No token")
        elif access.service.project_id:
            screen.say("This token is for one project")
        else:
            self._become(ListActivity.FINDING_PROJECT, before.source)
            try:
                projects = await access.service.list_projects()
            except ServiceError as error:
                notice = explain_no_project(ProjectsUnknown(error))
                screen.state = replace(before, notices=(notice,))
            else:
                screen.state = before
                if screen.is_active:  # else a dialog was opened meanwhile, which has the keys
                    self._ask(projects)

    def keep_order(self, order: Order) -> None:
        """Keep how the list is sorted for the next run."""
        self._keeping().choices.change(lambda choices: replace(choices, order=order))

    async def _chosen(self, project: Project) -> None:
        self._keeping().project.choose(project)
        self._begin_with(project)

    def _begin_with(self, source: Source) -> None:
        self._screen.stop()
        self._screen.state = PortList(source)
        self._screen.read()

    async def _find(self, access: Access) -> Project | None:
        """Find the project to list, or show why there is none."""
        self._become(ListActivity.FINDING_PROJECT)
        match await self._keeping().project.find(access):
            case Project() as project:
                return project
            case no_project:
                self._offer(no_project)
                return None

    def _offer(self, no_project: NoProject) -> None:
        """Show why there is no project to list, and those that can be chosen."""
        choices = (
            () if isinstance(no_project, NoProjects | ProjectsUnknown) else no_project.projects
        )
        self._screen.state = PortList(notices=(explain_no_project(no_project),), choices=choices)

    async def _read(self, service: Lists, source: Source) -> None:
        """Read the ports of a project or a pipeline, and show them as they come."""
        self._become(ListActivity.READING, source)
        if isinstance(source, Project):
            listings = list_project_ports(service, self._clock, source.id)
        else:
            listings = list_pipeline_ports(service, self._clock, source)
        is_first = self._screen.state.listing is None
        problems: tuple[Problem, ...] = ()
        async with aclosing(listings):  # type: ignore[type-var]
            async for listing in listings:
                self._take(listing, is_first=is_first)
                problems = listing.problems
        if isinstance(source, Project):
            refusal = next(filter(None, map(_refusal_of, problems)), None)
            if self._screen.state.listing is None and refusal:
                await self._offer_others(service, source, refusal)
            else:
                await self._name(service, source)

    def _become(self, activity: ListActivity, source: Source | None = None) -> None:
        state = self._screen.state
        self._screen.state = replace(
            state, source=source, activity=activity, reading=None, stopped=False, notices=()
        )

    def _take(self, listing: Listing, *, is_first: bool) -> None:
        """Show what has been read so far; on a repeated reading, only once it has ended."""
        screen, state = self._screen, self._screen.state
        if not listing.done:
            shown = listing if is_first else state.listing
            screen.state = replace(state, listing=shown, reading=listing)
            return
        nothing_read = listing.replies == 0
        if not nothing_read:
            self._main.listing, self._main.listing_of = listing, self._project_id
            if listing.at and self._project_id:  # one pipeline's ports would be too few
                self._main.known_ports = KnownPorts(listing.ports, listing.at)
            self._keeping().learn(listing)
        before = None if is_first else state.listing
        screen.state = replace(
            state,
            listing=before if nothing_read else listing,
            reading=None,
            activity=ListActivity.IDLE,
            notices=tuple(
                explain_list_error(problem.why)
                if nothing_read
                and isinstance(problem, Incomplete)
                and isinstance(problem.why, ServiceError)
                else explain_problem(problem)
                for problem in listing.problems
            ),
        )

    async def _offer_others(self, service: Lists, project: Project, refusal: RefusedError) -> None:
        """Offer other projects in place of one that the service refuses, or a single pipeline."""
        others = await self._keeping().project.find_others(service, project)
        self._offer(others or ProjectsUnknown(refusal))

    async def _name(self, service: Lists, project: Project) -> None:
        """Find out the project's name, which the list doesn't need."""
        named = await self._keeping().project.named(service, project)
        if self._screen.state.source == project:
            self._screen.state = replace(self._screen.state, source=named)


def _refusal_of(problem: Problem) -> RefusedError | None:
    """Return the service's error if there is no such list, or the token gives no access to it."""
    error = problem.why if isinstance(problem, Incomplete) else None
    return error if isinstance(error, RefusedError) and error.status in (403, 404) else None
