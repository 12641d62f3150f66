"""The token dialog: store a token, use one for this session, or delete the current one."""

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
from portui.settings import InvalidTokenError, Settings, Token
from portui.tui.screens.dialog import Dialog
from portui.tui.state import Access, AccessState, NoAccess
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.inputs import SecretInput
from portui.tui.widgets.lines import BAD, LABEL, PLAIN, STRONG, Line, Lines, flow


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to store in the keyring, or to use for this session only."""

    token: Token
    store: bool


class TokenChoice(Enum):
    """The choices other than a new token."""

    DELETE = auto()
    USE_OFFICIAL = auto()


TokenAnswer: TypeAlias = NewToken | TokenChoice | None


class TokenScreen(Dialog[TokenAnswer]):
    """A dialog that asks for a token; dismissed with the answer."""

    BINDINGS = [
        Binding("escape", "cancel", "Cancel", id="leave", tooltip="Keep the current token"),
        Binding("n", "cancel", show=False, id="no", tooltip="Keep the current token"),
        Binding("q", "cancel", show=False, id="close", tooltip="Keep the current token"),
        Binding("down,j", "app.focus_next", show=False, id="down", tooltip="Move between choices"),
        Binding("up,k", "app.focus_previous", show=False, id="up", tooltip="Move between choices"),
    ]

    secret = getters.query_one("#secret", SecretInput)
    message = getters.query_one("#message", Lines)

    def __init__(self, settings: Settings, access: AccessState, clock: Clock) -> None:
        super().__init__(clock)
        self._settings = settings
        self._access = access

    def compose(self) -> ComposeResult:
        """Compose the input, and a button for each choice."""
        with Vertical(id="dialog"):
            yield Lines(id="heading")
            yield Lines(id="about")
            with Horizontal(classes="field"):
                yield Lines(id="label")
                yield SecretInput(id="secret")
            yield Lines(id="message")
            with Vertical(id="choices"):
                yield PlainButton("Store in the keyring", id="store")
                yield PlainButton("This session only", id="once")
                if isinstance(self._access, NoAccess) and self._access.official:
                    yield PlainButton("Use the official CLI's token", id="official")
                if isinstance(self._access, Access):
                    stored = self._access.credential.source is Source.KEYRING
                    label = "Delete the stored token" if stored else "Stop using this token"
                    yield PlainButton(label, id="delete")
                yield PlainButton("Cancel", id="cancel")
        yield KeyBar(self.counts)

    def decides(self, action: str, parameters: tuple[object, ...]) -> bool:
        """A stored token that was deleted is gone."""
        return action == "press" and self.focused is not None and self.focused.id == "delete"

    def on_mount(self) -> None:
        """Show which host the token is for, and focus the input."""
        host = self._settings.origin.address
        heading: Line = (("Token", STRONG), (f"  for {host}", LABEL))
        self.query_one("#heading", Lines).set_lines((heading,))
        self.query_one("#label", Lines).set_lines(((("New token", LABEL),),))
        self.focus_on(self.secret)

    def on_resize(self) -> None:
        """Wrap the text to the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        about = self.query_one("#about", Lines)
        about.set_lines(flow([(_about(self._access), PLAIN)], about.size.width, 3))

    def _say(self, words: str, style: Style) -> None:
        self.message.set_lines(flow([(words, style)], self.message.size.width, 2))

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Move to the button that stores the token, or uses it once if the keyring failed."""
        error = getattr(self._access, "keyring_error", None)
        if self._token() is not None:
            self.focus_on(self.query_one("#once" if error else "#store", PlainButton))

    def _token(self) -> Token | None:
        try:
            return Token(self.secret.value)
        except InvalidTokenError as error:
            self._say(f"Not a token: {explain_bad_token(error)}.", BAD)
            self.focus_on(self.secret)
            return None

    @on(PlainButton.Pressed)
    def _pressed(self, event: PlainButton.Pressed) -> None:
        match event.button.id:
            case "store" | "once" as choice:
                if (token := self._token()) is not None:
                    self.dismiss(NewToken(token, store=choice == "store"))
            case "delete":
                self.dismiss(TokenChoice.DELETE)
            case "official":
                self.dismiss(TokenChoice.USE_OFFICIAL)
            case _:
                self.action_cancel()

    def action_cancel(self) -> None:
        """Keep the current token."""
        self.dismiss(None)


def _about(access: AccessState) -> str:
    match access:
        case Access(credential=credential) if credential.source is Source.THIS_RUN:
            return "Current token: for this session only."
        case Access(credential=credential):
            return f"Current token: from the {explain_source(credential.source)}."
        case NoAccess(keyring_error=error) if error:
            return f"No token yet: {explain_keyring(error)}."
        case _:
            return "No token yet."
