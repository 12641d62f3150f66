"""What the environment says about where portui runs."""

from collections.abc import Mapping


def is_over_ssh(environment: Mapping[str, str]) -> bool:
    """Whether this is an SSH session; an empty variable counts as unset."""
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
