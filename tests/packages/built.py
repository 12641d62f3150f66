"""The built packages, and hosts on which to try them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

DIST: Final = Path(os.environ["PORTUI_DIST"]).resolve()
PYZ: Final = DIST / "portui.pyz"
PYTHONS: Final = os.environ.get("PORTUI_PYTHONS", sys.executable).split(":")
"""The interpreters to try `portui.pyz` with."""

_LONGEST: Final = 300  # seconds; unpacking takes some three on a machine that does nothing else
_IMPOSTOR: Final = "raise SystemExit('imported from the host')\n"
_IMPOSTORS: Final = ("portui", "textual", "httpx", "keyring", "platformdirs", "typing_extensions")


@dataclass(frozen=True, slots=True)
class Host:
    """A machine with a Python, sh, and nothing else that portui could use.

    Importing one of portui's dependencies from this Python ends the program.
    """

    folder: Path
    python: str

    @classmethod
    def under(cls, folder: Path, python: str) -> "Host":
        """Make a host whose home and programs are in a folder."""
        (folder / "home").mkdir(mode=0o700)
        interpreter = folder / "python"
        make = [python, "-m", "venv", "--without-pip", str(interpreter)]
        subprocess.run(make, check=True, timeout=_LONGEST)
        (packages,) = (interpreter / "lib").glob("python3*/site-packages")
        for name in _IMPOSTORS:
            (packages / f"{name}.py").write_text(_IMPOSTOR)
        (folder / "bin").mkdir()
        (folder / "bin" / "python3").symlink_to(interpreter / "bin" / "python")
        (folder / "bin" / "ldd").symlink_to("/usr/bin/ldd")  # tells which C library there is
        return cls(folder, python)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of the programs on this host."""
        return {"HOME": str(self.home), "PATH": str(self.folder / "bin")}

    def run(
        self, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run `portui.pyz` in the home folder until it exits; `environment` overrides variables."""
        return subprocess.run(
            [str(PYZ), *arguments],
            env={**self.environment, **environment},
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=_LONGEST,
        )
