"""Find port IDs in pasted text."""

import re
from typing import Final
from uuid import UUID

_HEX: Final = "[0-9a-fA-F]"
_UUID: Final = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
# A UUID next to hex digits, or to a hyphen and four of them, is part of something longer. A word
# such as `pipeline-` may precede it, and so may an encoded slash, `%2F`.
_BEFORE: Final = f"(?:(?<!{_HEX})|(?<=%{_HEX}{_HEX}))(?<!{_HEX}{{4}}-)"
_AFTER: Final = f"(?!{_HEX}|-{_HEX}{{4}})"
_ANYWHERE: Final = re.compile(f"{_BEFORE}{_UUID}{_AFTER}")
_PATH: Final = re.compile(f"pipeline_ports(?:/|%2[Ff])({_UUID}){_AFTER}")
_JSON_ID: Final = re.compile(rf'\\?"id\\?"\s*:\s*\\?"({_UUID})\\?"')
# `kubectl get pipeline` writes a port's ID as its `cloudResourceID`: a bare key in YAML, and quoted
# in JSON. An annotation has what was applied last, quoted or escaped, which may be outdated.
_KUBECTL: Final = re.compile(
    r'\bapiVersion\\?"?\s*:\s*\\?"?[\w.-]*\bcalyptia\.com/|\bcloudResourceID\b'
)
_IN_YAML: Final = re.compile(rf"""(?<![\w"'\\])cloudResourceID:\s+["']?({_UUID}){_AFTER}""")
_IN_JSON: Final = re.compile(rf'(?<!\\)"cloudResourceID"\s*:\s*"({_UUID})"')
_IN_ANNOTATION: Final = re.compile(rf'\\"cloudResourceID\\"\s*:\s*\\"({_UUID})\\"')
_COMPACT: Final = re.compile(r"[0-9a-fA-F]{32}")


def port_ids_in(text: str) -> tuple[UUID, ...]:
    """Return the port IDs that a text may refer to, without repeats: none, one or several.

    IDs after `pipeline_ports/`, as in a URL or a log line, take precedence over a JSON `id`, and
    that over other UUIDs. A text of just 32 hex digits also counts. In the output of `kubectl get
    pipeline`, as YAML or JSON, each `cloudResourceID` is a port's ID, and no other UUID is.
    """
    is_kubectl = _KUBECTL.search(text)
    patterns = (_IN_YAML, _IN_JSON, _IN_ANNOTATION) if is_kubectl else (_PATH, _JSON_ID, _ANYWHERE)
    for pattern in patterns:
        found = tuple(dict.fromkeys(UUID(match) for match in pattern.findall(text)))
        if found:
            return found
    compact = text.strip().strip("{}\"'")
    return (UUID(compact),) if _COMPACT.fullmatch(compact) else ()
