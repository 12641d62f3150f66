"""Messages about a port that is being watched."""

from datetime import datetime

from portui.api.errors import NoTokenError, RefusedError, ServiceError
from portui.explain.errors import explain_error
from portui.operations.watch import FailedReads
from portui.port.display import time_of_day


def explain_watching(
    changed_at: datetime | None, failed: FailedReads | None, *, paused: bool
) -> str:
    """Return a few words for the status line.

    `changed_at` is when a read last found a change. `paused` means that a dialog is open.
    """
    if paused:
        return "Watching, paused"
    if failed:
        what = explain_error(failed.error).what
        return f"Watching · {what}; next read {time_of_day(failed.next_at)}"
    return f"Watching · change seen {time_of_day(changed_at)}" if changed_at else "Watching"


def explain_stopped_watching(error: ServiceError | None = None) -> str:
    """Return one line that says that the port is no longer watched, and why after an error."""
    match error:
        case NoTokenError():
            return "Stopped watching: there is no token"
        case RefusedError(no_such_port=True):
            return "Stopped watching: the port no longer exists"
        case RefusedError(status=410):
            return "Stopped watching: the token was revoked"
        case RefusedError():
            return "Stopped watching: the service rejected the token"
        case _:
            return "Stopped watching"


DIFFERENT_PORT = "Stopped watching: the service returned a different port"
