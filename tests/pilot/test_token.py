"""The token: where it comes from, and how it is set, replaced and deleted."""

import asyncio
from threading import Event
from uuid import UUID

import pytest

from portui.api.errors import RefusedError
from portui.credentials import TokenStoreError
from portui.settings import CommandLineOptions, Settings, SettingsSources, Token, resolve
from portui.tui.dependencies import AppResult
from portui.tui.widgets.inputs import SecretInput
from tests.support.app import Bench
from tests.support.ports import PORT_ID
from tests.support.screen import focused_id, screen_text, until

pytestmark = pytest.mark.anyio

SECRET = "s3cr3t-t0k3n"


def production(**environment: str) -> Settings:
    return resolve(SettingsSources(CommandLineOptions(), environment))


async def test_the_environments_token_is_used_without_asking_the_keyring(bench: Bench) -> None:
    bench.settings = production(CALYPTIA_CLOUD_TOKEN=SECRET)
    bench.store.trouble = TokenStoreError(TokenStoreError.Why.LOCKED)
    async with bench.run() as pilot:
        await until(pilot, "token: environment")
    assert bench.connected == [Token(SECRET)]


async def test_the_keyrings_token_is_used(bench: Bench) -> None:
    bench.settings, bench.store.token = production(), Token(SECRET)
    async with bench.run() as pilot:
        await until(pilot, "token: keyring")


async def test_a_first_start_says_what_to_do_and_the_demo_is_one_key_away(bench: Bench) -> None:
    bench.settings = production()
    async with bench.run() as pilot:
        await until(pilot, "No token for this service yet")
        await until(pilot, "Press ctrl+t to paste a token")
        await bench.type(pilot, "f2")
        await pilot.pause()
        assert pilot.app.return_value is AppResult.OPEN_DEMO


@pytest.mark.parametrize("why", TokenStoreError.Why)
async def test_the_app_stays_usable_after_any_keyring_error(
    bench: Bench, why: TokenStoreError.Why
) -> None:
    bench.settings = production()
    bench.store.trouble = TokenStoreError(why, "some.Backend")
    async with bench.run() as pilot:
        await until(pilot, "No token for this service yet (")
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        await bench.type(pilot, *SECRET, "enter")
        assert focused_id(pilot) == "once"
        await bench.type(pilot, "enter")
        await until(pilot, "token: this session")
    assert bench.connected == [Token(SECRET)]


async def test_a_new_token_is_stored_and_the_pending_lookup_continues(bench: Bench) -> None:
    bench.settings = production()
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "No token")
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        await bench.type(pilot, *SECRET, "enter", "enter")
        await until(pilot, "Read 14:03:07")
        assert "token: keyring" in screen_text(pilot.app)
    assert bench.store.token == Token(SECRET)


async def test_a_token_dialog_opened_before_preloading_ends_still_works(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.settings, loaded = production(), Event()
    monkeypatch.setattr("portui.tui.app.preload_look_up", loaded.wait)
    async with bench.run() as pilot:
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        loaded.set()
        await pilot.pause(0.2)
        await bench.type(pilot, *SECRET, "enter", "enter")
        await until(pilot, "token: keyring")
    assert bench.connected == [Token(SECRET)]


async def test_a_token_that_cannot_be_stored_is_reported_and_used_for_this_session(
    bench: Bench,
) -> None:
    bench.settings = production()
    async with bench.run() as pilot:
        await until(pilot, "No token")
        bench.store.trouble = TokenStoreError(TokenStoreError.Why.NOT_KEPT)
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        await bench.type(pilot, *SECRET, "enter", "enter")
        await until(pilot, "Not stored: the keyring accepted the token")
        await until(pilot, "token: this session")
        await bench.open_dialog(pilot, "ctrl+t", "Current token: for this session only.")


async def test_no_form_opens_over_the_dialog_while_a_token_is_typed(bench: Bench) -> None:
    bench.settings = production(CALYPTIA_CLOUD_TOKEN=SECRET)
    bench.service.failures["PATCH"] = [RefusedError(409, "pipeline port already in use")]
    reply = asyncio.Event()

    async def hold(method: str, _: UUID) -> None:
        if method == "PATCH":
            await reply.wait()

    bench.service.hold = hold
    async with bench.shown() as pilot:
        await bench.open_dialog(pilot, "e", "Save")
        await bench.type(pilot, *"24225", "enter", "enter")
        await until(pilot, "Sending…")
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        reply.set()
        await until(pilot, lambda: len(bench.service.made("GET")) > 2)
        await bench.type(pilot, *"another-token")
        assert focused_id(pilot) == "secret"
        await bench.type(pilot, "escape")
        await until(pilot, "already in use")
        assert "another" not in screen_text(pilot.app)


async def test_a_stored_token_can_be_deleted(bench: Bench) -> None:
    bench.settings, bench.store.token = production(), Token(SECRET)
    async with bench.run() as pilot:
        await until(pilot, "token: keyring")
        await bench.open_dialog(pilot, "ctrl+t", "Delete the stored token")
        await bench.type(pilot, "tab", "tab", "tab", "enter")
        await until(pilot, "token: none")
    assert bench.store.token is None


async def test_the_official_clis_token_is_offered_only_if_the_keyring_has_it(
    bench: Bench,
) -> None:
    bench.store.official = Token(SECRET)
    bench.settings = production()
    async with bench.run() as pilot:
        await until(pilot, "to use the official CLI's token")
        await bench.open_dialog(pilot, "ctrl+t", "Use the official CLI's token")
        await bench.type(pilot, "tab", "tab", "tab", "enter")
        await until(pilot, "token: official CLI")
    bench.settings = resolve(SettingsSources(CommandLineOptions(profile="staging"), {}))
    bench.store.official = None
    async with bench.run() as pilot:
        await until(pilot, "No token")
        assert "official" not in screen_text(pilot.app)


async def test_the_token_can_be_neither_seen_nor_copied(bench: Bench) -> None:
    bench.settings = production()
    async with bench.run() as pilot:
        await until(pilot, "No token")
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        await bench.type(pilot, *SECRET)
        assert SECRET not in screen_text(pilot.app)
        secret = pilot.app.screen.query_one(SecretInput)
        secret.action_select_all()
        await bench.type(pilot, "ctrl+x", "ctrl+c", "ctrl+shift+c", "super+c")
        assert secret.value == SECRET
        assert pilot.app.clipboard == ""


async def test_text_that_cannot_be_a_token_is_refused_and_stays_in_the_input(bench: Bench) -> None:
    bench.settings = production()
    async with bench.run() as pilot:
        await until(pilot, "No token")
        await bench.open_dialog(pilot, "ctrl+t", "New token")
        await bench.type(pilot, "a", "space", "b", "enter")
        await until(pilot, "Not a token")
        assert pilot.app.screen.query_one(SecretInput).value == "a b"
    assert bench.connected == []


@pytest.mark.parametrize(("status", "words"), [(401, "rejected the token"), (410, "was revoked")])
async def test_a_rejected_token_shows_a_notice_and_can_be_replaced(
    bench: Bench, status: int, words: str
) -> None:
    bench.settings = production(CALYPTIA_CLOUD_TOKEN=SECRET)
    bench.service.failures["GET"] = [RefusedError(status, "invalid token")]
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, words)
        assert len(pilot.app.screen_stack) == 1
        await bench.open_dialog(pilot, "ctrl+t", "Current token: from the environment")
        await bench.type(pilot, *"another", "tab", "tab", "enter")
        await until(pilot, "Read 14:03:07")


async def test_a_403_shows_the_services_reason_and_does_not_blame_the_token(bench: Bench) -> None:
    bench.settings = production(CALYPTIA_CLOUD_TOKEN=SECRET)._replace()
    bench.service.failures["GET"] = [
        RefusedError(403, "ports quota exceeded", quota_limit=5, quota_remaining=0)
    ]
    async with bench.run(PORT_ID) as pilot:
        await until(pilot, "Not allowed: ports quota exceeded · 0 of 5 left")
        assert "ctrl+t Token" not in screen_text(pilot.app).split("Not allowed")[1].split(".")[0]
