"""Build the Windows installer under Wine, install it silently, try what it installed, remove it.

``wine.py installer`` starts this. What is packed are the files as their makers published them; the
gaps of Wine are filled only in the copy that it installs.
"""

import json
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import wine
from nsis import find_compiler, make_installer

DIST = wine.ROOT / "dist"
_HOME = wine.PLACE / "prefix" / "drive_c" / "users" / "root"
_INSTALLED = _HOME / "AppData" / "Local" / "Programs" / "Thioscope"
_MENU = _HOME / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Thioscope.lnk"
_COMMAND = r"HKCU\Software\Classes\Thioscope.Project\shell\open\command"
_REMOVAL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Thioscope"
_MEGABYTE = 1e6
_FOREIGN = (b"Wine builtin DLL", b"Wine placeholder DLL")


class FailedError(Exception):
    """What the installer, or what it installed, did not do."""


def try_installer() -> int:
    """Do all steps and print the figures; the installer and the archive stay in ``dist/``."""
    wine.start_in("freeze")
    try:
        frozen = freeze()
        number = _version(frozen)
        made = pack(frozen, number)
        figures = {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "wine": _output("wine", "--version"),
            "version": number,
            "folder_MB": _megabytes(frozen),
            "packages_MB": {path.name: _megabytes(path) for path in made},
            **install_and_remove(made[0]),
        }
    except FailedError as error:
        print(f"wine: {error}")
        return 1
    print(json.dumps(figures, indent=2))
    return 0


def freeze() -> Path:
    """Freeze and self-test the program; its folder, with the files as they were published."""
    place = wine.PLACE / "freeze"
    if wine.run_python("freeze", ["packaging/build.py", "--no-package"], has_screen=True):
        raise FailedError("the program could not be frozen; the reason stands above.")
    frozen = place / "project" / "dist" / "thioscope"
    for path in (place / "as_published").rglob("*"):
        copy = frozen / "_internal" / path.relative_to(place / "as_published")
        if copy.is_file():
            shutil.copyfile(path, copy)
    for name in ("xpi-ms-win-crt-math-l1-1-0.dll", "icuuc.dll"):
        for path in frozen.rglob(name):
            path.unlink()
    for path in [*frozen.rglob("*.dll"), *frozen.rglob("*.pyd")]:
        if path.read_bytes()[64:96].startswith(_FOREIGN):
            raise FailedError(f"{path.name} is Wine's own and would not work on Windows.")
    return frozen


def pack(frozen: Path, number: str) -> tuple[Path, Path]:
    """The installer, and the portable archive."""
    compiler = find_compiler()
    if compiler is None:
        raise FailedError("NSIS is not here. Run: apt-get install nsis")
    DIST.mkdir(exist_ok=True)
    installer = make_installer(compiler, frozen, number, DIST)
    name = str(DIST / f"thioscope-{number}-win32-amd64")
    return installer, Path(shutil.make_archive(name, "zip", frozen.parent, frozen.name))


def install_and_remove(installer: Path) -> dict[str, object]:
    """Go the way of a user: install, start, keep a file in the folder, remove."""
    shutil.copyfile(installer, wine.PLACE / "setup.exe")
    began = time.monotonic()
    _expect(_start(r"Z:\w\setup.exe", "/S") == 0, "the installer ended with an error")
    installed = round(time.monotonic() - began, 1)
    for path in (_INSTALLED / "thioscope.exe", _INSTALLED / "uninstall.exe", _MENU):
        _expect(path.exists(), f"the installer made no {path.name}")
    _expect("thioscope-window.exe" in _output("wine", "reg", "query", _COMMAND), "no file type")
    wine.run_tool("fill", _INSTALLED / "_internal", _INSTALLED)
    out = wine.PLACE / "self-test"
    shutil.rmtree(out, ignore_errors=True)
    program = str(Path("/w") / _INSTALLED.relative_to(wine.PLACE) / "thioscope.exe")
    words = ["wine", program, "--self-test", "--out", r"Z:\w\self-test"]
    _expect(wine.run(words, "/w", has_screen=True) == 0, "the installed program failed its test")
    _remove_and_look()
    return {"install_s": installed, "self_test": "passed", "screenshots": _pictures(out)}


def _remove_and_look() -> None:
    kept = [_INSTALLED / "mine.thio", _HOME / "Documents" / "mine.thio"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("work", encoding="utf-8")
    # beside the program since the gaps were filled; no part of what was installed
    shutil.rmtree(_INSTALLED / "as_published", ignore_errors=True)
    for path in _INSTALLED.glob("*.dll"):
        path.unlink()
    # it goes on as a copy of itself, which needs the screen
    program = str(Path("/w") / _INSTALLED.relative_to(wine.PLACE) / "uninstall.exe")
    words = ["sh", "-c", 'wine "$1" /S && timeout 60 wineserver -w', "sh", program]
    wine.run(words, "/w", has_screen=True)
    left = sorted(path.name for path in _INSTALLED.iterdir())
    _expect(left == ["mine.thio"], f"removal left {', '.join(left)}")
    _expect(all(path.exists() for path in kept), "removal took a file of the user's")
    _expect(not _MENU.exists(), "removal left the start menu's entry")
    for key in (_COMMAND, _REMOVAL):
        _expect("Thioscope" not in _output("wine", "reg", "query", key), f"removal left {key}")
    shutil.rmtree(_INSTALLED)


def _start(*words: str) -> int:
    return wine.run(["wine", *words], "/w", has_screen=True)


def _expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise FailedError(f"{otherwise}.")


def _output(*command: str) -> str:
    """What a command of the tree prints; nothing where it fails."""
    words = ["chroot", str(wine.SYSTEM), "env", "WINEPREFIX=/w/prefix", "WINEDEBUG=-all", *command]
    done = subprocess.run(words, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def _version(frozen: Path) -> str:
    return next(frozen.rglob("thioscope-*.dist-info")).name.split("-")[1].removesuffix(".dist")


def _megabytes(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return round(sum(one.stat().st_size for one in files if one.is_file()) / _MEGABYTE, 1)


def _pictures(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))
