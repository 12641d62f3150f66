"""The app: its collaborators, its token, its signals and its end."""

import asyncio
import select
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import partial
from typing import ClassVar
from uuid import UUID

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.reactive import reactive
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from portui.credentials import Held, KeyringTrouble, Source, TokenStore
from portui.explain import explain_keyring
from portui.operations import Clock, PortService, Reader
from portui.settings import Settings, Token
from portui.tui.screens.dialog import Dialog
from portui.tui.screens.help import HelpScreen
from portui.tui.screens.main import MainScreen
from portui.tui.screens.token import Given, Other, TokenAnswer, TokenScreen
from portui.tui.state import Access, Entry, NoAccess, Seeking
from portui.tui.widgets.bars import key_name

# The terminal's own colours and background: right on dark and light, and the fewest bytes.
_ANSI = BUILTIN_THEMES["ansi-dark"]
_SELECTION = {
    "input-selection-background": "ansi_cyan",
    "input-selection-foreground": "ansi_black",
}
_THEME = replace(_ANSI, name="portui", primary="ansi_cyan", variables=_ANSI.variables | _SELECTION)
_HANGUP, _TERMINATED, _INTERRUPTED = 129, 143, 130
_STDIN = 0
_TWICE = 2.0  # seconds within which a second ctrl+c quits


class Ending(Enum):
    """What is to come after the app."""

    DEMO = auto()


@dataclass(frozen=True)
class Parts:
    """What the app works with."""

    settings: Settings
    store: TokenStore
    connect: Callable[[Token], Awaitable[PortService]]
    """Make the service reachable with a token."""
    clock: Clock = field(default_factory=Clock)


class PortuiApp(App[Ending]):
    """Look up, see, edit and delete pipeline ports."""

    CSS_PATH = "app.tcss"
    TITLE = "portui"
    ENABLE_COMMAND_PALETTE = True
    ANIMATION_LEVEL = "none"

    BINDINGS: ClassVar = [
        Binding("ctrl+t", "token", "Token", id="token", tooltip="Set, replace or forget the token"),
        Binding("f2", "demo", "Demo", id="demo", tooltip="Leave for the demo: no account needed"),
        Binding(
            "question_mark",
            "letter('help')",
            "Help",
            id="help",
            tooltip="The keys, and what they do",
        ),
        Binding("f1", "help", "Help", id="help-f1", tooltip="The keys"),
        Binding(
            "colon",
            "letter('command_palette')",
            "Palette",
            show=False,
            id="palette",
            tooltip="All that can be done, by name",
        ),
        Binding("q", "letter('quit')", "Quit", id="quit", tooltip="Quit"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="quit-now", tooltip="Quit"),
        Binding(
            "ctrl+c",
            "interrupt",
            "Quit",
            show=False,
            priority=True,
            id="interrupt",
            tooltip="Pressed twice: quit",
        ),
        Binding(
            "ctrl+z",
            "suspend_process",
            "Suspend",
            show=False,
            priority=True,
            id="suspend",
            tooltip="Back to the shell; fg returns",
        ),
    ]

    entry: reactive[Entry] = reactive(Seeking(), init=False)

    def __init__(self, parts: Parts, first: UUID | None = None) -> None:
        super().__init__()
        self.register_theme(_THEME)
        self.theme = "portui"
        self.animation_level = "none"
        self._parts = parts
        self._interrupted_at = float("-inf")
        self._main = MainScreen(parts.settings, parts.clock, first)

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return self._main.data_bind(PortuiApp.entry)

    def on_mount(self) -> None:
        """Listen to signals, watch the terminal, look for a token."""
        loop = asyncio.get_running_loop()
        for number, code in _SIGNALS.items():
            loop.add_signal_handler(number, self._end, code)
        self.set_interval(1.0, self._check_terminal)
        self._find_token()

    # --- the token ---

    @work(group="token", exclusive=True)
    async def _find_token(self) -> None:
        settings, store = self._parts.settings, self._parts.store
        if settings.given_token is not None:
            source = Source.DEMO if settings.demo else Source.ENVIRONMENT
            await self._use(Held(settings.given_token, source))
            return
        try:
            if (token := await store.load()) is not None:
                await self._use(Held(token, Source.KEYRING))
                return
            official = await store.load_official() if settings.production else None
        except KeyringTrouble as trouble:
            self.entry = NoAccess(trouble)
        else:
            self.entry = NoAccess(official=official)

    async def _use(self, held: Held, trouble: KeyringTrouble | None = None) -> None:
        service = await self._parts.connect(held.token)
        self.entry = Access(held, Reader(service, self._parts.clock), trouble)

    @work(group="token", exclusive=True)
    async def action_token(self) -> None:
        """Ask for a token, or forget the one there is."""
        before = self.entry
        answer: TokenAnswer = await self.push_screen_wait(
            TokenScreen(self._parts.settings, before, self._parts.clock)
        )
        match answer:
            case Given(token=token, keep=True):
                await self._keep(token)
            case Given(token=token):
                await self._use(Held(token, Source.THIS_RUN))
            case Other.USE_OFFICIAL if isinstance(before, NoAccess) and before.official:
                await self._use(Held(before.official, Source.KEYRING))
            case Other.FORGET if isinstance(before, Access):
                await self._forget(before.held.source)

    async def _keep(self, token: Token) -> None:
        """Store a token; where that fails, say so and use it for this session."""
        try:
            await self._parts.store.store(token)
        except KeyringTrouble as trouble:
            await self._use(Held(token, Source.THIS_RUN), trouble)
            self._main.hint(f" Not stored: {explain_keyring(trouble)}. Used for this session")
        else:
            await self._use(Held(token, Source.KEYRING))

    async def _forget(self, source: Source) -> None:
        try:
            if source is Source.KEYRING:
                await self._parts.store.forget()
        except KeyringTrouble as trouble:
            self._main.hint(f" Not forgotten: {explain_keyring(trouble)}")
        else:
            self.entry = NoAccess()

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text in an input; the demo's token isn't anyone's to set."""
        typing = isinstance(self.focused, Input)
        modal = isinstance(self.screen, Dialog)
        match action:
            case "token":
                return not modal and not self._parts.settings.demo
            case "demo":
                return not modal and isinstance(self.entry, NoAccess)
            case "help" | "command_palette":
                return not modal
            case "letter":
                return not typing and not modal
            case _:
                return True

    async def action_letter(self, action: str) -> None:
        """Do what a single letter stands for, outside inputs."""
        await self.run_action(action)

    def action_demo(self) -> None:
        """Leave for the demo."""
        self.exit(Ending.DEMO)

    def action_help(self) -> None:
        """List the keys that do something here."""
        keys: dict[str, list[str]] = {}
        active_bindings = self.screen.active_bindings.values()
        for active in sorted(active_bindings, key=lambda active: not active.binding.show):
            if active.enabled and active.tooltip:
                keys.setdefault(active.tooltip, []).append(key_name(active.binding.key))
        self.push_screen(
            HelpScreen(tuple((" ".join(k), t) for t, k in keys.items()), self._parts.clock)
        )

    def action_interrupt(self) -> None:
        """ctrl+c: quit when it comes twice, since it copies elsewhere and kills elsewhere."""
        now = self._parts.clock.seconds()
        if now - self._interrupted_at < _TWICE:
            self.exit()
            return
        self._interrupted_at = now
        self._main.hint(" ctrl+c once more quits")
        self.set_timer(_TWICE, lambda: self._main.hint(""))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: all that can be done now, by name."""
        seen = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if not active.enabled or not binding.id or not binding.tooltip or not binding.show:
                continue
            if binding.action not in seen:
                seen.add(binding.action)
                run = partial(self.run_action, binding.action, active.node)
                help_ = f"{binding.tooltip} ({key_name(binding.key)})"
                yield SystemCommand(binding.description, help_, partial(self.call_later, run))

    # --- the end ---

    def _end(self, code: int) -> None:
        """End in order, with the exit code that the signal asks for."""
        self.exit(return_code=code)

    def _check_terminal(self) -> None:
        """End when the terminal is gone and no signal said so."""
        poll = select.poll()
        poll.register(_STDIN, select.POLLHUP | select.POLLERR | select.POLLNVAL)
        if not self.is_headless and poll.poll(0):
            self._end(_HANGUP)

    def _fatal_error(self) -> None:
        """Say where it broke, without what the variables held."""
        error = sys.exc_info()[1] or self._exception
        where = traceback.extract_tb(error.__traceback__) if error else []
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in where]
        name = type(error).__name__
        self.panic_text("\n".join([f"portui stopped on an unexpected {name}, at:", *lines]))

    def panic_text(self, text: str) -> None:
        """End at once; print this when the terminal is back."""
        from rich.text import Text

        self.panic(Text(text))


_SIGNALS = {
    signal.SIGHUP: _HANGUP,
    signal.SIGTERM: _TERMINATED,
    signal.SIGINT: _INTERRUPTED,
}
