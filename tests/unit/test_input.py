"""The terminal's input: what bytes mean, in whatever pieces and at whatever time they come."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from portui.tui.terminal.input import (
    BURST_GAP,
    MOST_KEYS,
    PASTE_TIMEOUT,
    SEQUENCE_TIMEOUT,
    Burst,
    InputParser,
)
from tests.support.hostile_text import times

_ESCAPE_DELAY: Final = 0.1
_UUID: Final = "d23e4567-e89b-42d3-a456-426614174004"


class Terminal:
    """Feeds a parser at times of its own clock, and names what comes out."""

    def __init__(self) -> None:
        self._parser = InputParser(escape_delay=_ESCAPE_DELAY)
        self._now = 100.0

    def sends(self, *pieces: bytes | str) -> list[Message]:
        """Return the events of pieces that come one after the other, without time passing."""
        found = list[Message]()
        for piece in pieces:
            data = piece.encode() if isinstance(piece, str) else piece
            found += self._parser.feed(data, self._now)
        return found

    def waits(self, seconds: float) -> list[Message]:
        """Return the events of a time without input."""
        self._now += seconds
        burst = [*self._parser.flush()] if seconds >= BURST_GAP else []
        return [*burst, *self._parser.tick(self._now)]

    def types(self, *pieces: bytes | str) -> list[Message]:
        """Return the events of pieces, and of enough time after them."""
        return self.sends(*pieces) + self.waits(PASTE_TIMEOUT)


def names(messages: Iterable[Message]) -> list[str]:
    """Return the names of keys, the texts of pastes in quotes, and other events by their type."""
    found = list[str]()
    for message in messages:
        match message:
            case events.Key():
                found.append(message.key)
            case events.Paste():
                found.append(repr(message.text))
            case Burst():
                found += names(message.keys)
            case _:
                found.append(type(message).__name__)
    return found


def keys(sent: bytes | str) -> str:
    """Return the names of all that a terminal's bytes mean, separated by spaces."""
    return " ".join(names(Terminal().types(sent)))


# --- keys ---


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("j", "j"),
        ("ä", "ä"),
        ("?", "question_mark"),
        (" ", "space"),
        ("\r", "enter"),
        ("\n", "enter"),
        ("\r\n", "enter"),
        ("\n\n", "enter enter"),
        ("\t", "tab"),
        ("\x7f", "backspace"),
        ("\x08", "backspace"),
        ("\x03", "ctrl+c"),
        ("\x11", "ctrl+q"),
        ("\x1b", "escape"),
        ("\x1b\x1b", "escape escape"),
        ("\x1bd", "escape d"),
        ("\x1b\x03", "escape ctrl+c"),
        ("\x1bb", "ctrl+left"),  # as some terminals send it
        ("\x1b[A", "up"),
        ("\x1bOA", "up"),
        ("\x1b\x1b[A", "escape up"),
        ("\x1b[1;5C", "ctrl+right"),
        ("\x1b[1;3A", "alt+up"),
        ("\x1b[3;3~", "alt+delete"),
        ("\x1b[H\x1b[1~\x1b[7~\x1bOH", "home home home home"),
        ("\x1b[Z", "shift+tab"),
        ("\x1bOP", "f1"),
        ("\x1b[11~", "f1"),
        ("\x1b[[A", "f1"),  # the Linux console
        ("\x1b[[Z", ""),
        ("\x1bOR", "f3"),
        ("\x1b[7$", "shift+home"),  # rxvt
        ("\x1b[7$\r", "shift+home enter"),
        ("\x1bOM", "enter"),  # on the keypad
        ("\x1bOw", "7"),
    ],
)
def test_keys_have_their_names(sent: str, expected: str) -> None:
    assert keys(sent) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("\x1b[97;;97u", "a"),
        ("\x1b[97;1:1;97u", "a"),
        ("\x1b[97;1:2;97u", "a"),  # held
        ("\x1b[97u", "a"),
        ("\x1b[97:65;2;65u", "A"),
        ("\x1b[97:65;2u", "A"),
        ("\x1b[97;65;65u", "a".upper()),  # Caps Lock
        ("\x1b[97;5:1u", "ctrl+a"),
        ("\x1b[97;5;97u", "ctrl+a"),
        ("\x1b[97;133u", "ctrl+a"),  # Num Lock
        ("\x1b[97;6u", "ctrl+shift+a"),
        ("\x1b[97;3u", "alt+a"),
        ("\x1b[113;9;113u", "super+q"),
        ("\x1b[113;7;64u", "at"),  # AltGr on Windows
        ("\x1b[27u", "escape"),
        ("\x1b[13u", "enter"),
        ("\x1b[9u", "tab"),
        ("\x1b[9;2u", "shift+tab"),
        ("\x1b[127u", "backspace"),
        ("\x1b[32;;32u", "space"),
        ("\x1b[106;5u", "enter"),  # ctrl+j, as without the protocol
        ("\x1b[109;5u", "enter"),
        ("\x1b[105;5u", "tab"),
        ("\x1b[91;5u", "escape"),
        ("\x1b[57414u", "enter"),
        ("\x1b[57400;129;49u", "1"),
        ("\x1b[57420u", "down"),
        ("\x1b[1;129B", "down"),
        ("\x1b[1;5:1B", "ctrl+down"),
        ("\x1b[3;5~", "ctrl+delete"),
        ("\x1b[13~", "f3"),
        ("\x1b[3;1;113~", "delete"),
        ("\x1b[0;;1076:1086u", "д о"),  # an input method's text
    ],
)
def test_kitty_keys_have_their_names(sent: str, expected: str) -> None:
    assert keys(sent) == expected


_LAYOUTS: Final = {
    "Cyrillic": {"q": "й", "w": "ц", "e": "у", "d": "в", "c": "с", "j": "о", "y": "н"},
    "Greek": {"q": ";", "w": "ς", "e": "ε", "d": "δ", "c": "ψ", "j": "ξ", "y": "υ"},
    "AZERTY": {"q": "a", "a": "q", "w": "z", "z": "w", "m": ",", "c": "c", "d": "d"},
    "Dvorak": {"q": "'", "w": ",", "e": ".", "d": "e", "c": "j", "j": "h", "x": "q", "i": "c"},
}
"""What the keys type, by the letter that is on a standard keyboard in the same place."""
_SIGNS: Final = {"'": "apostrophe", ",": "comma", ".": "full_stop"}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_letters_and_ctrl_work_on_every_layout_as_the_legends_say(layout: str) -> None:
    terminal = Terminal()
    for place, typed in _LAYOUTS[layout].items():
        legend = typed if layout in ("AZERTY", "Dvorak") else place
        code = f"{ord(typed)}::{ord(place)}"
        name = _SIGNS.get(legend, legend)
        with_ctrl = {"j": "enter", "h": "backspace"}.get(name, f"ctrl+{name}")
        assert names(terminal.types(f"\x1b[{code};5u")) == [with_ctrl]
        for sent in (f"\x1b[{code};;{ord(typed)}u", f"\x1b[{code}u"):
            (event,) = terminal.types(sent)
            assert isinstance(event, events.Key)
            assert (event.key, event.character) == (name, typed)
        if typed.isalpha() and typed != "ς":
            shifted = f"{ord(typed)}:{ord(typed.upper())}:{ord(place)};2"
            assert keys(f"\x1b[{shifted};{ord(typed.upper())}u") == legend.upper()
            assert keys(f"\x1b[{shifted}u") == legend.upper()


def test_a_semicolon_in_place_of_q_is_q_only_until_a_latin_letter_is_typed() -> None:
    greek, programmer_dvorak = Terminal(), Terminal()
    semicolon = "\x1b[59::113;5u"
    assert names(greek.types(semicolon)) == ["ctrl+q"]
    assert names(greek.types("\x1b[59:58:113;2;58u")) == ["colon"]
    assert names(programmer_dvorak.types("\x1b[106::99;;106u", semicolon)) == [
        "j",
        "ctrl+semicolon",
    ]


# --- what isn't a key ---

_REPORTS: Final = (
    "\x1b[?62;22c",
    "\x1b[>41;354;0c",
    "\x1bP!|00000000\x1b\\",
    "\x1b[?2026;2$y",
    "\x1b[?2048;2$y",
    "\x1b[4;2$y",
    "\x1b[0n",
    "\x1b[?997;1n",
    "\x1b[24;80R",
    "\x1b[1;2R",
    "\x1b[1;5R",
    "\x1b[?1;1R",
    "\x1b[48;24;80;600;960t",
    "\x1b[48;24;80;0;0t",
    "\x1b[48;0;0;0;0t",
    "\x1b[8;24;80t",
    "\x1b[4;0;0t",
    "\x1b]11;rgb:0000/0000/0000\x07",
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "\x1b]52;c;cXVpdA==\x07",
    "\x1b]lquit\x1b\\",
    "\x1bP>|XTerm(379)\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP1+r436f=323536\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b[?1u",
    "\x1b[?29u",
    "\x1b[97;1:3u",
    "\x1b[1;1:3B",
    "\x1b[1;5:3B",
    "\x1b[3;1:3~",
    "\x1b[57441;2u",
    "\x1b[57442;5u",
    "\x1b[57358u",
    "\x1b[I",
    "\x1b[O",
    "\x1b[<35;10;10M",
    "\x1b[<0;10;10m",
    "\x1b[<64;99999;99999M",
    "\x1b[<0;0;0M",
    "\x1b[M !!",
    "\x1b[32;10;10M",
    "\x1b[201~",
)
_NO_KEYS: Final = (
    *_REPORTS,
    "\x1b[1114112u",
    "\x1b[55296u",
    "\x1b[57500u",
    "\x1b[99999999999999999999u",
    "\x1b[113;99999999999999999999u",
    "\x1b[113;999u",
    "\x1b[113;0u",
    "\x1b[113;1:9u",
    "\x1b[113:1:2:3:4u",
    "\x1b[1;2;3;4;5u",
    "\x1b[u",
    "\x1b[;;u",
    "\x1b[:;:;:u",
    "\x1b[113;1;1;1u",
    "\x1b[?113u",
    "\x1b[>113u",
    "\x1b[1 113u",
    "\x1b[27;5;113~",
    "\x1b[1;7q",  # Textual has two keys for it
    "\x1b[1;8y",
    "\x1b[" + "1;" * 100_000 + "113u",
    "\x1b[" + "1" * 70_000 + "\x1b[",
    "\x1b]" + "q" * 200_000 + "\x07",
    "\x1bP" + "q" * 200_000 + "\x1b\\",
    "\x1b[<0;10",
    "\x1b[1;5",
    "\x1b[",
    "\x1bO",
    "\x1b]11;rgb:ffff",
    "\x1bPquit",
    "\x1b[200",
    "\x1b[1;\x1b[?1;",
    "\x1b[\x1b[\x1bO\x1b[I",
    b"\xff\xfe\xc0\x80\xed\xa0\x80",
    b"\x80\x9b\xc2\x9b",
    b"\xf0\x9f\x98",
)


@pytest.mark.parametrize("sent", _NO_KEYS, ids=range(len(_NO_KEYS)))
def test_what_nobody_pressed_is_no_key_and_the_next_key_works(sent: bytes | str) -> None:
    terminal = Terminal()
    found = [each for each in terminal.types(sent) if isinstance(each, events.Key | Burst)]
    assert names(found) == []
    assert names(terminal.types("j")) == ["j"]


def test_focus_and_the_mouse_are_passed_on() -> None:
    sent = "\x1b[I\x1b[O\x1b[<0;3;4M\x1b[<0;3;4m\x1b[<35;5;6M\x1b[<65;5;6M"
    assert keys(sent) == "AppFocus AppBlur MouseDown MouseUp MouseMove MouseScrollDown"


@times(300)
@given(st.lists(st.sampled_from(_REPORTS), max_size=12))
def test_reports_between_keys_add_none_and_take_none(reports: list[str]) -> None:
    sent = "".join(f"{report}j" for report in reports)
    found = [each for each in names(Terminal().types(sent)) if not each[0].isupper()]
    assert found == ["j"] * len(reports)


# --- any bytes ---

_FRAGMENTS: Final = (
    *(b"\x1b", b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP", b"\x1b[[", b"\x1b[M", b"\x1b[<", b"\x1b[?"),
    *(b"\x1b[200~", b"\x1b[201~", b"\x1b\\", b"\x07", b"\x18", b"\x1a", b"\x1b(", b"\x1b[3$"),
    *(b"u", b"~", b"M", b"R", b";", b":", b"1", b"113", b"99999999", b"$", b" ", b"[", b"O", b"A"),
    *(b"\r", b"\n", b"\r\n", b"\t", b"\x00", b"\x03", b"\x7f", b"q", b"jj", b"\xc3", b"\xa9"),
    *(b"\xf0\x9f\x98\x80", b"\xff", b"\xc2\x9b", "ж".encode(), b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(report.encode() for report in _REPORTS),
)
_any_bytes: Final = st.lists(
    st.one_of(st.sampled_from(_FRAGMENTS), st.binary(max_size=6)), max_size=20
).map(b"".join)
_cuts: Final = st.lists(st.integers(0, 200), max_size=12)


def in_pieces(sent: bytes, cuts: list[int]) -> list[bytes]:
    """Return the pieces between these positions."""
    ends = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    return [sent[start:end] for start, end in pairwise(ends)]


@times(1_000)
@given(_any_bytes, _cuts)
def test_any_bytes_mean_the_same_in_whatever_pieces_they_come(sent: bytes, cuts: list[int]) -> None:
    whole = names(Terminal().types(sent))
    assert names(Terminal().types(*in_pieces(sent, cuts))) == whole
    assert names(Terminal().types(*(sent[at : at + 1] for at in range(len(sent))))) == whole


@times(500)
@given(st.lists(st.tuples(_any_bytes, st.sampled_from([0.0, 0.006, 0.2, 0.6, 2.5])), max_size=8))
def test_after_any_bytes_at_any_time_a_pause_makes_the_next_key_work(
    pieces: list[tuple[bytes, float]],
) -> None:
    terminal = Terminal()
    for sent, pause in pieces:
        terminal.sends(sent)
        terminal.waits(pause)
    terminal.waits(PASTE_TIMEOUT)
    assert names(terminal.types("j")) == ["j"]
    assert names(terminal.types("\x1b[A")) == ["up"]
    assert names(terminal.types("\x11")) == ["ctrl+q"]


@times(500)
@given(st.text(st.characters(exclude_categories=("C", "Zs", "Zl", "Zp")), max_size=30))
def test_printable_text_is_its_characters(text: str) -> None:
    typed = [
        key.character
        for event in Terminal().types(text)
        for key in (event.keys if isinstance(event, Burst) else [event])
        if isinstance(key, events.Key)
    ]
    assert "".join(map(str, typed)) == text


# --- bursts ---


def bursts(messages: Iterable[Message]) -> list[str]:
    """Return the texts of the bursts among events, and the names of single keys in brackets."""
    return [
        "".join(key.character or "" for key in each.keys)
        if isinstance(each, Burst)
        else f"<{names([each])[0]}>"
        for each in messages
    ]


@pytest.mark.parametrize(
    "pieces",
    [
        (_UUID,),
        (_UUID[:1], _UUID[1:]),
        tuple(_UUID),
        tuple(f"\x1b[{ord(each)};;{ord(each)}u" for each in _UUID),
    ],
    ids=["whole", "two reads", "byte by byte", "kitty"],
)
def test_characters_that_follow_each_other_at_once_are_one_burst(pieces: tuple[str, ...]) -> None:
    assert bursts(Terminal().types(*pieces)) == [_UUID]


def test_characters_within_the_gap_of_a_burst_belong_to_it_and_others_are_keys() -> None:
    terminal = Terminal()
    assert terminal.sends("d") == []
    assert terminal.waits(BURST_GAP * 0.8) == []
    assert terminal.sends("2") == []
    assert bursts(terminal.waits(BURST_GAP)) == ["d2"]
    assert terminal.sends("3") == []
    assert bursts(terminal.waits(BURST_GAP)) == ["<3>"]


def test_a_key_that_types_nothing_ends_a_burst_and_follows_it() -> None:
    sent = "ab\x1b[Bcd\x15e\x1b[200~x\x1b[201~fg\r\t"
    assert bursts(Terminal().types(sent)) == [
        *("ab", "<down>", "cd", "<ctrl+u>", "<e>", "<'x'>", "fg\r\t"),
    ]


def test_more_keys_at_once_than_anyone_presses_are_noise_but_the_next_key_counts() -> None:
    terminal = Terminal()
    assert len(names(terminal.sends("\x1b[A" * 5_000))) == MOST_KEYS
    assert names(terminal.sends("\x1b[200~pasted\x1b[201~")) == ["'pasted'"]
    assert names(terminal.sends("\x1b[A\x11")) == ["ctrl+q"]
    assert names(terminal.waits(SEQUENCE_TIMEOUT)) == []
    assert names(terminal.types("j")) == ["j"]


def test_a_text_of_any_length_is_not_noise() -> None:
    text = "".join(f"line {n}\r\n" for n in range(40_000))
    assert len(names(Terminal().types(text))) == len(text) - 40_000


# --- pastes ---

_PASTED: Final = (
    ("plain", "plain"),
    ("", ""),
    ("two\nlines\r\nand\ttabs\r", "two\nlines\r\nand\ttabs\r"),
    (f"\x1b[32mINFO\x1b[0m port {_UUID}", f"INFO port {_UUID}"),
    ("a\x1b[200~b", "ab"),
    ("a\x03\x11\x1a\x7f\x00b\x9bc", "abc"),
    (f"\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x07 {_UUID}", f"link {_UUID}"),
    (f"\x1b]0;title without an end {_UUID}", f"0;title without an end {_UUID}"),
    (f"\x1bPort {_UUID}", f"ort {_UUID}"),
    (f"\x1b(B\x1b[m{_UUID}\x1b7", _UUID),
    ("\x1b[A\x1bOR\x1b[113u\x1b[<0;1;1M", "R"),
    ("q\x1b", "q"),
    ("q\x1b[20", "q"),
    ("ж漢😀", "ж漢😀"),
)


@pytest.mark.parametrize(("pasted", "text"), _PASTED, ids=range(len(_PASTED)))
def test_a_paste_is_its_text_without_escapes_and_controls(pasted: str, text: str) -> None:
    terminal = Terminal()
    assert names(terminal.sends(f"\x1b[200~{pasted}\x1b[201~")) == [repr(text)]
    assert names(terminal.types("j")) == ["j"]


@times(500)
@given(_any_bytes.filter(lambda sent: b"\x1b[201~" not in sent), _cuts)
def test_no_paste_is_keys_whatever_is_in_it(pasted: bytes, cuts: list[int]) -> None:
    sent = b"\x1b[200~" + pasted + b"\x1b[201~"
    (event,) = Terminal().sends(*in_pieces(sent, cuts))
    assert isinstance(event, events.Paste)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", event.text)


@times(300)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))), _cuts)
def test_a_paste_without_controls_is_what_was_pasted(pasted: str, cuts: list[int]) -> None:
    sent = f"\x1b[200~{pasted}\x1b[201~".encode()
    assert names(Terminal().sends(*in_pieces(sent, cuts))) == [repr(pasted)]


def test_a_paste_that_is_too_long_is_cut_and_its_end_still_found() -> None:
    terminal = Terminal()
    megabyte = "x" * 1024 * 1024
    (event,) = terminal.sends("\x1b[200~", *[megabyte] * 10, "\x1b[201~")
    assert isinstance(event, events.Paste)
    assert event.text == megabyte * 8
    assert names(terminal.types("j")) == ["j"]


# --- time ---


def test_an_escape_is_a_key_only_if_nothing_follows_it() -> None:
    terminal = Terminal()
    assert terminal.sends("\x1b") == []
    assert terminal.waits(_ESCAPE_DELAY * 0.9) == []
    assert names(terminal.sends("[A")) == ["up"]
    assert terminal.sends("\x1b") == []
    assert names(terminal.waits(_ESCAPE_DELAY)) == ["escape"]


def test_a_sequence_that_was_cut_off_is_discarded_after_a_while() -> None:
    for part in ("\x1b[", "\x1b[1;", "\x1b[<0;1", "\x1bO", "\x1b[[", "\x1b[M!", "\x1bP", "\x1b]1"):
        terminal = Terminal()
        assert terminal.sends(part) == []
        assert terminal.waits(SEQUENCE_TIMEOUT * 0.9) == []
        assert terminal.waits(SEQUENCE_TIMEOUT * 0.2) == []
        assert names(terminal.types("A")) == ["A"]


def test_a_paste_without_an_end_ends_after_two_seconds_of_silence() -> None:
    terminal = Terminal()
    assert terminal.sends(f"\x1b[200~see {_UUID} d") == []
    assert terminal.waits(PASTE_TIMEOUT * 0.9) == []
    assert terminal.sends("ye\x1b[20") == []
    assert terminal.waits(PASTE_TIMEOUT * 0.9) == []
    assert names(terminal.waits(PASTE_TIMEOUT * 0.2)) == [repr(f"see {_UUID} dye")]
    assert names(terminal.types("j")) == ["j"]


def test_the_parser_says_when_it_has_something_to_do() -> None:
    parser = InputParser(escape_delay=_ESCAPE_DELAY)
    for sent, due_at in (
        ("", float("inf")),
        ("j", float("inf")),
        ("\x1b", 7 + _ESCAPE_DELAY),
        ("[", 7 + SEQUENCE_TIMEOUT),
        ("A", float("inf")),
        ("\x1b[200~", 7 + PASTE_TIMEOUT),
        ("\x1b", 7 + PASTE_TIMEOUT),
        ("[201~", float("inf")),
    ):
        list(parser.feed(sent.encode(), 7.0))
        assert parser.due_at == due_at
        assert parser.has_burst is (sent == "j")
        list(parser.flush())
