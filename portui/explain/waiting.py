"""Messages about waiting until a port's endpoint is assigned."""

from portui.explain.errors import explain_error
from portui.explain.explanation import Action, Explanation, Tone
from portui.operations.wait import Waiting
from portui.port.display import time_of_day


def explain_waiting(waiting: Waiting) -> str:
    """Return what is waited for and for how long, as progress."""
    words = f"Waiting for the endpoint, {waiting.seconds:.0f} s"
    if waiting.failed:
        what = explain_error(waiting.failed.error).what
        return f"{words} · {what}; next read {time_of_day(waiting.failed.next_at)}"
    return f"{words}…"


def explain_not_assigned(waiting: Waiting, timeout: float) -> Explanation:
    """Explain that the endpoint was not assigned in `timeout` seconds, as far as is known."""
    next_ = (Action.REFRESH,)
    if waiting.reading is None:
        what = f"The port could not be read within {timeout:g} s"
        return Explanation(what, "No complete reply came.", next_, Tone.UNSURE)
    what = f"The endpoint was not assigned within {timeout:g} s"
    meaning = f"It was pending at {time_of_day(waiting.reading.at)}."
    if waiting.failed:
        meaning += f" Since then: {explain_error(waiting.failed.error).what}."
    return Explanation(what, meaning, next_, Tone.UNSURE)
