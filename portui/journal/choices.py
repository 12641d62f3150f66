"""What the operator chose for a profile's list of ports, one file per profile."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from portui.journal.entries import MALFORMED, text_from
from portui.journal.json_file import JsonFile, uuid_or_none
from portui.port.finding import Column, Order


@dataclass(frozen=True, slots=True)
class Choices:
    """The last choices, or the defaults."""

    project: UUID | None = None
    """The project that was chosen from several."""
    order: Order = field(default_factory=Order)


class ChoicesFile(JsonFile[Choices]):
    """One profile's choices on disk. What is unreadable counts as not chosen."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Choices(), _choices_from, _record)


def _record(choices: Choices) -> dict[str, Any]:
    return {
        **({"project": str(choices.project)} if choices.project else {}),
        "sort": choices.order.column.name.lower(),
        **({"reverse": True} if choices.order.reverse else {}),
    }


def _choices_from(value: Any) -> Choices:  # noqa: ANN401 - JSON
    return Choices(uuid_or_none(value.get("project")), _order_from(value))


def _order_from(value: Any) -> Order:  # noqa: ANN401 - JSON
    try:
        return Order(Column[text_from(value["sort"]).upper()], value.get("reverse") is True)
    except MALFORMED:
        return Order()
