"""The form for a new port: the four fields, and the port as it would be created."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual.binding import Binding

from portui.clock import Clock
from portui.explain.creations import explain_taken
from portui.explain.edits import new_value
from portui.explain.listings import pipeline_name
from portui.port.editing import Form, Mistakes, NewPort, new_port
from portui.port.known import KnownPorts
from portui.port.model import Field
from portui.tui.draft import NewPortDraft
from portui.tui.screens.port_form import PortForm
from portui.tui.widgets.lines import ACCENT, LABEL, PLAIN, STRONG, Line, flow

_ASSIGNED = "assigned by the service"


@dataclass(frozen=True, slots=True)
class ToCreate:
    """A form to send, and the port that it describes."""

    form: Form
    new: NewPort


class CreateScreen(PortForm[ToCreate, NewPort]):
    """A form for a new port; dismissed with what to create or to find, or `None` if closed."""

    SAVE = "Create"
    NOTHING = "Type the frontend and the backend port"
    BINDINGS = [
        Binding("ctrl+s", "save", "Create", show=False, id="save", tooltip="Create the port"),
    ]

    def __init__(
        self,
        draft: NewPortDraft,
        clock: Clock,
        known: KnownPorts | None,
        keep: Callable[[NewPortDraft], None],
    ) -> None:
        """`known` are the ports that a list has shown; `keep` gets what is typed, as a draft."""
        super().__init__(draft, draft.start, clock)
        self._draft = draft
        self._known = known
        self._keep = keep

    def heading_words(self) -> tuple[str, str]:
        """Return what the form does, and in which pipeline."""
        return "New port", f"in {pipeline_name(self._draft.pipeline)}"

    def parsed(self, form: Form) -> NewPort | Mistakes:
        """Return the port that the form describes."""
        return new_port(form)

    def answer(self, form: Form, parsed: NewPort) -> ToCreate:
        """Return the form to send."""
        return ToCreate(form, parsed)

    def preview_of(self, parsed: NewPort, width: int, *, short: bool) -> tuple[Line, ...]:
        """Return the port as it would be sent."""
        return new_port_lines(parsed, width, short=short)

    def warning_about(self, parsed: NewPort) -> str:
        """Return that another port has the protocol and frontend port, if one was listed."""
        if self._known is None:
            return ""
        holder = self._known.holder(parsed.protocol, parsed.frontend_port)
        return explain_taken(holder, self._known.at) if holder else ""

    def form_changed(self, form: Form) -> None:
        """Keep the draft with what is typed."""
        self._keep(replace(self._draft, form=form))

    def is_awaited(self, form: Form, field: Field) -> bool:
        """Return whether a field is still empty."""
        return form[field] == ""


def new_port_lines(new: NewPort, width: int, *, short: bool) -> tuple[Line, ...]:
    """Return a new port as it would be sent, in two lines, or at most four if not `short`."""
    numbers = f"{new_value(new.protocol)} {new.frontend_port} → {new.backend_port}"
    port = [("Create ", LABEL), (numbers, ACCENT + STRONG)]
    endpoint = [("Endpoint ", LABEL)]
    if new.endpoint:
        endpoint.append((new_value(new.endpoint), ACCENT + STRONG))
    else:
        endpoint.append((_ASSIGNED, PLAIN))
    return (*flow(port, width, 1), *flow(endpoint, width, 1 if short else 3))
