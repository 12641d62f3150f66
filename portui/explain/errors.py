"""Errors of the service and of the way there, in the operator's words."""

from portui.api import errors
from portui.explain.words import Action, Explanation
from portui.port.display import safe

_MESSAGE = 120  # characters of the service's own words
NOTHING_SENT = "Nothing was sent, so nothing has changed."


def explain_error(error: errors.ServiceError) -> Explanation:
    """A failed read, or a write that certainly didn't take effect."""
    match error:
        case errors.NotSent():
            return _not_sent(error)
        case errors.NoAnswer():
            return _no_answer(error)
        case errors.Refused():
            return _refused(error)
        case errors.Answered():
            return _other_answer(error)
        case _:
            return Explanation("The call failed", type(error).__name__, (Action.READ_AGAIN,))


def _not_sent(error: errors.NotSent) -> Explanation:
    again = (Action.READ_AGAIN,)
    match error:
        case errors.NoToken():
            return Explanation(
                "No token", "The service answers only with one.", (Action.TOKEN, Action.DEMO)
            )
        case errors.OriginIsReadOnly():
            return Explanation("Read-only", f"{NOTHING_SENT} The settings forbid changes here.")
        case errors.BadConnectionSetup(part=part):
            return Explanation(f"Can't set up the connection: {_SETUP[part]}", NOTHING_SENT)
        case errors.CannotConnect(why=why, host=host):
            return Explanation(f"{safe(host, 60)}: {_CONNECT[why]}", NOTHING_SENT, again)
        case errors.TlsFailed(host=host, untrusted=True, detail=detail):
            what = f"{safe(host, 60)}: its certificate is not trusted"
            meaning = f"{_detail(detail)}{NOTHING_SENT} A private CA goes into SSL_CERT_FILE."
            return Explanation(what, meaning, again)
        case errors.TlsFailed(host=host, detail=detail):
            what = f"{safe(host, 60)}: no secure connection"
            return Explanation(what, f"{_detail(detail)}{NOTHING_SENT}", again)
        case errors.ProxyRefused(detail=detail):
            what = "The proxy did not let the connection through"
            return Explanation(what, f"{_detail(detail)}{NOTHING_SENT}", again)
        case _:
            return Explanation("Not sent", NOTHING_SENT, again)


_SETUP = {
    errors.BadConnectionSetup.Part.PROXY: "the proxy's address (HTTPS_PROXY, ALL_PROXY) is none",
    errors.BadConnectionSetup.Part.SOCKS: "SOCKS support is not installed",
    errors.BadConnectionSetup.Part.CERTIFICATES: "the file in SSL_CERT_FILE can't be used",
}

_CONNECT = {
    errors.CannotConnect.Why.NAME_UNKNOWN: "no such host name",
    errors.CannotConnect.Why.REFUSED: "connection refused",
    errors.CannotConnect.Why.UNREACHABLE: "not reachable from here",
    errors.CannotConnect.Why.TIMED_OUT: "no connection in time",
    errors.CannotConnect.Why.OTHER: "no connection",
}


def _detail(text: str) -> str:
    """A library's or proxy's own words, as a sentence before ours."""
    return f"{safe(text, _MESSAGE).rstrip('.')}. " if text else ""


def _no_answer(error: errors.NoAnswer) -> Explanation:
    again = (Action.READ_AGAIN,)
    match error:
        case errors.TimedOut(seconds=seconds):
            return Explanation(f"No whole answer within {seconds:g} s", "", again)
        case errors.ConnectionLost():
            return Explanation("The connection broke before an answer", "", again)
        case _:
            return Explanation("No answer", "", again)


def own_words(error: errors.Refused) -> str:
    """The service's own message, its detail and quota included."""
    parts = [safe(error.message, _MESSAGE) or "no reason given"]
    if error.detail:
        parts.append(safe(error.detail, _MESSAGE))
    if error.quota_limit is not None and error.quota_remaining is not None:
        left, limit = (safe(str(n), 20) for n in (error.quota_remaining, error.quota_limit))
        parts.append(f"{left} of {limit} left")
    return " · ".join(parts)


def _refused(error: errors.Refused) -> Explanation:
    words = own_words(error)
    match error.status:
        case 401:
            meaning = f"The service says: {words}."
            return Explanation("The token was not accepted", meaning, (Action.TOKEN,))
        case 410:
            meaning = f"The service says: {words}. It was revoked; another one is needed."
            return Explanation("The token is gone", meaning, (Action.TOKEN,))
        case 403:
            meaning = "A matter of role or quota; another token of the same role won't help."
            return Explanation(f"Not allowed: {words}", meaning)
        case 404:
            meaning = "The service knows no port with this ID. It may have been deleted."
            return Explanation(f"No such port: {words}", meaning, (Action.LOOK_UP,))
        case _:
            return Explanation(f"The service refused: {words}", f"Status {error.status}.")


def _other_answer(error: errors.Answered) -> Explanation:
    again = (Action.READ_AGAIN,)
    match error:
        case errors.Unavailable(status=429, retry_after=after):
            return Explanation("Too many requests (429)", _later(after), again)
        case errors.Unavailable(status=status, retry_after=after, message=message):
            said = f"It says: {safe(message, _MESSAGE)}. " if message else ""
            return Explanation(f"The service is in trouble ({status})", said + _later(after), again)
        case errors.Redirected(status=status, location=location):
            what = f"Something answered with a redirect ({status})"
            meaning = f"To {safe(location, 80) or 'nowhere'}. Not followed; the token stayed here."
            return Explanation(what, meaning, again)
        case errors.NotTheService(status=status, why=why):
            what = f"Something else answered ({status}): {_NOT_SERVICE[why]}"
            next_ = (Action.TOKEN, Action.READ_AGAIN) if status == 401 else again
            return Explanation(what, "A proxy, perhaps. It proves nothing about the port.", next_)
        case _:
            return Explanation(f"Unexpected answer ({error.status})", "", again)


def _later(after: float | None) -> str:
    if after is None:
        return "Try again in a moment."
    return f"It asks to wait {after:.0f} s." if after < 3600 else "It asks to wait over an hour."


_NOT_SERVICE = {
    errors.NotTheService.Why.NO_ERROR_BODY: "not the service's error body",
    errors.NotTheService.Why.NOT_JSON: "not JSON",
    errors.NotTheService.Why.NOT_A_PORT: "JSON, but no port",
    errors.NotTheService.Why.TOO_LARGE: "an answer over 4 MiB",
    errors.NotTheService.Why.UNEXPECTED_STATUS: "a status it never uses",
    errors.NotTheService.Why.BODY_ON_NO_CONTENT: "a body where there is none",
    errors.NotTheService.Why.UNREADABLE_ENCODING: "an encoding that can't be read",
}
