"""The app: it connects the screen with its actions, handles keys and signals, and shuts down."""

import gc
import sys
from contextlib import suppress
from functools import cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from textual import events, work
from textual.geometry import Offset
from textual.screen import Screen
from textual.worker import WorkerError

from portui.threads import in_daemon_thread
from portui.tui.app_keys import AppKeys
from portui.tui.dependencies import AppResult, Dependencies
from portui.tui.keymap import APP_KEYS
from portui.tui.preload import preload_look_up
from portui.tui.screens.main import MainScreen
from portui.tui.stray_errors import report_stray_errors
from portui.tui.terminal.driver import DiffDriver
from portui.tui.terminal.hangup import HANGUP, handle_signals, wait_for_hangup
from portui.tui.themed_app import ThemedApp

if TYPE_CHECKING:  # not needed for the first paint
    from portui.tui.actions.access import AccessActions
    from portui.tui.actions.find import FindPorts
    from portui.tui.actions.port_actions import PortActions
    from portui.tui.terminal.typeahead import TypeAhead

_TWICE: Final = 2.0  # seconds within which a second ctrl+c quits


class PortuiApp(ThemedApp[AppResult]):
    """The full-screen app to look up, edit and delete pipeline ports."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "portui"
    ENABLE_COMMAND_PALETTE = False  # portui has its own
    SUSPENDED_SCREEN_CLASS = "-screen-suspended"

    BINDINGS: ClassVar = APP_KEYS

    def __init__(
        self, dependencies: Dependencies, first: UUID | None = None, words: str = ""
    ) -> None:
        """`first` is looked up at startup; with `words`, the list of ports opens, filtered."""
        super().__init__(dependencies.theme, dependencies.settings.keys)
        self.animation_level = "none"
        self._with = dependencies
        self._words = words
        self._interrupted_at = -inf
        self._has_crashed = False
        self.type_ahead: TypeAhead | None = None
        """What was typed before the app started, for the driver to pass on."""
        self.farewell: list[str] = []
        """Lines to print on the shell's screen when the app has ended."""
        self._main = MainScreen(
            dependencies.settings, dependencies.clock, lambda: self._actions, first
        )
        self._keys = AppKeys(self, self._main)

    @cached_property
    def _actions(self) -> "PortActions":
        return self._with.actions(self, self._main)

    @cached_property
    def _access(self) -> "AccessActions":
        return self._with.access(self._main)

    @cached_property
    def _find(self) -> "FindPorts":
        from portui.tui.actions.find import FindPorts

        return FindPorts(
            self, self._main, self._with.settings, self._with.clock, lambda: self._actions
        )

    @property
    def _has_acted(self) -> bool:
        """Whether the actions were loaded, and may have something to finish."""
        return "_actions" in vars(self)

    # --- the start ---

    def get_default_screen(self) -> Screen[None]:
        """Return the main screen."""
        return self._main

    def on_load(self) -> None:
        """Handle signals and stray errors before the terminal is changed."""
        handle_signals(self._end_on_signal)
        report_stray_errors(self)

    def on_mount(self) -> None:
        """Watch the terminal, and leave the rest until after the first paint."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self.call_after_refresh(self._keys.key_order.begin)
        if self._words:
            self._find.open(self._words)
        self._watch_terminal()
        self.call_after_refresh(self._after_first_paint)

    @work
    async def _after_first_paint(self) -> None:
        """Find the token, which begins to read the first port. Load the rest once that is shown."""
        await in_daemon_thread(preload_look_up)
        if not any(worker.group == "token" for worker in self.workers):  # ctrl+t was quicker
            with suppress(WorkerError):  # ctrl+t takes its place
                await self._find_token().wait()
        await self._main.opened()
        await self._actions.load()
        gc.enable()  # disabled while modules are loaded that are never freed

    @work(group="token", exclusive=True)
    async def _find_token(self) -> None:
        await self._access.find_token()
        await self._actions.name_project()

    @work(group="token", exclusive=True)
    async def action_token(self) -> None:
        """Set, replace or delete the token."""
        await self._access.ask_for_token()
        await self._actions.name_project()

    # --- keys ---

    async def on_event(self, event: events.Event) -> None:
        """Handle keys and pastes one at a time, in order."""
        await self._keys.key_order.dispatch(event, super().on_event)

    def on_key(self, event: events.Key) -> None:
        """Say why a key does nothing."""
        self._keys.explain(event)

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's cursor is: on what has the focus, for screen readers and magnifiers.

        It is hidden. Widgets and screens have a `cursor_screen_offset`, as Textual's `Input` has.
        """
        return getattr(self.focused or self.screen, "cursor_screen_offset", Offset(0, 0))

    @cursor_position.setter
    def cursor_position(self, _: Offset) -> None:
        """Ignore what `Input` sets, which it doesn't update when it's moved or left."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the keys of the app that work on the screen on top."""
        return self._keys.check(action, demo=self._with.settings.demo)

    def action_redraw(self) -> None:
        """Draw the whole screen, since something else may have drawn on the terminal."""
        if isinstance(self._driver, DiffDriver):
            self._driver.forget()
        self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        """Redraw: terminals move text on a resize, even if they end up with the same size."""
        self.action_redraw()

    def action_help(self) -> None:
        """List the keys that are available here."""
        self._keys.open_help(self._with)

    def action_palette(self) -> None:
        """Choose among the available commands by name."""
        self._keys.open_palette(self._with)

    def on_port_view_list_requested(self, message: MainScreen.ListRequested) -> None:
        """Go back to the list, or open the port after or before the one on screen."""
        if message.rows:
            self._find.step(message.rows)
        else:
            self._find.open(message.words)

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal's clipboard, in pieces where GNU screen needs that."""
        self._clipboard = text
        if self._driver:
            self._driver.write(self._with.clipboard().sequence(text))

    # --- the end ---

    def action_demo(self) -> None:
        """Quit, and ask the caller to open the demo."""
        self.exit(AppResult.OPEN_DEMO)

    def action_interrupt(self) -> None:
        """Quit if ctrl+c is pressed twice; once might be meant to copy, as in other programs."""
        now = self._with.clock.seconds()
        if now - self._interrupted_at < _TWICE:
            self.action_quit_now()
            return
        self._interrupted_at = now
        self._keys.say("ctrl+c again to quit", seconds=_TWICE)

    def action_quit_now(self) -> None:
        """Quit after any change under way, or at once if the operator asks twice."""
        if self._has_acted:
            self.run_worker(self._actions.quit(), group="leaving")
        else:
            self.exit()

    def warn(self, words: str) -> None:
        """Show a warning until the app ends, in place of any hint."""
        self._main.status_line.warning = words

    def end(self, code: int) -> None:
        """End with an exit code."""
        self.exit(return_code=code)

    def _end_on_signal(self, code: int) -> None:
        self.call_after_refresh(self._actions.end if self._has_acted else self.end, code)

    def on_unmount(self) -> None:
        """Write pending drafts, and mark this run as ended."""
        if self._has_acted:
            self._actions.finish()

    @work(group="terminal")
    async def _watch_terminal(self) -> None:
        """End when the terminal hangs up; under nohup, no signal reports it."""
        if not self.is_headless and await in_daemon_thread(wait_for_hangup) is True:
            self._end_on_signal(HANGUP)

    def _fatal_error(self) -> None:
        """End with portui's own crash report, because Textual's shows local variables."""
        from portui.crash import report_crash

        if self._has_crashed:
            return  # what follows from the first error would hide its cause
        self._has_crashed = True
        error = sys.exc_info()[1] or self._exception
        folder, now = self._with.crash_folder, self._with.clock.now()
        self.farewell.append(report_crash(error, folder, now))
        if self._has_acted:
            self._actions.name_open_change()
        self.panic()
