"""Forms that were left before they were saved or discarded, a file for each port and run."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from portui.journal.entries import moment_from, port_from_record, port_record, text_from
from portui.journal.files import make_folder, replace_file, told_as_trouble
from portui.journal.runs import Run
from portui.port.editing import Form
from portui.port.model import EDITABLE, Port

_BY_NAME: Final = {field.json_name: field for field in EDITABLE}
_LONGEST: Final = 16 * 1024 * 1024  # bytes; a port's answer is bounded, and so is what is kept


@dataclass(frozen=True, slots=True)
class Sent:
    """When what stands in a form was sent last; what was typed since may differ from that."""

    at: datetime
    entry: str | None = None
    """The journal's entry of it; `None` where it couldn't be written down."""


@dataclass(frozen=True, slots=True)
class LeftForm:
    """What stood in a form when it was left, and the port that it was an edit of."""

    at: datetime
    port_id: UUID
    before: Port
    form: Form
    draft: str
    """Names the form from when it was opened until it is saved or discarded."""
    sent: Sent | None = None
    """`None`: it wasn't, or only the journal says so, whose entries name their drafts."""


class Drafts:
    """One origin's left forms. Its methods block."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._folder = folder
        self._run = run

    def keep(self, left: LeftForm) -> None:
        """Keep a form in place of what this run kept for its port. Raises `JournalTrouble`."""
        path = self._folder / f"{left.port_id}.{self._run.id}.json"
        record = {
            "at": left.at.isoformat(),
            "before": port_record(left.before),
            "form": {field.json_name: text for field, text in left.form.items()},
            "draft": left.draft,
            **({"sent": _sent_record(left.sent)} if left.sent else {}),
        }
        self._run.begin()
        with told_as_trouble(path):
            make_folder(self._folder)
            replace_file(path, json.dumps(record).encode())

    def drop(self, port_id: UUID) -> None:
        """Delete what this run and ended ones have kept for a port."""
        for path in self._left(port_id):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def drop_sent(self, left: LeftForm) -> None:
        """Delete a form, all that is kept of it, since what it asked for is known to be done."""
        for path in self._left(left.port_id):
            form = _read(path, left.port_id)
            if form and form.draft == left.draft:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def load(self, port_id: UUID) -> list[LeftForm]:
        """The forms of a port that this run or ended ones left, newest first."""
        forms = [form for path in self._left(port_id) if (form := _read(path, port_id))]
        return sorted(forms, key=lambda form: form.at, reverse=True)

    def _left(self, port_id: UUID) -> list[Path]:
        """The forms of a port, but for those that other runs still are at."""
        try:
            paths = list(self._folder.glob(f"{port_id}.*.json"))
        except OSError:
            return []
        return [path for path in paths if not self._is_anothers(path.name.split(".")[1])]

    def _is_anothers(self, run: str) -> bool:
        return run != self._run.id and self._run.goes_on(run)


def _read(path: Path, port_id: UUID) -> LeftForm | None:
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_LONGEST))
        return LeftForm(
            at=moment_from(record["at"]),
            port_id=port_id,
            before=port_from_record(record["before"]),
            form=_form(record["form"]),
            draft=text_from(record.get("draft", path.stem)),
            sent=_sent_from(record["sent"]) if "sent" in record else None,
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _sent_record(sent: Sent) -> Mapping[str, object]:
    return {"at": sent.at.isoformat(), "entry": sent.entry}


def _sent_from(record: Mapping[str, object]) -> Sent:
    entry = record["entry"]
    return Sent(moment_from(record["at"]), None if entry is None else text_from(entry))


def _form(texts: Mapping[str, object]) -> Form:
    form = {_BY_NAME[name]: text for name, text in texts.items() if isinstance(text, str)}
    return {field: form[field] for field in EDITABLE}
