"""The app: its collaborators, its token, its signals and its end."""

import asyncio
import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cached_property
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from textual import events, on, work
from textual.app import App
from textual.reactive import reactive
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from portui.clock import Clock
from portui.settings import Settings
from portui.threads import in_daemon_thread
from portui.tui.keymap import APP_KEYS, key_help, palette
from portui.tui.preload import warm_up
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.main import MainScreen
from portui.tui.state import Access, AccessState, NoAccess, Nothing, Seeking
from portui.tui.terminal.driver import ChangesDriver
from portui.tui.terminal.hangup import HANGUP, SIGNALS, wait_for_hangup
from portui.tui.terminal.key_order import InOrder

if TYPE_CHECKING:
    from portui.clipboard import Clipboard
    from portui.credentials import TokenStore
    from portui.journal import Keeping
    from portui.tui.actions import Acts
    from portui.tui.actions.access import AccessSource, Connect
    from portui.tui.screens.edit import EditScreen
    from portui.tui.screens.token import TokenAnswer
    from portui.tui.terminal.typeahead import TypeAhead

# The terminal's own colours and background: right on dark and light, and the fewest bytes.
_THEME = replace(BUILTIN_THEMES["ansi-dark"], name="portui", primary="ansi_cyan")
_TWICE = 2.0  # seconds within which a second ctrl+c quits
_UNKNOWN = 6
"""The exit code after a change whose outcome isn't known."""


class Ending(Enum):
    """What is to come after the app."""

    DEMO = auto()


@dataclass(frozen=True)
class Parts:
    """What the app works with."""

    settings: Settings
    store: Callable[[], "TokenStore"]
    connect: "Connect"
    keeping: Callable[[], "Keeping"]
    clipboard: Callable[[], "Clipboard"]
    crash_folder: Path
    """Where a report goes of an error that nobody expected."""
    clock: Clock = field(default_factory=Clock)


class PortuiApp(App[Ending]):
    """Look up, see, edit and delete pipeline ports."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "portui"
    ENABLE_COMMAND_PALETTE = False
    ANIMATION_LEVEL = "none"
    SUSPENDED_SCREEN_CLASS = "-screen-suspended"

    BINDINGS: ClassVar = APP_KEYS

    access: reactive[AccessState] = reactive(Seeking(), init=False)

    def __init__(self, parts: Parts, first: UUID | None = None) -> None:
        # From the start: NO_COLOR is heeded here.
        super().__init__(ansi_color=True)
        self.register_theme(_THEME)
        self.set_reactive(App.theme, "portui")  # the watcher would read all the CSS once more
        self.animation_level = "none"
        self._parts = parts
        self._typing = InOrder(self)
        self._interrupted_at = float("-inf")
        self._leaving = False
        self.type_ahead: TypeAhead | None = None
        """What the terminal was and took before; for the driver."""
        self.crash = ""
        """What to say of an unexpected error that ended it."""
        self.parting = ""
        """What the shell's screen is to say of a change at the end."""
        self._main = MainScreen(parts.settings, parts.clock, self._acts_of, first)

    def _acts_of(self, screen: MainScreen) -> "Acts":
        from portui.tui.actions import Acts
        from portui.tui.actions.change import Desk

        parts = self._parts
        return Acts(screen, Desk(parts.settings, parts.keeping(), parts.clock), self._ways)

    @cached_property
    def _ways(self) -> "Clipboard":
        return self._parts.clipboard()

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return self._main.data_bind(PortuiApp.access)

    def on_load(self) -> None:
        """Listen to signals, before the terminal is changed."""
        loop = asyncio.get_running_loop()
        for number, code in SIGNALS.items():
            loop.add_signal_handler(number, self._end, code)

    def on_mount(self) -> None:
        """Watch the terminal; look for a token, once the screen is there."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        self.call_after_refresh(self._typing.begin)
        self._watch_terminal()
        self.call_after_refresh(self._go_on)

    @work
    async def _go_on(self) -> None:
        """After the first paint: load the rest, look for the token, and for what was left."""
        await in_daemon_thread(warm_up)
        gc.enable()  # launch has it off while much is loaded that stays
        if not any(worker.group == "token" for worker in self.workers):  # ctrl+t came before
            self._find_token()
        unfinished = await self._main.acts.recovery.unfinished()
        if unfinished and isinstance(self._main.state, Nothing):
            from portui.explain.history import explain_unfinished

            words = f"{explain_unfinished(len(unfinished)).what}; F3 shows it"
            self._main.say(words, seconds=inf)

    # --- the token ---

    @cached_property
    def _source(self) -> "AccessSource":
        from portui.tui.actions.access import AccessSource

        parts = self._parts
        return AccessSource(parts.settings, parts.store(), parts.connect, parts.clock)

    @work(group="token", exclusive=True)
    async def _find_token(self) -> None:
        self.access = await self._source.find()

    @work(group="token", exclusive=True)
    async def action_token(self) -> None:
        """Ask for a token, or forget the one there is."""
        from portui.explain.tokens import explain_not_done
        from portui.tui.screens.token import TokenScreen

        before = self.access
        dialog = TokenScreen(self._parts.settings, before, self._parts.clock)
        answer: TokenAnswer = await self.push_screen_wait(dialog)
        if answer is not None:
            self._main.progress = "Asking the keyring…"
        access = await self._source.after(answer, before)
        self._main.progress = ""
        if isinstance(access, Access) and access.trouble:
            self._main.say(explain_not_done(access.held.source, access.trouble), seconds=inf)
        self.access = access

    # --- keys ---

    def on_key(self, event: events.Key) -> None:
        """Where a key does nothing now, say why."""
        active = self.screen.active_bindings.get(event.key)
        if active and not active.enabled and active.node is self._main:
            self._main.explain_disabled(active.binding.action)

    async def on_event(self, event: events.Event) -> None:
        """Handle what is typed one after the other."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._typing.admits(event):
            try:
                await super().on_event(event)
            finally:
                self._typing.handled()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text in an input; the demo's token isn't anyone's to set."""
        typing = isinstance(self.focused, Input)
        dialog = self.screen if isinstance(self.screen, Dialog) else None
        modal = dialog is not None
        match action:
            case "token":
                return not modal and not self._parts.settings.demo
            case "demo":
                return not modal and isinstance(self.access, NoAccess)
            case "help":
                return not (dialog and dialog.HELPS)
            case "palette":
                return not modal
            case "letter":
                return not typing and not modal
            case _:
                return True

    async def action_letter(self, action: str) -> None:
        """Do what a single letter stands for, outside inputs."""
        await self.run_action(action)

    def action_redraw(self) -> None:
        """Draw everything: something else may have drawn on the terminal."""
        if isinstance(self._driver, ChangesDriver):
            self._driver.forget()
        self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        """Terminals move text about, even where they end up as large as before."""
        self.action_redraw()

    def action_demo(self) -> None:
        """Leave for the demo."""
        self.exit(Ending.DEMO)

    def action_help(self) -> None:
        """List the keys that do something here."""
        from portui.explain.copies import explain_clipboard
        from portui.tui.screens.help import HelpScreen

        copies = explain_clipboard(self._ways) if self.screen is self._main else ""
        self.push_screen(HelpScreen(key_help(self.screen), copies, self._parts.clock))

    async def action_quit(self) -> None:
        """Quit; while a change is under way, after its outcome, unless asked twice."""
        if self._main.writing and not self._leaving:
            from portui.explain.history import explain_leaving

            self._leaving = True
            self._main.insisted = explain_leaving()
        else:
            self._leave(_UNKNOWN if self._main.writing else 0)

    def _leave(self, code: int) -> None:
        """End, and say on the shell's screen which change is left open, if one is."""
        self.parting = self._main.open_end
        self.exit(return_code=code)

    @on(MainScreen.Settled)
    def _settled(self, message: MainScreen.Settled) -> None:
        """Leave, if that was waited for, with the outcome for the shell's screen."""
        if self._leaving:
            if notice := message.notice:
                self.parting = f"{notice.what}. {notice.meaning}"
            self.exit()

    def on_edit_screen_typed(self, message: "EditScreen.Typed") -> None:
        """Keep what stands in the form."""
        self._main.acts.changes.left_forms.keep(message.draft)

    async def action_interrupt(self) -> None:
        """ctrl+c: quit when it comes twice, since it copies elsewhere and kills elsewhere."""
        now = self._parts.clock.seconds()
        if now - self._interrupted_at < _TWICE:
            await self.action_quit()
            return
        self._interrupted_at = now
        self._main.say("ctrl+c again to quit", seconds=_TWICE)

    @work(group="palette")
    async def action_palette(self) -> None:
        """Choose among all that can be done now, by name."""
        from portui.tui.screens.palette import PaletteScreen

        commands = palette(self, self.screen, with_copies=self.screen is self._main)
        screen = PaletteScreen(tuple(commands), self._parts.clock)
        if command := await self.push_screen_wait(screen):
            await command.run()

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal, in pieces where GNU screen needs it so."""
        self._clipboard = text
        if self._driver:
            self._driver.write(self._ways.sequence(text))

    # --- the end ---

    def _end(self, code: int) -> None:
        """End in order, with the exit code that a signal asks for."""
        self.call_after_refresh(self._leave, code)

    def on_unmount(self) -> None:
        """Nothing is left behind."""
        self._main.leave()

    @work(group="terminal")
    async def _watch_terminal(self) -> None:
        """End without a terminal: no signal says so where it is ignored, as under nohup."""
        if not self.is_headless and await in_daemon_thread(wait_for_hangup) is True:
            self._end(HANGUP)

    def _fatal_error(self) -> None:
        """End, and say where it broke: Textual's own report would print local variables."""
        from portui.tui.crash import report_crash

        error = sys.exc_info()[1] or self._exception
        self.crash = report_crash(error, self._parts.crash_folder, self._parts.clock.now())
        self.parting = self._main.open_end
        self.panic()
