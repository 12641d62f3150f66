"""Messages about errors from the service and from the connection to it."""

import re

from portui.api import errors
from portui.explain.explanation import Action, Explanation
from portui.operations.look_up import ATTEMPTS, Reading, Retrying
from portui.port.display import safe, time_of_day
from portui.port.editing import NewValue

_MESSAGE = 120  # characters of a message from outside
_RETRY = (Action.REFRESH,)
NOTHING_SENT = "Nothing was sent."


def explain_failed_read(error: errors.ServiceError, shown: Reading | None = None) -> Explanation:
    """Explain a failed read. `shown` is the reading that is still on the screen, if any.

    The text claims nothing about the port, which may have changed since that reading.
    """
    reason = explain_error(error)
    if shown is None:
        return reason
    values = f"The values shown are those of {time_of_day(shown.at)}."
    meaning = f"{reason.meaning} {values}".strip()
    return Explanation(reason.what, meaning, reason.next, reason.tone, until_read=True)


def explain_other_port(reading: Reading) -> Explanation:
    """Explain that the service returned a different port from the one requested."""
    what = "The service returned a different port"
    return Explanation(what, f"You asked for {reading.port_id}.", _RETRY)


def explain_retrying(retrying: Retrying) -> str:
    """Return that a read failed and is about to be tried again, as progress."""
    what = explain_error(retrying.error).what
    return f"{what}; trying again ({retrying.attempt} of {ATTEMPTS})…"


def explain_error(error: errors.ServiceError) -> Explanation:
    """Explain why a call failed, in words that fit every call."""
    match error:
        case errors.NotSentError():
            return _not_sent(error)
        case errors.NoReplyError():
            return _no_answer(error)
        case errors.RefusedError():
            return _refused(error)
        case errors.ReplyError():
            return _other_answer(error)
        case _:
            return Explanation("The call failed", type(error).__name__, _RETRY)


def _not_sent(error: errors.NotSentError) -> Explanation:
    match error:
        case errors.NoTokenError():
            next_ = (Action.TOKEN, Action.DEMO)
            return Explanation("No token", "The service needs one.", next_)
        case errors.ReadOnlyError():
            return Explanation("Read-only", "The settings don't allow changes here.")
        case errors.ConnectionSetupError(part=part):
            return Explanation(f"Can't set up the connection: {_SETUP[part]}")
        case errors.ConnectError(why=why, peer=peer):
            return Explanation(f"Can't connect to {_peer(peer)}: {_CONNECT[why]}", "", _RETRY)
        case errors.TlsError(peer=peer, untrusted=True, detail=detail):
            what = f"The certificate of {_peer(peer)} is not trusted"
            meaning = f"{_detail(detail)}A private CA's certificate goes into SSL_CERT_FILE."
            return Explanation(what, meaning, _RETRY)
        case errors.TlsError(peer=peer, detail=detail):
            what = f"No secure connection to {_peer(peer)}"
            return Explanation(what, _detail(detail).strip(), _RETRY)
        case errors.ProxyError(peer=peer, detail=detail):
            what = f"The proxy {safe(peer.address, 60)} refused the connection"
            return Explanation(what, _detail(detail).strip(), _RETRY)
        case _:
            return Explanation("Not sent", "", _RETRY)


def _peer(peer: errors.Peer) -> str:
    address = safe(peer.address, 60)
    return f"the proxy {address}" if peer.proxy else address


_SETUP = {
    errors.ConnectionSetupError.Part.PROXY: "HTTPS_PROXY or ALL_PROXY is not a proxy URL",
    errors.ConnectionSetupError.Part.SOCKS: "SOCKS support is not installed",
    errors.ConnectionSetupError.Part.CERTIFICATES: "the file in SSL_CERT_FILE can't be used",
}

_CONNECT = {
    errors.ConnectError.Why.NAME_UNKNOWN: "no such host name",
    errors.ConnectError.Why.REFUSED: "connection refused",
    errors.ConnectError.Why.UNREACHABLE: "not reachable from here",
    errors.ConnectError.Why.TIMED_OUT: "timed out",
    errors.ConnectError.Why.OTHER: "the connection failed",
}


def _detail(text: str) -> str:
    """Return a library's or proxy's own message as a sentence, to put before ours."""
    return f"{safe(text, _MESSAGE).rstrip('.')}. " if text else ""


def _no_answer(error: errors.NoReplyError) -> Explanation:
    match error:
        case errors.DeadlineError(seconds=seconds):
            return Explanation(f"No complete reply within {seconds:g} s", "", _RETRY)
        case errors.ConnectionLostError():
            return Explanation("The connection broke before a reply", "", _RETRY)
        case _:
            return Explanation("No reply", "", _RETRY)


def own_words(error: errors.RefusedError) -> str:
    """Return the service's own message, with its detail and quota."""
    parts = [safe(error.message, _MESSAGE) or "no reason given"]
    if error.detail:
        parts.append(safe(error.detail, _MESSAGE))
    if error.quota_limit is not None and error.quota_remaining is not None:
        left, limit = (safe(str(n), 20) for n in (error.quota_remaining, error.quota_limit))
        parts.append(f"{left} of {limit} left")
    return " · ".join(parts)


_IN_USE = 409
_NUMBER = re.compile(r"\bport (\d+)\b")


def says_in_use(error: errors.RefusedError, frontend_port: NewValue) -> bool:
    """Return whether the service refused a frontend port because another port has it.

    Its detail names the number, which may be the backend port's.
    """
    named = _NUMBER.search(error.detail or "")
    return error.status == _IN_USE and (not named or named[1] == str(frontend_port))


_PORT_NOT_FOUND = "pipeline port not found"


def _refused(error: errors.RefusedError) -> Explanation:
    words = own_words(error)
    match error.status:
        case 401:
            meaning = f"It says: {words}."
            return Explanation("The service rejected the token", meaning, (Action.TOKEN,))
        case 410:
            return Explanation("The token was revoked", f"It says: {words}.", (Action.TOKEN,))
        case 403:
            meaning = "Your role or quota doesn't permit this."
            return Explanation(f"Not allowed: {words}", meaning)
        case 404 if error.no_such_port:
            what = "No such port" if words == _PORT_NOT_FOUND else f"No such port: {words}"
            meaning = "The service has no port with this ID; it may have been deleted."
            return Explanation(what, meaning, (Action.LOOK_UP,))
        case 404:
            what = f"The service doesn't know this call (404): {words}"
            meaning = "This says nothing about the port. Check the path in the API's URL."
            return Explanation(what, meaning, _RETRY)
        case _:
            return Explanation(f"The service refused: {words}", f"Status {error.status}.")


def _other_answer(error: errors.ReplyError) -> Explanation:
    match error:
        case errors.UnavailableError(status=429, retry_after=after):
            return Explanation("Too many requests (429)", _later(after), _RETRY)
        case errors.UnavailableError(status=status, retry_after=after, message=message):
            said = f"It says: {safe(message, _MESSAGE)}. " if message else ""
            return Explanation(f"The service failed ({status})", said + _later(after), _RETRY)
        case errors.RedirectedError(status=status, location=location):
            what = f"Redirected to {safe(location, 80) or 'nowhere'} ({status})"
            return Explanation(what, "Not followed, so the token was not sent there.", _RETRY)
        case errors.UnexpectedReplyError(status=status, why=why):
            what = f"Unexpected reply ({status}): {_NOT_SERVICE[why]}"
            next_ = (Action.TOKEN, *_RETRY) if status == 401 else _RETRY
            meaning = "Probably a proxy; it says nothing about the port."
            return Explanation(what, meaning, next_)
        case _:
            return Explanation(f"Unexpected reply ({error.status})", "", _RETRY)


def _later(after: float | None) -> str:
    if after is None:
        return "Try again in a moment."
    return (
        f"It asks to retry in {after:.0f} s." if after < 3600 else "It asks to wait over an hour."
    )


_NOT_SERVICE = {
    errors.UnexpectedReplyError.Why.NO_ERROR_BODY: "without the service's error body",
    errors.UnexpectedReplyError.Why.NOT_JSON: "not JSON",
    errors.UnexpectedReplyError.Why.NOT_A_PORT: "JSON, but not a port",
    errors.UnexpectedReplyError.Why.NOT_A_LIST: "JSON, but not the list asked for",
    errors.UnexpectedReplyError.Why.NOT_A_PIPELINE: "JSON, but not a pipeline",
    errors.UnexpectedReplyError.Why.TOO_LARGE: "larger than 4 MiB",
    errors.UnexpectedReplyError.Why.UNEXPECTED_STATUS: "a status the service never uses",
    errors.UnexpectedReplyError.Why.BODY_ON_NO_CONTENT: "a body after 204",
    errors.UnexpectedReplyError.Why.UNREADABLE_ENCODING: "an encoding that can't be read",
}
