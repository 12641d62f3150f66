"""Screens in every state, at 80×24 and 120×40. Look at a snapshot before you accept it."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from textual import events
from textual.pilot import Pilot

from portui.api.errors import (
    ConnectError,
    ConnectionLostError,
    Peer,
    RefusedError,
    UnavailableError,
)
from portui.credentials import TokenStoreError
from portui.journal import Call, Intent, Result, Storage, StoredDraft
from portui.operations.reach import Address
from portui.port.editing import Change, form_of
from portui.port.model import Field, Port, Unreadable
from portui.settings import DEMO, CommandLineOptions, SettingsSources, Token, resolve
from portui.tui.dependencies import AppResult
from tests.support.app import Bench, FakeService
from tests.support.kubectl import pipeline_yaml
from tests.support.listening import LOOPBACK, listening, number_of
from tests.support.ports import PORT, PORT_ID
from tests.support.recent import SYSLOG, leave_many, leave_recent
from tests.support.screen import still, until

SnapCompare = Callable[..., bool]
Steps = Callable[[Bench, Pilot[AppResult]], Awaitable[None]]

PRODUCTION = resolve(SettingsSources(CommandLineOptions(), {"CALYPTIA_CLOUD_TOKEN": "t"}))
NO_TOKEN = resolve(SettingsSources(CommandLineOptions(), {}))
OTHER = UUID("00000000-0000-4000-8000-000000000001")
CONFLICT = RefusedError(409, "pipeline port already in use", "protocol tcp, port 8080")


def bench_for(name: str) -> Bench:  # noqa: C901 - a table
    """Return the collaborators for a scenario."""
    odd = replace(
        PORT,
        kind="Ingress",
        backend_port=Unreadable("70000"),
        plugin_name=Unreadable(None),
        plugin_alias=None,
        endpoint="k8s-forward-0a1b2c3d4e5f-" * 5 + ".elb.eu-central-1.example:24224",
        unknown=(("zone", '"eu\x1b[31m"'),),
    )
    match name:
        case "not-copied":
            return Bench(service=_service(replace(PORT, endpoint="e" * 100_000)))
        case "left-and-sent":
            bench = Bench()
            _leave_sent(bench)
            return bench
        case "pending" | "pending-assigned" | "endpoint-untestable" | "watched-change":
            return Bench(service=_service(replace(PORT, endpoint="", plugin_id=None)))
        case "odd-answer":
            return Bench(service=_service(odd))
        case "protected-delete" | "protected-port":
            return Bench(settings=PRODUCTION)
        case "read-only":
            return Bench(settings=DEMO._replace(profile=DEMO.profile._replace(read_only=True)))
        case "no-token" | "token-dialog":
            bench = Bench(settings=NO_TOKEN)
            bench.store.trouble = TokenStoreError(TokenStoreError.Why.LOCKED)
            return bench
        case "official-token":
            bench = Bench(settings=NO_TOKEN)
            bench.store.official = Token("t")
            return bench
        case "no-journal":
            return Bench(folder=Path("/proc/no/such/place"))
        case "unfinished" | "unfinished-start":
            bench = Bench()
            _leave_unfinished(bench, OTHER)
            return bench
        case "recent-start" | "recent-filtered" | "recent-under-port" | "recent-beside":
            bench = Bench()
            leave_recent(bench)
            return bench
        case "recent-many":
            bench = Bench()
            leave_many(bench, 30)
            return bench
        case _:
            return Bench()


def _leave_unfinished(bench: Bench, port_id: UUID) -> None:
    former = Storage.under(bench.folder, bench.settings.origin.name, bench.now)
    change = Change(((Field.FRONTEND_PORT, 24225),))
    intent = Intent("demo", Call.UPDATE, port_id, replace(PORT, id=port_id), change)
    former.journal.record(intent)
    former.run.end()


def _leave_sent(bench: Bench) -> None:
    """Leave a draft that an earlier run sent, and whose outcome is unknown."""
    former = Storage.under(bench.folder, bench.settings.origin.name, bench.now)
    change = Change(((Field.FRONTEND_PORT, 24225),))
    intent = Intent("demo", Call.UPDATE, PORT_ID, PORT, change, draft="d")
    entry = former.journal.record(intent)
    former.journal.record_result(entry, Result.UNKNOWN)
    form = {**form_of(PORT), Field.FRONTEND_PORT: "24225"}
    former.drafts.store(StoredDraft(bench.now(), PORT_ID, PORT, form, "d"))
    former.run.end()


def _service(port: Port) -> FakeService:
    return FakeService(ports={PORT_ID: port})


async def empty(_: Bench, pilot: Pilot[AppResult]) -> None:
    await until(pilot, "Paste or type a port ID")


async def recent_start(_: Bench, pilot: Pilot[AppResult]) -> None:
    await until(pilot, "3 9c3f2e74" if pilot.app.size.width > 59 else "3 tcp 8081")


async def recent_filtered(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await recent_start(bench, pilot)
    await bench.type(pilot, *"5140", "down")
    await until(pilot, "Enter Open")


async def recent_many(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await until(pilot, "   Recent ")
    await bench.type(pilot, "down", "G", "k")


async def recent_under_port(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.type(pilot, "slash", "down", "down")
    await until(pilot, "Enter Open")


async def recent_beside(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await saved(bench, pilot)
    await bench.type(pilot, "slash", "down", "1")
    await until(pilot, f" Port ID  {SYSLOG}")
    await until(pilot, "▸ ID")
    await _change(bench, pilot)
    await until(pilot, "Saved and confirmed")


async def shown(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)


async def on_a_row(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.type(pilot, "down", "down", "down", "down")


async def edited(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, "shift+tab", "space", "tab", *"24225", "tab", *"0")
    await bench.type(pilot, "backspace", *"24225", "tab", "end", "x")


async def mistaken(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"70000", "enter")


async def discarding(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await edited(bench, pilot)
    await bench.type(pilot, "escape")
    await until(pilot, "Discard your changes?")
    await pilot.pause()
    await bench.read_question(pilot)


async def refused(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.failures["PATCH"] = [CONFLICT]
    await _save(bench, pilot)
    await until(pilot, "already in use")


async def saved(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _save(bench, pilot)
    await until(pilot, "Saved and confirmed")


async def not_seen(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.failures["PATCH"] = [ConnectionLostError()]
    await _save(bench, pilot)
    await until(pilot, "Not confirmed: the port still has its old values")


async def unknown(bench: Bench, pilot: Pilot[AppResult]) -> None:
    async def hold(method: str, _: UUID) -> None:
        if method == "PATCH":
            gone = ConnectError(ConnectError.Why.REFUSED, Peer("plant.example"))
            bench.service.failures["GET"] = [gone] * 9

    bench.service.hold = hold
    bench.service.failures["PATCH"] = [ConnectionLostError()]
    await _save(bench, pilot)
    await until(pilot, "Outcome unknown")


async def deleting(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.open_dialog(pilot, "d", "Delete this port?")


async def deleted(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await deleting(bench, pilot)
    await bench.type(pilot, "y")
    await until(pilot, "Confirmed. Its last values")


async def no_such_port(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.ports = {}
    await _ask(pilot)
    await until(pilot, "No such port")


async def token_refused(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    bench.service.failures["GET"] = [RefusedError(401, "invalid token")]
    await bench.type(pilot, "r")
    await until(pilot, "rejected the token")


async def no_token(_: Bench, pilot: Pilot[AppResult]) -> None:
    await until(pilot, "No token for this")


async def token_dialog(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await no_token(bench, pilot)
    await bench.open_dialog(pilot, "ctrl+t", "New token")
    await bench.type(pilot, *"secret")


async def helped(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.open_dialog(pilot, "question_mark", "available here")


async def copied(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await on_a_row(bench, pilot)
    await bench.type(pilot, "c")
    await until(pilot, "to the terminal (")


async def not_copied(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.type(pilot, "C")
    await until(pilot, "Not copied")


async def helped_on_copies(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await helped(bench, pilot)
    await bench.type(pilot, "end")


async def refreshed(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    bench.service.ports[PORT_ID] = replace(
        PORT,
        frontend_port=24225,
        kind="NodePort",
        endpoint="a.example:24225",
        updated_at=Bench.now(),
    )
    await bench.type(pilot, "r")
    await until(pilot, "was 24224")


async def assigned(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    bench.service.ports[PORT_ID] = replace(PORT, plugin_id=None)
    await bench.type(pilot, "r")
    await until(pilot, "was pending")


async def watched(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.time_passes = False
    await _look_up(pilot)
    await bench.type(pilot, "down", "w")
    await until(pilot, "Watching")


async def watched_change(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await watched(bench, pilot)
    bench.service.ports[PORT_ID] = replace(
        PORT, plugin_id=None, frontend_port=24225, updated_at=Bench.now()
    )
    await bench.pass_time(pilot, 6)
    await until(pilot, "change seen")


async def watched_failing(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await watched(bench, pilot)
    bench.service.failures["GET"] = [UnavailableError(503, None, retry_after=90.0)]
    await bench.pass_time(pilot, 30)
    await until(pilot, "next read")


async def watch_ended(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await watched(bench, pilot)
    bench.service.ports = {}
    await bench.pass_time(pilot, 6)
    await until(pilot, "Stopped watching")


async def refresh_failed(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    why = ConnectError(ConnectError.Why.REFUSED, Peer("proxy.example:3128", proxy=True))
    bench.service.failures["GET"] = [why]
    bench.seconds += 100
    await bench.type(pilot, "r")
    await until(pilot, "Can't connect to the proxy")


async def left_and_sent(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await until(pilot, "Draft sent at")


async def endpoint_unknown(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.type(pilot, "t")
    await until(pilot, "doesn't resolve")


async def endpoint_testing(bench: Bench, pilot: Pilot[AppResult]) -> None:
    """The resolver hangs until the test run ends; its thread doesn't keep that from ending."""
    asked = threading.Event()

    def hang(_: str, __: int) -> tuple[Address, ...]:
        asked.set()
        threading.Event().wait()
        return ()

    bench.resolve = hang
    await _look_up(pilot)
    await bench.type(pilot, "t")
    await until(pilot, asked.is_set)


async def endpoint_tested(bench: Bench, pilot: Pilot[AppResult]) -> None:
    with listening() as server:
        address = Address(socket.AF_INET, (LOOPBACK, number_of(server)))
        bench.resolve = lambda _, __: (address,)
        await saved(bench, pilot)
        await bench.type(pilot, "t")
        await until(pilot, "connected")


async def endpoint_untestable(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.type(pilot, "t")
    await until(pilot, "Nothing to test")


async def kubectl_pasted(_: Bench, pilot: Pilot[AppResult]) -> None:
    await until(pilot, lambda: pilot.app.focused is not None)
    pilot.app.post_message(events.Paste(pipeline_yaml(PORT_ID, OTHER)))
    await until(pilot, "2 port IDs found")


async def palette(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await saved(bench, pilot)
    await bench.open_dialog(pilot, "ctrl+p", " Command")
    await bench.type(pilot, "down", "down")


async def palette_filtered(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await palette(bench, pilot)
    await bench.type(pilot, *"hist")


async def nothing_to_undo(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.type(pilot, "u")
    await until(pilot, "Nothing to undo")


async def conflict(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"24225", "tab", "tab", "end", *".much.longer", "enter")
    moved = replace(PORT, backend_port=5555, endpoint="somebody.else.example:24224")
    bench.service.ports[PORT_ID] = moved
    await bench.type(pilot, "enter")
    await until(pilot, "Someone changed this port")
    await pilot.pause()
    await bench.read_question(pilot)


async def moved_before_delete(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await deleting(bench, pilot)
    bench.service.ports[PORT_ID] = replace(PORT, backend_port=5555)
    await bench.type(pilot, "y")
    await until(pilot, "Changed since it was read")
    await pilot.pause()
    await bench.read_question(pilot)


async def no_journal(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _save(bench, pilot)
    await until(pilot, "can't be recorded")
    await pilot.pause()
    await bench.read_question(pilot)


async def undoing(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await saved(bench, pilot)
    await bench.open_dialog(pilot, "u", "8080 → 24224")


async def creation(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await deleted_narrow(bench, pilot)
    await bench.open_dialog(pilot, "u", "Create a port like")


async def history(bench: Bench, pilot: Pilot[AppResult]) -> None:
    _leave_unfinished(bench, OTHER)
    await saved(bench, pilot)
    await bench.open_dialog(pilot, "d", "Delete this port?")
    bench.service.failures["DELETE"] = [ConnectionLostError()]
    await bench.type(pilot, "y")
    await until(pilot, "the port still exists")
    await bench.open_dialog(pilot, "h", "Deletion")
    await bench.type(pilot, "a", "down")


async def sending(bench: Bench, pilot: Pilot[AppResult]) -> None:
    async def hold(method: str, _: UUID) -> None:
        if method == "PATCH":
            await asyncio.Event().wait()

    bench.service.hold = hold
    await _save(bench, pilot)
    await until(pilot, "Sending")


async def leaving(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await sending(bench, pilot)
    await bench.type(pilot, "q")
    await until(pilot, "Quitting once")


async def unfinished(_: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await until(pilot, "no known outcome")


async def unfinished_start(_: Bench, pilot: Pilot[AppResult]) -> None:
    await until(pilot, "no known outcome")


async def _ask(pilot: Pilot[AppResult]) -> None:
    await until(pilot, lambda: pilot.app.focused is not None)
    pilot.app.post_message(events.Paste(str(PORT_ID)))
    await until(pilot, str(PORT_ID))
    await pilot.press("enter")


async def _look_up(pilot: Pilot[AppResult]) -> None:
    await _ask(pilot)
    await until(pilot, "Read 14:03:07 UTC")


async def _save(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await _look_up(pilot)
    await _change(bench, pilot)


async def _change(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await bench.open_dialog(pilot, "e", "Save")
    await bench.type(pilot, *"8080", "enter", "enter")


SCENARIOS: dict[str, Steps] = {
    "empty": empty,
    "recent-start": recent_start,
    "recent-filtered": recent_filtered,
    "recent-many": recent_many,
    "recent-under-port": recent_under_port,
    "recent-beside": recent_beside,
    "port": on_a_row,
    "protected-port": shown,
    "pending": shown,
    "odd-answer": shown,
    "read-only": shown,
    "edit": edited,
    "edit-mistake": mistaken,
    "edit-discard": discarding,
    "edit-refused": refused,
    "saved": saved,
    "not-seen": not_seen,
    "unknown": unknown,
    "delete": deleting,
    "protected-delete": deleting,
    "deleted": deleted,
    "no-such-port": no_such_port,
    "token-refused": token_refused,
    "no-token": no_token,
    "official-token": no_token,
    "token-dialog": token_dialog,
    "help": helped,
    "help-copies": helped_on_copies,
    "copied": copied,
    "not-copied": not_copied,
    "refreshed": refreshed,
    "pending-assigned": assigned,
    "refresh-failed": refresh_failed,
    "watched": watched,
    "watched-change": watched_change,
    "watched-failing": watched_failing,
    "watch-ended": watch_ended,
    "left-and-sent": left_and_sent,
    "endpoint-unknown": endpoint_unknown,
    "endpoint-testing": endpoint_testing,
    "endpoint-tested": endpoint_tested,
    "endpoint-untestable": endpoint_untestable,
    "kubectl-pasted": kubectl_pasted,
    "palette": palette,
    "palette-filtered": palette_filtered,
    "nothing-to-undo": nothing_to_undo,
    "conflict": conflict,
    "moved-before-delete": moved_before_delete,
    "no-journal": no_journal,
    "undo": undoing,
    "creation": creation,
    "history": history,
    "sending": sending,
    "leaving": leaving,
    "unfinished": unfinished,
    "unfinished-start": unfinished_start,
}


NARROW = (
    "port",
    "edit-refused",
    "delete",
    "no-token",
    "deleted",
    "conflict",
    "history",
    "creation",
    "copied",
    "refreshed",
    "watched",
    "watched-change",
    "watched-failing",
    "watch-ended",
    "palette",
    "left-and-sent",
    "endpoint-testing",
    "endpoint-tested",
    "kubectl-pasted",
    "recent-start",
    "recent-filtered",
    "recent-many",
    "recent-under-port",
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_screen(snap_compare: SnapCompare, name: str, size: tuple[int, int]) -> None:
    bench = bench_for(name)

    async def steps(pilot: Pilot[AppResult]) -> None:
        await SCENARIOS[name](bench, pilot)
        await still(pilot)

    assert snap_compare(bench.app(), terminal_size=size, run_before=steps)


@pytest.mark.parametrize("name", NARROW)
def test_screen_at_40_by_12(snap_compare: SnapCompare, name: str) -> None:
    bench = bench_for(name)

    async def steps(pilot: Pilot[AppResult]) -> None:
        await SCENARIOS_40[name](bench, pilot)
        await still(pilot)

    assert snap_compare(bench.app(), terminal_size=(40, 12), run_before=steps)


async def refused_narrow(bench: Bench, pilot: Pilot[AppResult]) -> None:
    bench.service.failures["PATCH"] = [CONFLICT]
    await _save(bench, pilot)
    await until(pilot, "Not saved")


async def deleted_narrow(bench: Bench, pilot: Pilot[AppResult]) -> None:
    await deleting(bench, pilot)
    await bench.type(pilot, "y")
    await until(pilot, "Deleted")


async def endpoint_tested_narrow(bench: Bench, pilot: Pilot[AppResult]) -> None:
    with listening() as server:
        address = Address(socket.AF_INET, (LOOPBACK, number_of(server)))
        bench.resolve = lambda _, __: (address,)
        await _look_up(pilot)
        await bench.type(pilot, "t")
        await until(pilot, "connected")


SCENARIOS_40: dict[str, Steps] = SCENARIOS | {
    "endpoint-tested": endpoint_tested_narrow,
    "edit-refused": refused_narrow,
    "deleted": deleted_narrow,
}
