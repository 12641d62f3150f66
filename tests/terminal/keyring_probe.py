"""Run steps on a `KeyringStore` and print the outcome of each as a line of JSON.

    keyring_probe.py STEP...

Steps on the store: `load`, `load-again` (load until the store is no longer busy), `official`
(load the official CLI's token), `store=TOKEN`, `forget` (delete the token), and `as=ORIGIN`
(switch to the store of another origin; prints nothing). `official-is=TOKEN` stores a token as
the official CLI does.

Steps on the Secret Service: `lock`, `unlock`, `kill`, `freeze`, `thaw`, `no-start` (replace it
with a service that exits as soon as it is started) and `end-bus` (end its bus).

Each line has `step`, `outcome` (a token's text, null, true, false, or
`{"why": …, "backend": …}`) and `elapsed`, in seconds. The last line's `step` is `exit`: its
`outcome` is the exit status, its `elapsed` the time from the previous line to the exit.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from portui.credentials import KeyringStore, TokenStoreError
from portui.settings.token import Token
from tests.support.secret_service import SECRET_SERVICE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP, "thaw": signal.SIGCONT}


def _service(step: str, argument: str) -> None:
    """Run a step on the Secret Service, which is found through the environment."""
    if step in _SIGNALS:
        os.kill(int(os.environ["SECRET_SERVICE_PID"]), _SIGNALS[step])
    elif step in {"lock", "unlock"}:
        subprocess.run([*SECRET_SERVICE, step], check=True)
    elif step == "no-start":
        folder = Path(os.environ["SECRET_SERVICE_DIR"], "services")
        (folder / "org.freedesktop.secrets.service").write_text(
            "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n"
        )
        _bus_call("ReloadConfig")
    elif step == "end-bus":
        os.kill(_bus_pid(), signal.SIGTERM)
        while Path(os.environ["SECRET_SERVICE_DIR"], "run/bus").exists():
            time.sleep(0.01)
    elif step == "official-is":
        import keyring

        keyring.set_password("cloud.calyptia.com", "project_token", argument)
    else:
        sys.exit(f"no such step: {step}")


def _bus_call(method: str, *arguments: str) -> str:
    to = ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus", f"org.freedesktop.DBus.{method}"]
    command = ["dbus-send", "--session", "--print-reply=literal", *to, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _bus_pid() -> int:
    name = "string:org.freedesktop.DBus"
    return int(_bus_call("GetConnectionUnixProcessID", name).split()[-1])


async def _load_again(store: KeyringStore) -> Token | None:
    async with asyncio.timeout(5):
        while True:
            try:
                return await store.load()
            except TokenStoreError as trouble:
                if trouble.why is not TokenStoreError.Why.BUSY:
                    raise
            await asyncio.sleep(0.02)


async def _step(store: KeyringStore, step: str, argument: str) -> object:
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "load": store.load,
        "load-again": lambda: _load_again(store),
        "official": store.load_official,
        "store": lambda: store.store(Token(argument)),
        "forget": store.delete,
    }
    if step not in calls:
        _service(step, argument)
        return None
    try:
        outcome = await calls[step]()
    except TokenStoreError as trouble:
        return {"why": trouble.why.name, "backend": trouble.backend}
    return outcome.reveal() if isinstance(outcome, Token) else outcome


async def _run(steps: list[str]) -> None:
    store = KeyringStore("https://cloud-api.calyptia.com")
    for each in steps:
        step, _, argument = each.partition("=")
        start = time.monotonic()
        if step == "as":
            store = KeyringStore(argument)
            continue
        outcome = await _step(store, step, argument)
        _report(step, outcome, start)


def _watch(arguments: list[str]) -> int:
    """Run the steps in a child process, report how long it takes to exit, return its status."""
    command = [sys.executable, __file__, "--steps", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        last = time.monotonic()
        for line in process.stdout:
            last = time.monotonic()
            sys.stdout.write(line)
        status = process.wait()
    _report("exit", status, last)
    return status


def _report(step: str, outcome: object, start: float) -> None:
    line = {"step": step, "outcome": outcome, "elapsed": time.monotonic() - start}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "--steps":
        asyncio.run(_run(sys.argv[2:]))
    else:
        sys.exit(_watch(sys.argv[1:]))
