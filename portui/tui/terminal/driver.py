"""Textual drivers that exit faster, one of which also sends less to the terminal."""

import asyncio
import os
import re
import select
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from math import inf
from typing import IO, TYPE_CHECKING, Any, Final

from textual import constants, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from portui.tui.terminal.input import BURST_GAP, InputParser
from portui.tui.terminal.kitty import ALTERNATE_KEYS, NO_ALTERNATE_KEYS
from portui.tui.terminal.screen import ScreenModel, is_harmless

if TYPE_CHECKING:
    from portui.tui.terminal.typeahead import TypeAhead

_TRUSTED: Final = re.compile(
    r"(alacritty|contour|foot|ghostty|gnome|iterm2|kitty|konsole|linux|mintty|mlterm|ms-terminal"
    r"|nsterm|putty|rio|rxvt|screen|st|tmux|vte|wezterm|xterm)(?![a-z])"
)


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
        self._parser = InputParser()
        self._kept = b""
        self._early: TypeAhead | None = getattr(app, "type_ahead", None)

    def start_application_mode(self) -> None:
        """Start, with a pipe to end the input thread, and with the keys that were typed early."""
        self._wake = self._wake or os.pipe()
        early, self._early = self._early, None
        self._kept = early.take() if early else b""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Textual's own handler of SIGWINCH can be interrupted by itself. The sizes then arrive in
        # the wrong order, and the screen is drawn for one that the terminal no longer has.
        asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, self._send_size)
        if not constants.DISABLE_KITTY_KEY:
            self.write(ALTERNATE_KEYS)
        if early:
            self.attrs_before = early.attributes

    def stop_application_mode(self) -> None:
        """End; the terminal is as it was before."""
        if not constants.DISABLE_KITTY_KEY:
            self.write(NO_ALTERNATE_KEYS)
        super().stop_application_mode()

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
        """Pass on input until the pipe ends the thread; Textual's version can't be woken."""
        if not self._wake:
            return
        self._pass_on(self._parser.feed(self._kept, time.monotonic()))
        while True:
            ready, _, _ = select.select([self.fileno, self._wake[0]], [], [], self._patience())
            if self._wake[0] in ready:
                return
            if self.fileno in ready:
                if not (data := self._read()):
                    return
                self._pass_on(self._parser.feed(data, time.monotonic()))
            else:
                self._pass_on(self._parser.flush())
                self._pass_on(self._parser.tick(time.monotonic()))

    def _patience(self) -> float | None:
        """Return the seconds to wait for input before what came so far is taken as it is."""
        if self._parser.has_burst:
            return BURST_GAP
        due_at = self._parser.due_at
        return None if due_at == inf else max(0.0, due_at - time.monotonic())

    def _pass_on(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if not isinstance(message, events.MouseEvent) or self._is_on_screen(message):
                self.process_message(message)

    def _is_on_screen(self, mouse: events.MouseEvent) -> bool:
        width, height = self._app.size
        return mouse.screen_x < width and mouse.screen_y < height

    def _run_input_thread(self) -> None:
        """Read input; an error ends the app with its own crash report, not with Textual's."""
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - the app reports it
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001

    def _read(self) -> bytes:
        """Return input; if the terminal has hung up, signal that to the app and return nothing."""
        data = b""
        with suppress(OSError):
            data = os.read(self.fileno, 65_536)
        if not data:
            signal.raise_signal(signal.SIGHUP)
        return data

    # --- what Textual asks of the terminal ---

    def _send_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the terminal's own size, whatever `COLUMNS` and `LINES` say."""
        for terminal in (self.fileno, sys.__stderr__.fileno() if sys.__stderr__ else -1):
            with suppress(OSError):
                columns, rows = os.get_terminal_size(terminal)
                if columns and rows:
                    return columns, rows
        return 80, 24

    def _request_terminal_sync_mode_support(self) -> None:
        """Don't ask: the answer could come after the end, on the shell's command line.

        Frames are small enough to need no synchronization.
        """

    def _query_in_band_window_resize(self) -> None:
        """Don't ask, for the same reason; SIGWINCH says when the size changes."""


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
