"""`portui create`, as scripts run it and in a terminal, on services that misbehave."""

from pathlib import Path
from typing import Final

import pytest

from portui.demo.sample import INPUTS_PIPELINE_ID
from tests.support import faults
from tests.support.faulty_service import FaultyService
from tests.support.misbehaviour import Fault, applied, edits, fields_of, honestly
from tests.terminal.pty_program import CTRL_C, SECRET, portui
from tests.terminal.scripting import HERE, Ended, Plain

pytestmark = pytest.mark.anyio

_PIPELINE: Final = str(INPUTS_PIPELINE_ID)
_VALUES: Final = ("--protocol", "tcp", "--frontend-port", "24300", "--backend-port", "24301")
_GIVEN_ID: Final = edits("names a port that isn't there", lambda port: port | {"id": _PIPELINE})


@pytest.fixture
def plain(home: Path, service: FaultyService) -> Plain:
    plain = Plain(home)
    plain.configure(service)
    return plain


async def _create(plain: Plain, *arguments: str, pipeline: str = _PIPELINE) -> Ended:
    return await plain.run(
        "create", "--pipeline", pipeline, *_VALUES, *arguments, "--profile", HERE
    )


async def test_a_port_is_created_and_printed_as_it_was_read_back(
    plain: Plain, service: FaultyService
) -> None:
    ended = await _create(plain, "--yes", "-o", "json")
    assert ended.status == 0
    (sent,) = service.sent("POST")
    values = {"protocol": "tcp", "frontendPort": 24300, "backendPort": 24301}
    assert fields_of(sent.body) == values | {"endpoint": ""}
    assert ended.fields.items() >= values.items()
    assert "Created: tcp 24300 → 24301 in" in ended.err
    ended = await plain.run("get", ended.fields["id"], "--profile", HERE)
    assert ended.status == 0
    assert plain.results() == ["created"]


async def test_without_a_terminal_and_yes_or_with_bad_values_nothing_is_even_read(
    plain: Plain, service: FaultyService
) -> None:
    for arguments, words in (((), "--yes"), (("--yes", "--protocol", "x"), "tcp or udp")):
        ended = await _create(plain, *arguments)
        assert (ended.status, ended.out) == (2, "")
        assert words in ended.err
    ended = await _create(plain, "--yes", "--read-only")
    assert ended.status == 1
    assert service.received == []


@pytest.mark.parametrize(
    ("fault", "status", "says", "result"),
    [
        (applied(faults.RESETS), 0, "reply was lost", "created"),
        (applied(faults.HTML_502), 0, "reply was lost", "created"),
        (faults.IN_USE, 5, "Not created: pipeline port already in use", "refused"),
        (faults.INVALID_TOKEN, 4, "Not created: invalid token", "refused"),
        (faults.RESETS, 6, "Not confirmed: the new port hasn't appeared", "not confirmed"),
        (_GIVEN_ID, 6, "hasn't appeared", "not confirmed"),
    ],
    ids=str,
)
async def test_a_new_port_ends_as_the_outcome_is_known(
    plain: Plain, service: FaultyService, fault: Fault, status: int, says: str, result: str
) -> None:
    await service.inject("POST", fault)
    ended = await _create(plain, "--yes", "-o", "json")
    assert ended.status == status
    assert says in ended.err
    assert plain.results() == [result]
    assert len(service.sent("POST")) == 1
    for words in ("screen", "draft", "Esc", "ctrl"):
        assert words not in ended.err
    if status:
        assert ended.fields["exitStatus"] == status
        assert not any("create" in line for line in ended.fields["next"])


async def test_a_port_with_other_values_is_printed_and_said_to_be_different(
    plain: Plain, service: FaultyService
) -> None:
    other = edits("has another number", lambda port: port | {"frontendPort": 31000})
    lists = [Fault("is honest", honestly, applied=True)] * 3  # projects, pipelines, their ports
    await service.inject("GET", *lists, other)
    ended = await _create(plain, "--yes", "-o", "json")
    assert ended.status == 6
    assert ended.fields["frontendPort"] == 31000
    assert "Created with different values: tcp 31000 → 24301" in ended.err


async def test_a_pipeline_is_found_by_its_name_and_several_are_listed(plain: Plain) -> None:
    ended = await _create(plain, "--yes", pipeline="edge-forward")
    assert ended.status == 0
    ended = await _create(plain, "--yes", pipeline="edge-forward-")
    assert ended.status == 2
    assert "edge-forward-canary" in ended.err
    assert (await _create(plain, "--yes", pipeline="none")).status == 3


@pytest.mark.parametrize(("answer", "status"), [("n", 1), ("y", 0)])
def test_in_a_terminal_a_port_is_created_only_after_a_yes(
    home: Path, demo_url: str, answer: str, status: int
) -> None:
    command = ("create", "--pipeline", _PIPELINE, *_VALUES, "--api-url", demo_url)
    with portui(home, *command, env={"CALYPTIA_CLOUD_TOKEN": SECRET}) as program:
        program.wait_for(r"Create this port\? \[y/N\]")
        assert program.shows("To create: tcp 24300 → 24301 in edge-forward")
        program.send(f"{answer}\n")
        assert program.end() == status
        assert program.shows("Created: tcp 24300" if status == 0 else "Nothing was sent")


def test_a_signal_at_the_question_says_that_nothing_was_created(home: Path, demo_url: str) -> None:
    command = ("create", "--pipeline", _PIPELINE, *_VALUES, "--api-url", demo_url)
    with portui(home, *command, env={"CALYPTIA_CLOUD_TOKEN": SECRET}) as program:
        program.wait_for(r"Create this port\?")
        program.send(CTRL_C)
        assert program.end() == 130
        assert program.shows("Not sent: tcp 24300 → 24301 in edge-forward")
