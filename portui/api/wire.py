"""The service's JSON: ports and errors, read leniently, and the bodies of changes.

Field names and types are those of the provider's published specification.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias
from uuid import UUID

import pydantic_core
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from portui.port.model import Field as PortField
from portui.port.model import Port, Unreadable

if TYPE_CHECKING:  # not needed for reading a port
    from portui.port.editing import Change, NewPort


def _moment(text: str) -> datetime:
    """Parse an RFC 3339 date-time, truncated to microseconds. Raises `ValueError`."""
    moment = datetime.fromisoformat(text.upper())
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError from None  # near year 1 or 9999, out of range in UTC
    return moment


_RFC3339: Final = r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$"

_Text: TypeAlias = StrictStr
_TextOrNull: TypeAlias = StrictStr | None
_Number: TypeAlias = Annotated[StrictInt, Field(ge=0, le=65_535)]
_Moment: TypeAlias = Annotated[
    StrictStr, StringConstraints(pattern=_RFC3339), AfterValidator(_moment)
]


class _DocumentedPort(TypedDict):
    """A port whose fields are all as documented, in the order of `Port`'s."""

    id: UUID
    protocol: _Text
    kind: _Text
    frontendPort: _Number
    backendPort: _Number
    endpoint: _Text
    pluginID: _TextOrNull
    pluginName: _TextOrNull
    pluginAlias: _TextOrNull
    createdAt: _Moment
    updatedAt: _Moment


_DOCUMENTED: Final[TypeAdapter[Any]] = TypeAdapter(_DocumentedPort)
_TYPES: Final[Mapping[str, Any]] = _DocumentedPort.__annotations__


@cache
def _type(field: PortField) -> TypeAdapter[Any]:
    """Return the validator of one field, which is needed only if another field is odd."""
    return TypeAdapter(_TYPES[field.json_name])


def _only(kind: type) -> BeforeValidator:
    """Return a validator that replaces values of any other type with `None`."""
    return BeforeValidator(lambda value: value if type(value) is kind else None)


class WireError(BaseModel):
    """The service's error body. Optional fields of the wrong type count as absent."""

    model_config = ConfigDict(defer_build=True)  # it takes a while, and most replies are no errors

    error: StrictStr
    detail: Annotated[str | None, _only(str)] = None
    quota_limit: Annotated[int | None, _only(int), Field(alias="quotaLimit")] = None
    quota_remaining: Annotated[int | None, _only(int), Field(alias="quotaRemaining")] = None


def decode(body: bytes) -> object:
    """Decode JSON to Python values. Raises `ValueError` for invalid or abusive JSON.

    That includes NaN, integers of thousands of digits, deep nesting and lone surrogates.
    """
    return pydantic_core.from_json(body, allow_inf_nan=False)


def redacted(value: object, redact: Callable[[str], str]) -> object:
    """Return a decoded value with `redact` applied to all its strings, names included."""
    match value:
        case str():
            return redact(value)
        case list():
            return [redacted(each, redact) for each in value]
        case dict():
            return {redact(name): redacted(each, redact) for name, each in value.items()}
        case _:
            return value


def port_from(value: object) -> Port | None:
    """Return the port in a decoded body, or `None` if that isn't an object with a port's field.

    Each field has its documented type or is `Unreadable`.
    """
    if not isinstance(value, dict) or not value.keys() & _TYPES.keys():
        return None
    if len(value) == len(_TYPES):  # nearly always; ten times as fast
        with suppress(ValidationError):
            return Port(*_DOCUMENTED.validate_python(value).values())
    known = {field.attribute: _field_from(field, value) for field in PortField}
    others = ((name, as_json(value[name])) for name in value if name not in _TYPES)
    return Port(**known, unknown=tuple(others))


def _field_from(field: PortField, answer: Mapping[str, object]) -> Any:  # noqa: ANN401 - see _TYPES
    if field.json_name not in answer:
        return Unreadable(None)
    value = answer[field.json_name]
    try:
        return _type(field).validate_python(value)
    except ValidationError:
        return Unreadable(as_json(value))


def moment_from(value: object) -> datetime | None:
    """Return the RFC 3339 date-time in a decoded text, or `None` if it isn't one."""
    try:
        moment: datetime = _type(PortField.CREATED).validate_python(value)
    except ValidationError:
        return None
    return moment


def uuid_from(value: object) -> UUID | None:
    """Return the UUID in a decoded text, or `None` if it isn't one."""
    try:
        found: UUID = _type(PortField.ID).validate_python(value)
    except ValidationError:
        return None
    return found


def as_json(value: object) -> str:
    """Return a decoded value as JSON text."""
    return json.dumps(value, ensure_ascii=False)


def error_from(value: object) -> WireError | None:
    """Return the service's error body from a decoded body, or `None` if it isn't one."""
    if not isinstance(value, dict):
        return None
    try:
        return WireError.model_validate(value)
    except ValidationError:
        return None


def created_id_from(value: object) -> UUID | None:
    """Return the new port's ID from a decoded body, or `None` if it has none."""
    return uuid_from(value.get("id")) if isinstance(value, dict) else None


def body_of(change: "Change | NewPort") -> dict[str, str | int]:
    """Return the PATCH body of a change, only the changed fields, or the POST body of a port."""
    return {field.json_name: value for field, value in change}
