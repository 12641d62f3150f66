"""A real SSH server on the loopback, and programs that run through it.

Its keys and configuration are made for one run of the tests; the user's own aren't touched.
"""

import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from signal import SIGTERM
from typing import Final

import pytest

from tests.terminal.launch import ROOT, environment
from tests.terminal.pty_program import LONGEST, Program, running
from tests.terminal.witness import Witness

_SSHD: Final = "/usr/sbin/sshd"
_ATTEMPTS: Final = 5
"""Attempts to start on a free port, which another process may take first."""

# No StrictModes: the keys are below a temporary directory that others may write to.
_SERVER: Final = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
StrictModes no
AuthenticationMethods publickey
PermitRootLogin prohibit-password
UsePAM {pam}
AcceptEnv *
PermitUserRC no
PrintMotd no
PrintLastLog no
PidFile none
MaxStartups 100
"""
_CLIENT: Final = """\
Host loopback
    HostName 127.0.0.1
    User {user}
    IdentityFile {folder}/user
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {folder}/known
    GlobalKnownHostsFile /dev/null
    HostKeyAlias loopback
    StrictHostKeyChecking yes
    UpdateHostKeys no
    ControlPath none
    SendEnv *
    LogLevel ERROR
"""


@dataclass(frozen=True)
class SshServer:
    """An SSH server that accepts the user who runs the tests."""

    port: int
    folder: Path

    def client(self, command: Sequence[str], port: int | None) -> list[str]:
        """Return an SSH client's command line; `port` is that of a slow link, if there is one."""
        client = ["ssh", "-tt", "-F", str(self.folder / "client"), "-p", str(port or self.port)]
        return [*client, "loopback", f"exec {shlex.join(command)}"]


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """Run an SSH server for the duration of the block, then terminate its process group.

    Skips the test if OpenSSH is missing.
    """
    _require()
    for name in ("host", "user"):
        key = str(folder / name)
        make_key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]
        subprocess.run(make_key, check=True)
    (folder / "known").write_text(f"loopback {(folder / 'host.pub').read_text()}")
    (folder / "client").write_text(_CLIENT.format(user=getuser(), folder=folder))
    process, port = _started(folder)
    try:
        yield SshServer(port, folder)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, SIGTERM)
        process.wait(LONGEST)


def _require() -> None:
    missing = [program for program in ("ssh", "ssh-keygen") if not shutil.which(program)]
    if not Path(_SSHD).exists():
        missing.append(_SSHD)
    if missing:
        pytest.skip(f"missing: {', '.join(missing)} (openssh-server, openssh-client)")


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    if os.getuid() == 0:
        # sshd needs this directory, usually made at boot. It stays: another server may use it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "log"
    for _ in range(_ATTEMPTS):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        config = _SERVER.format(port=port, folder=folder, pam="yes" if _locked() else "no")
        (folder / "server").write_text(config)
        command = [_SSHD, "-D", "-f", str(folder / "server"), "-E", str(log)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        if _answers(process, port):
            return process, port
        process.kill()
        process.wait()
    raise AssertionError(f"no SSH server came up\n{log.read_text()}")


def _locked() -> bool:
    """Return whether the account is locked, so that sshd admits it only with PAM."""
    with suppress(OSError):
        for line in Path("/etc/shadow").read_text().splitlines():
            name, password, *_ = line.split(":")
            if name == getuser():
                return password.startswith("!")
    return False


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait for the server to answer; return False if it exits instead, or takes too long."""
    deadline = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5.0) as connection:
            return connection.recv(4) == b"SSH-" and process.poll() is None
        time.sleep(0.02)
    return False


@dataclass(frozen=True)
class Remote:
    """A program at the far end of an SSH client."""

    client: Program
    """The client, whose screen shows the program."""
    _witness: Witness

    def end(self, seconds: float = LONGEST) -> int:
        """Wait for the program to exit, even if the client is dead; return its exit status."""
        return self._witness.wait(seconds)


@contextmanager
def over_ssh(
    server: SshServer,
    home: Path,
    command: Sequence[str],
    env: Mapping[str, str | None] | None = None,
    port: int | None = None,
) -> Iterator[Remote]:
    """Run a command through an SSH client for the duration of the block.

    SSH itself transmits `env`, which is on no command line. `port` is that of a link to the server.
    """
    witness = Witness(home)
    own = environment(home, env)
    # sshd sets HOME and PATH itself, whatever the client sends.
    placed = ["env", f"HOME={home}", f"PATH={own['PATH']}", f"PYTHONPATH={ROOT}"]
    client = server.client([*placed, *witness.of(command)], port)
    with running(client, own) as program:
        try:
            yield Remote(program, witness)
        finally:
            program.clean_up()
            witness.wait()
