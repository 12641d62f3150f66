"""portui itself, in a pseudo-terminal of its own, on a screen that is emulated.

A reader thread draws what the program puts out and a second one waits for its end; tests wait for
conditions, each with a deadline about ten times what a slow machine needs.
"""

import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from threading import Condition, Thread
from typing import Any, Final

import pyte

ROOT: Final = Path(__file__).parents[2]
LONGEST: Final = 30.0  # seconds
ENTER, ESCAPE, CTRL_C, CTRL_Q, CTRL_U, CTRL_Z = b"\r", b"\x1b", b"\x03", b"\x11", b"\x15", b"\x1a"
ALTERNATE_SCREEN: Final = 1049
MOUSE: Final = frozenset({1000, 1002, 1003, 1005, 1006, 1015, 1016})
BRACKETED_PASTE, FOCUS_REPORTS = 2004, 1004

# The new session's leader: makes the terminal its own, then becomes the program.
_LAUNCHER: Final = """\
import fcntl, os, signal, sys, termios
folder, own, ignored, *command = sys.argv[1:]
os.chdir(folder)
if own == "1":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
if ignored:
    signal.signal(int(ignored), signal.SIG_IGN)
os.execv(command[0], command)
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    """A terminal user's environment, at home in a folder, and nothing of the tests' own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **{f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "STATE", "DATA", "CACHE")},
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        **more,
    }


class _Screen(pyte.Screen):
    """An emulated screen that keeps what stands behind an alternate one."""

    _behind: dict[int, Any] | None = None

    def set_mode(self, *modes: int, **kwargs: Any) -> None:
        super().set_mode(*modes, **kwargs)
        if ALTERNATE_SCREEN in modes and self._behind is None:
            self._behind = {y: copy(line) for y, line in self.buffer.items()}
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **kwargs: Any) -> None:
        super().reset_mode(*modes, **kwargs)
        if ALTERNATE_SCREEN in modes and self._behind is not None:
            self.buffer.clear()
            self.buffer.update(self._behind)
            self._behind = None

    @property
    def private_modes(self) -> frozenset[int]:
        """The numbers of the DEC modes that are on; pyte keeps them shifted by 5."""
        return frozenset(mode >> 5 for mode in self.mode if mode >= 1 << 5)


# What pyte would print: it takes `<` for the end of a control sequence.
_UNKNOWN: Final = re.compile(rb"\x1b\[<[0-9;]*[@-~]")
_UNFINISHED: Final = re.compile(rb"\x1b(\[[0-?]*)?\Z")


class Program:
    """A command in a terminal of its own, of `size` columns and rows."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        *,
        controlling: bool = True,
        ignoring: signal.Signals | None = None,
        files: Mapping[int, Path] | None = None,
    ) -> None:
        """`controlling`: the terminal's hang-up reaches the command. `files`: used in its place."""
        self.size = size
        self.output = b""
        self.status: int | None = None
        """The exit status; negative, the signal that killed it."""
        self.cpu = 0.0
        """Seconds of CPU time that it took, once it has ended."""
        self._news = Condition()
        self._held = b""
        self._screen = _Screen(*size)
        self._screen.write_process_input = lambda answer: self.send(answer.encode())
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (size[1], size[0]))
        self.attributes_before = termios.tcgetattr(slave)
        own, ignored = str(int(controlling)), str(int(ignoring)) if ignoring else ""
        launcher = [sys.executable, "-ISc", _LAUNCHER, str(ROOT), own, ignored, *command]
        actions: list[Any] = [(os.POSIX_SPAWN_DUP2, slave, fd) for fd in (0, 1, 2)]
        for fd, path in (files or {}).items():
            flags = os.O_RDWR | os.O_CREAT
            actions.append((os.POSIX_SPAWN_OPEN, fd, str(path), flags, 0o600))
        self.pid = os.posix_spawn(
            launcher[0], launcher, environment, file_actions=actions, setsid=True
        )
        os.close(slave)
        self._open = True
        self._reader = Thread(target=self._read, daemon=True)
        self._reaper = Thread(target=self._reap, daemon=True)
        self._reader.start()
        self._reaper.start()

    def _read(self) -> None:
        with suppress(OSError):  # EIO: the program let go of the terminal
            while self._open:
                if select.select([self._master], [], [], 0.05)[0]:
                    self._draw(os.read(self._master, 65536))

    def _draw(self, output: bytes) -> None:
        with self._news:
            self.output += output
            output = _UNKNOWN.sub(b"", self._held + output)
            unfinished = _UNFINISHED.search(output)
            end = unfinished.start() if unfinished else len(output)
            self._held = output[end:]
            self._stream.feed(output[:end])
            self._news.notify_all()

    def _reap(self) -> None:
        _, status, usage = os.wait4(self.pid, 0)
        with self._news:
            self.cpu = usage.ru_utime + usage.ru_stime
            self.status = os.waitstatus_to_exitcode(status)
            self._news.notify_all()

    # --- what it shows ---

    @property
    def text(self) -> str:
        """The text on the screen, a line for each row."""
        with self._news:
            return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def reversed(self) -> str:
        """The text on the screen that is in reverse video."""
        with self._news:
            columns, rows = self.size
            cells = [self._screen.buffer[y][x] for y in range(rows) for x in range(columns)]
            return "".join(cell.data for cell in cells if cell.reverse)

    @property
    def modes(self) -> frozenset[int]:
        """The terminal's DEC modes that are on."""
        with self._news:
            return self._screen.private_modes

    @property
    def restored(self) -> bool:
        """Whether the terminal is as a shell wants it."""
        ours = {ALTERNATE_SCREEN, *MOUSE, BRACKETED_PASTE, FOCUS_REPORTS}
        visible = not self._screen.cursor.hidden
        as_before = termios.tcgetattr(self._master) == self.attributes_before
        return visible and as_before and not ours & self.modes

    def until(self, condition: Callable[[], bool], what: str, seconds: float = LONGEST) -> None:
        """Wait until a condition holds; fail with the screen's text."""
        deadline = time.monotonic() + seconds
        with self._news:
            while not condition():
                if time.monotonic() > deadline:
                    state = "" if self.status is None else f", exit status {self.status}"
                    raise AssertionError(f"never came: {what}{state}\n{self.text}")
                self._news.wait(0.05)

    def wait_for(self, pattern: str, seconds: float = LONGEST) -> None:
        """Wait until a regular expression is found in the screen's text."""
        self.until(lambda: bool(re.search(pattern, self.text)), pattern, seconds)

    def wait_without(self, pattern: str, seconds: float = LONGEST) -> None:
        """Wait until a regular expression is not found in the screen's text."""
        self.until(lambda: not re.search(pattern, self.text), f"no more {pattern}", seconds)

    # --- what is done to it ---

    def send(self, keys: bytes | str) -> None:
        """Type."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def paste(self, text: str) -> None:
        """Paste, as a terminal with bracketed paste does."""
        self.until(lambda: BRACKETED_PASTE in self.modes, "bracketed paste")
        self.send(f"\x1b[200~{text}\x1b[201~")

    def press(self, key: bytes | str, condition: Callable[[], bool]) -> None:
        """Press a key until it's heeded, for dialogs are deaf at first; it must be harmless more
        than once."""
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline:
            self.send(key)
            with suppress(AssertionError):
                self.until(condition, "", seconds=0.5)
                return
        self.until(condition, f"the effect of {key!r}", seconds=0.0)

    def press_for(self, key: bytes | str, pattern: str) -> None:
        """Press a key, more than once if needed, until a regular expression is on the screen."""
        self.press(key, lambda: bool(re.search(pattern, self.text)))

    def kill(self, number: signal.Signals) -> None:
        """Send a signal."""
        if self.status is None:
            os.kill(self.pid, number)

    @property
    def stopped(self) -> bool:
        """Whether it is suspended."""
        flags = os.WSTOPPED | os.WNOHANG | os.WNOWAIT
        return self.status is None and os.waitid(os.P_PID, self.pid, flags) is not None

    def close(self) -> None:
        """Take the terminal away."""
        self._open = False
        self._reader.join()
        with suppress(OSError):
            os.close(self._master)

    def end(self, seconds: float = LONGEST) -> int:
        """Wait for its end and the end of its output; its exit status."""
        self.until(lambda: self.status is not None, "the end", seconds)
        self._reader.join(LONGEST)
        assert self.status is not None
        with suppress(ProcessLookupError):
            os.killpg(self.pid, 0)
            raise AssertionError("it left processes behind")
        return self.status


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], **how: Any) -> Iterator[Program]:
    """A program, killed at the end if need be."""
    program = Program(command, environment, **how)
    try:
        yield program
    finally:
        program.kill(signal.SIGKILL)
        program.close()


def portui(home: Path, *arguments: str, **how: Any) -> Any:
    """portui, running; `env` adds to its environment, the rest is as of `Program`."""
    more = how.pop("env", {})
    command = [sys.executable, "-m", "portui", *arguments]
    return running(command, environment(home, **more), **how)
