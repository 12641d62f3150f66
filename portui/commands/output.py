"""Ports as the commands print them: a table for people, the service's fields for programs."""

from portui.commands.console import Console
from portui.operations.look_up import Reading
from portui.port.display import field_text, safe
from portui.port.export import port_json
from portui.port.model import Field


def print_port(console: Console, reading: Reading, form: str) -> None:
    """Print a port in one of the forms that `add_output` offers."""
    port = reading.port
    if form == "json":
        console.print(port_json(port))
        return
    rows = [(field.label, field_text(port, field)) for field in Field]
    rows += [(safe(name, 40), safe(text)) for name, text in port.unknown]
    label = max(len(name) for name, _ in rows)
    console.print("\n".join(f"{name:<{label}}  {text}" for name, text in rows))
