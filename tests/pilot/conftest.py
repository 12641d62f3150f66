"""The app on scripted collaborators."""

import pytest

from tests.support.app import Bench


@pytest.fixture
def bench() -> Bench:
    """The app's collaborators: the demo's settings, one port, an empty keyring."""
    return Bench()
