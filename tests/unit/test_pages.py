"""The pages of the help: whole at any width, in any terminal, and true about config.toml."""

import asyncio
import re
from argparse import Namespace
from pathlib import Path
from typing import Final, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from portui.commands.help import run
from portui.docs import Page, pages
from portui.settings import Settings
from portui.settings.profiles import load_profiles
from portui.tui.terminal.encoding import in_ascii
from portui.tui.widgets.lines import KEY, PLAIN
from portui.tui.widgets.markdown import markdown_lines
from portui.tui.widgets.matches import marked
from tests.support.documents import ROOT, documents
from tests.support.hostile_text import times

PAGES: Final = {page.name: page for page in pages()}
SENTENCES: Final = ROOT / "tests/snapshot/__snapshots__/test_sentences.ambr"
"""All that portui can say, as another test keeps it."""
PUT_TOGETHER: Final = {
    "Can't connect to the proxy",
    "press y again",
    "pipeline port already in use",  # the service's words
    "/config.toml",
}
"""What stands in no single sentence."""
TABLE: Final = "| a | b |\n| --- | --- |\n| `one` | x **y** z |\n| two | [link](there.md) |\n"


def text_of(markdown: str, width: int) -> str:
    lines = markdown_lines(markdown, width)
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@times(10)
@given(st.integers(36, 120))
def test_a_page_fits_any_width_with_all_its_words(page: Page, width: int) -> None:
    text = text_of(page.text, width)
    assert max(map(cell_len, text.splitlines())) <= width
    whole = "".join(text_of(page.text, 1_000).split())
    assert sorted("".join(text.split())) == sorted(whole)  # comments of code change their place


def test_a_page_has_its_first_heading_as_its_title() -> None:
    assert PAGES["finding"].title == "Finding a port"
    assert all(page.text.startswith("# ") for page in PAGES.values())


def test_the_command_lists_the_pages_whatever_the_settings_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def compose(settings: Settings | None = None) -> NoReturn:
        raise AssertionError("no settings are needed")

    assert asyncio.run(run(Namespace(page=None), compose)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [[p.name, p.title] for p in pages()]


def test_the_command_prints_a_page_without_the_comments_for_those_who_edit_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def compose(settings: Settings | None = None) -> NoReturn:
        raise AssertionError("no settings are needed")

    assert "<!--" in PAGES["commands"].text
    assert asyncio.run(run(Namespace(page="commands"), compose)) == 0
    printed = capsys.readouterr().out
    assert "```sh\nportui list 24224" in printed
    assert "<!--" not in printed


def test_blocks_are_set_apart_and_markup_is_left_out() -> None:
    shown = text_of("# Head\n\nSome *text*\nover `two` lines.\n\n- a\n- b\n\n1. c\n", 40)
    assert shown == "Head\n\nSome text over two lines.\n\n• a\n• b\n\n1. c"


def test_a_comment_behind_code_stands_above_it_where_there_is_no_room() -> None:
    code = "```sh\nportui get ID   # prints it\n```\n<!-- not shown -->\n"
    assert text_of(code, 40) == "  portui get ID   # prints it"
    assert text_of(code, 24) == "  # prints it\n  portui get ID"


def test_what_is_searched_for_is_marked_across_pieces_and_cases() -> None:
    line = (("No ", PLAIN), ("ETag", KEY), (" tags", PLAIN))
    assert [text for text, style in marked(line, "o eTAG") if style.reverse] == ["o ", "ETag"]
    assert [text for text, style in marked(line, "tag") if style.reverse] == ["Tag", "tag"]
    assert marked(line, "") == marked(line, "other") == line


def test_a_table_has_columns_or_its_cells_one_below_the_other() -> None:
    assert text_of(TABLE, 40) == "a    b\none  x y z\ntwo  link"
    wide = TABLE.replace("two", "t" * 30)
    assert text_of(wide, 40) == f"one\n  x y z\n\n{'t' * 30}\n  link"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_each_character_of_a_page_has_a_likeness_in_ascii(page: Page) -> None:
    assert in_ascii(page.text).count("?") == page.text.count("?")


def test_each_configuration_in_the_documents_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    found = {
        block.text for each in documents().values() for block in each if block.language == "toml"
    }
    for text in found:
        file.write_text(text)
        assert ("plant" in load_profiles(file)) == ("[profiles.plant]" in text)
    assert any("[profiles.plant]" in text for text in found)


def test_the_words_quoted_for_troubleshooting_are_those_that_portui_shows() -> None:
    """Numbers and `…` stand for what differs from case to case."""
    page, readme = PAGES["troubleshooting"].text, (ROOT / "README.md").read_text("utf-8")
    table = readme.partition("## Troubleshooting")[2].partition("\n## ")[0]
    headings = "\n".join(line for line in page.splitlines() if line.startswith("### "))
    quoted = re.findall(r'"([^"]+)"', headings) + re.findall(r"\*([^*]+)\*", table)
    assert len(quoted) > 25
    told = " ".join(SENTENCES.read_text("utf-8").split())
    pieces = {piece.strip(" .,") for words in quoted for piece in re.split(r"…|\d+|[():;]", words)}
    assert {piece for piece in pieces if piece not in told} == PUT_TOGETHER


def test_links_between_documents_lead_to_files() -> None:
    for document in documents():
        path = ROOT / document
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{document}: {target}"
