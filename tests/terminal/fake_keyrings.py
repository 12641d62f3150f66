"""Fake keyrings for the app under test, selected with PYTHON_KEYRING_BACKEND.

Each writes the file that FAKE_KEYRING names when it is asked for a password.
"""

import os
import subprocess
import threading
from pathlib import Path

from keyring.backend import KeyringBackend


class _Fake(KeyringBackend):
    priority = 1

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


class Hanging(_Fake):
    """A keyring that never replies, like one whose prompt is open on an unattended display."""

    def get_password(self, service: str, username: str) -> str | None:
        Path(os.environ["FAKE_KEYRING"]).touch()
        threading.Event().wait()
        return None


class Spawning(_Fake):
    """An empty keyring that starts a child process and writes its environment to the file."""

    def get_password(self, service: str, username: str) -> str | None:
        with Path(os.environ["FAKE_KEYRING"]).open("wb") as file:
            subprocess.run(["env"], check=True, stdout=file)
        return None


class Quoting(_Fake):
    """An empty keyring that fails to store, with an error that quotes what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ValueError(password)
