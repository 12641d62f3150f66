"""The fields of a pipeline port, and what their values can be. `model` has the port itself."""

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
