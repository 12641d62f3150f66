"""Checks of the way to the service: proxy, name, connection, certificate, reply and clock."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from portui.api.errors import ConnectError, NotSentError, ProxyError, ServiceError, TlsError
from portui.api.probed import Certificate, Probed
from portui.api.proxies import ProxyChoice, ProxyReason, choose_proxy
from portui.commands.doctor.finding import Finding, care, not_applicable, ok
from portui.explain.errors import explain_error
from portui.explain.reach import explain_connecting, explain_resolving
from portui.operations.reach import NotResolved, ReachOutcome, Tried
from portui.port.display import safe, utc
from portui.port.endpoint import Target
from portui.settings import Origin

_EXPIRES_SOON: Final = timedelta(days=14)
_CLOCKS_AGREE: Final = timedelta(seconds=60)
_DEFAULT_PORTS: Final = {"https": 443, "socks5": 1080, "socks5h": 1080}
_MOST_LISTED: Final = 3  # addresses


def check_proxy(origin: Origin) -> tuple[Finding, Target | None]:
    """Return which proxy is used, and why; and what is connected to, unless that isn't known."""
    check, choice = "Proxy", choose_proxy(origin)
    if choice.url is None:
        return ok(check, f"none: {_reason(choice)}"), Target(origin.host, origin.port)
    target = _target(choice.url)
    if target is None:
        what = f"{_reason(choice)} is not a proxy URL"
        return care(check, what, "Set it to http://HOST:PORT, or unset it."), None
    return ok(check, f"{safe(str(target), 120)}, from {_reason(choice)}"), target


def _reason(choice: ProxyChoice) -> str:
    match choice.reason:
        case ProxyReason.PLAIN_HTTP:
            return "plain HTTP never uses one"
        case ProxyReason.LOOPBACK:
            return "this machine is reached without one"
        case ProxyReason.NO_PROXY:
            return f"{choice.variable} excludes the service"
        case ProxyReason.SYSTEM_EXCEPTION:
            return "the system's settings exclude the service"
        case ProxyReason.NONE_SET:
            return "HTTPS_PROXY and ALL_PROXY aren't set"
        case ProxyReason.VARIABLE:
            return choice.variable
        case ProxyReason.SYSTEM_SETTING:
            return "the system's settings"


def _target(url: str) -> Target | None:
    """Return the host and port of a proxy's URL, or `None`. The rest may be a password."""
    try:
        parts = urlsplit(url)
        host, number = parts.hostname, parts.port
    except ValueError:
        return None
    return Target(host, number or _DEFAULT_PORTS.get(parts.scheme, 80)) if host else None


def check_reach(outcome: ReachOutcome) -> tuple[list[Finding], bool]:
    """Return how the name was resolved, and whether a connection could be opened."""
    match outcome:
        case NotResolved(target=target, took=took):
            words = f"{safe(target.host, 120)}: {explain_resolving(outcome.failure)}"
            advice = "Check the name in the API's or the proxy's URL, and this machine's DNS."
            return [
                care("DNS", words, advice, took),
                not_applicable("TCP", "not tried: the name has no address"),
            ], False
        case Tried():
            connected = outcome.attempts[-1].failure is None
            return [_resolved(outcome), _connected(outcome)], connected


def _resolved(tried: Tried) -> Finding:
    if tried.resolved is None:
        return not_applicable("DNS", f"{safe(tried.target.host, 60)} is an address")
    addresses = tried.resolved.addresses
    named = ", ".join(safe(each, 60) for each in addresses[:_MOST_LISTED])
    more = f" and {len(addresses) - _MOST_LISTED} more" if len(addresses) > _MOST_LISTED else ""
    return ok("DNS", f"{safe(tried.target.host, 120)} is {named}{more}", tried.resolved.took)


def _connected(tried: Tried) -> Finding:
    last = tried.attempts[-1]
    if last.failure is None:
        return ok("TCP", f"connected to {safe(last.address, 60)}", last.took)
    failed = [
        f"{safe(a.address, 60)}: {explain_connecting(a.failure)}"
        for a in tried.attempts
        if a.failure
    ]
    advice = "Check the address, and any firewall or VPN on the way. It may need a proxy."
    return care("TCP", "; ".join(failed[:_MOST_LISTED]), advice, last.took)


def check_reply(origin: Origin, probed: Probed) -> list[Finding]:
    """Return what a request without a token met: the proxy, TLS, the service and its clock."""
    findings = []
    tunnelled = probed.tunnel is not None
    if tunnelled or _is_from_proxy(probed.error):
        findings.append(_tunnel(probed))
    secured = tunnelled or not _is_from_proxy(probed.error)
    findings.append(_tls(origin, probed) if secured else not_applicable("TLS", "not started"))
    if probed.reply is None:
        return [*findings, _no_reply(origin, probed), *_unknown(("Clock", "Health"), "no reply")]
    return [*findings, _reply(probed), _clock(probed), _health(probed)]


def not_reached(why: str) -> list[Finding]:
    """Return that the service couldn't be asked anything."""
    return _unknown(("TLS", "HTTP", "Clock", "Health"), why)


def _unknown(checks: tuple[str, ...], why: str) -> list[Finding]:
    return [not_applicable(check, f"not known: {why}") for check in checks]


def _is_from_proxy(error: ServiceError | None) -> bool:
    """Return whether a proxy, and not the service, is why there is no connection."""
    return isinstance(error, ProxyError) or (isinstance(error, _WITH_PEER) and error.peer.proxy)


_WITH_PEER: Final = (ConnectError, TlsError)


def _tunnel(probed: Probed) -> Finding:
    if probed.error and _is_from_proxy(probed.error):
        why = explain_error(probed.error)
        return care(
            "Tunnel", why.what, why.meaning or "Check the proxy's URL, or ask its administrators."
        )
    return ok("Tunnel", "the proxy lets the connection through", probed.tunnel)


def _tls(origin: Origin, probed: Probed) -> Finding:
    check = "TLS"
    if origin.scheme == "http":
        return not_applicable(check, "plain HTTP")
    if isinstance(probed.error, NotSentError):
        why = explain_error(probed.error)
        certificate = probed.certificate
        known = f"; it was {_certificate(certificate)}" if certificate else ""
        advice = (
            why.meaning
            or "Something on the way may intercept or block TLS: ask who administers the network."
        )
        return care(check, why.what + known, advice)
    if probed.tls is None:
        return not_applicable(check, "details not known")
    certificate = probed.certificate
    found = f"{safe(probed.tls_version or '', 20)}, certificate {_certificate(certificate)}"
    expires, now = certificate and certificate.expires_at, probed.received_at
    if expires and now and expires - now < _EXPIRES_SOON:
        return care(check, found, "It expires soon: have it renewed.", probed.tls)
    return ok(check, found, probed.tls)


def _certificate(certificate: Certificate | None) -> str:
    if certificate is None:
        return "not reported by this system"
    expires = utc(certificate.expires_at) if certificate.expires_at else "at an unknown time"
    return f"issued by {safe(certificate.issuer, 100) or 'an unnamed issuer'}, expires {expires}"


def _no_reply(origin: Origin, probed: Probed) -> Finding:
    """Return why there is no reply, unless an earlier finding says so."""
    if probed.error is None or (
        origin.scheme == "https" and isinstance(probed.error, NotSentError)
    ):
        return not_applicable("HTTP", "not asked: no connection")
    why = explain_error(probed.error)
    return care("HTTP", why.what, why.meaning or "Check what answers at the API's URL.")


def _reply(probed: Probed) -> Finding:
    status = probed.status or 0
    found = f"replied to GET /healthz with {status}"
    if status >= 500:
        return care(
            "HTTP", found, "The service or a proxy is failing: try again later.", probed.reply
        )
    if status == 407:
        return care(
            "HTTP", found, "The proxy asks for credentials: put them in its URL.", probed.reply
        )
    return ok("HTTP", found, probed.reply)


def _clock(probed: Probed) -> Finding:
    check = "Clock"
    if probed.date is None or probed.received_at is None:
        return not_applicable(check, "the reply has no Date to compare with")
    ahead = probed.received_at - probed.date
    seconds = round(abs(ahead).total_seconds())
    if abs(ahead) <= _CLOCKS_AGREE:
        return ok(check, f"{seconds} s from the service's")
    direction = "ahead of" if ahead > timedelta() else "behind"
    return care(
        check,
        f"this machine's is {seconds} s {direction} the service's",
        "Set the clock (timedatectl set-ntp true): ages and certificates depend on it.",
    )


def _health(probed: Probed) -> Finding:
    check, health = "Health", probed.health
    if health is None:
        return not_applicable(check, "the service doesn't report it at /healthz")
    found = f"version {safe(health.version or 'unknown', 60)}"
    if health.database_ok is False:
        advice = "The service reports a problem with its database: tell its administrators."
        return care(check, f"{found}, database not ok", advice)
    return ok(check, found + (", database ok" if health.database_ok else ""))
