"""Messages about testing an endpoint."""

from typing import Final

from portui.explain.explanation import Explanation, Tone
from portui.operations.reach import Attempt, Failure, NotResolved, ReachOutcome, Resolved, Tried
from portui.port.display import PENDING, duration, safe, time_of_day, value_text
from portui.port.endpoint import Locality, Target, Untestable
from portui.port.model import Port

_LONGEST_TARGET: Final = 90  # characters; of a longer one, both ends are shown
_MOST_LISTED: Final = 3  # addresses


def target_words(target: Target) -> str:
    """Return a target as safe text; of a long name, the beginning and the end."""
    text = safe(str(target))
    half = _LONGEST_TARGET // 2
    return text if len(text) <= _LONGEST_TARGET else f"{text[:half]}…{text[-half:]}"


def explain_testing(target: Target) -> str:
    """Return what is about to be tested."""
    return f"Testing {target_words(target)}… Esc cancels"


def explain_untestable(why: Untestable, port: Port) -> str:
    """Return in one line why an endpoint can't be tested."""
    endpoint = value_text(port.endpoint, 40)
    match why:
        case Untestable.PENDING:
            return f"Nothing to test: Endpoint is {PENDING}"
        case Untestable.UNREADABLE:
            return "Can't test it: Endpoint isn't text"
        case Untestable.REDACTED:
            return "Can't test it: Endpoint contains the token"
        case Untestable.UDP:
            return "Can't test UDP: it has no connections"
        case Untestable.NOT_TCP:
            return "Can't test it: only TCP can be tested"
        case Untestable.NO_PORT:
            return f"Can't test {endpoint}: no port number"
        case Untestable.NOT_A_PORT:
            return f"Can't test {endpoint}: no valid port number"
        case Untestable.NOT_A_HOST:
            return f"Can't test {endpoint}: not host:port"


def explain_resolving(failure: Failure) -> str:
    """Return why a name couldn't be resolved, as a phrase."""
    return _RESOLVING[failure]


def explain_connecting(failure: Failure) -> str:
    """Return why an address couldn't be connected to, as a phrase."""
    return _CONNECTING[failure]


def explain_reach(outcome: ReachOutcome, port: Port) -> Explanation:
    """Explain the result of a test: what resolved, what connected, or what failed."""
    name = target_words(outcome.target)
    when = f"Tested {time_of_day(outcome.at)} from this machine, without a proxy."
    match outcome:
        case NotResolved(failure=failure, took=took):
            what = f"{name} doesn't resolve: {_RESOLVING[failure]} ({duration(took)})"
            return Explanation(what, when)
        case Tried(resolved=resolved, attempts=attempts):
            tried = "; ".join(_attempt(each, alone=_is_alone(outcome)) for each in attempts)
            if resolved:
                found = f"{_listed(resolved)} in {duration(resolved.took)}"
                what = f"{name} resolves to {found}; {tried}"
            else:
                what = f"{name}: {tried}"
            left = len(resolved.addresses) - len(attempts) if resolved else 0
            connected = attempts[-1].failure is None
            if left and not connected:
                what += f"; {left} more not tried"
            return Explanation(what, _meaning(outcome, port, when), tone=_tone(attempts[-1]))


def _is_alone(tried: Tried) -> bool:
    """Return whether there's no question which address an attempt was about."""
    return tried.resolved is None or len(tried.resolved.addresses) == 1


def _listed(resolved: Resolved) -> str:
    shown = ", ".join(safe(each, 60) for each in resolved.addresses[:_MOST_LISTED])
    more = len(resolved.addresses) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def _attempt(attempt: Attempt, *, alone: bool) -> str:
    address = "" if alone else f"{safe(attempt.address, 60)} "
    place = f" ({_PLACES[attempt.locality]})" if attempt.locality else ""
    took = duration(attempt.took)
    if attempt.failure is None:
        to = f" to {address.rstrip()}" if address else ""
        return f"connected{to} in {took}{place}"
    return f"{address}{_CONNECTING[attempt.failure]} after {took}{place}"


def _meaning(tried: Tried, port: Port, when: str) -> str:
    last = tried.attempts[-1]
    parts = [when]
    if last.failure is None:
        parts.append("Nothing was sent.")
    if last.locality:
        parts.append(_LOCALITIES[last.locality])
    elif last.failure and port.kind == "ClusterIP":
        parts.append("A ClusterIP is reachable only inside its cluster.")
    return " ".join(parts)


def _tone(last: Attempt) -> Tone:
    if last.failure:
        return Tone.BAD
    return Tone.UNSURE if last.locality else Tone.GOOD


_RESOLVING: Final = {
    **dict.fromkeys(Failure, "the lookup failed"),
    Failure.NAME_UNKNOWN: "no such host name",
    Failure.NAME_SERVICE_FAILED: "the name server failed",
    Failure.TIMED_OUT: "no answer from the name server",
}
_CONNECTING: Final = {
    **dict.fromkeys(Failure, "connection failed"),
    Failure.REFUSED: "connection refused",
    Failure.UNREACHABLE: "not reachable from here",
    Failure.TIMED_OUT: "no answer",
    Failure.RESET: "connection reset",
    Failure.NOT_PERMITTED: "blocked on this machine",
}
_PLACES: Final = {
    Locality.LOOPBACK: "this machine",
    Locality.OWN: "this machine",
    Locality.LINK_LOCAL: "link-local",
    Locality.UNSPECIFIED: "this machine",
}
_LOCALITIES: Final = {
    Locality.LOOPBACK: "A loopback address is always the machine that uses it.",
    Locality.OWN: "The address is one of this machine's own.",
    Locality.LINK_LOCAL: "A link-local address is a different host on each network.",
    Locality.UNSPECIFIED: "An unspecified address connects to the machine that uses it.",
}
