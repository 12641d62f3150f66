"""Uses `KeyringStore` as told, and prints what came of each step as a line of JSON.

    keyring_probe.py STEP...

Steps: load, official, store=TOKEN, forget; load-again loads until the store is no longer busy;
official-is=TOKEN keeps what the official CLI would; as=NAME goes on as another origin's store; lock
and unlock run the Secret Service's commands; kill, freeze and thaw signal it; no-start makes
it a service that ends as soon as it is started; end-bus ends the bus. Each line has `step`,
`outcome` (a token's text, null, true, false, or `{"why": …, "backend": …}`) and `elapsed` seconds.
The last line's `step` is `exit`: how long the process took to end after its last step.
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
    """Do something to the Secret Service, which the environment tells about."""
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
    """Run the steps in a process of their own, and see how long it takes to end."""
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
