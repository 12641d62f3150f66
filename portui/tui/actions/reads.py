"""The screen's next state after a read, or a read of a watch. A first read needs no more."""

from portui.explain.explanation import Explanation
from portui.operations.look_up import Reading
from portui.port.model import Field
from portui.tui.state import Gone, Showing, State, Watching


def after_read(reading: Reading, before: State) -> Showing:
    """Return the state after a read; the service may have returned a different port."""
    if not reading.is_requested:
        from portui.tui.actions.notices import different_port  # which imports all outcomes

        return Showing(reading, notice=different_port(reading))
    match before:
        case Showing(reading=former, watching=Watching() as watching) if (
            former.port_id == reading.port_id
        ):
            after = compared(Showing(reading), former)
            changed_at = reading.at if after.was else watching.changed_at
            return after._replace(watching=Watching(changed_at))
        case Showing(reading=former) | Gone(reading=former) if former.port_id == reading.port_id:
            return compared(Showing(reading), former)
        case _:
            return Showing(reading)


def compared(showing: Showing, before: Reading) -> Showing:
    """Return the state with the port's former values in `was`, if they differ.

    `was` is `None` if `before` isn't a reading of the requested port.
    """
    port, was = showing.reading.port, before.port
    differs = port.unknown != was.unknown or any(port[field] != was[field] for field in Field)
    return showing._replace(was=was if differs and before.is_requested else None)


def after_watched_read(reading: Reading, before: Showing) -> Showing:
    """Return the state after a read of a watch.

    The last change stays marked until the next one, and a notice stays as long as it's true.
    """
    after = after_read(reading, before)
    if not reading.is_requested:
        return after
    return after._replace(
        notice=lasting_notice(before),
        was=after.was or before.was,
        can_undo=before.can_undo,
    )


def lasting_notice(showing: Showing) -> Explanation | None:
    """Return the notice on screen, unless it's about what a read settles."""
    notice = showing.notice
    return None if notice and notice.until_read else notice
