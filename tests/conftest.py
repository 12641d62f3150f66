"""What holds for all tests: where all real parts are to be had, a skipped test is a failure.

Random examples are the same in every run, so that a failure is of the change at hand, unless
`PORTUI_EXPLORE` is 1.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("portui", derandomize=os.environ.get("PORTUI_EXPLORE") != "1")
settings.load_profile("portui")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure if `PORTUI_NO_SKIP` is 1, as it is in the gate."""
    report = yield
    if report.skipped and os.environ.get("PORTUI_NO_SKIP") == "1":
        report.outcome = "failed"
    return report
