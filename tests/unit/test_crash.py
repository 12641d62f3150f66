"""Crash reports: where the errors happened, whatever they look like, and no values."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from portui.crash import report_crash

_NOW: Final = datetime(2026, 11, 24, 14, 3, 7, tzinfo=UTC)
_SECRET: Final = "a-value-that-nobody-may-see"


def _raise() -> None:
    raise ValueError(_SECRET)


def _report(error: BaseException, folder: Path) -> str:
    assert "A report, without any values, is in" in report_crash(error, folder, _NOW)
    report = (folder / "crash-20261124-140307.txt").read_text()
    assert _SECRET not in report
    return report


def test_a_report_has_the_causes_and_no_values(tmp_path: Path) -> None:
    try:
        try:
            _raise()
        except ValueError as cause:
            raise RuntimeError(_SECRET) from cause
    except RuntimeError as error:
        report = _report(error, tmp_path)
    assert report.index("\nRuntimeError\n") < report.index("\nValueError\n")
    assert "in _raise" in report


def test_a_terminal_type_in_another_encoding_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-\udcff")
    assert r"TERM=xterm-\udcff" in _report(ValueError(_SECRET), tmp_path)


def test_an_error_that_is_its_own_cause_is_reported_once(tmp_path: Path) -> None:
    error = ValueError(_SECRET)
    error.__cause__ = error
    assert _report(error, tmp_path).count("\nValueError\n") == 1


def test_the_errors_of_a_group_are_reported(tmp_path: Path) -> None:
    try:
        _raise()
    except ValueError as member:
        group = ExceptionGroup(_SECRET, [member, KeyError(_SECRET)])
    report = _report(group, tmp_path)
    assert "in _raise" in report
    assert "\nKeyError\n" in report
