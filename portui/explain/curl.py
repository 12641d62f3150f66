"""Calls for the shell that do what portui does: with curl, the token in a variable."""

import shlex
from uuid import UUID

from portui.port.export import creation_json
from portui.port.model import Port
from portui.settings import Origin, Token


def read_command(port_id: UUID, origin: Origin, token: Token, variable: str) -> str:
    """The call that reads a port, with the token's variable for the shell to fill in."""
    return _call(origin, f"/v1/pipeline_ports/{port_id}", token, variable)


def create_command(port: Port, origin: Origin, variable: str, token: Token | None = None) -> str:
    """The call that would create a port with the same values.

    Without a token at hand, one of a user's is assumed.
    """
    body = shlex.quote(creation_json(port))
    post = f"-X POST -H 'Content-Type: application/json' -d {body} "
    path = "/v1/aggregator_pipelines/PIPELINE_ID/ports"
    return _call(origin, path, token, variable, post)


def _call(origin: Origin, path: str, token: Token | None, variable: str, options: str = "") -> str:
    """As portui does: the token is no argument, and never goes in clear through a proxy."""
    header, scheme = (token.header, token.scheme) if token else ("Authorization", "Bearer ")
    filled_in = shlex.quote(f"{header}: {scheme}%s")
    past_proxies = "--noproxy '*' " if origin.scheme == "http" or origin.loopback else ""
    url = shlex.quote(origin.name + path)
    return f'printf {filled_in} "${variable}" | curl -sSg {past_proxies}-H @- {options}{url}'
