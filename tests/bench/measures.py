"""The measurements and their targets. Each row is a line of the results."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portui.demo import create_app
from portui.demo.sample import FORWARD_PORT_ID, HTTP_PORT_ID
from tests.bench.services import far_service, with_a_large_endpoint
from tests.bench.timed import Timed, timed
from tests.terminal.conftest import serving
from tests.terminal.launch import ROOT
from tests.terminal.pty_program import SECRET

PYTHON: Final = sys.executable
PORTUI: Final = (PYTHON, "-m", "portui")
DEMO: Final = (PYTHON, "-m", "tests.bench.demo_at_once", "--demo")
MINIMAL: Final = (PYTHON, "-m", "tests.bench.minimal_app")
PORT_ID: Final = str(FORWARD_PORT_ID)
ANOTHER: Final = str(HTTP_PORT_ID)
SHOWN: Final = r"e Edit"
WATCH_INTERVAL: Final = 5.0  # seconds from one read of a watch to the next, at least
ENTER, ESCAPE, TAB, DOWN = "\r", "\x1b", "\t", "\x1b[B"
BACKSPACE: Final = "\x7f"


@dataclass(frozen=True)
class Row:
    """A measured value. `against` is the value it's compared with, in the same unit."""

    what: str
    value: float
    unit: str
    most: float
    """The target: for the ratio to `against` if that is set, else for the value."""
    against: float | None = None

    @property
    def compared(self) -> float:
        return self.value if self.against is None else self.value / self.against

    @property
    def met(self) -> bool:
        return self.compared <= self.most


@dataclass(frozen=True)
class Bench:
    """Where and for how long to measure."""

    home: Path
    runs: int
    idle: float
    """How many seconds to watch an idle app."""


def paired(
    what: str, most: float, runs: int, ours: Callable[[], float], floor: Callable[[], float]
) -> Row:
    """Compare the medians of two measurements. They alternate, so a busy moment affects both."""
    ours(), floor()
    pairs = [(ours(), floor()) for _ in range(runs)]
    mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    return Row(what, mine, "ms", most, theirs)


# --- starting ---


def _first(
    bench: Bench, command: Sequence[str], pattern: str, env: Mapping[str, str] | None = None
) -> float:
    with timed(bench.home, *command, env=env) as program:
        return program.shows(pattern)


def _whole(*command: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) * 1000


def starting(bench: Bench) -> list[Row]:
    """Measure the time to the first paint and to the port on screen."""

    def floor() -> float:
        return _first(bench, MINIMAL, "Port ID")

    def printing() -> float:
        return _whole(PYTHON, "-c", "print()")

    with serving(create_app(latency=lambda: 0.0)) as url:
        token, opened = {"CALYPTIA_CLOUD_TOKEN": SECRET}, (*PORTUI, "--api-url", url, PORT_ID)
        from_service = paired(
            "`PORT_ID` of a service on the loopback to the port on screen, to the same",
            2.0,
            bench.runs,
            lambda: _first(bench, opened, SHOWN, token),
            floor,
        )
    return [
        paired(
            "first paint, to a minimal Textual app's",
            1.05,
            bench.runs,
            lambda: _first(bench, (*PORTUI, "--demo"), "Port ID"),
            floor,
        ),
        paired(
            "`--demo PORT_ID` to the port on screen, to the same",
            2.0,
            bench.runs,
            lambda: _first(bench, (*DEMO, PORT_ID), SHOWN),
            floor,
        ),
        from_service,
        paired(
            "`--version`, to a bare print's",
            4,
            bench.runs,
            lambda: _whole(*PORTUI, "--version"),
            printing,
        ),
        paired(
            "`--help`, to a bare print's",
            4,
            bench.runs,
            lambda: _whole(*PORTUI, "--help"),
            printing,
        ),
    ]


# --- bytes on the line ---


def _bytes(program: Timed, keys: str, pattern: str) -> int:
    program.press(keys)
    program.shows(pattern)
    return program.settle()


def line(bench: Bench) -> list[Row]:
    """Count the bytes that each action of an operator costs, and measure an idle app."""
    rows = []

    def count(what: str, most: float, value: float) -> None:
        rows.append(Row(what, value, "bytes", most))

    with timed(bench.home, *DEMO) as program:
        program.shows("Port ID")
        count("start", 2500, program.settle())
        program.press(PORT_ID[:-1])
        count("a key in the port ID", 40, _bytes(program, PORT_ID[-1], PORT_ID))
        count("lookup to port shown", 1500, _bytes(program, ENTER, SHOWN))
        count("row down", 150, _bytes(program, "j", "▸ Protocol"))
        count("row down, with the arrow", 150, _bytes(program, DOWN, "▸ Kind"))
        count("focus: rows to port ID", 260, _bytes(program, "/", "Enter Look up"))
        count("focus: port ID to rows", 260, _bytes(program, DOWN, SHOWN))
        count("form open", 2000, _bytes(program, "e", "Cancel"))
        time.sleep(0.5)  # a dialog ignores keys at first
        count("focus: to the next field", 260, _bytes(program, DOWN, "Enter Next"))
        program.press("2422")
        count("a key in the form, with its preview", 120, _bytes(program, "6", "→ 24226"))
        program.press(BACKSPACE + "4")
        program.settle()
        count("form close", 1000, _bytes(program, ESCAPE, SHOWN))
        program.press("r")
        program.settle()
        count("refresh without a change", 100, _bytes(program, "r", SHOWN))
        nothing, cpu = program.watch(bench.idle)
        count("idle with a port, bytes a second", 10, nothing / bench.idle)
        rows.append(Row("idle with a port, CPU", cpu / bench.idle / 10, "%", 0.5))
        rows.append(Row("memory with a port", program.memory, "MiB", 60))
        _bytes(program, "w", "Watching")
        watched, _ = program.watch(bench.idle)
        count("a watch without a change, a read", 40, watched / (bench.idle / WATCH_INTERVAL))
    with timed(bench.home, *DEMO) as program:
        program.shows("none needed")
        nothing, cpu = program.watch(bench.idle)
        count("idle without a port, bytes", 0, nothing)
        rows.append(Row("idle without a port, CPU", cpu / bench.idle / 10, "%", 0.5))
    return rows


# --- response times ---


def answering(bench: Bench) -> list[Row]:
    """Measure how long a key, a warm lookup and quitting take."""
    rows, keys, quits, lookups = [], [], [], []
    for _ in range(bench.runs):
        with timed(bench.home, *DEMO, PORT_ID) as program:
            program.shows(SHOWN)
            time.sleep(0.3)
            program.press("j")
            keys.append(program.shows("▸ Protocol"))
            for port_id, pattern in ((ANOTHER, "http.0"), (PORT_ID, "forward.0")) * 2:
                program.press(f"/\x15{port_id}")
                program.press(ENTER)
                lookups.append(program.shows(rf"(?s){pattern}.*{SHOWN}"))
            program.press("q")
            quits.append(program.ends())
    rows.append(Row("a row down, to the screen", statistics.median(keys), "ms", 25))
    rows.append(Row("Enter to the port, warm", statistics.median(lookups), "ms", 25))
    rows.append(Row("quit, to the end of the process", statistics.median(quits), "ms", 120))
    return rows


# --- far away ---

_ROUND_TRIP: Final = 0.15  # seconds


def far(bench: Bench) -> list[Row]:
    """Measure lookups over TLS at 150 ms. A new connection costs two more round trips."""
    firsts: list[float] = []
    seconds: list[float] = []
    curls = []
    with far_service(bench.home, _ROUND_TRIP) as (url, authority):
        env = {"CALYPTIA_CLOUD_TOKEN": SECRET, "SSL_CERT_FILE": str(authority)}
        call = ("curl", "-sf", "--cacert", str(authority), "-H", f"Authorization: Bearer {SECRET}")
        for _ in range(bench.runs):
            with timed(bench.home, *PORTUI, "--api-url", url, env=env) as program:
                program.shows("token: environment")
                time.sleep(1)  # as long as it takes to paste an ID
                for port_id, times in ((PORT_ID, firsts), (ANOTHER, seconds)):
                    program.press(f"/\x15{port_id}" if times is seconds else port_id)
                    program.press(ENTER)
                    times.append(program.shows(rf"(?s){port_id[-3:]}\n.*{SHOWN}"))
            curls.append(_whole(*call, f"{url}/v1/pipeline_ports/{PORT_ID}"))
    curl = statistics.median(curls)
    return [
        Row("first lookup at 150 ms over TLS, to curl's", statistics.median(firsts), "ms", 1, curl),
        Row("second lookup, to curl's", statistics.median(seconds), "ms", 0.4, curl),
    ]


# --- a long session ---

_LOOKUPS: Final = 1_000
_SETTLED: Final = 100  # lookups, after which nothing should grow
_MEGABYTE: Final = 2**20


def growing(bench: Bench) -> list[Row]:
    """Measure a thousand lookups in one session, half of them of a port with a 1 MB endpoint."""
    memory, times = [], []
    env = {"CALYPTIA_CLOUD_TOKEN": SECRET}
    with (
        serving(with_a_large_endpoint(ANOTHER, _MEGABYTE)) as url,
        timed(bench.home, *PORTUI, "--api-url", url, PORT_ID, env=env) as program,
    ):
        program.shows(SHOWN)
        for number in range(_LOOKUPS):
            port_id, pattern = ((ANOTHER, "http.0"), (PORT_ID, "forward.0"))[number % 2]
            program.press(f"/\x15{port_id}{ENTER}", silence=0.03)
            times.append(program.shows(rf"(?s){pattern}.*{SHOWN}"))
            memory.append(program.memory)
    early, late = times[:_SETTLED], times[-_SETTLED:]
    return [
        Row(
            f"memory after {_LOOKUPS} lookups, above that after {_SETTLED}",
            max(memory[-_SETTLED:]) - max(memory[:_SETTLED]),
            "MiB",
            5,
        ),
        Row(
            f"the last {_SETTLED} lookups, to the first",
            statistics.median(late),
            "ms",
            1.2,
            statistics.median(early),
        ),
    ]


# --- ten thousand ports ---

F4: Final = "\x1bOS"
DATA_TABLE: Final = (PYTHON, "-m", "tests.bench.data_table_app")
_PORTS: Final = 10_000
_NAME: Final = "plenty"  # of the pipeline that has them
_KEYS: Final = 8  # in a row, of each kind


def finding(bench: Bench) -> list[Row]:
    """Measure the list of 10,000 ports, beside Textual's DataTable with as many rows."""
    downs: list[float] = []
    letters: list[float] = []
    arriving: list[float] = []
    down_bytes: list[int] = []
    letter_bytes: list[int] = []
    memory = []
    env = {"CALYPTIA_CLOUD_TOKEN": SECRET}
    with serving(create_app(latency=lambda: 0.0)) as url:
        at_once = (*PORTUI, "--api-url", url)
        for _ in range(max(1, bench.runs // 3)):
            with timed(bench.home, *at_once, env=env) as program:
                program.shows("environment")
                program.settle(1)
                before = program.memory
                program.press(F4)
                program.shows("pipelines read")
                program.settle(1)
                memory.append((program.memory - before) * 2**20 / _PORTS)
                for end in range(1, len(_NAME) + 1):
                    program.press(_NAME[end - 1])
                    letters.append(program.shows(rf"Filter  {_NAME[:end]} .* of "))
                    letter_bytes.append(program.settle())
                program.press(ENTER)
                program.shows(f"▸ {_NAME} +tcp 30001")
                for number in range(2, 2 + _KEYS):
                    program.press(DOWN)
                    downs.append(program.shows(f"▸ {_NAME} +tcp 3000{number}"))
                    down_bytes.append(program.settle())
            arriving += _while_pages_arrive(bench)
    their_downs, their_letters = _data_table(bench)
    row_down, filtering = statistics.median(downs), statistics.median(letters)
    return [
        Row("10,000 ports: a row down", row_down, "ms", 50),
        Row("the same, to Textual's DataTable", row_down, "ms", 2, their_downs),
        Row("10,000 ports: a filter letter", filtering, "ms", 50),
        Row("the same, to Textual's DataTable", filtering, "ms", 1, their_letters),
        Row("a filter letter while pages arrive", statistics.median(arriving), "ms", 150),
        Row("10,000 ports: a row down", statistics.median(down_bytes), "bytes", 150),
        Row("10,000 ports: a filter letter, at most", max(letter_bytes), "bytes", 2_000),
        Row("memory for each listed port", statistics.median(memory), "bytes", 2_000),
    ]


def _while_pages_arrive(bench: Bench) -> list[float]:
    """Return the times of filter letters while the demo, which takes its time, is being read."""
    times: list[float] = []
    with timed(bench.home, *PORTUI, "--demo") as program:
        program.shows("none needed")
        program.press(F4)
        program.shows("▸ ")
        for end in range(1, len(_NAME) + 1):
            program.press(_NAME[end - 1], silence=0)
            times.append(program.shows(rf"Filter  {_NAME[:end]} "))
            if program.has_shown("pipelines read"):
                break
    return times


def _data_table(bench: Bench) -> tuple[float, float]:
    """Return the medians of a row down and of a filter letter."""
    downs, letters = [], []
    with timed(bench.home, *DATA_TABLE) as program:
        program.shows("30003")
        program.settle(1)
        for _ in range(_KEYS):
            program.press(DOWN)
            downs.append(program.changes())
        program.press("\x1b[Z")  # shift+tab: to the filter
        program.settle(1)
        for letter in "3000":
            program.press(letter)
            letters.append(program.changes())
    return statistics.median(downs), statistics.median(letters)


GROUPS: Final[dict[str, Callable[[Bench], list[Row]]]] = {
    "starting": starting,
    "line": line,
    "answering": answering,
    "finding": finding,
    "far": far,
    "growing": growing,
}
