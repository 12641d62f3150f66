"""The app with scripted collaborators."""

import pytest

from tests.support.app import Bench


@pytest.fixture
def bench() -> Bench:
    """Return the app's collaborators: the demo's settings, one port and an empty keyring."""
    return Bench()
