"""Textual drivers that exit faster, one of which also sends less to the terminal."""

import os
import re
import select
import signal
from codecs import getincrementaldecoder
from contextlib import suppress
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, Final

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from portui.tui.terminal.screen import ScreenModel, is_harmless

if TYPE_CHECKING:
    from portui.tui.terminal.typeahead import TypeAhead

_TRUSTED: Final = re.compile(
    r"(alacritty|contour|foot|ghostty|gnome|iterm2|kitty|konsole|linux|mintty|mlterm|ms-terminal"
    r"|nsterm|putty|rio|rxvt|screen|st|tmux|vte|wezterm|xterm)(?![a-z])"
)
_TICK: Final = 0.1  # seconds; Textual checks for a lone Escape as often


def driver_for(term: str, *, plain: bool = False) -> type[LinuxDriver]:
    """Return the driver for a terminal type: `DiffDriver` if it's known to erase as a VT100 does.

    `DiffDriver` must know what is on the screen at any time. Nothing is known of an emulator in an
    editor (`eterm`), a serial console (`ansi`, `sun`) or an unknown name. They get all that Textual
    draws, and so does any terminal if `plain`.
    """
    return DiffDriver if _TRUSTED.match(term) and not plain else QuickExitDriver


class _LastingFile:
    """The terminal as a file whose writes don't fail after a hang-up."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        """Write, ignoring errors: the app learns of a hang-up elsewhere."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Send what was written, ignoring errors."""
        with suppress(OSError):
            self._file.flush()


class QuickExitDriver(LinuxDriver):
    """Draws as Textual does, but exits without waiting, even after a hang-up."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # An error would end the writer thread, and then adding to its full queue would block.
        if self._file:
            self._file = _LastingFile(self._file)  # type: ignore[assignment]
        self._wake: tuple[int, int] | None = None
        """A pipe that ends the input thread."""
        self._kept = b""
        self._early: TypeAhead | None = getattr(app, "type_ahead", None)

    def start_application_mode(self) -> None:
        """Start, with a pipe to end the input thread, and with the keys that were typed early."""
        self._wake = self._wake or os.pipe()
        early, self._early = self._early, None
        self._kept = early.take() if early else b""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if early:
            self.attrs_before = early.attributes

    def resume_application_mode(self) -> None:
        """Resume if the app was suspended; SIGCONT also comes with a hang-up."""
        if not (self._writer_thread and self._writer_thread.is_alive()):
            super().resume_application_mode()

    def disable_input(self) -> None:
        """End the input thread at once; Textual's own could wait for two polls of 0.1 s."""
        if self._wake:
            os.write(self._wake[1], b"\0")
        super().disable_input()  # waits for the thread
        if self._wake:
            for end in self._wake:
                os.close(end)
            self._wake = None

    def run_input_thread(self) -> None:
        """Pass on what is typed until the pipe is written to; Textual's own loop can't be woken."""
        if not self._wake:
            return
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        if self._kept:
            for event in parser.feed(decode(self._kept)):
                self.process_message(event)
        ready: list[int] = []
        while self._wake[0] not in ready:
            if self.fileno in ready:
                typed = self._read()
                if not typed:
                    return
                for event in parser.feed(decode(typed)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
            ready, _, _ = select.select([self.fileno, self._wake[0]], [], [], _TICK)

    def _read(self) -> bytes:
        """Return what was typed; on a hang-up, raise SIGHUP and return nothing."""
        typed = b""
        with suppress(OSError):
            typed = os.read(self.fileno, 4096)
        if not typed:
            signal.raise_signal(signal.SIGHUP)
        return typed


class DiffDriver(QuickExitDriver):
    """Sends only what changed on the screen."""

    @cached_property
    def _screen(self) -> ScreenModel:
        return ScreenModel(0, 0)

    def write(self, data: str) -> None:
        """Send what changes when Textual writes a whole frame or a few sequences."""
        if not is_harmless(data):  # other threads write only harmless data
            self._screen.resize(*self._app.size)
            data = self._screen.feed(data)
        self._send(data)

    def flush(self) -> None:
        """Send an incomplete sequence without waiting for its rest."""
        self._send(self._screen.release())

    def forget(self) -> None:
        """Draw everything with the next frame."""
        self._screen.forget()

    def _send(self, data: str) -> None:
        if data:
            super().write(data)
