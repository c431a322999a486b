"""Install the Windows wheels of a lock file beside a Windows Python, and fill the gaps of Wine 10.

    wine_packages.py install LOCK PYTHON     PYTHON: the folder of python.exe; wine.py starts this
    wine_packages.py fill FOLDER RUNTIME     a program that was built; RUNTIME: where its .exe is

Wine lacks the complex functions of the C runtime, which numpy and scipy import, and the converters
of icuuc.dll, which Qt imports. Small libraries compiled here stand in for both. The files that are
changed for it are kept as they came in ``as_published``. Needs pefile, packaging and MinGW.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pefile
from packaging.markers import Marker

_WINDOWS = {
    "sys_platform": "win32",
    "os_name": "nt",
    "platform_system": "Windows",
    "platform_machine": "AMD64",
    "python_version": "3.13",
    "python_full_version": "3.13.2",
}
_RUNTIME = b"api-ms-win-crt-math-l1-1-0.dll"
_OWN_RUNTIME = b"x" + _RUNTIME[1:]
_REAL = {"cabs", "carg", "cimag", "creal"}
_COMPLEX = {
    "conj", "cproj", "cacos", "casin", "catan", "ccos", "csin", "ctan", "cacosh", "casinh",
    "catanh", "ccosh", "csinh", "ctanh", "cexp", "clog", "clog10", "csqrt", "cpow",
}  # fmt: skip
_MISSING = {f"{name}{kind}": (name, kind) for name in _REAL | _COMPLEX for kind in ("", "f", "l")}
_NO_CONVERTER = "void* ucnv_open(const char* name, int* error) { if (error) *error = 4; return 0; }"


def main(command: str, *places: Path) -> None:
    """Do one of the two."""
    if command == "install":
        install_lock(*places)
    else:
        folder, runtime_folder = places
        fill_gaps(folder, runtime_folder, runtime_folder / "as_published")


def install_lock(lock: Path, python: Path) -> None:
    """Install what the lock says, unless that is what is there."""
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = python / "packages.sha256"
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    site = python / "site"
    shutil.rmtree(site, ignore_errors=True)
    install_wheels(lock, site)
    describe_project(lock.parent.parent / "pyproject.toml", site)
    fill_gaps(site, python, python / "as_published")
    stamp.write_text(wanted, encoding="ascii")


def install_wheels(lock: Path, site: Path) -> None:
    """Install the wheels for Windows; pip would judge the markers by this machine."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as chosen:
        chosen.write("\n".join(_for_windows(lock.read_text(encoding="utf-8"))))
        chosen.flush()
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        pip += ["--ignore-requires-python"]  # it would ask this Python
        tags = ["--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp"]
        where = ["--only-binary", ":all:", "--target", str(site), "-r", chosen.name]
        subprocess.run([*pip, *tags, *where], check=True)


def describe_project(settings: Path, site: Path) -> None:
    """Say which version the checkout is of, as an installation of it would."""
    found = re.search(r'^version = "(.+?)"', settings.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    about = site / f"thioscope-{found[1]}.dist-info"
    about.mkdir()
    text = f"Metadata-Version: 2.1\nName: thioscope\nVersion: {found[1]}\n"
    (about / "METADATA").write_text(text, encoding="utf-8")


def fill_gaps(folder: Path, runtime_folder: Path, kept: Path) -> None:
    """Make every library below the folder load under Wine.

    Parameters
    ----------
    runtime_folder
        Where the program that loads them lies: Windows searches it first.
    kept
        Gets a copy of each changed file as it was, at its path below ``folder``.
    """
    shutil.rmtree(kept, ignore_errors=True)
    wanted: set[str] = set()
    for path in [*folder.rglob("*.pyd"), *folder.rglob("*.dll")]:
        names = _imports(path).get(_RUNTIME, set())
        if names & _MISSING.keys():
            wanted |= names
            copy = kept / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            path.write_bytes(path.read_bytes().replace(_RUNTIME, _OWN_RUNTIME))
    if wanted:
        _build_runtime(runtime_folder / _OWN_RUNTIME.decode(), wanted)
    for core in folder.rglob("Qt6Core.dll"):
        names = _imports(core).get(b"icuuc.dll", set()) | {"ucnv_open"}
        for place in {runtime_folder, core.parent}:
            _build_converters(place / "icuuc.dll", names)


def _for_windows(text: str) -> list[str]:
    """The requirements of a lock file that hold for Windows, with their hashes, without markers."""
    chosen = []
    for block in re.split(r"\n(?=[^\s#])", text):
        first, *hashes = block.splitlines()
        name, _, marker = first.rstrip(" \\").partition(";")
        if not name.startswith("#") and (not marker or Marker(marker).evaluate(_WINDOWS)):
            chosen.append("\n".join([f"{name.strip()} \\", *hashes]))
    return chosen


def _imports(path: Path) -> dict[bytes, set[str]]:
    """Names that a library imports, by the library that it imports them from, in lower case."""
    try:
        image = pefile.PE(str(path), fast_load=True)
        image.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]])
    except pefile.PEFormatError:
        return {}
    rows = getattr(image, "DIRECTORY_ENTRY_IMPORT", [])
    found = {
        row.dll.lower(): {one.name.decode() for one in row.imports if one.name} for row in rows
    }
    image.close()
    return found


def _build_runtime(target: Path, names: set[str]) -> None:
    """A C runtime with the missing functions; whatever else is asked of it is Wine's."""
    source = ["#include <complex.h>"]
    exports = [f'LIBRARY "{target.name}"', "EXPORTS"]
    for name in sorted(names):
        if name not in _MISSING:
            exports.append(f"  {name}=ucrtbase.{name}")
            continue
        base, kind = _MISSING[name]  # a long double of Windows is a double
        number = "float" if kind == "f" else "double"
        result = number if base in _REAL else f"{number} complex"
        second = (f", {number} complex b", ", b") if base == "cpow" else ("", "")
        call = f"{base}{'f' if kind == 'f' else ''}(a{second[1]})"
        source.append(f"{result} own_{name}({number} complex a{second[0]}) {{ return {call}; }}")
        exports.append(f"  {name}=own_{name}")
    _compile(target, source, exports)


def _build_converters(target: Path, names: set[str]) -> None:
    """Converters of which none is known: Qt then uses its own."""
    others = sorted(names - {"ucnv_open"})
    source = [_NO_CONVERTER, *(f"long long {name}(void) {{ return 0; }}" for name in others)]
    _compile(target, source, ["EXPORTS", *(f"  {name}" for name in sorted(names))])


def _compile(target: Path, source: list[str], exports: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        code, definitions = Path(folder) / "a.c", Path(folder) / "a.def"
        code.write_text("\n".join(source) + "\n", encoding="ascii")
        definitions.write_text("\n".join(exports) + "\n", encoding="ascii")
        compiler = ["x86_64-w64-mingw32-gcc", "-O1", "-shared", "-static-libgcc"]
        subprocess.run([*compiler, "-o", target, code, definitions], check=True)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
