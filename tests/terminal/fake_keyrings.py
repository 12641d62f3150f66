"""Keyrings for the app under test, to be named in PYTHON_KEYRING_BACKEND.

Asked for a password, each writes the file that FAKE_KEYRING names.
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
    """Never answers, as one whose prompt is open where nobody looks."""

    def get_password(self, service: str, username: str) -> str | None:
        Path(os.environ["FAKE_KEYRING"]).touch()
        threading.Event().wait()
        return None


class Spawning(_Fake):
    """Is empty; writes the environment of a child process of its own."""

    def get_password(self, service: str, username: str) -> str | None:
        with Path(os.environ["FAKE_KEYRING"]).open("wb") as file:
            subprocess.run(["env"], check=True, stdout=file)
        return None
