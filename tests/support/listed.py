"""Listed ports, and lists of them with any values that a service could return."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from hypothesis import strategies as st

from portui.port.listed import ListedPort, Pipeline
from portui.port.model import Port
from tests.support.hostile_text import hostile_text
from tests.support.ports import PORT, any_port

PROJECT_ID: Final = UUID("123e4567-e89b-12d3-a456-4266141740d0")


def pipeline(name: str, number: int = 0, status: str | None = "STARTED") -> Pipeline:
    """Return a pipeline with an ID of its own for each number."""
    return Pipeline(UUID(int=0xF000 + number), name, status)


def listed(number: int, of: Pipeline, **values: object) -> ListedPort:
    """Return a port like the sample port, with an ID of its own for each number."""
    port_id = UUID(int=number)
    port = replace(PORT, id=port_id, **values)  # type: ignore[arg-type]
    return ListedPort(port_id, port, of)


any_pipeline: Final = st.builds(
    Pipeline,
    st.none() | st.uuids(),
    st.none() | hostile_text,
    st.none() | st.sampled_from(["STARTED", "CHECKS_FAILED"]) | hostile_text,
)


def _listed(port: Port, port_id: UUID, of: Pipeline) -> ListedPort:
    return ListedPort(port_id, replace(port, id=port_id), of)


any_listed: Final = st.builds(_listed, any_port, st.uuids(), any_pipeline)
