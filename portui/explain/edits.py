"""Messages about a change, and about what is wrong with one."""

import re
from typing import assert_never

from portui.api import errors
from portui.operations.look_up import Reading
from portui.operations.write import changed_fields
from portui.port.display import REDACTED, field_text, safe, value_text
from portui.port.editing import Change, Mistake, NewPort, NewValue
from portui.port.model import Field, Port
from portui.settings import Profile

_ESCAPE = 10  # characters at most in the escape of one


def change_words(before: Port, change: Change) -> str:
    """Return a change as text: `Frontend port 24224 → 24225`."""
    return ", ".join(
        f"{field.label} {old_value(before, field)} → {new_value(value)}" for field, value in change
    )


def new_port_words(new: NewPort) -> str:
    """Return a port to create as text: `tcp 24300 → 24224`, with the endpoint if it has one."""
    ports = f"{new_value(new.protocol)} {new.frontend_port} → {new.backend_port}"
    return f"{ports}, endpoint {new_value(new.endpoint)}" if new.endpoint else ports


def explain_configured(port: Port) -> str:
    """Return what the pipeline's configuration has to do with a port; empty if nothing is known."""
    if not isinstance(port.plugin_id, str) or not port.plugin_id:
        return ""
    return "The pipeline's config made it and may change it again"


def target_rows(reading: Reading, profile: Profile) -> list[tuple[str, str]]:
    """Return what identifies the port that is about to be changed, as labels and safe values."""
    port = reading.port
    numbers = f"{value_text(port.frontend_port, 24)} → {value_text(port.backend_port, 24)}"
    return [
        ("Profile", safe(profile.name, 40)),
        ("ID", str(reading.port_id)),
        ("Protocol", field_text(port, Field.PROTOCOL, 40)),
        ("Ports", numbers),
        ("Endpoint", field_text(port, Field.ENDPOINT)),
        ("Plugin", field_text(port, Field.PLUGIN_ID, 60)),
    ]


def explain_deleting() -> str:
    """Return what to know before a port is deleted."""
    return "This can't be undone: a new port gets a new ID."


def explain_clearing() -> str:
    """Return what an empty endpoint may or may not do."""
    return "The service may not clear the endpoint: what an empty one does isn't documented"


def conflict_words(before: Port, now: Port) -> str:
    """Return someone else's change as text: `Frontend port 24224 → 24225`.

    If no value has changed, that is the time of the last update.
    """
    return ", ".join(
        f"{field.label} {old_value(before, field)} → {old_value(now, field)}"
        for field in changed_fields(before, now) or (Field.UPDATED,)
    )


def old_value(before: Port, field: Field) -> str:
    """Return the old value of a field as text, shortened if it is long."""
    value = before[field]
    return "(empty)" if value == "" else value_text(value, 60)


def new_value(value: NewValue) -> str:
    """Return the new value of a field as text, shortened if it is long."""
    return safe(str(value), 60) or "(empty)"


def whole_value(value: NewValue) -> str:
    """Return the new value of a field as text, however long."""
    text = str(value)
    return safe(text, _ESCAPE * len(text)) or "(empty)"


def explain_mistake(mistake: Mistake, text: str) -> str:
    """Return what is wrong with the text of a field, and what the field accepts."""
    match mistake:
        case Mistake.NOT_A_PORT_NUMBER:
            wrong = next((each for each in text.strip(" \t") if each not in "0123456789"), "")
            range_ = "a whole number from 1 to 65535, digits only"
            return f"{_named(wrong)} isn't a digit: {range_}" if wrong else range_
        case Mistake.NOT_A_PROTOCOL:
            return "tcp or udp"
        case Mistake.NOT_ONE_LINE:
            hidden = next((each for each in text if safe(each, _ESCAPE) != each), "")
            return f"{_named(hidden)} can't be in an endpoint: one line of visible text"
        case Mistake.TOO_LONG:
            return "at most 2,048 characters"
        case Mistake.REDACTED:
            return f"{REDACTED} stands for hidden text; type the whole value"
        case _:
            assert_never(mistake)


def _named(character: str) -> str:
    """Return a character as it can be seen, or by its code point."""
    if character == " ":
        return "a space"
    visible = character and safe(character, _ESCAPE) == character
    return f"“{character}”" if visible else f"U+{ord(character or chr(0)):04X}"


def field_at_fault(error: errors.RefusedError, change: Change) -> Field | None:
    """Return the changed field that a refusal is about, if its text shows that."""
    changed = [field for field, _ in change]
    numbers = [f for f in (Field.FRONTEND_PORT, Field.BACKEND_PORT) if f in changed]
    if error.status == 409:  # the detail looks like `protocol tcp, port 8080`
        in_detail = re.findall(r"\d+", error.detail or "")
        named = [field for field, value in change if field in numbers and str(value) in in_detail]
        return next(iter((*named, *numbers, *(f for f in changed if f is Field.PROTOCOL))), None)
    if "protocol" in error.message and Field.PROTOCOL in changed:
        return Field.PROTOCOL
    if "endpoint" in error.message and Field.ENDPOINT in changed:
        return Field.ENDPOINT
    return numbers[0] if "number" in error.message and len(numbers) == 1 else None
