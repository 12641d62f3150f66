"""The pipelines and ports that the demo makes only when a call needs them.

Their modules are imported only then, so that the first reply doesn't wait for them.
"""

from collections.abc import Iterable
from uuid import UUID

from portui.demo.state import DemoPort


class OtherPipelines:
    """All pipelines and ports other than those of `portui.demo.sample`."""

    plenty = UUID("123e4567-e89b-12d3-a456-4266141740f0")
    """The ID of the pipeline `plenty`."""

    def ids(self) -> Iterable[UUID]:
        """Return the IDs of all pipelines, those of `portui.demo.sample` included."""
        from portui.demo.pipelines import sample_pipelines

        return (pipeline.id for pipeline in sample_pipelines())

    def ports(self) -> Iterable[DemoPort]:
        """Return the ports of these pipelines, except those of `plenty`."""
        from portui.demo.pipelines import ports_of_other_pipelines

        return ports_of_other_pipelines()

    def is_in_plenty(self, port_id: UUID) -> bool:
        """Return whether a port of `plenty` has this ID."""
        from portui.demo.plenty import is_in_plenty

        return is_in_plenty(port_id)

    def is_used_in_plenty(self, protocol: str, number: int) -> bool:
        """Return whether a port of `plenty` has this protocol and frontend port at the start."""
        from portui.demo.plenty import PLENTY_NUMBERS

        return protocol == "tcp" and number in PLENTY_NUMBERS

    def plenty_ports(self) -> Iterable[DemoPort]:
        """Return the ports of `plenty`."""
        from portui.demo.plenty import plenty_ports

        return plenty_ports()
