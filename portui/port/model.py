"""The model of a pipeline port: the eleven fields that the service's public reference documents.

Reading is lenient: a field that is missing or not of its documented type becomes an `Unreadable`,
which can be shown but is never sent back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, TypeAlias
from uuid import UUID


class Unreadable(NamedTuple):
    """A field's value that isn't as documented.

    `came_as` is its JSON text, or `None` if the field was missing. It is untrusted: make it safe
    before showing it.
    """

    came_as: str | None


class Field(Enum):
    """The documented fields of a port, in display order."""

    ID = ("id", "id", "ID")
    PROTOCOL = ("protocol", "protocol", "Protocol")
    KIND = ("kind", "kind", "Kind")
    FRONTEND_PORT = ("frontend_port", "frontendPort", "Frontend port")
    BACKEND_PORT = ("backend_port", "backendPort", "Backend port")
    ENDPOINT = ("endpoint", "endpoint", "Endpoint")
    PLUGIN_ID = ("plugin_id", "pluginID", "Plugin ID")
    PLUGIN_NAME = ("plugin_name", "pluginName", "Plugin name")
    PLUGIN_ALIAS = ("plugin_alias", "pluginAlias", "Plugin alias")
    CREATED = ("created_at", "createdAt", "Created")
    UPDATED = ("updated_at", "updatedAt", "Updated")

    def __init__(self, attribute: str, json_name: str, label: str) -> None:
        self.attribute = attribute
        self.json_name = json_name
        self.label = label

    @property
    def editable(self) -> bool:
        """Whether a PATCH may contain it. (`kind` is documented there too, but deprecated.)"""
        return self in EDITABLE

    @property
    def nullable(self) -> bool:
        """Whether null is one of its documented values."""
        return self in (Field.PLUGIN_ID, Field.PLUGIN_NAME, Field.PLUGIN_ALIAS)


EDITABLE = (Field.PROTOCOL, Field.FRONTEND_PORT, Field.BACKEND_PORT, Field.ENDPOINT)

Value: TypeAlias = UUID | str | int | datetime | Unreadable | None


@dataclass(frozen=True, slots=True)
class Port:
    """A pipeline port as the service returned it.

    Port numbers are integers from 0 to 65535. An empty endpoint means that none has been assigned
    yet. A plugin field of `None` is the service's null. Times keep their UTC offset and are
    truncated to microseconds.
    """

    id: UUID | Unreadable
    protocol: str | Unreadable
    kind: str | Unreadable
    frontend_port: int | Unreadable
    backend_port: int | Unreadable
    endpoint: str | Unreadable
    plugin_id: str | Unreadable | None
    plugin_name: str | Unreadable | None
    plugin_alias: str | Unreadable | None
    created_at: datetime | Unreadable
    updated_at: datetime | Unreadable
    unknown: tuple[tuple[str, str], ...] = ()
    """Fields that this version doesn't know, as JSON name and JSON text, both untrusted."""

    @property
    def is_pending(self) -> bool:
        """Whether no endpoint has been assigned yet."""
        return self.endpoint == ""

    def __getitem__(self, field: Field) -> Value:
        """Return the value of a field."""
        value: Value = getattr(self, field.attribute)
        return value
