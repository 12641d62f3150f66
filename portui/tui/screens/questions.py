"""What is asked before a change goes on that met a difficulty."""

from collections.abc import Mapping
from enum import Enum, auto

from portui.explain.edits import new_value, old_value
from portui.explain.history import explain_journal
from portui.journal import JournalTrouble
from portui.operations.look_up import Reading
from portui.operations.writing import moved_fields
from portui.port.display import safe
from portui.port.editing import Change, NewValue
from portui.port.model import Field, Port
from portui.tui.screens.question import Question
from portui.tui.widgets.columns import Cell, side_by_side
from portui.tui.widgets.lines import ACCENT, PLAIN, STRONG, Line, flow, wrapped


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
    """What it was when it was opened, now and yours, field by field."""
    return Question(
        "Someone changed this port while you were editing",
        lambda width: three_way(before.port, now.port, change, width),
        (
            (AboutConflict.BACK, "Keep editing"),
            (AboutConflict.ONLY_MINE, "Save mine anyway"),
            (AboutConflict.THEIRS, "Discard mine"),
        ),
    )


def without_journal(trouble: JournalTrouble, going_on: str) -> Question[AboutJournal]:
    """Whether to go on though nothing can be written down."""
    words = f"{explain_journal(trouble)}. Without it, this change can't be undone."
    return Question(
        "This change can't be recorded first",
        lambda width: tuple(((line, PLAIN),) for line in wrapped(words, width)),
        ((AboutJournal.LEAVE, "Cancel"), (AboutJournal.GO_ON, going_on)),
    )


def three_way(before: Port, now: Port, change: Change, width: int) -> tuple[Line, ...]:
    """What each field was, is, and is to be, for those that somebody changed."""
    mine = dict(change)
    touched = [f for f in Field if f in mine or f in moved_fields(before, now)]
    rows = [(field.label, _values(field, before, now, mine)) for field in touched]
    return side_by_side(("opened", "now", "yours"), rows, width)


def _values(field: Field, before: Port, now: Port, mine: Mapping[Field, NewValue]) -> list[Cell]:
    was, is_now = old_value(before, field), old_value(now, field)
    yours = (new_value(mine[field]), ACCENT + STRONG) if field in mine else ("—", PLAIN)
    return [(was, PLAIN), (is_now, STRONG if was != is_now else PLAIN), yours]


class AboutDeleted(Enum):
    """What to do about a port that was deleted."""

    CLOSE = auto()
    COPY_JSON = auto()
    COPY_CALL = auto()


def creation(call: str) -> Question[AboutDeleted]:
    """How a deleted port could be had again."""
    words = (
        "A new port gets a new ID, and its plugin fields may stay empty. "
        "With its pipeline's ID in place of PIPELINE_ID, this call creates one like it:"
    )

    def told(width: int) -> tuple[Line, ...]:
        text = tuple(((line, PLAIN),) for line in wrapped(words, width))
        return (*text, (), *flow([(safe(call, 2_000), ACCENT)], width, 12))

    return Question(
        "Create a port like the deleted one",
        told,
        (
            (AboutDeleted.CLOSE, "Close"),
            (AboutDeleted.COPY_CALL, "Copy the call"),
            (AboutDeleted.COPY_JSON, "Copy its last values as JSON"),
        ),
    )
