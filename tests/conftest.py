"""Settings for all tests.

Hypothesis runs the same examples every time, so a new failure comes from the change under test.
`PORTUI_EXPLORE=1` makes them random. How many there are then, and with `PORTUI_BRIEF=1`, is in
`tests.support.examples`. `PORTUI_NO_SKIP=1` turns a skipped test into a failure.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.examples import examples

settings.register_profile(
    "portui",
    max_examples=examples(100),  # of a test that states no number
    derandomize=os.environ.get("PORTUI_EXPLORE") != "1",
    deadline=None,  # a slow machine makes no test fail
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("portui")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the files whose tests mostly wait, for a terminal, among those that mostly compute."""
    files = dict.fromkeys(item.path for item in items)
    waiting = [file for file in files if "terminal" in file.parts]
    computing = [file for file in files if "terminal" not in file.parts]
    place = {
        file: (index + 0.5) / len(group)
        for group in (waiting, computing)
        for index, file in enumerate(group)
    }
    items.sort(key=lambda item: place[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure if `PORTUI_NO_SKIP` is 1, as `.ci/run` sets it."""
    report = yield
    if report.skipped and os.environ.get("PORTUI_NO_SKIP") == "1":
        report.outcome = "failed"
    return report
