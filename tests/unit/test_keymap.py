"""Other keys for bindings: what is understood, what is refused, and that none is left out."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import getmro
from pathlib import Path
from pkgutil import walk_packages
from string import ascii_letters, digits, punctuation
from typing import cast

import pytest
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import _character_to_key
from textual.widgets import Input

import portui
import portui.tui
from portui.explain.startup import explain_startup
from portui.settings import ConfigError
from portui.settings.key_places import FIXED, IN_TEXT, PLACES, RESERVED, TEXT_KEYS
from portui.settings.keymap import InvalidKeyError, is_character, key_named, keymap
from portui.settings.keys import KEYS, MOVES
from portui.settings.profiles import load_config
from portui.tui.app import PortuiApp
from portui.tui.remapped import remapped
from portui.tui.widgets.bound_keys import BoundKeys, key_name
from portui.tui.widgets.inputs import PlainInput

Why = InvalidKeyError.Why


def refused(**written: str) -> InvalidKeyError:
    with pytest.raises(InvalidKeyError) as caught:
        keymap({binding.replace("_", "-"): keys for binding, keys in written.items()})
    return caught.value


# --- the bindings ---


def _classes(node: type[DOMNode] = DOMNode) -> Iterator[type[DOMNode]]:
    for each in node.__subclasses__():
        yield from (each, *_classes(each))


def _bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    """Yield all bindings of portui's own classes."""
    for module in walk_packages(portui.tui.__path__, "portui.tui."):
        import_module(module.name)
    for each in set(_classes()):
        if each.__module__.startswith("portui."):
            for binding in each.__dict__.get("BINDINGS", ()):
                assert isinstance(binding, Binding)
                yield each, binding
    from portui.tui.widgets.button import PlainButton

    for _, binding in PlainButton("label", id="id")._bindings:
        yield PlainButton, binding


def test_every_binding_has_an_id_that_can_be_given_other_keys_and_a_tooltip() -> None:
    found: dict[str, set[str]] = {}
    for node, binding in _bindings():
        assert binding.id, (node, binding)
        assert binding.tooltip, (node, binding)
        found.setdefault(binding.id, set()).update(binding.key.split(","))
        assert set(binding.key.split(",")) <= set(KEYS[binding.id].split(",")), (node, binding)
    assert found == {binding: set(keys.split(",")) for binding, keys in KEYS.items()}


def test_all_of_them_are_known_to_be_together_where_they_are() -> None:
    from portui.tui.screens.create import CreateScreen
    from portui.tui.screens.delete import DeleteScreen
    from portui.tui.screens.edit import EditScreen
    from portui.tui.screens.help import HelpScreen
    from portui.tui.screens.history import HistoryScreen
    from portui.tui.screens.main import MainScreen
    from portui.tui.screens.page import FindInput, PageScreen
    from portui.tui.screens.pages import PagesScreen
    from portui.tui.screens.palette import PaletteInput, PaletteScreen
    from portui.tui.screens.ports import PortsScreen
    from portui.tui.screens.question import QuestionScreen
    from portui.tui.screens.token import TokenScreen
    from portui.tui.widgets.button import PlainButton
    from portui.tui.widgets.choice import Choice
    from portui.tui.widgets.filter_bar import FilterInput
    from portui.tui.widgets.id_bar import PortIdInput
    from portui.tui.widgets.inputs import SecretInput
    from portui.tui.widgets.listed_rows import ListedRows
    from portui.tui.widgets.port_rows import PortRows
    from portui.tui.widgets.recent_ports import RecentList

    together: Mapping[str, tuple[type[DOMNode], ...]] = {
        "on a port": (MainScreen, PortRows),
        "in the port ID": (MainScreen, PortIdInput),
        "in the recent ports": (MainScreen, RecentList),
        "in the list of ports": (PortsScreen, ListedRows),
        "in the filter": (PortsScreen, FilterInput),
        "in a form": (EditScreen, CreateScreen, PlainInput),
        "on a form's protocol": (EditScreen, CreateScreen, Choice),
        "on a form's buttons": (EditScreen, CreateScreen, PlainButton),
        "in a question": (QuestionScreen, PlainButton),
        "in the delete dialog": (DeleteScreen, PlainButton),
        "in the delete dialog's field": (DeleteScreen, PlainInput),
        "in the token dialog": (TokenScreen, PlainButton),
        "in the token dialog's field": (TokenScreen, SecretInput),
        "in the history": (HistoryScreen,),
        "in the palette": (PaletteScreen, PaletteInput),
        "in the help": (HelpScreen,),
        "in the list of pages": (PagesScreen,),
        "on a page": (PageScreen,),
        "in a page's search": (PageScreen, FindInput),
    }
    ids: dict[type, set[str]] = {}
    for node, binding in _bindings():
        ids.setdefault(node, set()).add(binding.id or "")
    found = {
        where: {
            id_
            for node in (PortuiApp, *nodes)
            for base in getmro(cast("type", node))
            for id_ in ids.get(base, ())
        }
        for where, nodes in together.items()
    }
    assert found == PLACES


def test_keys_that_edit_a_text_are_known() -> None:
    own = {key for binding in PlainInput.BINDINGS for key in _keys(binding)}
    textual = {key for binding in Input.BINDINGS for key in _keys(binding)}
    assert textual - own - {"ctrl+c"} == TEXT_KEYS


def _keys(binding: object) -> list[str]:
    assert isinstance(binding, Binding)
    return binding.key.split(",")


def test_only_alternatives_share_a_key_by_default() -> None:
    shared = {
        frozenset({one, other})
        for ids in PLACES.values()
        for one in ids
        for other in ids - {one}
        if set(KEYS[one].split(",")) & set(KEYS[other].split(","))
    }
    assert shared == {
        frozenset(pair)
        for pair in (
            ("undo", "create-again"),  # of a port, and of a deleted one
            ("to-recent", "to-fields"),  # with and without recent ports
            ("down", "to-fields"),  # in the rows, and in the port ID
            ("proceed", "keep"),  # before and during the question
            *((one, "submit") for one in ("proceed", "keep")),  # in a field, and elsewhere
            *((one, "press") for one in ("proceed", "keep")),
            ("next-value", "focus-next"),  # on the protocol, and elsewhere
            ("previous-value", "focus-previous"),
            ("restore", "check"),  # of different changes
            ("restore", "open"),
            ("check", "open"),
        )
    }


# --- how keys are written ---


@pytest.mark.parametrize("character", [*ascii_letters, *digits, *punctuation, "ö", "й", "§"])
def test_a_character_is_the_key_that_types_it(character: str) -> None:
    key = key_named(character)
    assert key == _character_to_key(character)
    assert is_character(key)
    assert key_name(key) == character
    if character.isascii():
        assert key_named(key) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" F5 ", "f5"),
        ("Esc", "escape"),
        ("PgDn", "pagedown"),
        ("↓", "down"),
        ("shift+d", "D"),
        ("Ctrl+D", "ctrl+d"),
        ("shift+ctrl+f5", "ctrl+shift+f5"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+m", "enter"),
        ("ctrl+space", "ctrl+@"),  # as terminals send it
        ("alt+left", "alt+left"),
    ],
)
def test_a_key_may_be_written_as_people_do(written: str, key: str) -> None:
    assert key_named(written) == key


@pytest.mark.parametrize(
    "written", ["", "hyper", "ctrl+", "ctl+x", "f25", "alt+e", "shift+1", "shift+ß", "ee"]
)
def test_what_no_terminal_sends_is_no_key(written: str) -> None:
    assert key_named(written) is None


@pytest.mark.parametrize("binding", KEYS)
def test_every_key_can_be_written_as_the_screen_names_it(binding: str) -> None:
    for key in KEYS[binding].split(","):
        assert key_named(key_name(key)) == key


# --- what is refused ---


def test_several_keys_replace_those_that_a_binding_had() -> None:
    changed = keymap({"delete": "ctrl+d, D, ctrl+d", "edit": "E"})
    assert changed == {"delete": ("ctrl+d", "D"), "edit": ("E",)}


def test_two_bindings_can_swap_their_keys() -> None:
    assert keymap({"edit": "r", "refresh": "e"}) == {"edit": ("r",), "refresh": ("e",)}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"edti": "e"}, Why.UNKNOWN_BINDING),
        ({"edit": " "}, Why.NO_KEY),
        ({"edit": "x,"}, Why.NO_KEY),
        ({"edit": "hyperspace"}, Why.NOT_A_KEY),
        ({"edit": "ctrl+q"}, Why.RESERVED),
        ({"edit": "Esc"}, Why.RESERVED),
        ({"down": "tab"}, Why.RESERVED),
        ({"token": "T"}, Why.TEXT),
        ({"save": "ctrl+a"}, Why.TEXT),
        ({"edit": "r"}, Why.TAKEN),
        ({"edit": "x", "delete": "x"}, Why.TAKEN),
        ({"confirm": "n"}, Why.TAKEN),
        ({"confirm": "enter"}, Why.TAKEN),
        ({"discard": "enter"}, Why.TAKEN),
        ({"edit": "f1"}, Why.TAKEN),
    ],
)
def test_what_an_operator_could_not_use_is_refused(written: dict[str, str], why: Why) -> None:
    assert refused(**written).why is why


def test_the_ways_out_stay_whatever_keys_they_get() -> None:
    changed = keymap({binding: f"f{number}" for number, binding in enumerate(FIXED, start=7)})
    for binding, key in FIXED.items():
        assert key in changed[binding]
    assert set(FIXED.values()) < RESERVED


def test_bindings_that_work_while_typing_have_no_character_by_default() -> None:
    for binding in IN_TEXT:
        assert not any(map(is_character, KEYS[binding].split(","))), binding
    assert not IN_TEXT & MOVES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('edit = "E"\nedti = "x"', ":3: edti: no binding has this id; did you mean edit?"),
        ('zzz = "x"', ":2: zzz: no binding has this id; `portui help keys` lists them"),
        ('edit = "\'"\ndelete = ""', ":3: delete: it must have a key, or several, such as"),
        ("edit = 5", ":2: edit: it must be text in quotes"),
        ('edit = "bell"', ":2: edit: bell is not a key that terminals send"),
        ('edit = "esc"', ":2: edit: esc can't be given another meaning"),
        ('token = "\\u009b"', ":2: token: \\x9b is not a key that terminals send"),
        ('token = "T"', ":2: token: T is for text, where this has to work too; use a function"),
        ('\nedit = """\\\nr"""', ":3: edit: r already means refresh on a port; give one of them"),
    ],
)
def test_a_refusal_names_the_line_and_what_to_do(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[keys]\n{text}\n")
    path.chmod(0o600)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert told in explain_startup(caught.value)


def test_keys_and_profiles_stand_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('keys.edit = "E"\n[profiles.dev]\ncolor = "blue"\n')
    path.chmod(0o600)
    config = load_config(path)
    assert config.keys == {"edit": ("E",)}
    assert config.profiles["dev"].color == "blue"


# --- what becomes of them ---


def test_other_keys_replace_the_old_ones_and_leave_the_rest_alone() -> None:
    bindings = BindingsMap(
        [
            Binding("w", "watch", id="watch"),
            Binding("w", "stop", id="watch"),
            Binding("u,x", "undo", id="undo"),
            Binding("u", "again", id="again"),
            Binding("left", "scroll"),
        ]
    )
    changed = remapped(bindings, {"watch": ("W", "left"), "undo": ("f5",)})
    assert {
        key: [each.action for each in found] for key, found in changed.key_to_bindings.items()
    } == {
        "W": ["watch", "stop"],
        "left": ["watch", "stop"],
        "f5": ["undo"],
        "u": ["again"],
    }


def test_a_binding_is_named_by_its_first_key() -> None:
    bound = BoundKeys({"edit": ("ctrl+e", "E")})
    assert (bound.name("edit"), bound.name("help")) == ("ctrl+e", "?")
    assert bound.has("E", "delete", "edit")
    assert not bound.has("e", "delete", "edit")


# --- the page ---


def test_the_page_on_keys_lists_every_binding_with_its_keys() -> None:
    page = (Path(portui.__file__).parent / "docs" / "keys.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| (.+?): ", page, re.MULTILINE)
    shown = {id_: ", ".join(map(key_name, keys.split(","))) for id_, keys in KEYS.items()}
    assert len(listed) == len(KEYS)
    assert dict(listed) == shown
