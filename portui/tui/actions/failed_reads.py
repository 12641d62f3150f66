"""The screen's next state after a read that failed, or one of a watch."""

from uuid import UUID

from portui.api.errors import ServiceError
from portui.clock import Clock
from portui.explain.errors import explain_failed_read
from portui.operations.look_up import says_no_such_port
from portui.operations.watch import ends_watch, failed_again
from portui.tui.actions.notices import port_gone, port_still_gone
from portui.tui.actions.reads import lasting_notice
from portui.tui.state import Activity, Failed, Gone, Showing, State


def after_failed_read(before: State, port_id: UUID, error: ServiceError) -> State:
    """Return the state after a failed read.

    The port on screen stays; it becomes `Gone` if the service says that it doesn't exist.
    """
    match before:
        case Gone() if says_no_such_port(error):
            notice = port_still_gone(confirmed=before.confirmed)
            return before._replace(notice=notice, progress="")
        case Showing(reading=reading) if says_no_such_port(error):
            return Gone(reading, port_gone(reading))
        case Showing(reading=reading):
            notice = explain_failed_read(error, reading)
            watching = None if ends_watch(error) else before.watching
            return before._replace(
                activity=Activity.IDLE, notice=notice, progress="", watching=watching
            )
        case Gone(reading=reading):
            return before._replace(notice=explain_failed_read(error, reading), progress="")
        case _:
            explained = explain_failed_read(error)
            return Failed(port_id, explained, no_such_port=says_no_such_port(error))


def after_failed_watch(before: Showing, error: ServiceError, clock: Clock) -> Showing:
    """Return the state after a failed read that doesn't end a watch, if there is one."""
    if before.watching is None:
        return before
    failed = failed_again(before.watching.failed, error, clock)
    return before._replace(watching=before.watching._replace(failed=failed))


def ended_watch(before: Showing, error: ServiceError) -> State:
    """Return the state after a failed read that ends a watch. A notice that is still true stays."""
    after = after_failed_read(before, before.reading.port_id, error)
    standing = lasting_notice(before)
    return after._replace(notice=standing) if standing and isinstance(after, Showing) else after
