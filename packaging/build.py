"""Freeze the program, let it test itself, and pack it for this system: ``packaging/build.py``.

    python packaging/build.py               everything; what is made lies in dist/
    python packaging/build.py --no-package  freeze and test only
    python packaging/build.py --keep        also keep the figures in benchmarks/results

Needs an environment with the extras ``fast`` and ``freeze`` (``uv sync --extra fast --extra
freeze``); on Windows NSIS 3 for the installer. Linux gets an archive and a .deb, Windows an
archive and an installer, macOS a disk image.
"""

import argparse
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap import OFFSCREEN, SCREEN, install_line, missing_libraries
from deb import make_deb
from dmg import make_dmg
from licences import MissingLicenceError, collect_licences
from nsis import find_compiler, make_installer

from benchmarks.command import keep
from benchmarks.machine import machine

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DIST, WORK = ROOT / "dist", ROOT / "build"
FROZEN = DIST / "thioscope"
APPLICATION = DIST / "Thioscope.app"

_MEGABYTE = 1e6
_IS_OPEN = "The window is open"


class BuildError(Exception):
    """Why nothing was built, as a sentence that says what to do."""


def main() -> int:
    """Do all steps; the exit code is 0 if all of them worked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--no-package", action="store_true", help="freeze and test only")
    parser.add_argument("--keep", action="store_true", help="keep the figures")
    options = parser.parse_args()
    try:
        refuse_incomplete()
        figures = build(is_packed=not options.no_package)
    except (BuildError, MissingLicenceError) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures, indent=2))
    if options.keep:
        keep(f"frozen-{sys.platform}", figures)
    return 0


def refuse_incomplete() -> None:
    """Raise where the result would lack a part."""
    for module, extra in (("PyInstaller", "freeze"), ("numba", "fast")):
        if importlib.util.find_spec(module) is None:
            raise BuildError(f"needs {module}: uv sync --extra fast --extra {extra}.")
    missing = missing_libraries(OFFSCREEN + SCREEN) if sys.platform == "linux" else []
    if missing:
        raise BuildError(f"Qt's libraries would be missing in it. Run: {install_line(missing)}")


def build(*, is_packed: bool) -> dict[str, object]:
    """Freeze, test and pack; what was made and how long it took."""
    figures: dict[str, object] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "system": platform.platform(),
        "version": version("thioscope"),
    }
    figures["freeze_s"] = _seconds(freeze)
    names = _collect_licences()
    figures["licences"] = len(names)
    figures["folder_MB"] = round(_size(FROZEN) / _MEGABYTE, 1)
    figures |= self_test(_program())
    if is_packed:
        began = time.monotonic()
        made = package(version("thioscope"))
        figures["package_s"] = round(time.monotonic() - began, 1)
        figures["packages_MB"] = {
            path.name: round(path.stat().st_size / _MEGABYTE, 1) for path in made
        }
    return figures


def freeze() -> None:
    """Run PyInstaller."""
    for folder in (FROZEN, APPLICATION):
        shutil.rmtree(folder, ignore_errors=True)
    words = ["--noconfirm", "--log-level", "WARN", "--distpath", str(DIST), "--workpath", str(WORK)]
    spec = str(HERE / "thioscope.spec")
    if subprocess.call([sys.executable, "-m", "PyInstaller", *words, spec], cwd=ROOT):
        raise BuildError("PyInstaller failed; its reason stands above.")


def self_test(program: Path) -> dict[str, float]:
    """Let the program go the whole way, twice: the first time it compiles its engine.

    It has a home of its own, so that nothing that lies in this user's helps it.
    """
    with tempfile.TemporaryDirectory(prefix="thioscope-build-") as home:
        first, _ = _self_test(program, Path(home), "first")
        again, opened = _self_test(program, Path(home), "again")
        one_command = _seconds(lambda: _check_version(program))
    return {
        "self_test_first_s": first,
        "self_test_s": again,
        "window_open_s": opened,
        "version_s": one_command,
    }


def package(number: str) -> list[Path]:
    """Pack the frozen folder in the forms of this system."""
    if sys.platform == "darwin":
        return [make_dmg(APPLICATION, number, DIST)]
    name = f"thioscope-{number}-{sys.platform}-{platform.machine().lower()}"
    if sys.platform == "win32":
        archive = shutil.make_archive(str(DIST / name), "zip", DIST, "thioscope")
        return [Path(archive), *_windows_installer(number)]
    archive = str(DIST / f"{name}.tar.xz")
    environment = {**os.environ, "XZ_DEFAULTS": "-T0 -4"}
    words = ["--owner=0", "--group=0", "--numeric-owner", "-C", str(DIST), "thioscope"]
    subprocess.run(["tar", "-cJf", archive, *words], check=True, env=environment)
    return [Path(archive), *([make_deb(FROZEN, number, DIST)] if shutil.which("dpkg-deb") else [])]


def _collect_licences() -> list[str]:
    lines = (WORK / "origins.txt").read_text(encoding="utf-8").splitlines()
    names = collect_licences([Path(line) for line in lines if line], FROZEN / "licences")
    if APPLICATION.exists():
        inside = APPLICATION / "Contents" / "Resources" / "licences"
        shutil.copytree(FROZEN / "licences", inside, dirs_exist_ok=True)
    return names


def _program() -> Path:
    if sys.platform == "darwin":
        return APPLICATION / "Contents" / "MacOS" / "thioscope"
    return FROZEN / ("thioscope.exe" if sys.platform == "win32" else "thioscope")


def _self_test(program: Path, home: Path, name: str) -> tuple[float, float]:
    """Seconds that the whole took, and until the window was open."""
    places = ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    environment = {**os.environ, **dict.fromkeys(places, str(home))}
    if sys.platform == "linux":
        environment["QT_QPA_PLATFORM"] = "offscreen"
    words = [str(program), "--self-test", "--out", str(home / name)]
    began, opened = time.monotonic(), 0.0
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print("   ", line, end="", flush=True)
            if line.startswith(_IS_OPEN):
                opened = time.monotonic() - began
    if process.returncode:
        raise BuildError(f"the frozen program failed its self-test ({process.returncode}).")
    return round(time.monotonic() - began, 2), round(opened, 2)


def _check_version(program: Path) -> None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    if said.stdout.split() != ["thioscope", version("thioscope")]:
        raise BuildError(f"--version says {said.stdout!r}, not {version('thioscope')}.")


def _windows_installer(number: str) -> list[Path]:
    compiler = find_compiler()
    if compiler is None:
        print("NSIS is not here: no installer is made.", file=sys.stderr)
        return []
    return [make_installer(compiler, FROZEN, number, DIST)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return round(time.monotonic() - began, 2)


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
