"""Make a Debian package of the frozen folder: program, menu entry, icons and file type."""

import os
import shutil
import subprocess
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_TOP = "usr/lib/thioscope"
_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)

# What PyInstaller leaves to the system: drivers, fonts and the C library.
_DEPENDS = ("libgl1", "libegl1", "fontconfig-config")
_RECOMMENDS = (
    "shared-mime-info",
    "desktop-file-utils",
    "hicolor-icon-theme",
    "libwayland-cursor0",
    "libwayland-egl1",
)
_CONTROL = """\
Package: thioscope
Version: {version}
Section: science
Priority: optional
Architecture: {architecture}
Depends: libc6 (>= {libc}), {depends}
Recommends: {recommends}
Installed-Size: {size}
Maintainer: The Thioscope authors
Description: XPS and Raman spectra of sulfide solid electrolytes
 Fits series of spectra, puts species on the cell's voltage and quantifies them, with errors.
 Everything it needs is inside, Python included.
"""


def make_deb(frozen: Path, version: str, folder: Path) -> Path:
    """Pack the frozen folder; the package is written into ``folder``."""
    architecture = _output("dpkg", "--print-architecture")
    stage = folder / "deb"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(frozen, stage / _TOP, symlinks=True)
    _link(stage / "usr/bin/thioscope", "../lib/thioscope/thioscope")
    _copy(HERE / "linux/thioscope.desktop", stage / "usr/share/applications")
    _copy(HERE / "linux/thioscope.xml", stage / "usr/share/mime/packages")
    _copy_icons(stage / "usr/share/icons/hicolor")
    _copy(ROOT / "LICENSE", stage / "usr/share/doc/thioscope", "copyright")
    _link(stage / "usr/share/doc/thioscope/licences", "../../../lib/thioscope/licences")
    control = _CONTROL.format(
        version=version,
        architecture=architecture,
        libc=os.confstr("CS_GNU_LIBC_VERSION").split()[1],  # type: ignore[union-attr]
        depends=", ".join(_DEPENDS),
        recommends=", ".join(_RECOMMENDS),
        size=sum(path.lstat().st_size for path in stage.rglob("*")) // 1024,
    )
    (stage / "DEBIAN").mkdir()
    (stage / "DEBIAN/control").write_text(control, encoding="utf-8")
    package = folder / f"thioscope_{version}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z4", "--threads-max=4", "--build"]
    subprocess.run([*command, str(stage), str(package)], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(stage)
    return package


def _copy_icons(theme: Path) -> None:
    with Image.open(ROOT / "app/icons/thioscope.png") as large:
        for size in _ICON_SIZES:
            place = theme / f"{size}x{size}/apps"
            place.mkdir(parents=True)
            large.resize((size, size), Image.Resampling.LANCZOS).save(place / "thioscope.png")
    _copy(ROOT / "app/icons/thioscope.svg", theme / "scalable/apps")


def _copy(source: Path, folder: Path, name: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, folder / (name or source.name))


def _link(place: Path, target: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
