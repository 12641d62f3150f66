"""The use cases, each one linear coroutine: look up, save, delete."""

from portui.operations.deleting import AlreadyGone, DeleteOutcome, Gone, StillThere, delete
from portui.operations.reading import (
    Clock,
    PortService,
    Reader,
    Reading,
    Report,
    Retrying,
    says_no_such_port,
)
from portui.operations.saving import (
    AlreadySo,
    ChangedOtherwise,
    NotSeen,
    NotSent,
    Refused,
    Saved,
    SaveOutcome,
    Stopped,
    Unknown,
    Vanished,
    save,
)

__all__ = [
    "AlreadyGone",
    "AlreadySo",
    "ChangedOtherwise",
    "Clock",
    "DeleteOutcome",
    "Gone",
    "NotSeen",
    "NotSent",
    "PortService",
    "Reader",
    "Reading",
    "Refused",
    "Report",
    "Retrying",
    "SaveOutcome",
    "Saved",
    "StillThere",
    "Stopped",
    "Unknown",
    "Vanished",
    "delete",
    "save",
    "says_no_such_port",
]
