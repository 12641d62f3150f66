"""Explanations as the app shows them: with what stays on screen, what is kept, which key helps."""

from typing import Final

from portui.explain.creations import explain_create_phase
from portui.explain.errors import explain_other_port
from portui.explain.explanation import Explanation
from portui.explain.outcomes import (
    explain_delete,
    explain_gone,
    explain_phase,
    explain_save,
    explain_still_gone,
)
from portui.operations.delete import AlreadyDeleted, Deleted, DeleteOutcome
from portui.operations.look_up import Reading
from portui.operations.save import SaveOutcome
from portui.operations.write import Phase, Refused, Unknown
from portui.port.display import time_of_day
from portui.port.editing import Change
from portui.port.model import Port
from portui.settings import Settings
from portui.tui.widgets.bound_keys import BoundKeys

_ON_SCREEN: Final = "Its last values stay on screen."
_REFRESH_FIRST: Final = "Refresh before you do anything else."


def different_port(reading: Reading) -> Explanation:
    """Return the notice that the service returned a different port from the one requested."""
    return _with(explain_other_port(reading), "Editing and deleting are disabled.")


def port_gone(last: Reading) -> Explanation:
    """Return the notice that a port that was read earlier no longer exists."""
    return _with(explain_gone(), f"Its values as of {time_of_day(last.at)} stay on screen.")


def port_still_gone(*, confirmed: bool) -> Explanation:
    """Return the notice that another read still finds no such port, as `explain_still_gone`."""
    return _with(explain_still_gone(confirmed=confirmed), _ON_SCREEN)


def result_of_save(outcome: SaveOutcome, before: Port, change: Change) -> Explanation:
    """Return the notice about the outcome of a save."""
    explained = explain_save(outcome, before, change)
    match outcome:
        case Refused():
            return _with(explained, "Your draft is kept.")
        case Unknown():
            return _with(explained, _REFRESH_FIRST)
        case _:
            return explained


def result_of_delete(outcome: DeleteOutcome, before: Port) -> Explanation:
    """Return the notice about the outcome of a deletion."""
    explained = explain_delete(outcome, before)
    match outcome:
        case Deleted() | AlreadyDeleted():
            return _with(explained, _ON_SCREEN)
        case Unknown():
            return _with(explained, _REFRESH_FIRST)
        case _:
            return explained


def no_token(settings: Settings) -> str:
    """Return the hint that a token is needed first, with the key for it."""
    return f"No token: press {BoundKeys(settings.keys).name('token')}"


def progress_of(phase: Phase, number: int) -> str:
    """Return the progress of a change, with the key that ends the last phase."""
    return _stoppable(explain_phase(phase, number), phase)


def creation_progress_of(phase: Phase, number: int) -> str:
    """Return the progress of creating a port, with the key that ends the last phase."""
    return _stoppable(explain_create_phase(phase, number), phase)


def _stoppable(progress: str, phase: Phase) -> str:
    return f"{progress} Esc stops waiting" if phase is Phase.CONFIRMING else progress


def _with(explained: Explanation, sentence: str) -> Explanation:
    return explained._replace(meaning=f"{explained.meaning} {sentence}".strip())
