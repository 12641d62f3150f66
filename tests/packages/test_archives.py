"""The wheel and the source archive."""

import subprocess
import tarfile
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from tests.packages.built import DIST

_ROOT: Final = Path(__file__).parents[2]
_ONLY_IN_THE_REPOSITORY: Final = (".ci/",)
_ONLY_IN_THE_ARCHIVE: Final = {"PKG-INFO"}


def test_the_source_archive_has_the_files_of_the_repository() -> None:
    (path,) = DIST.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {n for n in listed.stdout.splitlines() if not n.startswith(_ONLY_IN_THE_REPOSITORY)}
    assert names == expected | _ONLY_IN_THE_ARCHIVE


def test_the_wheel_has_the_files_of_the_package_and_nothing_else() -> None:
    (path,) = DIST.glob("*.whl")
    with ZipFile(path) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = (p for p in (_ROOT / "portui").rglob("*") if p.is_file())
    package = {str(p.relative_to(_ROOT)) for p in files if p.parent.name != "__pycache__"}
    assert names == package
    assert {"portui/tui/app.tcss", "portui/tui/screens/dialog.tcss", "portui/py.typed"} <= names
