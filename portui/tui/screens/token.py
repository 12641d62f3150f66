"""The token dialog: take one, for good or for this session; or forget the one that is kept."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from rich.style import Style
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from portui.clock import Clock
from portui.credentials import Source
from portui.explain.startup import explain_bad_token
from portui.explain.tokens import explain_keyring, explain_source
from portui.settings import BadToken, Settings, Token
from portui.tui.screens.dialog import Dialog
from portui.tui.state import Access, AccessState, NoAccess
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.inputs import SecretInput
from portui.tui.widgets.lines import BAD, LABEL, PLAIN, STRONG, Line, Lines, flow


@dataclass(frozen=True, slots=True)
class Given:
    """A token, to be kept in the keyring or used for this session only."""

    token: Token
    keep: bool


class Other(Enum):
    """What else can be done about tokens."""

    FORGET = auto()
    USE_OFFICIAL = auto()


TokenAnswer: TypeAlias = Given | Other | None


class TokenScreen(Dialog[TokenAnswer]):
    """Ask for a token; dismissed with the answer."""

    BINDINGS = [Binding("escape", "cancel", "Cancel", id="cancel", tooltip="Leave all as it is")]

    secret = getters.query_one("#secret", SecretInput)
    message = getters.query_one("#message", Lines)

    def __init__(self, settings: Settings, access: AccessState, clock: Clock) -> None:
        super().__init__(clock)
        self._settings = settings
        self._access = access

    def compose(self) -> ComposeResult:
        """The input, and a button for each thing that can be done."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="about")
            with Horizontal(classes="field"):
                yield Lines(id="label")
                yield SecretInput(id="secret")
            yield Lines(id="message")
            with Vertical(id="choices"):
                yield PlainButton("Store in the keyring", id="keep")
                yield PlainButton("This session only", id="once")
                if isinstance(self._access, NoAccess) and self._access.official:
                    yield PlainButton("Use the official CLI's token", id="official")
                if isinstance(self._access, Access) and self._access.held.source is Source.KEYRING:
                    yield PlainButton("Forget the stored token", id="forget")
                elif isinstance(self._access, Access):
                    yield PlainButton("Forget it", id="forget")
                yield PlainButton("Cancel", id="cancel")
        yield KeyBar()

    def on_mount(self) -> None:
        """Say what is so, and have the input in focus."""
        host = self._settings.origin.address
        heading: Line = (("Token", STRONG), (f"  for {host}", LABEL))
        self.query_one("#heading", Lines).set_lines((heading,))
        self.query_one("#label", Lines).set_lines(((("New token", LABEL),),))
        self.focus_on(self.secret)

    def on_resize(self) -> None:
        """Fit what is said to the room."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        about = self.query_one("#about", Lines)
        about.set_lines(flow([(_about(self._access), PLAIN)], about.size.width, 3))

    def _say(self, words: str, style: Style) -> None:
        self.message.set_lines(flow([(words, style)], self.message.size.width, 2))

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Enter goes to the choice; an unusable keyring is not the first."""
        trouble = getattr(self._access, "trouble", None)
        if self._token() is not None:
            self.focus_on(self.query_one("#once" if trouble else "#keep", PlainButton))

    def _token(self) -> Token | None:
        try:
            return Token(self.secret.value)
        except BadToken as error:
            self._say(f"This can't be a token: {explain_bad_token(error)}.", BAD)
            self.focus_on(self.secret)
            return None

    @on(PlainButton.Pressed)
    def _pressed(self, event: PlainButton.Pressed) -> None:
        match event.button.id:
            case "keep" | "once" as choice:
                if (token := self._token()) is not None:
                    self.dismiss(Given(token, keep=choice == "keep"))
            case "forget":
                self.dismiss(Other.FORGET)
            case "official":
                self.dismiss(Other.USE_OFFICIAL)
            case _:
                self.action_cancel()

    def action_cancel(self) -> None:
        """Leave all as it is."""
        self.dismiss(None)


def _about(access: AccessState) -> str:
    match access:
        case Access(held=held):
            return f"In use: the one from the {explain_source(held.source)}."
        case NoAccess(trouble=trouble) if trouble:
            return f"There is none yet: {explain_keyring(trouble)}."
        case _:
            return "There is none yet."
