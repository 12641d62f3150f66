"""Port IDs in whatever text they arrive in."""

import re
from typing import Final
from uuid import UUID

_UUID: Final = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
# Hex digits or a hyphenated group on either side would make it part of something longer.
_ANYWHERE: Final = re.compile(rf"(?<![0-9a-fA-F])(?<![0-9a-fA-F]-){_UUID}(?!-?[0-9a-fA-F])")
_PATH: Final = re.compile(rf"pipeline_ports/({_UUID})(?!-?[0-9a-fA-F])")
_JSON_ID: Final = re.compile(rf'\\?"id\\?"\s*:\s*\\?"({_UUID})\\?"')
_COMPACT: Final = re.compile(r"[0-9a-fA-F]{32}")


def port_ids_in(text: str) -> tuple[UUID, ...]:
    """The port IDs that a text can mean, without repeats: none, the one, or all that compete.

    An ID after `pipeline_ports/` (as in a URL or a log line) wins over a JSON `id`, and that over
    any other UUID. A text that is nothing but 32 hex digits counts as one, too.
    """
    for pattern in (_PATH, _JSON_ID, _ANYWHERE):
        found = tuple(dict.fromkeys(UUID(match) for match in pattern.findall(text)))
        if found:
            return found
    compact = text.strip().strip("{}\"'")
    return (UUID(compact),) if _COMPACT.fullmatch(compact) else ()
