"""Which pipeline a name means."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from portui.api.errors import ConnectionLostError, ServiceError
from portui.explain.listings import explain_no_pipeline
from portui.operations.find_pipeline import (
    NoSuchPipeline,
    PipelinesUnknown,
    SeveralPipelines,
    add_name,
    find_pipeline,
)
from portui.port.listed import Pipeline
from tests.support.hostile_text import WORST, dangers
from tests.support.listed import PROJECT_ID, pipeline
from tests.support.scripted_lists import ScriptedLists

pytestmark = pytest.mark.anyio
WEB, WEB_2, OLD = pipeline("web", 1), pipeline("web-2", 2), pipeline("old-Web", 3)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Search(ScriptedLists):
    """A search that finds the same whatever the term."""

    pipelines: list = field(default_factory=list)  # type: ignore[type-arg]
    found: Sequence[Pipeline] | ServiceError = ()
    terms: list[str] = field(default_factory=list)

    async def search_pipelines(self, project_id: UUID, term: str = "") -> tuple[Pipeline, ...]:
        assert project_id == PROJECT_ID
        self.terms.append(term)
        if isinstance(self.found, ServiceError):
            raise self.found
        return tuple(self.found)


@pytest.mark.parametrize(
    ("name", "found", "outcome"),
    [
        ("web", [WEB_2, WEB, OLD], WEB),
        ("web-2", [WEB_2], WEB_2),
        ("eb-", [WEB_2], WEB_2),
        ("WEB", [WEB], WEB),
        ("we", [WEB, WEB_2], SeveralPipelines("we", (WEB, WEB_2))),
        ("web", [WEB_2, OLD], SeveralPipelines("web", (WEB_2, OLD))),
        ("web", [WEB, WEB], SeveralPipelines("web", (WEB, WEB))),
        ("web", [], NoSuchPipeline("web")),
        ("api", [WEB, Pipeline(UUID(int=5))], NoSuchPipeline("api")),
        ("web", ConnectionLostError(), PipelinesUnknown(ConnectionLostError())),
    ],
)
async def test_the_exact_name_counts_first_and_then_the_only_one_that_contains_it(
    name: str, found: Sequence[Pipeline] | ServiceError, outcome: object
) -> None:
    service = Search(found=found)
    assert repr(await find_pipeline(service, PROJECT_ID, name)) == repr(outcome)
    assert service.terms == [name]


async def test_a_pipeline_given_by_its_id_gets_its_name_if_that_can_be_found() -> None:
    nameless = Pipeline(WEB.id)
    assert await add_name(Search(found=[OLD, WEB]), PROJECT_ID, nameless) == WEB
    assert await add_name(Search(found=[OLD]), PROJECT_ID, nameless) == nameless
    lost = Search(found=ConnectionLostError())
    assert await add_name(lost, PROJECT_ID, nameless) == nameless


@pytest.mark.parametrize(
    ("outcome", "what"),
    [
        (SeveralPipelines("web", (WEB, OLD)), "2 pipelines match web: choose one"),
        (NoSuchPipeline("web"), "No pipeline named web"),
        (
            PipelinesUnknown(ConnectionLostError()),
            "Can't find the pipeline by its name: The connection broke before a reply",
        ),
        (NoSuchPipeline(WORST), ""),
    ],
)
def test_the_words_say_why_a_name_means_no_pipeline(
    outcome: SeveralPipelines | NoSuchPipeline | PipelinesUnknown, what: str
) -> None:
    said = explain_no_pipeline(outcome)
    assert said.what == what or not what
    assert dangers(said.what + said.meaning) == []
