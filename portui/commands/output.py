"""Ports as the commands print them: a table for people, the service's fields for programs."""

import json
from typing import Any

from portui.commands.console import Console
from portui.operations.look_up import Reading
from portui.port.display import field_text, safe
from portui.port.export import port_fields
from portui.port.model import Field


def print_port(console: Console, reading: Reading, form: str) -> None:
    """Print a port in one of the forms that `add_output` offers."""
    port = reading.port
    if form != "table":
        console.print(as_data(port_fields(port), form))
        return
    rows = [(field.label, field_text(port, field)) for field in Field]
    rows += [(safe(name, 40), safe(text)) for name, text in port.unknown]
    label = max(len(name) for name, _ in rows)
    console.print("\n".join(f"{name:<{label}}  {text}" for name, text in rows))


def as_data(value: dict[str, Any], form: str) -> str:
    """Return a JSON object as `json` or `yaml`, in ASCII."""
    if form == "json":
        return json.dumps(value, indent=2)
    from portui.commands.as_yaml import as_yaml

    return as_yaml(value)
