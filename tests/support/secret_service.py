"""Run a command with a real Secret Service (gnome-keyring) on a private bus in a private home.

    python -m tests.support.secret_service MODE COMMAND...

`MODE` is what the command finds on its session bus:

    unlocked         an unlocked keyring
    locked           a locked keyring that has no display on which to ask for its password
    no-prompter      a locked keyring on a machine with no prompter installed
    silent-prompter  a locked keyring whose prompt nobody answers, as in a window nobody sees
    frozen           a keyring that doesn't respond
    fresh            a keyring that starts on demand and has no collection yet
    no-service       a bus without a keyring
    no-bus           no bus

The command's environment has `SECRET_SERVICE_PID` if the keyring is already running, and
`SECRET_SERVICE_DIR`, the private folder. `python -m tests.support.secret_service lock` (or
`unlock`) locks or unlocks the keyring.
"""

import os
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest

if sys.platform == "linux":
    from jeepney import DBusAddress, MessageType, Properties, new_method_call, new_method_return
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection

ROOT: Final = Path(__file__).parents[2]
SECRET_SERVICE: Final = (sys.executable, "-m", "tests.support.secret_service")
MODES: Final = (
    *("unlocked", "locked", "no-prompter", "silent-prompter"),
    *("frozen", "fresh", "no-service", "no-bus"),
)
_PACKAGES: Final = {"gnome-keyring-daemon": "gnome-keyring", "dbus-daemon": "dbus-daemon"}
_PASSWORD: Final = "of the private keyring"
_LONGEST: Final = 60.0  # seconds for a daemon to come up
_DAEMON: Final = ("gnome-keyring-daemon", "--foreground", "--components=secrets")
_COLLECTION: Final = "/org/freedesktop/secrets/collection/login"
_NAME: Final = "org.freedesktop.secrets"
_PROMPTERS: Final = ("org.gnome.keyring.SystemPrompter", "org.gnome.keyring.PrivatePrompter")
_GCR_PROMPTERS: Final = ("/usr/libexec/gcr-prompter", "/usr/lib/gcr/gcr-prompter")
_BUS: Final = """\
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/run/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def require() -> None:
    """Skip the test if a package that it needs is missing."""
    missing = [package for program, package in _PACKAGES.items() if not shutil.which(program)]
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")


# --- the service ---


@contextmanager
def private_service(mode: str) -> Iterator[None]:
    """Provide a home, a bus and a keyring in a mode, and set the environment to use them."""
    with TemporaryDirectory(prefix="secrets-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _use_home(folder)
        daemons: list[subprocess.Popen[bytes]] = []
        try:
            if mode != "no-bus":
                _prepare_services(folder, mode)
                daemons.append(_start_bus(folder))
            if mode not in ("no-bus", "no-service", "fresh"):
                daemons.append(_start_keyring())
                os.environ["SECRET_SERVICE_PID"] = str(daemons[-1].pid)
                if mode == "frozen":
                    daemons[-1].send_signal(signal.SIGSTOP)
                elif mode != "unlocked":
                    lock()
            yield
        finally:
            for daemon in reversed(daemons):
                _end_session(daemon.pid)


def _use_home(folder: Path) -> None:
    for part in ("home", "run", "services"):
        (folder / part).mkdir(mode=0o700)
    unwanted = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND")
    for variable in (*unwanted, *(v for v in os.environ if v.startswith("XDG_"))):
        os.environ.pop(variable, None)
    os.environ["HOME"] = str(folder / "home")
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    os.environ["SECRET_SERVICE_DIR"] = str(folder)


def _prepare_services(folder: Path, mode: str) -> None:
    """Write the files of the services that the bus starts on demand."""
    silent = shlex.join([*SECRET_SERVICE, "prompt-silently"])
    prompter = next((p for p in _GCR_PROMPTERS if Path(p).exists()), "/bin/false")
    services: dict[str, str] = {}
    if mode != "no-prompter":
        services |= dict.fromkeys(_PROMPTERS, silent if mode == "silent-prompter" else prompter)
    if mode == "fresh":
        services[_NAME] = shlex.join([shutil.which(_DAEMON[0]) or "", "--start", *_DAEMON[1:]])
    for name, command in services.items():
        text = f"[D-BUS Service]\nName={name}\nExec={command}\n"
        (folder / "services" / f"{name}.service").write_text(text)


def _start_bus(folder: Path) -> "subprocess.Popen[bytes]":
    config = folder / "bus.conf"
    config.write_text(_BUS.format(folder=folder))
    bus = _start(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"])
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={folder}/run/bus"
    _until((folder / "run" / "bus").exists, "the bus")
    return bus


def _start_keyring() -> "subprocess.Popen[bytes]":
    """Start a keyring whose default collection is unlocked."""
    keyring = _start([*_DAEMON, "--unlock"], _PASSWORD.encode())
    _until(lambda: not _is_locked(), "the keyring")
    _call("SetAlias", "so", ("default", _COLLECTION))
    return keyring


def _start(command: Sequence[str], told: bytes = b"") -> "subprocess.Popen[bytes]":
    """Start a daemon in its own session, out of reach of the command's ctrl+c and hang-up."""
    daemon = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert daemon.stdin
    daemon.stdin.write(told)
    daemon.stdin.close()
    return daemon


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _LONGEST
    while True:
        with suppress(OSError, RuntimeError):
            if condition():
                return
        assert time.monotonic() < deadline, f"{what} did not come up"
        time.sleep(0.02)


def _end_session(leader: int) -> None:
    """Kill all processes of a session, since those started by the bus aren't our children."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = path.read_text().rpartition(")")[2].split()
            if int(after_name[3]) == leader:
                os.kill(int(path.parent.name), signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(leader, 0)


# --- its lock ---


def _call(method: str, signature: str, arguments: tuple[object, ...]) -> None:
    service = DBusAddress("/org/freedesktop/secrets", _NAME, "org.freedesktop.Secret.Service")
    _ask(new_method_call(service, method, signature, arguments))


def _is_locked() -> bool:
    collection = DBusAddress(_COLLECTION, _NAME, "org.freedesktop.Secret.Collection")
    ((_, locked),) = _ask(Properties(collection).get("Locked"))
    return bool(locked)


def _ask(message: object) -> tuple[Any, ...]:
    with open_dbus_connection() as bus:
        reply = bus.send_and_get_reply(message, timeout=5)
    if reply.header.message_type is MessageType.error:
        raise RuntimeError(reply.body)
    return tuple(reply.body)


def lock() -> None:
    """Lock the collection."""
    _call("Lock", "ao", ([_COLLECTION],))
    _until(_is_locked, "the lock")


def unlock() -> None:
    """Unlock the collection through the daemon's control socket, as a login does."""
    secret = _PASSWORD.encode()
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(os.environ["XDG_RUNTIME_DIR"] + "/keyring/control")
        control.sendall(b"\0")  # carries our credentials
        unlock_operation = 1
        control.sendall(struct.pack(">III", 12 + len(secret), unlock_operation, len(secret)))
        control.sendall(secret)
        _, failed = struct.unpack(">II", control.recv(8, socket.MSG_WAITALL))
    assert not failed


def prompt_silently() -> None:
    """Accept every prompt, and never answer it."""
    with open_dbus_connection() as bus:
        for name in _PROMPTERS:
            bus.send_and_get_reply(message_bus.RequestName(name))
        while True:
            message = bus.receive()
            if message.header.message_type is MessageType.method_call:
                bus.send(new_method_return(message))


# --- the command ---


def _run(command: Sequence[str]) -> int:
    """Run a command in this terminal, forwarding signals. Returns its exit status."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)  # the terminal sends them to the command too

    def restore() -> None:
        for number in (signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)

    child = subprocess.Popen(command, preexec_fn=restore)  # noqa: PLW1509 - one thread only
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda number, _: child.send_signal(number))
    status = child.wait()
    return status if status >= 0 else 128 - status


def main() -> None:
    """Run the command with the service and exit with its status."""
    mode, *command = sys.argv[1:]
    actions = {"lock": lock, "unlock": unlock, "prompt-silently": prompt_silently}
    if mode in actions:
        actions[mode]()
        return
    assert mode in MODES, mode
    with private_service(mode):
        status = _run(command)
    raise SystemExit(status)


if __name__ == "__main__":
    main()
