"""Checks of the machine: versions, and portui's files and their permissions."""

import os
import platform
import stat
import tempfile
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Final

import portui
from portui.commands.doctor.finding import Finding, care, not_applicable, ok, shown
from portui.port.display import safe

_LIBRARIES: Final = ("textual", "httpx", "pydantic", "keyring", "truststore", "platformdirs")
_MOST_FILES: Final = 10_000  # looked at in the state folder
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def check_versions() -> list[Finding]:
    """Return the versions of portui, of what it runs on, and of its libraries."""
    folder = Path(portui.__file__).parent
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return [
        ok("portui", f"{portui.__version__}, in {shown(folder)}"),
        ok("Python", f"{safe(python, 60)} on {safe(system, 120)}"),
        ok("Libraries", libraries),
    ]


def _version(library: str) -> str:
    try:
        return safe(version(library), 40)
    except PackageNotFoundError:
        return "of an unknown version"


def check_home(folder: Path | None) -> Finding:
    """Check that there is a home folder, or a variable in its place; `folder` is one in it."""
    if folder is not None:
        return ok("Home", "found" if os.environ.get("HOME") else "found, although HOME isn't set")
    return care(
        "Home",
        "HOME isn't set, and the user has no home folder",
        "Set HOME, or XDG_CONFIG_HOME and XDG_STATE_HOME.",
    )


def check_state_folder(folder: Path | None) -> Finding:
    """Check that the folder for history, drafts and recent ports can be written, by us alone."""
    check = "State folder"
    if folder is None:
        return not_applicable(check, "there is no home folder for it")
    try:
        if not folder.exists():
            return _check_creatable(check, folder)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"-")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        reason = safe(error.strerror or type(error).__name__, 80)
        return care(
            check,
            f"{shown(folder)} can't be written: {reason}",
            "Without it, changes can't be recorded or undone."
            " Make it writable, or set XDG_STATE_HOME.",
        )
    return _check_privacy(check, folder)


def _check_creatable(check: str, folder: Path) -> Finding:
    parent = next(each for each in folder.parents if each.exists())
    if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
        return ok(check, f"{shown(folder)} doesn't exist yet, and can be created")
    return care(
        check,
        f"{shown(folder)} doesn't exist, and can't be created in {shown(parent)}",
        "Create it, or set XDG_STATE_HOME to a folder that you can write to.",
    )


def _check_privacy(check: str, folder: Path) -> Finding:
    """Check that nobody else can look into a folder or its files."""
    for path in (folder, *islice(folder.rglob("*"), _MOST_FILES)):
        try:
            status = path.lstat()
        except OSError:  # deleted meanwhile
            continue
        if status.st_uid != os.geteuid():
            what = f"{shown(path)} belongs to someone else"
            return care(check, what, f"Run chown -R $(id -u) {shown(folder)}")
        if status.st_mode & _OTHERS and not stat.S_ISLNK(status.st_mode):
            what = f"{shown(path)} is open to others ({stat.filemode(status.st_mode)})"
            return care(check, what, f"Run chmod -R go= {shown(folder)}")
    return ok(check, f"{shown(folder)} ({mode_of(folder)}), writable, for you alone")


def mode_of(path: Path) -> str:
    """Return a path's permissions, as `ls -l` shows them."""
    try:
        return stat.filemode(path.stat().st_mode)
    except OSError:
        return "missing"


def check_certificate_file() -> Finding:
    """Check that the file with more certificates can be read, if one is set."""
    check, name = "SSL_CERT_FILE", os.environ.get("SSL_CERT_FILE")
    if not name:
        return not_applicable(check, "not set: only the system's certificates are trusted")
    path = Path(name)
    try:
        with path.open("rb") as file:
            pem = b"-----BEGIN" in file.read(1024 * 1024)
    except OSError as error:
        reason = safe(error.strerror or type(error).__name__, 80)
        what = f"{shown(path)} can't be read: {reason}"
        return care(check, what, "Set it to a file of PEM certificates, or unset it.")
    if not pem:
        what = f"{shown(path)} contains no PEM certificate"
        return care(check, what, "Set it to a file of PEM certificates, or unset it.")
    return ok(check, f"{shown(path)}, trusted in addition to the system's certificates")
