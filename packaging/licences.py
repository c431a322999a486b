"""Collect the licence texts of everything that a frozen folder holds.

PyInstaller's spec file leaves a list of where every file came from. Python packages bring their
texts in their metadata; libraries of a Debian system have theirs in ``/usr/share/doc``; those of
Qt, which brings none, are in ``packaging/licences``.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

HERE = Path(__file__).resolve().parent
_QT = ("pyside6-essentials", "pyside6_essentials", "shiboken6")
_BOOTLOADER = "pyinstaller"
_NAMES = ("licen", "copying", "notice")
_NOTE = """\
Thioscope is under the BSD-3-Clause licence (thioscope.txt).

The folders and files here hold the licences of what is shipped with it. Qt for Python (PySide6,
Shiboken) and Qt are used under the GNU Lesser General Public License, version 3 (folder qt): they
are separate files in the program's folder and may be replaced by other builds of the same version.
Their source code is at https://download.qt.io/official_releases/QtForPython/ and
https://download.qt.io/official_releases/qt/.
"""


class MissingLicenceError(Exception):
    """Something would be shipped without its licence."""


def collect_licences(origins: Sequence[Path], folder: Path) -> list[str]:
    """Write all texts into the folder; the names of what they are of.

    Parameters
    ----------
    origins
        Files that the frozen folder was made of, where they came from.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "README.txt").write_text(_NOTE, encoding="utf-8")
    shutil.copyfile(HERE.parent / "LICENSE", folder / "thioscope.txt")
    shutil.copytree(HERE / "licences", folder / "qt")
    shutil.copyfile(_licence_of_python(), folder / "python.txt")
    packages = sorted(_shipped(origins), key=_name)
    for package in packages:
        _copy_texts(package, folder / _name(package))
    return [_name(package) for package in packages] + _copy_system_texts(origins, folder / "system")


def _shipped(origins: Sequence[Path]) -> Iterator[Distribution]:
    """The packages that any of the files belongs to."""
    wanted = {path.resolve() for path in origins}
    for package in distributions():
        if _name(package) == "thioscope":
            continue
        files = (Path(str(package.locate_file(file))).resolve() for file in package.files or ())
        if _name(package) == _BOOTLOADER or any(file in wanted for file in files):
            yield package


def _name(package: Distribution) -> str:
    return str(package.metadata["Name"]).lower()


def _copy_texts(package: Distribution, folder: Path) -> None:
    texts = [file for file in package.files or () if _is_licence(file.as_posix())]
    if not texts and _name(package) not in _QT:
        raise MissingLicenceError(f"{_name(package)} brings no licence; add it to licences.py.")
    for file in texts:
        inside = file.as_posix().split(".dist-info/", 1)[1].replace("/", "_")
        folder.mkdir(exist_ok=True)
        shutil.copyfile(str(package.locate_file(file)), folder / inside)


def _is_licence(path: str) -> bool:
    inside = path.lower().partition(".dist-info/")[2]
    return inside.startswith("licenses/") or inside.startswith(_NAMES)


def _licence_of_python() -> Path:
    version = "python{}.{}".format(*sys.version_info)
    base = Path(sys.base_prefix)
    places = (base / "lib" / version / "LICENSE.txt", base / "LICENSE.txt", base / "LICENSE")
    debian = Path("/usr/share/doc") / version / "copyright"
    for place in (*places, debian):
        if place.is_file():
            return place
    raise MissingLicenceError(f"Python's licence was looked for in vain in {base}.")


def _copy_system_texts(origins: Sequence[Path], folder: Path) -> list[str]:
    """Copyright files of the Debian packages that shared libraries came from."""
    if sys.platform != "linux" or shutil.which("dpkg-query") is None:
        return []
    libraries = [path for path in origins if path.parts[1:2] == ("lib",) or "usr" in path.parts[:2]]
    packages = sorted({package for path in libraries for package in _owners(path)})
    folder.mkdir()
    for package in packages:
        text = Path("/usr/share/doc") / package / "copyright"
        if not text.is_file():
            raise MissingLicenceError(f"{package} has no {text}.")
        shutil.copyfile(text, folder / f"{package}.txt")
    return packages


def _owners(path: Path) -> set[str]:
    """The Debian packages that have the file, under either name of its folder."""
    names = {str(place) for place in (path, path.resolve())}
    names |= {name.removeprefix("/usr") for name in names}
    query = ["dpkg-query", "--search", *sorted(names)]
    found = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    return {line.split(":", 1)[0] for line in found.splitlines()}
