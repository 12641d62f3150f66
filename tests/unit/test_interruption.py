"""Signals that end a command."""

from signal import SIGHUP, SIGINT, SIGTERM, Signals

import pytest

from portui.commands.interruption import Interruption


class Command:
    """A command, and what signals did to it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.ended = self.said = 0
        self.interruption = Interruption(lambda: self.now)
        self.interruption.begin(self._end)

    def _end(self) -> None:
        self.ended += 1

    def _say(self) -> None:
        self.said += 1

    def hold(self) -> None:
        self.interruption.hold(self._say)

    def receive(self, number: Signals, *, after: float = 0.0) -> tuple[int, int]:
        """Receive a signal; return how often it was said to wait, and the command ended."""
        self.now += after
        self.interruption.receive(number)
        return self.said, self.ended


@pytest.fixture
def command() -> Command:
    return Command()


@pytest.mark.parametrize(("number", "status"), [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)])
def test_a_signal_ends_a_command_at_once_with_its_status(
    command: Command, number: Signals, status: int
) -> None:
    assert command.interruption.status is None
    assert command.receive(number) == (0, 1)
    assert command.interruption.status == status


def test_the_first_signal_during_a_change_says_to_wait_and_the_second_ends(
    command: Command,
) -> None:
    command.hold()
    assert command.receive(SIGINT) == (1, 0)
    assert command.receive(SIGTERM, after=1.0) == (1, 1)
    assert command.interruption.status == 130


def test_a_signal_that_comes_twice_at_once_counts_once(command: Command) -> None:
    command.hold()
    assert command.receive(SIGTERM) == (1, 0)
    assert command.receive(SIGTERM, after=0.1) == (1, 0)
    assert command.receive(SIGHUP, after=0.1) == (1, 0)
    assert command.receive(SIGTERM, after=1.0) == (1, 1)


def test_after_a_change_a_signal_ends_a_command_at_once(command: Command) -> None:
    command.hold()
    assert command.receive(SIGINT) == (1, 0)
    command.interruption.release()
    assert command.receive(SIGINT) == (1, 1)
