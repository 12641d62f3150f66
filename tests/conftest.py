"""What holds for all tests: where all real parts are to be had, a skipped test is a failure."""

import os
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure if `PORTUI_NO_SKIP` is 1, as it is in the gate."""
    report = yield
    if report.skipped and os.environ.get("PORTUI_NO_SKIP") == "1":
        report.outcome = "failed"
    return report
