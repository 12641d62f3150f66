"""The questions that portui asks when an action can't proceed by itself."""

from collections.abc import Mapping
from enum import Enum, auto

from portui.explain.edits import new_value, old_value
from portui.explain.explanation import Explanation
from portui.explain.history import explain_unrecorded
from portui.journal import JournalError
from portui.operations.look_up import Reading
from portui.operations.write import changed_fields
from portui.port.display import safe
from portui.port.editing import Change, NewValue
from portui.port.model import Field, Port
from portui.tui.screens.question import Question
from portui.tui.widgets.columns import Cell, side_by_side
from portui.tui.widgets.lines import ACCENT, PLAIN, STRONG, Line, flow, wrapped


class ConflictChoice(Enum):
    """What to do about a port that someone else has changed."""

    KEEP_EDITING = auto()
    SAVE_MINE = auto()
    DISCARD_MINE = auto()


class UnrecordedChoice(Enum):
    """What to do about a change that the journal can't record."""

    CANCEL = auto()
    PROCEED = auto()


def conflict_question(before: Reading, now: Reading, change: Change) -> Question[ConflictChoice]:
    """Return the question after a conflict, with the values when opened, now, and yours."""
    return Question(
        "Someone changed this port while you were editing",
        lambda width: three_way(before.port, now.port, change, width),
        (
            (ConflictChoice.KEEP_EDITING, "Keep editing"),
            (ConflictChoice.SAVE_MINE, "Save mine anyway"),
            (ConflictChoice.DISCARD_MINE, "Discard mine"),
        ),
    )


def unrecorded_question(error: JournalError, proceed: str) -> Question[UnrecordedChoice]:
    """Return the question asking whether to make a change that can't be recorded.

    `proceed` is the label of the answer that makes it.
    """
    words = explain_unrecorded(error)
    return Question(
        "This change can't be recorded first",
        lambda width: tuple(((line, PLAIN),) for line in wrapped(words, width)),
        ((UnrecordedChoice.CANCEL, "Cancel"), (UnrecordedChoice.PROCEED, proceed)),
    )


def three_way(before: Port, now: Port, change: Change, width: int) -> tuple[Line, ...]:
    """Return each field changed by anyone, with its values when opened, now, and yours."""
    mine = dict(change)
    touched = [f for f in Field if f in mine or f in changed_fields(before, now)]
    rows = [(field.label, _values(field, before, now, mine)) for field in touched]
    return side_by_side(("opened", "now", "yours"), rows, width)


def _values(field: Field, before: Port, now: Port, mine: Mapping[Field, NewValue]) -> list[Cell]:
    was, is_now = old_value(before, field), old_value(now, field)
    yours = (new_value(mine[field]), ACCENT + STRONG) if field in mine else ("—", PLAIN)
    return [(was, PLAIN), (is_now, STRONG if was != is_now else PLAIN), yours]


class OutcomeChoice(Enum):
    """What to do about a port that may or may not have been created."""

    CLOSE = auto()
    LIST = auto()


def outcome_question(notice: Explanation) -> Question[OutcomeChoice]:
    """Return the question that shows an unknown outcome, and offers the pipeline's ports."""
    return Question(
        notice.what,
        lambda width: tuple(((line, PLAIN),) for line in wrapped(notice.meaning, width)),
        (
            (OutcomeChoice.CLOSE, "Close"),
            (OutcomeChoice.LIST, "List the pipeline's ports"),
        ),
        decides=False,
    )


class DeletedPortChoice(Enum):
    """What to copy of a deleted port."""

    CLOSE = auto()
    COPY_JSON = auto()
    COPY_COMMAND = auto()


def deleted_port_question(command: str) -> Question[DeletedPortChoice]:
    """Return the question that shows a command to create a port like a deleted one.

    Its answers copy the command, or the port's last values as JSON.
    """
    words = (
        "A new port gets a new ID, and its plugin fields may stay empty. "
        "To create one like it, put its pipeline's ID in place of PIPELINE_ID and run:"
    )

    def told(width: int) -> tuple[Line, ...]:
        text = tuple(((line, PLAIN),) for line in wrapped(words, width))
        return (*text, (), *flow([(safe(command, 2_000), ACCENT)], width, 12))

    return Question(
        "Create a port like the deleted one",
        told,
        (
            (DeletedPortChoice.CLOSE, "Close"),
            (DeletedPortChoice.COPY_COMMAND, "Copy the command"),
            (DeletedPortChoice.COPY_JSON, "Copy its last values as JSON"),
        ),
        decides=False,
    )
