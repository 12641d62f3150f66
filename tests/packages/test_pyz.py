"""`portui.pyz` on hosts with little more than a Python."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import pytest

from portui import __version__
from tests.packages.built import PYTHONS, PYZ, Host
from tests.terminal.pty_program import running
from tests.terminal.steps import PORT_ID, READY, quit_in_order

# With --dist loadgroup, all tests of an interpreter share a host: unpacking takes long.
_ONE_BY_ONE: Final = [pytest.param(each, marks=pytest.mark.xdist_group(each)) for each in PYTHONS]


@pytest.fixture(scope="module", params=_ONE_BY_ONE, ids=lambda python: Path(python).name)
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host.under(tmp_path_factory.mktemp("host"), request.param)


def test_it_starts_without_any_package_of_the_host(host: Host) -> None:
    done = host.run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"portui {__version__}\n", "")


def test_a_second_start_only_runs_what_the_first_unpacked(host: Host) -> None:
    host.run("--version")
    done = host.run("--version", environment={"PATH": str(host.home)})  # no Python to unpack with
    assert (done.returncode, done.stdout, done.stderr) == (0, f"portui {__version__}\n", "")


def test_it_prints_a_port_of_the_demo(host: Host) -> None:
    done = host.run("get", "--demo", PORT_ID)
    assert (done.returncode, done.stderr) == (0, "")
    assert "forward.demo.example:24224" in done.stdout


def test_it_shows_a_port_in_a_terminal(host: Host) -> None:
    host.run("--version")  # unpacks it
    environment = {**host.environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    with running([str(PYZ), "--demo", PORT_ID], environment) as program:
        program.wait_for(READY)
        program.wait_for("forward.demo.example:24224")
        quit_in_order(program)


def test_it_finds_the_same_keyrings_as_an_installed_portui(host: Host) -> None:
    find = "import importlib.metadata as m; print(*m.entry_points(group='keyring.backends').names)"
    done = host.run("-c", find, environment={"PEX_INTERPRETER": "1"})
    installed = entry_points(group="keyring.backends").names
    assert "SecretService" in installed
    assert set(done.stdout.split()) == installed


@pytest.mark.parametrize("host", _ONE_BY_ONE[:1], indirect=True)
def test_without_a_writable_home_it_says_so_and_leaves_nothing_behind(
    host: Host, tmp_path: Path
) -> None:
    home = "/dev/null/home"
    environment = {"HOME": home, "TMPDIR": str(tmp_path)}
    done = host.run("get", "--demo", PORT_ID, environment=environment)
    assert done.returncode == 0
    assert "forward.demo.example:24224" in done.stdout
    assert f"{home}/.cache/pex but that path is un-writeable" in done.stderr
    assert list(tmp_path.iterdir()) == []
