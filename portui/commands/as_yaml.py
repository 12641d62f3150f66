"""JSON values as YAML that every version of YAML reads as the same values."""

import re
from typing import Any, Final

import yaml

# The one in C is many times as fast, but isn't part of every build.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
_UNFOLDED: Final = 2**31 - 1  # columns


class _JsonDumper(_Dumper):  # type: ignore[misc]
    """Quotes all texts but single words, which every version of YAML reads as texts.

    YAML 1.1 and 1.2 disagree on what is a number or a date, such as `0o17`, `1e3` and `12:30:45`,
    and each library mixes the two in its own way.
    """

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's parameter
        """Write a value that occurs twice in full both times."""
        return True


def _text(dumper: Any, text: str) -> Any:  # noqa: ANN401 - PyYAML's
    text = text.encode(errors="replace").decode()  # lone surrogates, which YAML can't have
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


_JsonDumper.add_representer(str, _text)


def as_yaml(value: object) -> str:
    """Return a JSON value as YAML in ASCII, in the same order, without the last line's end."""
    text: str = yaml.dump(
        value, Dumper=_JsonDumper, sort_keys=False, default_flow_style=False, width=_UNFOLDED
    )
    return text.removesuffix("\n")
