"""The Debian package starts from the menu, by name and by a double click on a project."""

import configparser
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from app.opening.opening import PROJECT_SUFFIX

Script = Callable[[str], ModuleType]
_FOLDER = Path(__file__).parents[2] / "packaging"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dpkg-deb") is None,
    reason="Debian packages are made on Debian",
)


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a package made of a frozen folder of one file puts on a system."""
    folder = tmp_path_factory.mktemp("deb")
    frozen = folder / "thioscope"
    frozen.mkdir()
    (frozen / "thioscope").write_text("#!/bin/sh\necho started $*\n")
    (frozen / "thioscope").chmod(0o755)
    code = (
        f"import sys; sys.path.insert(0, {str(_FOLDER)!r})\n"
        "from pathlib import Path\nfrom deb import make_deb\n"
        f"print(make_deb(Path({str(frozen)!r}), '1.2.3', Path({str(folder)!r})))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    package = made.stdout.strip()
    assert "_1.2.3_" in package
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder / "root"], check=True)
    return folder / "root"


def test_the_command_starts_the_program(unpacked: Path) -> None:
    command = unpacked / "usr/bin/thioscope"
    assert not command.readlink().is_absolute()
    said = subprocess.run([command, "a.thio"], capture_output=True, text=True, check=True)
    assert said.stdout == "started a.thio\n"


def test_the_menu_entry_opens_projects_and_has_an_icon(unpacked: Path) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(unpacked / "usr/share/applications/thioscope.desktop", encoding="utf-8")
    words = entry["Desktop Entry"]
    assert words["Exec"] == "thioscope %F"
    assert words["MimeType"].rstrip(";") == _mime_type(unpacked).get("type")
    icons = unpacked / "usr/share/icons/hicolor"
    assert (icons / "128x128/apps" / f"{words['Icon']}.png").is_file()
    assert (icons / "scalable/apps" / f"{words['Icon']}.svg").is_file()


def test_the_file_type_is_that_of_projects(unpacked: Path) -> None:
    (glob,) = [part for part in _mime_type(unpacked) if part.tag.endswith("glob")]
    assert glob.get("pattern") == f"*{PROJECT_SUFFIX}"


def test_everything_belongs_to_root_and_says_its_version(unpacked: Path) -> None:
    control = (unpacked / "DEBIAN/control").read_text(encoding="utf-8")
    assert "Version: 1.2.3\n" in control
    assert "Depends: libc6 (>= 2." in control
    assert (unpacked / "usr/share/doc/thioscope/copyright").is_file()


def _mime_type(unpacked: Path) -> ElementTree.Element:
    tree = ElementTree.parse(unpacked / "usr/share/mime/packages/thioscope.xml")
    return tree.getroot()[0]
