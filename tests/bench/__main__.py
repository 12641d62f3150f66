"""Measure portui against its targets, on an otherwise idle machine: `python -m tests.bench`."""

import argparse
import os
import platform
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.commands import commands
from tests.bench.measures import GROUPS as APP
from tests.bench.measures import Bench, Row

GROUPS = {**APP, "commands": commands}


def main() -> None:
    """Print a table of the results."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--runs", type=int, default=15, help="of what is compared (15)")
    parser.add_argument("--idle", type=float, default=60, help="seconds of doing nothing (60)")
    options = parser.parse_args()
    if unknown := set(options.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    names = ", ".join(f"{name} {version(name)}" for name in ("textual", "httpx", "pydantic"))
    print(f"Python {platform.python_version()}, {names}; {os.cpu_count()} cores\n")
    print("| what | measured | against | target | |")
    print("| --- | --- | --- | --- | --- |")
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.runs, options.idle)
        for name in options.groups or GROUPS:
            for row in GROUPS[name](bench):
                print(_line(row), flush=True)


def _line(row: Row) -> str:
    against, target = "", f"≤ {row.most:g} {row.unit}"
    if row.against is not None:
        against, target = f"{row.against:.0f}: {row.compared:.2f} ×", f"≤ {row.most:g} ×"
    value = f"{row.value:.1f}" if row.unit == "%" else f"{row.value:.0f}"
    mark = "met" if row.met else "**missed**"
    return f"| {row.what} | {value} {row.unit} | {against} | {target} | {mark} |"


if __name__ == "__main__":
    main()
