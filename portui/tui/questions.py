"""What is asked before a change goes on that met a difficulty."""

from enum import Enum, auto

from portui.explain.edits import new_value, old_value
from portui.explain.history import explain_journal
from portui.journal import JournalTrouble
from portui.operations.reading import Reading
from portui.operations.writing import moved_fields
from portui.port.display import safe
from portui.port.editing import Change, NewValue
from portui.port.model import Field, Port
from portui.tui.screens.ask import Question
from portui.tui.widgets.lines import ACCENT, LABEL, PLAIN, STRONG, Line, flow, wrapped

_LABEL = 15  # columns
_GAP = 2


class AboutConflict(Enum):
    """What to do where the port has moved."""

    BACK = auto()
    ONLY_MINE = auto()
    THEIRS = auto()


class AboutJournal(Enum):
    """What to do where the change can't be written down."""

    LEAVE = auto()
    GO_ON = auto()


def conflict(before: Reading, now: Reading, change: Change) -> Question[AboutConflict]:
    """As read, now and yours, field by field."""
    return Question(
        "The port has changed since it was read",
        lambda width: three_way(before.port, now.port, change, width),
        (
            (AboutConflict.BACK, "Back to the form"),
            (AboutConflict.ONLY_MINE, "Save only my change"),
            (AboutConflict.THEIRS, "Drop mine, keep theirs"),
        ),
    )


def without_journal(trouble: JournalTrouble, going_on: str) -> Question[AboutJournal]:
    """Whether to go on though nothing can be written down."""
    words = f"{explain_journal(trouble)}. Without it, this change can't be undone or restored."
    return Question(
        "This change can't be written down first",
        lambda width: tuple(((line, PLAIN),) for line in wrapped(words, width)),
        ((AboutJournal.LEAVE, "Leave it"), (AboutJournal.GO_ON, going_on)),
    )


def three_way(before: Port, now: Port, change: Change, width: int) -> tuple[Line, ...]:
    """A row for each field that somebody changed; three lines where a value is long."""
    mine = dict(change)
    touched = [f for f in Field if f in mine or f in moved_fields(before, now)]
    column = (width - _LABEL) // 3
    head: Line = (
        (" " * _LABEL, PLAIN),
        (f"{'as read' if column > len('as read') else 'read':<{column}}", LABEL),
        (f"{'now':<{column}}", LABEL),
        ("yours", LABEL),
    )
    lines = [head]
    for field in touched:
        lines += _row(field, (before, now), mine, column)
    return tuple(lines)


def _row(
    field: Field, ports: tuple[Port, Port], mine: dict[Field, NewValue], column: int
) -> tuple[Line, ...]:
    was, is_now = (old_value(port, field) for port in ports)
    yours = new_value(mine[field]) if field in mine else "—"
    moved = STRONG if was != is_now else PLAIN
    cells = ((was, PLAIN), (is_now, moved), (yours, ACCENT + STRONG if field in mine else PLAIN))
    if all(len(text) <= column - _GAP for text, _ in cells):
        padded = tuple((f"{text:<{column}}", style) for text, style in cells)
        return (((f"{field.label:<{_LABEL}}", LABEL), *padded),)
    lines: list[Line] = [((field.label, LABEL),)]
    for name, (text, style) in zip(("as read", "now", "yours"), cells, strict=True):
        first, *rest = flow([(text, style)], 3 * column, 2)
        lines.append(((f"  {name:<{_LABEL - 2}}", LABEL), *first))
        lines += [((" " * _LABEL, PLAIN), *more) for more in rest]
    return tuple(lines)


class AboutDeleted(Enum):
    """What to do about a port that was deleted."""

    CLOSE = auto()
    COPY_JSON = auto()
    COPY_CALL = auto()


def creation(call: str) -> Question[AboutDeleted]:
    """How a deleted port could be had again."""
    words = (
        "The service gives a new port a new ID, and its plugin fields may stay empty. "
        "With the ID of its pipeline in place of PIPELINE_ID, this call creates one like it:"
    )

    def told(width: int) -> tuple[Line, ...]:
        text = tuple(((line, PLAIN),) for line in wrapped(words, width))
        return (*text, (), *flow([(safe(call, 2_000), ACCENT)], width, 12))

    return Question(
        "A deleted port can't be brought back",
        told,
        (
            (AboutDeleted.CLOSE, "Close"),
            (AboutDeleted.COPY_CALL, "Copy the call"),
            (AboutDeleted.COPY_JSON, "Copy what the port was, as JSON"),
        ),
    )
