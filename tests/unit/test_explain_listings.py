"""Words for what is missing from a list, and for having no project."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portui.api import errors
from portui.explain.explanation import Explanation
from portui.explain.listings import (
    explain_list_error,
    explain_no_project,
    explain_problem,
    pipeline_name,
)
from portui.operations.find_project import (
    LostProject,
    NoProjects,
    NoSuchProject,
    ProjectsUnknown,
    SeveralProjects,
)
from portui.operations.listing import Incomplete, UnreadableEntries
from portui.operations.paging import Limit
from portui.port.listed import Pipeline, Project
from tests.support.hostile_text import WORST, dangers, hostile_text, times
from tests.support.listed import any_pipeline, pipeline
from tests.support.scripted_service import DENIED, NO_CLEAR_ANSWERS, NOT_SENT

ERRORS: list[errors.ServiceError] = [
    *NO_CLEAR_ANSWERS,
    *NOT_SENT,
    DENIED,
    errors.RefusedError(404, WORST),
    errors.RefusedError(403, WORST),
    errors.ReadOnlyError(),
]
projects = st.lists(st.builds(Project, st.uuids(), st.none() | hostile_text), max_size=3).map(tuple)


def check(explanation: Explanation) -> None:
    assert dangers(explanation.what) == []
    assert dangers(explanation.meaning) == []
    assert explanation.what.strip()
    assert len(explanation.what) + len(explanation.meaning) <= 600


@times(100)
@given(
    st.builds(
        Incomplete, st.sampled_from(Limit) | st.sampled_from(ERRORS), st.none() | any_pipeline
    )
    | st.builds(UnreadableEntries, st.integers(1, 10**9))
)
def test_every_problem_of_a_list_has_safe_words(problem: Incomplete | UnreadableEntries) -> None:
    check(explain_problem(problem))


@times(100)
@given(
    st.builds(NoProjects)
    | st.builds(SeveralProjects, projects)
    | st.builds(NoSuchProject, hostile_text, projects)
    | st.builds(LostProject, st.uuids(), projects)
    | st.builds(ProjectsUnknown, st.sampled_from(ERRORS))
)
def test_every_reason_for_having_no_project_has_safe_words(outcome: Any) -> None:  # noqa: ANN401
    check(explain_no_project(outcome))


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_an_error_about_a_list_says_nothing_about_a_port(error: errors.ServiceError) -> None:
    explanation = explain_list_error(error)
    assert "the port" not in explanation.what + explanation.meaning


@pytest.mark.parametrize(
    ("explain", "value", "what", "meaning"),
    [
        (
            explain_problem,
            Incomplete(errors.ConnectionLostError()),
            "Not all pipelines are listed",
            "The connection broke before a reply.",
        ),
        (
            explain_problem,
            Incomplete(Limit.REPEATED_CURSOR, pipeline("edge")),
            "Not all ports of edge are listed",
            "The service pointed back to a page already read.",
        ),
        (
            explain_problem,
            Incomplete(
                errors.UnexpectedReplyError(200, errors.UnexpectedReplyError.Why.TOO_LARGE),
                pipeline("edge"),
            ),
            "Not all ports of edge are listed",
            "One of them is larger than 4 MiB.",
        ),
        (
            explain_problem,
            UnreadableEntries(1_200),
            "1,200 entries of the list were unreadable",
            "They have no ID, or are not ports. They are left out.",
        ),
        (
            explain_no_project,
            ProjectsUnknown(errors.RefusedError(403, "permission denied")),
            "Can't read the project: Not allowed: permission denied",
            "Your role or quota doesn't permit this. Paste a pipeline's ID to list its ports.",
        ),
    ],
)
def test_the_words_say_what_is_missing_and_why(
    explain: Callable[[Any], Explanation], value: object, what: str, meaning: str
) -> None:
    explanation = explain(value)
    assert (explanation.what, explanation.meaning) == (what, meaning)


def test_a_pipeline_without_a_name_is_called_by_its_id() -> None:
    assert pipeline_name(pipeline("edge")) == "edge"
    assert pipeline_name(Pipeline(pipeline("x", 1).id)) == "00000000-0000-0000-0000-00000000f001"
    assert pipeline_name(Pipeline(None)) == "a pipeline without an ID"
