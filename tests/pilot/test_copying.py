"""Copying: what is copied, which method is reported, and what prevents a copy."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from portui import clipboard
from portui.clipboard import LONGEST, TMUX, Clipboard, Terminal, Tool
from portui.port.model import Field, Port, Unreadable
from portui.settings import CommandLineOptions, SettingsSources, resolve
from portui.tui.dependencies import AppResult
from tests.support.app import Bench
from tests.support.hostile_text import ESCAPES, WORST, dangers
from tests.support.ports import PORT, PORT_ID
from tests.support.screen import screen_text, until

pytestmark = pytest.mark.anyio

FAILING = Tool("failing", ("sh", "-c", "exit 1"))


async def _go_to(bench: Bench, pilot: Pilot[AppResult], row: int) -> None:
    await bench.type(pilot, "g", *["j"] * row)


async def _copy_field(bench: Bench, pilot: Pilot[AppResult], field: Field) -> None:
    await _go_to(bench, pilot, list(Field).index(field))
    await bench.type(pilot, "c")


def _with(bench: Bench, port: Port) -> None:
    bench.service.ports = {PORT_ID: port}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Field.ID, str(PORT_ID)),
        (Field.FRONTEND_PORT, "24224"),
        (Field.ENDPOINT, "forward.demo.example:24224"),
        (Field.CREATED, "2025-01-15T04:36:00Z"),
    ],
)
async def test_c_sends_the_selected_field_and_does_not_claim_more(
    bench: Bench, field: Field, text: str
) -> None:
    async with bench.shown() as pilot:
        await _copy_field(bench, pilot, field)
        said = f"Sent {field.label} to the terminal ({len(text)} characters)"
        await until(pilot, said)
        assert pilot.app.clipboard == text
        assert " c Copy " in screen_text(pilot.app)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_copy_method_is_shown_at_any_size(bench: Bench, size: tuple[int, int]) -> None:
    async with bench.shown(size) as pilot:
        await bench.type(pilot, "C")
        await until(pilot, "Sent the port as")
        assert '"frontendPort": 24224' in pilot.app.clipboard


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"plugin_alias": None}, Field.PLUGIN_ALIAS, "Plugin alias is null"),
        ({"kind": Unreadable(None)}, Field.KIND, "Kind is missing"),
        ({"endpoint": ""}, Field.ENDPOINT, "Endpoint is pending (not assigned yet)"),
    ],
)
async def test_a_field_without_a_value_copies_nothing_and_says_so(
    bench: Bench, change: dict[str, object], field: Field, said: str
) -> None:
    _with(bench, replace(PORT, **change))  # type: ignore[arg-type]
    async with bench.shown() as pilot:
        await _copy_field(bench, pilot, field)
        await until(pilot, f"Nothing to copy: {said}")
        assert pilot.app.clipboard == ""


async def test_a_field_is_copied_unescaped_and_shown_escaped(bench: Bench) -> None:
    text = "".join(ESCAPES) + "a\nb\u202e"
    _with(bench, replace(PORT, endpoint=text))
    async with bench.shown() as pilot:
        await _copy_field(bench, pilot, Field.ENDPOINT)
        await until(pilot, f"Endpoint (unescaped) to the terminal ({len(text)} characters)")
        assert pilot.app.clipboard == text
        assert [d for row in screen_text(pilot.app).split("\n") for d in dangers(row)] == []


async def test_unknown_fields_can_be_copied(bench: Bench) -> None:
    others = ((WORST, '{"a": [1]}'), ("zone", '"eu\\u001b[31m"'), ("none", "null"))
    _with(bench, replace(PORT, unknown=others))
    async with bench.shown() as pilot:
        for row, text in ((11, '{"a": [1]}'), (12, "eu\x1b[31m")):
            await _go_to(bench, pilot, row)
            await bench.type(pilot, "c")
            await until(pilot, lambda text=text: pilot.app.clipboard == text)  # type: ignore[misc]
            assert [d for line in screen_text(pilot.app).split("\n") for d in dangers(line)] == []
        await bench.type(pilot, "j", "c")
        await until(pilot, "Nothing to copy: none is null")


async def test_the_json_includes_fields_beyond_those_shown(bench: Bench) -> None:
    _with(bench, replace(PORT, unknown=tuple((f"field{n}", "1") for n in range(200))))
    async with bench.shown() as pilot:
        await bench.type(pilot, "G", "c")
        await bench.type(pilot, "C")
        await until(pilot, "the port as JSON")
        assert '"field199": 1' in pilot.app.clipboard


@pytest.mark.parametrize("key", ["c", "C"])
async def test_copy_keys_are_text_in_an_input_and_do_nothing_without_a_port(
    bench: Bench, key: str
) -> None:
    async with bench.run() as pilot:
        await bench.type(pilot, key)
        await until(pilot, f" Port ID  {key}")
        await bench.type(pilot, "escape", key)
        await pilot.pause()
        assert pilot.app.clipboard == ""


async def test_a_deleted_ports_last_values_can_be_copied(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "d", "Delete this port?")
        await bench.type(pilot, "y")
        await until(pilot, "Confirmed. Its last values")
        await bench.type(pilot, "C")
        await until(pilot, "Sent the port as JSON to the terminal")
        assert "Confirmed. Its last values" in screen_text(pilot.app)
        assert '"frontendPort": 24224' in pilot.app.clipboard


# --- curl ---


async def _by_palette(bench: Bench, pilot: Pilot[AppResult], name: str) -> None:
    await bench.type(pilot, "ctrl+p", *name)
    await until(pilot, f"▸ {name}")
    await bench.type(pilot, "enter")


@pytest.mark.parametrize("typing", [False, True])
async def test_the_palette_copies_a_curl_command_without_the_token(
    bench: Bench,
    typing: bool,  # noqa: FBT001
) -> None:
    bench.settings = resolve(
        SettingsSources(CommandLineOptions(), {"CALYPTIA_CLOUD_TOKEN": "s3cr3t"})
    )
    async with bench.shown() as pilot:
        if typing:
            await bench.type(pilot, "slash")
        await _by_palette(bench, pilot, "Copy as curl")
        await until(pilot, "Sent a curl command to the terminal")
        call = pilot.app.clipboard
    assert shlex.split(call)[-1] == f"https://cloud-api.calyptia.com/v1/pipeline_ports/{PORT_ID}"
    assert '"$CALYPTIA_CLOUD_TOKEN"' in call
    assert "s3cr3t" not in call


async def test_copying_curl_in_the_demo_says_that_it_is_not_for_the_demo(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await _by_palette(bench, pilot, "Copy as curl")
        await until(pilot, "a curl command (not for --demo) to the terminal (161 characters)")


async def test_the_palette_offers_no_copying_without_a_port(bench: Bench) -> None:
    async with bench.run() as pilot:
        await bench.type(pilot, "ctrl+p", *"Copy as")
        await until(pilot, "No such command")


# --- copy methods ---


async def test_a_failing_tool_is_reported_and_the_terminal_gets_the_text(bench: Bench) -> None:
    bench.clipboard = Clipboard((FAILING, Terminal.OSC_52))
    async with bench.shown() as pilot:
        await bench.type(pilot, "c")
        await until(pilot, "failing failed. Sent ID to the terminal (36 characters)")
        assert pilot.app.clipboard == str(PORT_ID)


async def test_a_working_tool_is_reported_and_the_terminal_gets_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_DEADLINE", 60.0)
    taken = tmp_path / "taken"
    command = ("sh", "-c", f"cat > {shlex.quote(str(taken))}")
    bench.clipboard = Clipboard((Tool("wl-copy", command), Terminal.OSC_52))
    async with bench.shown() as pilot:
        await bench.type(pilot, "c")
        await until(pilot, "Copied ID with wl-copy (36 characters)")
        assert pilot.app.clipboard == ""
    assert taken.read_text() == str(PORT_ID)


async def test_a_stuck_tool_blocks_neither_keys_nor_quitting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_DEADLINE", 60.0)
    bench.clipboard = Clipboard((Tool("stuck", ("sleep", "60")), Terminal.OSC_52))
    async with bench.shown() as pilot:
        await bench.type(pilot, "c", "j")
        await until(pilot, " ▸ Protocol")
        assert "Sent" not in screen_text(pilot.app)
        await bench.type(pilot, "q")
    assert pilot.app.return_code == 0


async def test_a_text_that_is_too_long_shows_a_failure_until_a_copy_succeeds(bench: Bench) -> None:
    _with(bench, replace(PORT, endpoint="e" * 1_000_000))
    async with bench.shown() as pilot:
        await _copy_field(bench, pilot, Field.ENDPOINT)
        await until(pilot, "✗ Not copied: Endpoint has 1,000,000 bytes")
        assert "Copy the curl command" in screen_text(pilot.app)
        assert pilot.app.clipboard == ""
        await bench.type(pilot, "C")
        await until(pilot, "✗ Not copied: the port as JSON has 1,000,331 bytes")
        await bench.type(pilot, "g", "c")
        await until(pilot, "Sent ID to the terminal")
        assert "Not copied" not in screen_text(pilot.app)


async def test_the_longest_text_that_fits_is_sent_whole(bench: Bench) -> None:
    _with(bench, replace(PORT, endpoint="e" * LONGEST))
    async with bench.shown() as pilot:
        await _copy_field(bench, pilot, Field.ENDPOINT)
        await until(pilot, "Endpoint to the terminal (74,994 characters)")
        assert pilot.app.clipboard == "e" * LONGEST


async def test_a_console_without_a_clipboard_says_so(bench: Bench) -> None:
    bench.clipboard = Clipboard(())
    async with bench.shown() as pilot:
        await bench.type(pilot, "C")
        await until(pilot, "✗ Not copied: this console (TERM=linux) has no clipboard")


async def test_a_failed_copy_never_replaces_another_notice(bench: Bench) -> None:
    bench.clipboard = Clipboard(())
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Saved and confirmed")
        await bench.type(pilot, "C")
        await until(pilot, " Not copied: this console")
        assert "✓ Saved and confirmed" in screen_text(pilot.app)


# --- help ---


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_help_shows_where_copies_go_and_what_blocks_them(
    bench: Bench, size: tuple[int, int]
) -> None:
    bench.clipboard = Clipboard((TMUX, Terminal.OSC_52))
    async with bench.shown(size) as pilot:
        await bench.open_dialog(pilot, "question_mark", "available here")
        seen = ""
        for _ in range(12):
            await bench.type(pilot, *["down"] * 6)
            seen += screen_text(pilot.app)
        for words in ("goes to tmux's buffer", "set-clipboard on", "SetXprop", "mosh: 1.4"):
            assert words in seen
        assert "Copy the port as" in seen


async def test_help_in_the_edit_form_lists_only_keys(bench: Bench) -> None:
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.open_dialog(pilot, "f1", "available here")
        await bench.type(pilot, "end")
        assert "Clipboard" not in screen_text(pilot.app)
