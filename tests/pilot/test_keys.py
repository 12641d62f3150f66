"""No key is silent, and each does everywhere what it does elsewhere."""

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from textual import events
from textual.pilot import Pilot

from portui.port.model import Field
from portui.settings import DEMO
from portui.tui.dependencies import AppResult
from portui.tui.screens.edit import EditScreen
from portui.tui.widgets.bars import KeyBar
from portui.tui.widgets.button import PlainButton
from portui.tui.widgets.lines import KEY, LABEL
from tests.support.app import Bench
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import focused_id, screen_text, until

pytestmark = pytest.mark.anyio

OTHER = UUID("00000000-0000-4000-8000-000000000000")
READ_ONLY = DEMO._replace(profile=DEMO.profile._replace(read_only=True))
PROTECTED = DEMO._replace(profile=DEMO.profile._replace(protected=True))


def last_line(pilot: Pilot[AppResult]) -> str:
    return screen_text(pilot.app).splitlines()[-1]


# --- hints ---


@pytest.mark.parametrize("key", ["x", "й", "Z", "f12", "ctrl+g"])
async def test_an_unknown_key_gets_a_hint_that_names_help_and_quit(bench: Bench, key: str) -> None:
    async with bench.run() as pilot:
        await pilot.press("escape", key)
        await until(pilot, "No such key here: F1 Help, ctrl+q Quit")


@pytest.mark.parametrize("dialog", ["d", "e", "question_mark", "h"])
async def test_an_unknown_key_gets_the_same_hint_in_a_dialog(bench: Bench, dialog: str) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, dialog, "Esc")
        await bench.type(pilot, "ctrl+g")
        await until(pilot, "No such key here: F1 Help, ctrl+q Quit")
        assert "No such key" in last_line(pilot)


@pytest.mark.parametrize("key", ["e", "d", "u"])
async def test_a_key_that_changes_a_port_says_that_the_profile_is_read_only(
    bench: Bench, key: str
) -> None:
    bench.settings = READ_ONLY
    async with bench.shown() as pilot:
        await bench.type(pilot, key)
        await until(pilot, "Read-only profile: ports can't be changed")
        await bench.open_dialog(pilot, "question_mark", "Keys  available here")
        await until(pilot, "e  d  u")


async def test_a_key_for_a_port_says_that_none_is_shown(bench: Bench) -> None:
    async with bench.run() as pilot:
        for key in ("e", "d", "u", "r", "c"):
            await bench.type(pilot, "escape", "x")
            await until(pilot, "No such key")
            await bench.type(pilot, key)
            await until(pilot, "No port is shown")


async def test_enter_on_a_field_that_cannot_be_edited_says_so(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.type(pilot, "enter")
        await until(pilot, "ID can't be edited")


async def test_a_key_that_changes_a_deleted_port_says_that_it_was_deleted(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Deleted")
        await bench.type(pilot, "e")
        await until(pilot, "This port was deleted")


async def test_ctrl_c_says_on_every_screen_that_a_second_one_quits(bench: Bench) -> None:
    async with bench.shown() as pilot:
        for key in ("d", "e", "h", "question_mark", "ctrl+p"):
            await bench.open_dialog(pilot, key, "Esc")
            bench.seconds += 10
            await pilot.press("ctrl+c")
            await until(pilot, "ctrl+c again to quit")
            await bench.type(pilot, "escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_a_paste_where_no_text_is_taken_is_ignored_with_a_hint(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        pilot.app.post_message(events.Paste("y"))
        await until(pilot, "Pasted text is ignored here")
    assert bench.service.made("DELETE") == []


# --- keys that decide ---


async def test_a_key_that_deletes_is_ignored_until_the_question_could_be_read(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await pilot.press("d")
        await until(pilot, "y Delete")
        await pilot.press("y")
        await until(pilot, "Too quick: press y again")
        assert bench.service.made("DELETE") == []
        bench.seconds += 1
        await pilot.press("y")
        await until(pilot, "Deleted")
    assert len(bench.service.made("DELETE")) == 1


async def test_a_letter_in_the_middle_of_typing_deletes_nothing(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "y Delete")
        await pilot.press("x", "y")
        await until(pilot, "Too quick: press y again")
    assert bench.service.made("DELETE") == []


async def test_a_number_typed_ahead_is_taken_but_not_its_enter(bench: Bench) -> None:
    bench.settings = PROTECTED
    async with bench.shown() as pilot:
        await pilot.press("d", *"24224", "enter")
        await until(pilot, "Too quick: press Enter again")
        assert bench.service.made("DELETE") == []
        bench.seconds += 1
        await pilot.press("enter")
        await until(pilot, "Deleted")


async def test_the_key_bar_dims_what_does_not_count_yet(bench: Bench) -> None:
    def style_of_delete() -> object:
        bar = pilot.app.screen.query_one(KeyBar)
        pieces = [style for line in bar.lines for text, style in line if text == " y"]
        return pieces[0] if pieces else None

    async with bench.shown() as pilot:
        await pilot.press("d")
        await until(pilot, "Delete this port?")
        await until(pilot, lambda: style_of_delete() == LABEL)
        bench.seconds += 1
        await until(pilot, lambda: style_of_delete() == KEY)


async def test_a_change_is_not_discarded_before_the_question_could_be_read(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"8080")
        await pilot.press("escape", "y")
        await until(pilot, "Too quick: press y again")
        bench.seconds += 1
        await pilot.press("n")
        await until(pilot, "Frontend port 24224 → 8080")


# --- the form ---


async def test_the_form_opens_on_the_frontend_port_unless_a_row_was_chosen(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        assert focused_id(pilot) == "frontend_port"
        await bench.type(pilot, "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await bench.type(pilot, "j")
        await bench.open_dialog(pilot, "e", "Save")
        assert focused_id(pilot) == "protocol"


@pytest.mark.parametrize("field", ["protocol", "frontend_port", "endpoint", "cancel"])
async def test_ctrl_s_saves_from_any_field(bench: Bench, field: str) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225")
        pilot.app.screen.query_one(f"#{field}").focus()
        await bench.type(pilot, "ctrl+s")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 24225}]


async def test_ctrl_s_in_an_invalid_form_goes_to_the_mistake(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"2422x", "tab", "ctrl+s")
        await until(pilot, "“x” isn't a digit")
        assert focused_id(pilot) == "frontend_port"
    assert bench.service.made("PATCH") == []


async def test_a_protocol_is_chosen_by_its_first_letter_and_digits_say_where_they_go(
    bench: Bench,
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "shift+tab", "u")
        await until(pilot, "Protocol tcp → udp")
        await bench.type(pilot, "t")
        await until(pilot, "No changes")
        await bench.type(pilot, "8")
        await until(pilot, "Tab goes to Frontend port")


async def test_q_closes_the_form_where_it_is_not_text(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, "q")
        assert isinstance(pilot.app.screen, EditScreen)
        await bench.type(pilot, "ctrl+u", *"24224", "shift+tab", "q")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


# --- lists and questions ---


@pytest.mark.parametrize("key", ["n", "q", "escape"])
@pytest.mark.parametrize(("dialog", "shown"), [("d", "Delete this port?"), ("h", "Changes")])
async def test_n_q_and_escape_leave_a_dialog_as_it_was(
    bench: Bench, key: str, dialog: str, shown: str
) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, dialog, shown)
        await bench.type(pilot, key)
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
    assert bench.service.made("DELETE") == []


async def _open_question(bench: Bench, pilot: Pilot[AppResult]) -> None:
    """Open the question about a conflict."""
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"24225", "enter")
    bench.service.ports[PORT_ID] = replace(PORT, frontend_port=1)
    await bench.type(pilot, "enter")
    await until(pilot, "Someone changed this port")
    await pilot.pause()


async def test_a_question_is_walked_with_letters_and_answered_with_digits(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _open_question(bench, pilot)
        for key, answer in (("j", 2), ("G", 3), ("k", 2), ("g", 1)):
            await bench.type(pilot, key)
            await until(pilot, partial(lambda id_: focused_id(pilot) == id_, f"answer-{answer}"))
        labels = [str(button.id) for button in pilot.app.screen.query(PlainButton)]
        assert labels == ["answer-1", "answer-2", "answer-3"]
        await bench.type(pilot, "4")
        await until(pilot, "No such key here")
        await bench.type(pilot, "2")
        await until(pilot, "Saved and confirmed")
    assert bench.service.made("PATCH") == [{Field.FRONTEND_PORT: 24225}]


async def test_a_digit_that_decides_waits_but_the_safe_one_does_not(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _open_question(bench, pilot)
        await pilot.press("2")
        await until(pilot, "Too quick: press 2 again")
        await pilot.press("1")
        await until(pilot, lambda: isinstance(pilot.app.screen, EditScreen))
    assert bench.service.made("PATCH") == []


async def test_listed_ids_are_picked_by_their_number(bench: Bench) -> None:
    bench.service.ports[OTHER] = replace(PORT, id=OTHER, frontend_port=1111)
    async with bench.run() as pilot:
        pilot.app.post_message(events.Paste(f"{PORT_ID}\n{OTHER}"))
        await until(pilot, "2 port IDs found: press a number to pick one")
        await until(pilot, f"2 {OTHER}")
        await bench.type(pilot, "2")
        await until(pilot, "tcp 1111")
        await bench.type(pilot, "slash", "1")
        await until(pilot, " Port ID  1")


@pytest.mark.parametrize("command", ["q", "q!", "wq", "x", "qa"])
async def test_what_quits_vi_quits_by_the_palette(bench: Bench, command: str) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "colon", "Command")
        await bench.type(pilot, *command)
        await until(pilot, "▸ Quit")
        await bench.type(pilot, "enter")
        await until(pilot, lambda: pilot.app.return_code == 0)


async def test_the_help_is_walked_like_any_list(bench: Bench) -> None:
    async with bench.shown(size=(80, 14)) as pilot:
        await bench.open_dialog(pilot, "question_mark", "Keys")
        scroll = pilot.app.screen.query_one("#dialog")
        await bench.type(pilot, "G")
        await until(pilot, lambda: scroll.scroll_offset.y > 5)
        await bench.type(pilot, "g")
        await until(pilot, lambda: scroll.scroll_offset.y == 0)
        await bench.type(pilot, "j", "j", "k")
        await until(pilot, lambda: scroll.scroll_offset.y == 1)
