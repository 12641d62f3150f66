"""The model of a pipeline port: the eleven fields that the service's public reference documents.

Reading is lenient: a field that is missing or not of its documented type becomes an `Unreadable`,
which can be shown but is never sent back.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portui.port.fields import EDITABLE, Field, Unreadable, Value

__all__ = ["EDITABLE", "Field", "Port", "Unreadable", "Value"]


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
