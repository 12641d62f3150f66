"""The report of all findings, as a table that grows, or as data at the end."""

from dataclasses import dataclass, field
from typing import Final

import portui
from portui.commands.console import Console
from portui.commands.doctor.finding import Finding, State
from portui.commands.output import as_data

_LABEL: Final = 13  # columns


@dataclass(slots=True)
class Report:
    """Collects findings, and prints each at once if it's a table."""

    console: Console
    form: str
    """One of those that `add_output` offers."""
    findings: list[Finding] = field(default_factory=list)

    def add(self, *findings: Finding) -> None:
        """Add findings."""
        self.findings += findings
        if self.form == "table":
            for finding in findings:
                self.console.print(_lines(finding))

    def end(self) -> bool:
        """Print how it ended. Returns whether nothing needs care."""
        number = sum(finding.state is State.CARE for finding in self.findings)
        if self.form != "table":
            records = [_record(finding) for finding in self.findings]
            report = {"portui": portui.__version__, "needsCare": number, "checks": records}
            self.console.print(as_data(report, self.form))
        elif number:
            self.console.print(f"\n{number} need{'s' if number == 1 else ''} care.")
        else:
            self.console.print("\nNothing needs care.")
        return number == 0


def _lines(finding: Finding) -> str:
    took = f" ({finding.duration})" if finding.duration else ""
    mark = "CARE" if finding.state is State.CARE else finding.state.value
    lines = [f"{mark:<4}  {finding.check:<{_LABEL}}  {finding.found}{took}"]
    if finding.advice:
        lines.append(f"{'':<{_LABEL + 6}}  -> {finding.advice}")
    return "\n".join(lines)


def _record(finding: Finding) -> dict[str, str | float | None]:
    seconds = None if finding.seconds is None else round(finding.seconds, 6)
    return {
        "check": finding.check.lower().replace(" ", "-"),
        "state": finding.state.value,
        "found": finding.found,
        "advice": finding.advice or None,
        "seconds": seconds,
    }
