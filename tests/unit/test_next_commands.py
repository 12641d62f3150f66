"""What a plain command says to do next: a command line where the app shows a key."""

import io
import json
from argparse import Namespace
from uuid import UUID

import pytest

from portui.api import errors
from portui.commands.command import CommandError, ExitStatus
from portui.commands.console import Console
from portui.commands.failures import failed, next_commands, print_failure
from portui.explain.explanation import Action, Explanation
from portui.port.listed import Pipeline
from tests.support.hostile_text import WORST, dangers

ID = "123e4567-e89b-12d3-a456-426614174000"
GET = Namespace(port_id=f"https://h/v1/pipeline_ports/{ID.upper()}", output="table")
UPDATE = Namespace(port_id=ID, frontend_port=24225)
CLEAR = Namespace(port_id=ID, protocol="udp", endpoint="", frontend_port=None)
LIST = Namespace(words=["edge", "30*"], pipeline="a b", output="table")
CREATE = Namespace(pipeline="edge", project="acme", frontend_port=24225)
SERVICE = ("--profile", "dev")


@pytest.mark.parametrize(
    ("action", "options", "line"),
    [
        (Action.LOOK_UP, GET, "portui list --profile dev"),
        (Action.REFRESH, GET, f"portui get {ID} --profile dev"),
        (Action.REFRESH, LIST, "portui list edge '30*' --pipeline 'a b' --profile dev"),
        (Action.REFRESH, CREATE, "portui list --pipeline edge --project acme --profile dev"),
        (Action.EDIT, UPDATE, f"portui update {ID} --frontend-port 24225 --profile dev"),
        (Action.EDIT, CLEAR, f"portui update {ID} --protocol udp --endpoint= --profile dev"),
        (Action.DELETE, UPDATE, f"portui delete {ID} --profile dev"),
        (Action.TOKEN, GET, "portui token set --profile dev"),
        (Action.DEMO, GET, "portui --demo"),
        (Action.HISTORY, GET, "portui --profile dev"),
        (Action.FIND_NUMBER, UPDATE, "portui list frontend:24225 --profile dev"),
    ],
)
def test_each_action_is_a_command_for_the_same_service(
    action: Action, options: Namespace, line: str
) -> None:
    assert next_commands(Explanation("x", next=(action,)), options, SERVICE) == [line]


def test_every_action_but_one_has_a_command_somewhere() -> None:
    for action in set(Action) - {Action.CREATE_AGAIN}:
        explanation = Explanation("x", next=(action,))
        assert any(next_commands(explanation, each, ()) for each in (UPDATE, LIST)), action


def test_commands_come_in_order_and_once() -> None:
    actions = (Action.TOKEN, Action.REFRESH, Action.EDIT, Action.TOKEN)
    lines = next_commands(Explanation("x", next=actions), UPDATE, ())
    assert [line.split()[1] for line in lines] == ["token", "get", "update"]


def test_the_demo_is_not_offered_in_the_demo() -> None:
    assert next_commands(Explanation("x", next=(Action.DEMO,)), GET, ("--demo",)) == []


def test_a_hostile_word_is_escaped_in_a_command() -> None:
    options = Namespace(words=[WORST], pipeline=WORST)
    (line,) = next_commands(Explanation("x", next=(Action.REFRESH,)), options, ())
    assert dangers(line) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.RefusedError(404, "pipeline port not found"), ExitStatus.NO_SUCH_PORT),
        (errors.RefusedError(404, "page not found"), ExitStatus.REFUSED),
        (errors.RefusedError(401, "invalid token"), ExitStatus.NO_TOKEN),
        (errors.RefusedError(410, "token gone"), ExitStatus.NO_TOKEN),
        (errors.NoTokenError(), ExitStatus.NO_TOKEN),
        (errors.RefusedError(403, "permission denied"), ExitStatus.REFUSED),
        (errors.RefusedError(409, "in use"), ExitStatus.REFUSED),
        (errors.ConnectionLostError(), ExitStatus.FAILED),
        (errors.UnavailableError(503, None), ExitStatus.FAILED),
        (
            errors.UnexpectedReplyError(404, errors.UnexpectedReplyError.Why.NO_ERROR_BODY),
            ExitStatus.FAILED,
        ),
    ],
    ids=repr,
)
def test_a_failure_ends_with_the_promised_status(
    error: errors.ServiceError, status: ExitStatus
) -> None:
    assert failed(error).status is status


def printed(error: CommandError, options: Namespace) -> tuple[str, str]:
    """Return what a failure prints on standard output and on standard error."""
    out, err = io.StringIO(), io.StringIO()
    print_failure(Console(out, err, None), error, options, ())
    return out.getvalue(), err.getvalue()


NO_SUCH_PORT = failed(errors.RefusedError(404, "pipeline port not found"))


def test_a_failure_is_a_line_of_what_and_a_line_of_what_next() -> None:
    out, err = printed(NO_SUCH_PORT, GET)
    assert out == ""
    assert err.splitlines() == [
        "portui: No such port",
        "The service has no port with this ID; it may have been deleted. Next: portui list",
    ]


def test_a_failure_is_data_too_where_the_output_would_have_been() -> None:
    out, err = printed(NO_SUCH_PORT, Namespace(port_id=ID, output="json"))
    assert err.startswith("portui: No such port\n")
    assert json.loads(out) == {
        "error": "No such port",
        "meaning": "The service has no port with this ID; it may have been deleted.",
        "next": ["portui list"],
        "exitStatus": 3,
    }
    out, _ = printed(NO_SUCH_PORT, Namespace(port_id=ID, output="yaml"))
    assert out.startswith('error: "No such port"\n')


def test_after_data_a_failure_is_not_data_as_well() -> None:
    error = CommandError(ExitStatus.UNKNOWN, Explanation("Too late"), has_output=True)
    assert printed(error, Namespace(output="json")) == ("", "portui: Too late\n")


def test_choices_are_listed_with_their_ids() -> None:
    choices = (Pipeline(UUID(int=1), "web"), Pipeline(UUID(int=2), WORST), Pipeline(UUID(int=3)))
    error = CommandError(ExitStatus.WRONG_USAGE, Explanation("Choose one"), choices)
    out, err = printed(error, Namespace(output="json"))
    lines = err.splitlines()
    assert lines[1].split() == ["web", str(UUID(int=1))]
    assert [dangers(line) for line in lines] == [[]] * 4
    assert json.loads(out)["choices"][2] == {"id": str(UUID(int=3)), "name": None}
