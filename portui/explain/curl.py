"""curl commands that make the same calls as portui, with the token in a shell variable."""

import shlex
from uuid import UUID

from portui.port.export import creation_json
from portui.port.model import Port
from portui.settings import Origin, Token


def read_command(port_id: UUID, origin: Origin, token: Token, variable: str) -> str:
    """Return the command that reads a port. `variable` names the token's shell variable."""
    return _call(origin, f"/v1/pipeline_ports/{port_id}", token, variable)


def create_command(port: Port, origin: Origin, variable: str, token: Token | None = None) -> str:
    """Return the command that creates a port with the same values.

    Without a token, the command is written for a user token.
    """
    body = shlex.quote(creation_json(port))
    post = f"-X POST -H 'Content-Type: application/json' -d {body} "
    path = "/v1/aggregator_pipelines/PIPELINE_ID/ports"
    return _call(origin, path, token, variable, post)


def _call(origin: Origin, path: str, token: Token | None, variable: str, options: str = "") -> str:
    """Return a command that protects the token as portui does.

    The token is not an argument of curl, and never passes through a proxy unencrypted.
    """
    header, scheme = (token.header, token.scheme) if token else ("Authorization", "Bearer ")
    filled_in = shlex.quote(f"{header}: {scheme}%s")
    past_proxies = "--noproxy '*' " if origin.scheme == "http" or origin.loopback else ""
    url = shlex.quote(origin.name + path)
    return f'printf {filled_in} "${variable}" | curl -sSg {past_proxies}-H @- {options}{url}'
