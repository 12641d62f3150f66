"""Facts about where portui runs, from environment variables."""

from collections.abc import Mapping


def is_over_ssh(environment: Mapping[str, str]) -> bool:
    """Return whether this is an SSH session. An empty variable counts as unset."""
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
