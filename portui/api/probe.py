"""A probe of a service: one request to `/healthz`, without a token, and what it shows on the way.

It goes through the same proxy as the client's requests, and trusts the same certificates. The
service needn't have `/healthz`: any reply will do.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import httpx

from portui.api import wire
from portui.api.client import CloudClient
from portui.api.errors import ConnectError, DeadlineError, Peer, ServiceError, TlsError
from portui.api.exchange import Exchange, build_client, date_in, read_body
from portui.api.failures import Progress, failures, translate
from portui.api.probed import Certificate, Health, Permissions, Probed
from portui.api.proxies import proxy_for
from portui.settings import Profile, Token
from portui.threads import in_daemon_thread

DEADLINE: Final = 10.0  # seconds for the request
_CERTIFICATE_DEADLINE: Final = 5.0  # seconds to fetch a certificate that isn't trusted
_NO_CHECK_TIME: Final = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which `ssl` has no name for


class ServiceProbe:
    """A `Probe` of a profile's service."""

    def __init__(self, profile: Profile, *, deadline: float = DEADLINE) -> None:
        self._profile = profile
        self._deadline = deadline

    async def reach(self) -> Probed:
        """Ask the service for its health, without a token."""
        proxy = proxy_for(self._profile.origin)
        client = await in_daemon_thread(partial(build_client, self._profile, proxy))
        if isinstance(client, ServiceError):
            return Probed(client)
        if isinstance(client, Exception):
            raise client
        progress = Progress(Peer(self._profile.origin.address), sent=False)
        progress.proxied = proxy is not None
        stages = _Stages(progress)
        async with client:
            found = await self._ask(client, stages)
        if isinstance(found.error, TlsError) and found.error.untrusted:
            return replace(found, certificate=await self._untrusted_certificate(proxy))
        return found

    async def permissions(self, token: Token) -> Permissions | None:
        """Return what a project token may do, or `None` if it isn't one."""
        if token.token_id is None:
            return None
        exchange = Exchange(self._profile, token)
        await in_daemon_thread(exchange.prepare)
        try:
            async with asyncio.timeout(self._deadline):
                return await CloudClient(exchange, read_only=True).get_permissions(token.token_id)
        except TimeoutError:
            raise DeadlineError(self._deadline) from None
        finally:
            await exchange.aclose()

    async def _ask(self, client: httpx.AsyncClient, stages: "_Stages") -> Probed:
        error: ServiceError
        try:
            async with asyncio.timeout(self._deadline):
                return await self._reply(client, stages)
        except TimeoutError:
            error = DeadlineError(self._deadline)
            if not stages.progress.sent:
                error = ConnectError(ConnectError.Why.TIMED_OUT, stages.progress.peer)
        except ServiceError as failed:  # a redirect
            error = failed
        except failures() as failure:
            error = translate(failure, stages.progress)
        return replace(stages.found(), error=error)

    async def _reply(self, client: httpx.AsyncClient, stages: "_Stages") -> Probed:
        url = f"{self._profile.origin.name}/healthz"
        async with client.stream("GET", url, extensions={"trace": stages.trace}) as response:
            body = await read_body(response)
        return replace(
            stages.found(),
            reply=time.monotonic() - stages.times.get("send", 0.0),
            status=response.status_code,
            date=date_in(response.headers.get("Date", "")),
            received_at=datetime.now(UTC),
            health=_health(_json(body)) if response.status_code == httpx.codes.OK else None,
        )

    async def _untrusted_certificate(self, proxy: str | None) -> Certificate | None:
        """Return the certificate of a server that isn't trusted, for its issuer and expiry.

        `ssl` decodes only what it has verified. So the certificate is fetched unverified, and
        fetched again with trust in nothing else. No request is sent.
        """
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        with suppress(TimeoutError, ServiceError, ssl.SSLError):
            async with asyncio.timeout(_CERTIFICATE_DEADLINE):
                stages = await self._handshake(proxy, unverified)
                if stages.encoded is None:
                    return None
                itself = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                itself.check_hostname = False
                itself.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
                itself.load_verify_locations(cadata=stages.encoded)
                return (await self._handshake(proxy, itself)).certificate
        return None

    async def _handshake(self, proxy: str | None, trust: ssl.SSLContext) -> "_Stages":
        """Connect, and send nothing."""
        stages = _Stages(Progress(Peer(""), sent=False), stops_before_sending=True)
        async with build_client(self._profile, proxy, trust=trust) as client:
            with suppress(_EnoughError, *failures()):
                await client.head(self._profile.origin.name, extensions={"trace": stages.trace})
        return stages


class _EnoughError(Exception):
    """Ends a request before anything is sent."""


@dataclass
class _Stages:
    """The stages of a request, from httpcore's trace."""

    progress: Progress
    stops_before_sending: bool = False
    times: dict[str, float] = field(default_factory=dict)
    encoded: bytes | None = None
    """The server's certificate, in DER."""
    certificate: Certificate | None = None
    tls_version: str | None = None

    async def trace(self, event: str, details: Mapping[str, Any]) -> None:
        await self.progress.trace(event, details)
        now = time.monotonic()
        match event.split(".")[-2:]:
            case ["connect_tcp", "complete"]:
                self.times["connected"] = now
            case ["start_tls", "started"]:
                self.times["tls"] = now
            case ["start_tls", "complete"]:
                self.times["secured"] = now
                self._keep_certificate(details["return_value"].get_extra_info("ssl_object"))
            case ["send_request_headers", "started"] if _is_ours(details):
                self.times["send"] = now
                if self.stops_before_sending:
                    raise _EnoughError

    def _keep_certificate(self, connection: ssl.SSLObject | None) -> None:
        if connection:
            self.encoded = connection.getpeercert(binary_form=True)
            self.certificate = _certificate(connection.getpeercert() or {})
            self.tls_version = connection.version()

    def found(self) -> Probed:
        tunnel = self._between("connected", "tls") if self.progress.proxied else None
        return Probed(
            tunnel=tunnel,
            tls=self._between("tls", "secured"),
            tls_version=self.tls_version,
            certificate=self.certificate,
        )

    def _between(self, start: str, end: str) -> float | None:
        times = self.times
        return times[end] - times[start] if start in times and end in times else None


def _is_ours(details: Mapping[str, Any]) -> bool:
    """Return whether a request is for the service, rather than to a proxy for a tunnel."""
    return bool(getattr(details["request"], "method", b"") != b"CONNECT")


def _certificate(decoded: Mapping[str, Any]) -> Certificate | None:
    """Return a certificate that `ssl` decoded; an unverified one is empty."""
    if not decoded:
        return None
    names = {key: value for part in decoded.get("issuer", ()) for key, value in part}
    parts = [names[key] for key in ("organizationName", "commonName") if names.get(key)]
    expires = None
    with suppress(KeyError, ValueError):
        expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(decoded["notAfter"]), UTC)
    return Certificate(", ".join(dict.fromkeys(parts)), expires)


def _json(body: bytes) -> object:
    with suppress(ValueError):
        return wire.decode(body)
    return None


def _health(value: object) -> Health | None:
    if not isinstance(value, dict) or not value.keys() & {"version", "postgres"}:
        return None
    version, postgres = value.get("version"), value.get("postgres")
    database = postgres.get("ok") if isinstance(postgres, dict) else None
    return Health(
        version if isinstance(version, str) else None,
        database if isinstance(database, bool) else None,
    )
