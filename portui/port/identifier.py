"""Find port IDs in pasted text."""

import re
from typing import Final
from uuid import UUID

# Patterns are texts here, which `re` compiles at their first use: no first paint waits for that.
_HEX: Final = "[0-9a-fA-F]"
_UUID: Final = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
# A UUID next to hex digits, or to a hyphen and four of them, is part of something longer. A word
# such as `pipeline-` may precede it, and so may an encoded slash, `%2F`.
_BEFORE: Final = f"(?:(?<!{_HEX})|(?<=%{_HEX}{_HEX}))(?<!{_HEX}{{4}}-)"
_AFTER: Final = f"(?!{_HEX}|-{_HEX}{{4}})"
_ANYWHERE: Final = f"{_BEFORE}{_UUID}{_AFTER}"
_PATH: Final = f"pipeline_ports(?:/|%2[Ff])({_UUID}){_AFTER}"
_JSON_ID: Final = rf'\\?"id\\?"\s*:\s*\\?"({_UUID})\\?"'
# `kubectl get pipeline` writes a port's ID as its `cloudResourceID`: a bare key in YAML, and quoted
# in JSON. An annotation has what was applied last, quoted or escaped, which may be outdated.
_KUBECTL: Final = r'\bapiVersion\\?"?\s*:\s*\\?"?[\w.-]*\bcalyptia\.com/|\bcloudResourceID\b'
_IN_YAML: Final = rf"""(?<![\w"'\\])cloudResourceID:\s+["']?({_UUID}){_AFTER}"""
_IN_JSON: Final = rf'(?<!\\)"cloudResourceID"\s*:\s*"({_UUID})"'
_IN_ANNOTATION: Final = rf'\\"cloudResourceID\\"\s*:\s*\\"({_UUID})\\"'
_COMPACT: Final = r"[0-9a-fA-F]{32}"


def port_ids_in(text: str) -> tuple[UUID, ...]:
    """Return the port IDs that a text may refer to, without repeats: none, one or several.

    IDs after `pipeline_ports/`, as in a URL or a log line, take precedence over a JSON `id`, and
    that over other UUIDs. A text of just 32 hex digits also counts. In the output of `kubectl get
    pipeline`, as YAML or JSON, each `cloudResourceID` is a port's ID, and no other UUID is.
    """
    if not text:
        return ()
    is_kubectl = re.search(_KUBECTL, text)
    patterns = (_IN_YAML, _IN_JSON, _IN_ANNOTATION) if is_kubectl else (_PATH, _JSON_ID, _ANYWHERE)
    for pattern in patterns:
        found = tuple(dict.fromkeys(UUID(match) for match in re.findall(pattern, text)))
        if found:
            return found
    compact = text.strip().strip("{}\"'")
    return (UUID(compact),) if re.fullmatch(_COMPACT, compact) else ()
