"""Port IDs in whatever text they arrive in."""

import re
from typing import Final
from uuid import UUID

_HEX: Final = "[0-9a-fA-F]"
_UUID: Final = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
# Hex digits on either side, or a group of them with its hyphen, would make it part of something
# longer. But `pipeline-` before it is a word, and `%2F` an encoded slash.
_BEFORE: Final = f"(?:(?<!{_HEX})|(?<=%{_HEX}{_HEX}))(?<!{_HEX}{{4}}-)"
_AFTER: Final = f"(?!{_HEX}|-{_HEX}{{4}})"
_ANYWHERE: Final = re.compile(f"{_BEFORE}{_UUID}{_AFTER}")
_PATH: Final = re.compile(f"pipeline_ports(?:/|%2[Ff])({_UUID}){_AFTER}")
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
