"""`portui update` and `portui delete` as scripts run them, on services that misbehave."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support import faults
from tests.support.faulty_service import FaultyService
from tests.support.hostile_text import dangers
from tests.support.misbehaviour import Fault, applied, edits, fields_of, has, honestly, refuses
from tests.support.ports import PORT_ID
from tests.terminal.scripting import HERE, Ended, Plain

pytestmark = pytest.mark.anyio

_ID: Final = str(PORT_ID)
_CHANGE: Final = ("--frontend-port", "24225")
_HONEST: Final = Fault("is honest", honestly, applied=True)
_UNAVAILABLE: Final = faults.failing(503, "Retry-After: 3600")


@pytest.fixture
def plain(home: Path) -> Plain:
    return Plain(home)


@dataclass(frozen=True)
class Case:
    """What goes wrong, and how the command must end."""

    status: int
    says: str
    result: str | None
    """The result in the journal; empty if the change isn't there at all."""
    write: Fault | None = None
    reads: tuple[Fault, ...] = ()
    always: Fault | None = None
    """What happens to all further reads."""

    async def inject(self, service: FaultyService, method: str) -> None:
        if self.write:
            await service.inject(method, self.write)
        await service.inject("GET", *self.reads)
        if self.always:
            service.inject_always("GET", self.always)


def _case(name: str, status: int, says: str, result: str | None, **more: object) -> object:
    return pytest.param(Case(status, says, result, **more), id=name)  # type: ignore[arg-type]


async def _update(plain: Plain, *arguments: str) -> Ended:
    return await plain.run("update", _ID, "--profile", HERE, *arguments)


async def _delete(plain: Plain, *arguments: str) -> Ended:
    return await plain.run("delete", _ID, "--profile", HERE, *arguments)


# --- update ---


async def test_a_change_is_saved_and_the_port_printed_as_read_back(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    ended = await _update(plain, *_CHANGE, "--protocol", "tcp", "--yes", "-o", "json")
    assert ended.status == 0
    assert ended.fields["frontendPort"] == 24225
    state = await service.state_of(PORT_ID)
    assert state
    assert ended.fields["endpoint"] == state["endpoint"]
    assert "Frontend port 24224 → 24225" in ended.err
    assert "Saved and confirmed" in ended.err
    (sent,) = service.sent("PATCH")
    assert fields_of(sent.body) == {"frontendPort": 24225}
    assert plain.results() == ["saved"]


async def test_for_people_the_port_is_a_table_and_all_else_is_on_standard_error(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    ended = await _update(plain, "--backend-port", " 5000 ", "--yes")
    assert ended.status == 0
    assert "Backend port   5000\n" in ended.out
    assert "confirmed" not in ended.out
    assert "\x1b" not in ended.out + ended.err


async def test_values_that_the_port_has_are_not_sent(plain: Plain, service: FaultyService) -> None:
    plain.configure(service)
    ended = await _update(plain, "--frontend-port", "24224", "--yes", "-o", "json")
    assert ended.status == 0
    assert ended.fields["frontendPort"] == 24224
    assert ended.err.startswith("Nothing to save")
    assert service.sent("PATCH") == []


async def test_without_a_terminal_and_yes_nothing_is_even_read(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    for ended in (await _update(plain, *_CHANGE), await _delete(plain)):
        assert (ended.status, ended.out) == (2, "")
        assert "--yes" in ended.err
    assert service.received == []


async def test_a_dry_run_shows_the_change_and_sends_nothing(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    ended = await _update(plain, *_CHANGE, "--endpoint", "", "--dry-run", "--read-only")
    assert (ended.status, ended.out) == (0, "")
    assert "Frontend port 24224 → 24225" in ended.err
    assert "Endpoint forward.demo.example:24224 → (empty)" in ended.err
    assert "may not clear the endpoint" in ended.err
    assert ended.err.endswith("Nothing was sent.\n")
    assert {request.method for request in service.received} == {"GET"}
    assert plain.results() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to change: pass --protocol"),
        (("--frontend-port", "0"), "--frontend-port: a whole number from 1 to 65535"),
        (("--frontend-port", "-1"), "--frontend-port: “-” isn't a digit"),
        (("--backend-port", "１"), "--backend-port: “１” isn't a digit"),
        (("--backend-port", ""), "--backend-port: a whole number"),
        (("--protocol", "TCP"), "--protocol: tcp or udp"),
        (("--endpoint", "a\x1b"), "--endpoint: U+001B can't be in an endpoint"),
        (("--endpoint", "x" * 2_049), "--endpoint: at most 2,048 characters"),
        (("--protocol", "x", "--frontend-port", "y"), "tcp or udp; --frontend-port: “y”"),
        ((*_CHANGE, "--if-updated-at", "yesterday\x1b"), r"'yesterday\x1b' is not a time"),
        ((*_CHANGE, "--if-updated-at", "2025-01-15T04:36:00"), "with its offset from UTC"),
        ((*_CHANGE, "--if-updated-at", ""), "'' is not a time"),
        ((*_CHANGE, "--if-updated-at", "0001-01-01T00:00:00+14:00"), "is not a time"),
    ],
)
async def test_bad_values_are_refused_before_any_request(
    plain: Plain, service: FaultyService, arguments: tuple[str, ...], words: str
) -> None:
    plain.configure(service)
    ended = await _update(plain, *arguments, "--yes")
    assert (ended.status, ended.out) == (2, "")
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1
    assert dangers(ended.err.rstrip("\n")) == []
    assert service.received == []


@pytest.mark.parametrize(
    "time",
    [
        "2025-01-15T04:36:00Z",
        "2025-01-15t04:36:00.000000000z",
        "2025-01-15T05:36:00.000+01:00",
        "20250114T233600-0500",
        "2025-01-15 04:36:00 UTC",
        '"2025-01-15T04:36:00Z"',
    ],
)
async def test_a_change_is_saved_if_the_port_was_updated_when_it_should_have_been(
    plain: Plain, service: FaultyService, time: str
) -> None:
    plain.configure(service)
    ended = await _update(plain, *_CHANGE, "--yes", "--if-updated-at", time)
    assert ended.status == 0


async def test_what_the_service_and_portui_print_can_be_passed_back(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    await _update(plain, *_CHANGE, "--yes")
    state = await service.state_of(PORT_ID)
    assert state
    times = [str(state["updatedAt"])]
    ended = await _update(
        plain, "--backend-port", "1", "--yes", "-o", "json", "--if-updated-at", times[0]
    )
    assert ended.status == 0
    times.append(str(ended.fields["updatedAt"]))
    ended = await _update(plain, "--backend-port", "2", "--yes", "--if-updated-at", times[1])
    assert ended.status == 0
    for time in times:
        ended = await _update(plain, "--backend-port", "3", "--yes", "--if-updated-at", time)
        assert ended.status == 5
        assert "Someone changed this port" in ended.err
    assert len(service.sent("PATCH")) == 3


async def test_an_update_that_changed_no_value_is_noticed_too_if_the_time_was_given(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    touched = edits("was touched", lambda port: port | {"updatedAt": "2026-01-01T00:00:00.5Z"})
    await service.inject("GET", _HONEST, touched)
    since = ("--if-updated-at", "2025-01-15T04:36:00Z")
    ended = await _update(plain, *_CHANGE, "--yes", *since)
    assert ended.status == 5
    assert "Updated 2025-01-15 04:36:00 UTC → 2026-01-01 00:00:00 UTC" in ended.err
    assert service.sent("PATCH") == []
    await service.inject("GET", _HONEST, touched)
    assert (await _update(plain, *_CHANGE, "--yes")).status == 0


_LOST: Final = "The service's reply was lost, but the change took effect"
_TAKEN: Final = edits("has a third value", lambda port: port | {"frontendPort": 24300})
_IN_USE: Final = Fault(
    "is in use",
    refuses(409, "pipeline port already in use", detail="protocol tcp, port 24225"),
)
_MOVED: Final = edits("was changed", lambda port: port | {"backendPort": 5555})


@pytest.mark.parametrize(
    "case",
    [
        _case("reset, applied", 0, _LOST, "saved", write=applied(faults.RESETS)),
        _case("proxy's 502, applied", 0, _LOST, "saved", write=applied(faults.HTML_502)),
        _case("no answer, applied", 0, _LOST, "saved", write=applied(faults.SILENCE)),
        _case("late", 0, "Saved and confirmed", "saved", write=faults.APPLIES_LATE),
        _case("refused", 5, "already in use · protocol tcp", "refused", write=faults.IN_USE),
        _case("forbidden", 5, "quota exceeded", "refused", write=faults.FORBIDDEN),
        _case("token", 4, "Not saved: invalid token", "refused", write=faults.INVALID_TOKEN),
        _case("revoked", 4, "Not saved: token gone", "refused", write=faults.TOKEN_GONE),
        _case("reset", 6, "Not confirmed: the port still", "not confirmed", write=faults.RESETS),
        _case("lost", 6, "The service accepted it", "not confirmed", write=faults.LOSES_IT),
        _case(
            "third value",
            6,
            "different values from those sent",
            "different values",
            reads=(_HONEST, _HONEST, _TAKEN),
        ),
        _case("unreadable", 6, "can't tell", None, reads=(_HONEST,) * 2, always=_UNAVAILABLE),
        _case(
            "all lost",
            6,
            "Outcome unknown",
            None,
            write=faults.SILENCE,
            reads=(_HONEST,) * 2,
            always=faults.RESETS,
        ),
        _case(
            "deleted", 3, "no longer exists", "no such port", reads=(_HONEST,) * 2,
            always=faults.NOT_FOUND,
        ),
        _case("conflict", 5, "Backend port 24224 → 5555", "", reads=(_HONEST, _MOVED)),
        _case("gone before", 3, "No such port", "", always=faults.NOT_FOUND),
        _case("gone meanwhile", 3, "exists", "", reads=(_HONEST,), always=faults.NOT_FOUND),
        _case("other port", 1, "a different port", "", always=faults.OTHER_ID),
        _case("unavailable", 1, "The service failed (503)", "", always=_UNAVAILABLE),
        _case("token to read", 4, "rejected the token", "", always=faults.INVALID_TOKEN),
        _case("forbidden to read", 5, "Not allowed", "", always=faults.FORBIDDEN),
        _case("not JSON", 1, "Unexpected reply", "", always=faults.HTML_200),
        _case(
            "check fails", 1, "Not sent. The service failed", "", reads=(_HONEST,),
            always=_UNAVAILABLE,
        ),
    ],
)  # fmt: skip
async def test_a_change_ends_as_the_outcome_is_known(
    plain: Plain, service: FaultyService, case: Case
) -> None:
    waits = case.write is not None and case.write.answering is faults.SILENCE.answering
    plain.configure(service, "write_deadline = 1\n" if waits else "")
    await case.inject(service, "PATCH")
    ended = await _update(plain, *_CHANGE, "--yes", "-o", "json")
    assert ended.status == case.status
    assert case.says in ended.err
    if case.status == 0:
        assert ended.fields["frontendPort"] == 24225
    else:
        assert ended.fields["error"] in ended.err
    assert plain.results() == ([] if case.result == "" else [case.result])
    assert len(service.sent("PATCH")) == (0 if case.result == "" else 1)
    for words in ("screen", "draft", "Esc", "Refresh", "ctrl"):
        assert words not in ended.err


async def test_what_to_do_next_is_a_command_that_can_be_run(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    await service.inject("PATCH", _IN_USE)
    ended = await _update(plain, *_CHANGE, "--yes", "-o", "json")
    assert ended.fields["next"] == [f"portui list frontend:24225 --profile {HERE}"]
    await service.inject("GET", _HONEST, _MOVED)
    ended = await _update(plain, *_CHANGE, "--yes", "-o", "json")
    again = f"portui update {_ID} --frontend-port 24225 --profile {HERE}"
    assert ended.fields["next"] == [again]
    service.inject_always("GET", _UNAVAILABLE)
    ended = await _update(plain, *_CHANGE, "--yes", "-o", "json")
    assert ended.fields["next"] == [f"portui get {_ID} --profile {HERE}"]


# --- delete ---


async def test_a_port_is_deleted_and_shown_as_it_was(plain: Plain, service: FaultyService) -> None:
    plain.configure(service)
    ended = await _delete(plain, "--yes")
    assert (ended.status, ended.out) == (0, "")
    for told in (_ID, "24224 → 24224", "forward.demo.example:24224", "forward.0", HERE):
        assert told in ended.err
    assert ended.err.endswith("\nDeleted. Confirmed.\n")
    assert await service.state_of(PORT_ID) is None
    assert plain.results() == ["deleted"]
    assert (await _delete(plain, "--yes")).status == 3


@pytest.mark.parametrize(
    "case",
    [
        _case("reset, applied", 0, "reply was lost", "deleted", write=applied(faults.RESETS)),
        _case("forbidden", 5, "Not deleted: quota", "refused", write=faults.FORBIDDEN),
        _case("token", 4, "Not deleted: invalid token", "refused", write=faults.INVALID_TOKEN),
        _case("lost", 6, "the port still exists", "not confirmed", write=faults.LOSES_IT),
        _case("unreadable", 6, "can't tell", None, reads=(_HONEST,) * 2, always=_UNAVAILABLE),
        _case("conflict", 5, "Someone changed this port", "", reads=(_HONEST, _MOVED)),
        _case("gone before", 3, "No such port", "", always=faults.NOT_FOUND),
        _case("gone meanwhile", 3, "Already", "", reads=(_HONEST,), always=faults.NOT_FOUND),
    ],
)
async def test_a_deletion_ends_as_the_outcome_is_known(
    plain: Plain, service: FaultyService, case: Case
) -> None:
    plain.configure(service)
    await case.inject(service, "DELETE")
    ended = await _delete(plain, "--yes")
    assert ended.status == case.status
    assert case.says in ended.err
    assert ended.out == ""
    assert plain.results() == ([] if case.result == "" else [case.result])
    assert len(service.sent("DELETE")) == (0 if case.result == "" else 1)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--yes",), 2, "protected: pass --confirm"),
        ((), 2, "protected: pass --confirm"),
        (("--confirm", "24225"), 2, "'24225' is not 24224"),
        (("--confirm", "\x1b[2J", "--yes"), 2, r"'\x1b[2J' is not 24224"),
        (("--confirm", ""), 2, "'' is not 24224"),
        (("--confirm", "24224"), 0, "Deleted"),
    ],
)
async def test_on_a_protected_service_only_the_frontend_port_deletes(
    plain: Plain, service: FaultyService, arguments: tuple[str, ...], status: int, words: str
) -> None:
    plain.configure(service, "protected = true\n")
    ended = await _delete(plain, *arguments)
    assert ended.status == status
    assert words in ended.err
    assert len(service.sent("DELETE")) == (status == 0)


async def test_a_wrong_number_deletes_nothing_on_any_service(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    assert (await _delete(plain, "--yes", "--confirm", "24225")).status == 2
    assert service.sent("DELETE") == []


# --- both ---


@pytest.mark.parametrize("arguments", [("update", *_CHANGE), ("delete",)])
async def test_read_only_settings_refuse_a_change_before_any_request(
    plain: Plain, service: FaultyService, arguments: tuple[str, ...]
) -> None:
    plain.configure(service)
    command, *rest = arguments
    ended = await plain.run(command, _ID, "--profile", HERE, *rest, "--yes", "--read-only")
    assert (ended.status, ended.out) == (1, "")
    assert "Read-only" in ended.err
    assert service.received == []


@pytest.mark.parametrize("arguments", [("update", *_CHANGE), ("delete",)])
async def test_without_a_token_nothing_is_sent(
    plain: Plain, service: FaultyService, arguments: tuple[str, ...]
) -> None:
    plain.configure(service)
    command, *rest = arguments
    ended = await plain.run(
        command, _ID, "--profile", HERE, *rest, "--yes", env={"TOKEN_HERE": None}
    )
    assert ended.status == 4
    assert "No token" in ended.err
    assert service.received == []


@pytest.mark.parametrize("arguments", [("update", *_CHANGE), ("delete",)])
async def test_a_change_that_cannot_be_recorded_is_not_sent(
    plain: Plain, service: FaultyService, arguments: tuple[str, ...]
) -> None:
    plain.configure(service)
    state = plain.home / "STATE" / "portui"
    state.mkdir(parents=True)
    (state / "journal").write_text("not a folder")
    command, *rest = arguments
    ended = await plain.run(command, _ID, "--profile", HERE, *rest, "--yes")
    assert ended.status == 1
    assert "Can't write the history" in ended.err
    assert "Nothing was sent." in ended.err
    assert {request.method for request in service.received} == {"GET"}


async def test_what_the_service_says_cannot_command_the_terminal(
    plain: Plain, service: FaultyService
) -> None:
    plain.configure(service)
    service.inject_always("GET", has("is hostile", "endpoint", r'"\u001b[2J\u202e\n"'))
    ended = await _update(plain, *_CHANGE, "--endpoint", "plain", "--yes")
    assert r"Endpoint \x1b[2J\u202e\n → plain" in ended.err
    for line in (ended.err + ended.out).splitlines():
        assert dangers(line) == []


async def test_it_works_without_home_and_locale(plain: Plain, service: FaultyService) -> None:
    plain.configure(service)
    env = {"HOME": None, "LANG": None, "TERM": None}
    ended = await plain.run("update", _ID, "--profile", HERE, *_CHANGE, "--yes", env=env)
    assert ended.status == 0
    assert "Frontend port 24224 → 24225" in ended.err
    ended = await plain.run("delete", _ID, "--profile", HERE, "--yes", env=env | {"LC_ALL": "C"})
    assert ended.status == 0
    assert ended.err.isascii()
