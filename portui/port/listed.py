"""Ports as the service lists them: each with the pipeline that it belongs to.

What a list says about a port is for finding it. A port is read again before it is changed.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final
from uuid import UUID

from portui.port.model import Port, Unreadable, Value

PENDING_WORD: Final = "pending"
"""What stands in the place of an endpoint that has not been assigned yet."""
_STARTED: Final = "STARTED"


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the service. Its name is untrusted, and `None` if it hasn't been read."""

    id: UUID
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline of listed ports. Its texts are untrusted.

    The ID is `None` if it was missing or not a UUID, and so is the name if it was not a text.
    """

    id: UUID | None
    name: str | None = None
    status: str | None = None
    """As received, such as `CHECKS_FAILED`; `None` if it is unknown."""

    @property
    def trouble(self) -> str | None:
        """The status, unless it is unknown or the usual one, `STARTED`."""
        return None if self.status == _STARTED else self.status


@dataclass(frozen=True, slots=True)
class ListedPort:
    """A port with a valid ID, and its pipeline, which the pipeline's other ports share."""

    id: UUID
    port: Port
    pipeline: Pipeline
    text: str = field(init=False, repr=False, compare=False)
    """All texts that a filter's words can find, case-folded, one per line; not the port numbers.

    It is made once: making it for 10,000 ports at each key would delay a filter's input.
    """

    def __post_init__(self) -> None:
        port, pipeline = self.port, self.pipeline
        values: tuple[Value, ...] = (
            pipeline.name,
            pipeline.trouble,
            port.protocol,
            port.kind,
            port.endpoint or PENDING_WORD,
            port.plugin_id,
            port.plugin_name,
            port.plugin_alias,
        )
        texts = [value if type(value) is str else _text(value) for value in values]
        object.__setattr__(self, "text", "\n".join(("", *texts, str(self.id))).casefold())

    @property
    def is_pending(self) -> bool:
        """Whether no endpoint has been assigned yet."""
        return self.port.endpoint == ""


class TextPart(Enum):
    """The parts of a listed port that are texts. The value narrows a filter's word to one."""

    PIPELINE = "pipeline"
    """The name, and the status if it is trouble."""
    PROTOCOL = "protocol"
    KIND = "kind"
    ENDPOINT = "endpoint"
    PLUGIN = "plugin"
    """ID, name and alias."""
    ID = "id"

    def texts(self, listed: ListedPort) -> tuple[str, ...]:
        """Return the texts of this part of a port, as received."""
        port, pipeline = listed.port, listed.pipeline
        match self:
            case TextPart.PIPELINE:
                return pipeline.name or "", pipeline.trouble or ""
            case TextPart.PROTOCOL:
                return (_text(port.protocol),)
            case TextPart.KIND:
                return (_text(port.kind),)
            case TextPart.ENDPOINT:
                return (PENDING_WORD if listed.is_pending else _text(port.endpoint),)
            case TextPart.PLUGIN:
                return _text(port.plugin_id), _text(port.plugin_name), _text(port.plugin_alias)
            case TextPart.ID:
                return (str(listed.id),)


def _text(value: Value) -> str:
    match value:
        case str():
            return value
        case Unreadable(came_as=str(text)):
            return text
        case _:
            return ""
