"""The lines of the history: its rows, and the details of one of them."""

from collections.abc import Sequence
from datetime import UTC
from typing import TypeAlias
from uuid import UUID

from rich.cells import cell_len, set_cell_size

from portui.explain.edits import old_value, whole_value
from portui.explain.history import creation_words, entry_words, result_words
from portui.explain.listings import pipeline_name
from portui.journal import Call, CreationEntry, Entry, Result
from portui.operations.write import changed_fields
from portui.port.display import field_text, safe, summary, utc
from portui.port.model import Field, Port
from portui.tui.widgets.columns import Cell, side_by_side
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import (
    ACCENT,
    LABEL,
    PLAIN,
    STRONG,
    UNSURE,
    Line,
    flow,
    wrapped,
)

AnyEntry: TypeAlias = Entry | CreationEntry

_NARROW = 60  # columns
_INDENT = "    "
_MOST_LINES = 4  # per change in the list; the details have its full values


def port_of(entry: AnyEntry) -> UUID | None:
    """Return the port of an entry; `None` for a new port that nobody has seen."""
    return entry.port_id if isinstance(entry, CreationEntry) else entry.intent.port_id


def window_of(rows: Sequence[tuple[Line, ...]], cursor: int, room: int) -> tuple[Line, ...]:
    """Return the lines of as many whole rows as fit, including the one at the cursor."""
    first, last = cursor, cursor + 1
    used = len(rows[cursor])
    while True:
        if first and used + len(rows[first - 1]) <= room and (last - cursor > cursor - first):
            first -= 1
            used += len(rows[first])
        elif last < len(rows) and used + len(rows[last]) <= room:
            used += len(rows[last])
            last += 1
        elif first and used + len(rows[first - 1]) <= room:
            first -= 1
            used += len(rows[first])
        else:
            return tuple(line for row in rows[first:last] for line in row)


def row_of(entry: AnyEntry, width: int, *, current: bool, port: bool) -> tuple[Line, ...]:
    """Return a change in one line, or in several if its new values don't fit."""
    style = ACCENT + STRONG if current else PLAIN
    pointer = f"{GLYPHS.cursor} " if current else "  "
    where = utc(entry.at) if width >= _NARROW else f"{entry.at.astimezone(UTC):%m-%d %H:%M} UTC"
    if port:
        where += f"  {str(port_of(entry) or '')[:8]:8}"
    words = _words(entry)
    came = (f"  {result_words(entry)}", LABEL if entry.is_settled else UNSURE)
    room = width - len(pointer) - len(where) - 2 - len(came[0])
    if cell_len(words) <= room:
        padded = set_cell_size(words, room)
        return (((pointer, ACCENT), (f"{where}  ", LABEL), (padded, style), came),)
    first: Line = ((pointer, ACCENT), (where, LABEL))
    more = wrapped(words, max(8, width - len(_INDENT)))[:_MOST_LINES]
    texts: tuple[Line, ...] = tuple(((_INDENT + line, style),) for line in more)
    if room < -2:  # even without the space before the words
        return (first, *texts, ((_INDENT, PLAIN), (came[0].lstrip(), came[1])))
    return ((*first, came), *texts)


def port_in(entry: AnyEntry) -> Port | None:
    """Return the port to copy: as it was before a change, or the new one as read."""
    if isinstance(entry, CreationEntry):
        return entry.outcome.after if entry.outcome else None
    return entry.intent.before


def _words(entry: AnyEntry) -> str:
    if isinstance(entry, CreationEntry):
        return f"New port {creation_words(entry.creation.new, entry.creation.pipeline)}"
    return entry_words(entry)


def details_of(entry: AnyEntry, width: int, *, short: bool) -> tuple[Line, ...]:
    """Return a port's values before a change, those sent, and those read afterwards."""
    if isinstance(entry, CreationEntry):
        return _details_of_creation(entry, width, short=short)
    intent, before, outcome = entry.intent, entry.intent.before, entry.outcome
    after = outcome.after if outcome else None
    was = f"{summary(before)} · {field_text(before, Field.KIND, 40)}"
    lines: list[Line] = [] if short else [()]
    if not short or width < _NARROW:
        lines.append(((f"{intent.port_id}", LABEL),))
    if intent.call is Call.DELETE or not short:
        lines += flow([(was, PLAIN)], width, 1)
        endpoint = flow([(field_text(before, Field.ENDPOINT), PLAIN)], width, 2)
        lines += endpoint if intent.call is Call.DELETE else ()
    rows = [(field.label, _values(field, entry, after)) for field in _changed(entry, after)]
    if rows:
        lines += side_by_side(("before", "sent", "after"), rows, width)
    return (*lines, *_end(entry, intent.profile, width))


def _end(entry: AnyEntry, profile: str, width: int) -> tuple[Line, ...]:
    """Return an entry's result, when the port was read afterwards, and the profile."""
    outcome, read = entry.outcome, "not read back"
    if outcome and outcome.after and outcome.at:
        read = f"after: as read {utc(outcome.at)}"
    elif outcome and outcome.result is Result.DELETED:
        read = "confirmed"  # by reading, which found no such port
    words = f"{result_words(entry)} · {read} · profile {safe(profile, 40)}"
    return tuple(((line, LABEL),) for line in wrapped(words, max(8, width)))


def _details_of_creation(entry: CreationEntry, width: int, *, short: bool) -> tuple[Line, ...]:
    """Return the values of a new port that were sent, and those read afterwards."""
    creation, after = entry.creation, entry.outcome.after if entry.outcome else None
    lines: list[Line] = [] if short else [()]
    if not short or width < _NARROW:
        lines.append(((f"{entry.port_id or 'no ID known'}", LABEL),))
    pipeline = f"in {pipeline_name(creation.pipeline)}"
    lines += flow([(pipeline, PLAIN)], width, 1)
    rows = [
        (
            field.label,
            [
                (whole_value(value), ACCENT + STRONG),
                (old_value(after, field) if after else "", PLAIN),
            ],
        )
        for field, value in creation.new
    ]
    lines += side_by_side(("sent", "after"), rows, width)
    return (*lines, *_end(entry, creation.profile, width))


def _changed(entry: Entry, after: Port | None) -> list[Field]:
    """Return the fields that were sent, and those that differed afterwards."""
    sent = {field for field, _ in entry.intent.change}
    different = changed_fields(entry.intent.before, after) if after else ()
    return [field for field in Field if field in sent or field in different]


def _values(field: Field, entry: Entry, after: Port | None) -> list[Cell]:
    sent = dict(entry.intent.change)
    return [
        (old_value(entry.intent.before, field), PLAIN),
        (whole_value(sent[field]) if field in sent else "", ACCENT + STRONG),
        (old_value(after, field) if after else "", PLAIN),
    ]
