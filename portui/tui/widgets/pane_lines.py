"""The text of the main screen's pane and status line, as pure functions of the state."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from rich.cells import cell_len
from rich.style import Style

from portui.clock import Clock
from portui.explain.explanation import Action, Explanation, Tone
from portui.port.display import age, field_text, summary, time_of_day
from portui.port.fields import Field
from portui.tui.state import (
    AccessState,
    Activity,
    EndpointTest,
    Failed,
    Gone,
    Loading,
    NoAccess,
    Nothing,
    Showing,
    State,
    Watching,
)
from portui.tui.widgets.bound_keys import AS_SHIPPED, BoundKeys
from portui.tui.widgets.glyphs import GLYPHS
from portui.tui.widgets.lines import (
    BAD,
    GOOD,
    KEY,
    LABEL,
    PLAIN,
    STRONG,
    UNSURE,
    Line,
    wrapped,
)

if TYPE_CHECKING:
    from portui.credentials import TokenStoreError
    from portui.operations.look_up import Reading
    from portui.port.listed import Pipeline

INDENT = "   "
_KEYS_AT_START = (
    ("submit", "look the port up"),
    ("ports-anywhere", "all ports, to find one"),
    ("history-anywhere", "the history of changes"),
    ("palette-anywhere", "all commands, by name"),
    ("help-anywhere", "help: keys, and pages to read"),
)
_NARROW = 60  # columns
_KEY_COLUMN = 8  # columns, at least
_GAP = 2  # columns, at least, between the age and the progress

ACTION_KEYS = {
    Action.LOOK_UP: ("look-up", "Look up another"),
    Action.REFRESH: ("refresh", "Refresh"),
    Action.EDIT: ("edit", "Edit your draft"),
    Action.DELETE: ("delete", "Delete"),
    Action.TOKEN: ("token", "Token"),
    Action.DEMO: ("demo", "Open the demo"),
    Action.HISTORY: ("history-anywhere", "Check it in the history"),
    Action.CREATE_AGAIN: ("create-again", "Create again"),
    Action.FIND_NUMBER: ("ports", "Find who has it"),
}
"""The bindings of what can be done next, by their ids, and what they are called in a notice."""

# After a failed lookup the focus is in the input, where letters are text.
_KEYS_WHILE_TYPING = {
    Action.REFRESH: ("submit", "Retry"),
    Action.TOKEN: ACTION_KEYS[Action.TOKEN],
    Action.DEMO: ACTION_KEYS[Action.DEMO],
    Action.HISTORY: ACTION_KEYS[Action.HISTORY],
}

TONES = {
    Tone.GOOD: (GLYPHS.good, GOOD),
    Tone.BAD: (GLYPHS.bad, BAD),
    Tone.UNSURE: (GLYPHS.unsure, UNSURE),
}
"""How the tones of messages are shown: a glyph, and its style."""


def head(
    state: State,
    access: AccessState,
    width: int,
    example: UUID | None,
    pipeline: "Pipeline | None" = None,
    *,
    tall: bool = False,
    bound: BoundKeys = AS_SHIPPED,
) -> tuple[Line, ...]:
    """Return the top lines: the port in a few words, what to do, or what went wrong.

    With `tall`, there's room for the keys that matter at the start.
    `pipeline` is the one that the port is known to belong to.
    """
    match state:
        case Nothing():
            keys = _keys_at_start(bound) if tall and not isinstance(access, NoAccess) else ()
            return (*_welcome(access, width, example, bound, tall=tall), *keys)
        case Loading():
            return (((INDENT + "Reading…", PLAIN),),)
        case Failed(notice=notice):
            return notice_lines(notice, width, keys=_KEYS_WHILE_TYPING, bound=bound)
        case Gone(reading=reading):
            return (((INDENT, PLAIN), ("deleted", BAD), ("  " + summary(reading.port), LABEL)),)
        case Showing(reading=reading):
            return (_title(reading, pipeline),)


def _title(reading: "Reading", pipeline: "Pipeline | None") -> Line:
    port = reading.port
    plugin = "" if port.plugin_id is None else f" · {field_text(port, Field.PLUGIN_ID, 40)}"
    kind = field_text(port, Field.KIND, 40)
    known = ""
    if pipeline:
        from portui.tui.widgets.listed_lines import pipeline_text  # not for the first paint

        known = f" · {pipeline_text(pipeline)}"
    return ((INDENT + summary(port), STRONG), (f" · {kind}{plugin}{known}", LABEL))


def _welcome(
    access: AccessState, width: int, example: UUID | None, bound: BoundKeys, *, tall: bool
) -> tuple[Line, ...]:
    if not isinstance(access, NoAccess):
        enter = bound.name("submit")
        words = f"Paste or type a port ID and press {enter}. A URL, JSON or a log line will do."
        instance = [("", PLAIN), (f"For example {example}", PLAIN)] if example else []
        return _paragraphs([(words, LABEL), *instance], width)
    why = _why(access.keyring_error) if access.keyring_error else ""
    official = "to use the official CLI's token, or " if access.official else ""
    variable = ("Or set CALYPTIA_CLOUD_TOKEN in the environment.", LABEL)
    press = f"Press {bound.name('token')} {official}to paste a token"
    paragraphs = [
        (f"No token for this service yet{why}.", STRONG),
        (f"{press}, for this session or stored in the keyring.", PLAIN),
        *((variable,) if tall else ()),
        (f"Press {bound.name('demo')} to open the demo: no account or network needed.", PLAIN),
    ]
    return _paragraphs(paragraphs, width)


def _keys_at_start(bound: BoundKeys) -> tuple[Line, ...]:
    keys = [(bound.name(binding), words) for binding, words in _KEYS_AT_START]
    column = max(_KEY_COLUMN, *(cell_len(key) + _GAP for key, _ in keys))
    return ((), *(((f"{INDENT}{key:<{column}}", KEY), (words, LABEL)) for key, words in keys))


def _why(error: "TokenStoreError") -> str:
    from portui.explain.tokens import explain_keyring

    return f" ({explain_keyring(error)})"


def _paragraphs(paragraphs: Iterable[tuple[str, Style]], width: int) -> tuple[Line, ...]:
    room = width - len(INDENT) - 1
    return tuple(
        ((INDENT + line, style),) for text, style in paragraphs for line in wrapped(text, room)
    )


def notice_lines(
    notice: Explanation,
    width: int,
    *,
    brief: bool = False,
    keys: Mapping[Action, tuple[str, str]] = ACTION_KEYS,
    bound: BoundKeys = AS_SHIPPED,
) -> tuple[Line, ...]:
    """Return what happened, what it means (unless `brief`), and the keys that help.

    `keys` names bindings by their ids.
    """
    mark, style = TONES[notice.tone]
    room = max(10, width - 4)
    first, *rest = wrapped(notice.what, room)
    lines: list[Line] = [((f" {mark} ", style), (first, style))]
    lines += [((INDENT + line, style),) for line in rest]
    if notice.meaning and not brief:
        lines += [((INDENT + line, PLAIN),) for line in wrapped(notice.meaning, room)]
    if pressed := [keys[action] for action in notice.next if action in keys]:
        lines.append(_keys((bound.name(binding), words) for binding, words in pressed))
    return tuple(lines)


def _keys(pressed: Iterable[tuple[str, str]]) -> Line:
    pieces: list[tuple[str, Style]] = []
    for key, words in pressed:
        pieces += [(INDENT if not pieces else "  ", PLAIN), (key, KEY), (f" {words}", PLAIN)]
    return tuple(pieces)


def notice(
    state: State, width: int, *, brief: bool, bound: BoundKeys = AS_SHIPPED
) -> tuple[Line, ...]:
    """Return the notice below the port's rows, if there is one."""
    if isinstance(state, Showing | Gone) and state.notice:
        return notice_lines(state.notice, width, brief=brief, bound=bound)
    return ()


def endpoint_test(
    test: EndpointTest | None, width: int, *, brief: bool, bound: BoundKeys = AS_SHIPPED
) -> tuple[Line, ...]:
    """Return what the test of the endpoint found, or the target while it is under way."""
    if test is None:
        return ()
    if test.result:
        return notice_lines(test.result, width, brief=brief, bound=bound)
    room = max(10, width - 4)
    return tuple(((INDENT + line, PLAIN),) for line in wrapped(test.progress, room))


_ACTIVITIES = {
    Activity.READING: "Reading…",
    Activity.SAVING: "Saving…",
    Activity.DELETING: "Deleting…",
}


def progress(state: State) -> str:
    """Return what is under way for the port on screen, or for one that isn't shown yet.

    Watching is under way as long as nothing else is.
    """
    match state:
        case Showing(activity=activity, progress=progress) if progress or activity in _ACTIVITIES:
            return progress or _ACTIVITIES[activity]
        case Showing(watching=Watching() as watching):
            from portui.explain.watch import explain_watching

            return explain_watching(watching.changed_at, watching.failed, paused=watching.paused)
        case Loading(progress=progress) | Gone(progress=progress):
            return progress
        case _:
            return ""


def status(state: State, clock: Clock, words: str, width: int) -> tuple[Line, ...]:
    """Return when the port on screen was read, with `words` beside it or above."""
    return beside(_age(state, clock, brief=width < _NARROW), words, width)


def beside(age_: str, words: str, width: int) -> tuple[Line, ...]:
    """Return an age with words beside it, or above it where there's no room."""
    if not age_ or not words:
        return (((f" {age_ or words}", LABEL),),)
    gap = width - cell_len(age_) - cell_len(words) - 2
    if gap >= _GAP:
        return (((f" {age_}{' ' * gap}", LABEL), (words, PLAIN)),)
    above: list[Line] = [((f" {line}", PLAIN),) for line in wrapped(words, max(10, width - 2))]
    return (*above, ((f" {age_}", LABEL),))


def _age(state: State, clock: Clock, *, brief: bool) -> str:
    if not isinstance(state, Showing | Gone):
        return ""
    reading = state.reading
    since = age(clock.seconds() - reading.at_seconds)
    took = "" if brief else f", in {duration(reading.took)}"
    return f"Read {time_of_day(reading.at)}, {since}{took}"


def duration(seconds: float) -> str:
    """Return how long something took."""
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"
