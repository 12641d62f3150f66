"""What a probe of a service finds out, as facts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portui.api.errors import ServiceError
from portui.settings import Token


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate. Its texts are untrusted."""

    issuer: str
    """Its issuer's organization and common name."""
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """What a service says about itself. The version is untrusted."""

    version: str | None
    database_ok: bool | None


@dataclass(frozen=True, slots=True)
class Probed:
    """How far a request without a token got, and what it found; times are in seconds."""

    error: ServiceError | None = None
    """What stopped it."""
    tunnel: float | None = None
    """How long the proxy took to let the connection through."""
    tls: float | None = None
    tls_version: str | None = None
    certificate: Certificate | None = None
    """The server's certificate, whether or not it is trusted."""
    reply: float | None = None
    status: int | None = None
    date: datetime | None = None
    """The service's clock when it replied."""
    received_at: datetime | None = None
    """This machine's clock then."""
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class Permissions:
    """A project token's name and permissions, as the service reports them. They are untrusted."""

    name: str | None
    permissions: tuple[str, ...]


class Probe(Protocol):
    """Finds out about a service."""

    async def reach(self) -> Probed:
        """Ask the service for its health, without a token. Never raises a `ServiceError`."""

    async def permissions(self, token: Token) -> Permissions | None:
        """Return what a project token may do, or `None` if it isn't one.

        Raises `ServiceError`.
        """
