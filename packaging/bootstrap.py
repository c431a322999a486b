"""Set Thioscope up beside its source, in .venv, and start it. Standard library only.

    python3 packaging/bootstrap.py run  [--out DIR]          the bundled example; no screen needed
    python3 packaging/bootstrap.py test [pytest's options]   the tests; no screen needed
    python3 packaging/bootstrap.py gui  [FILE ...]           the window

On Windows write ``py`` for ``python3``. An old Python must still be able to read this file, so
that it can say which one is needed.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST, TOO_NEW = (3, 11), (3, 15)
_VERSION = "{}.{}".format(*sys.version_info)

# Which lock files serve a command, the one to install first.
LOCKS = {"run": ("run", "test"), "test": ("test",), "gui": ("run", "test")}

# (shared library, Debian and Ubuntu package, Fedora package): what Qt opens without a screen ...
OFFSCREEN = (
    ("libGL.so.1", "libgl1", "libglvnd-glx"),
    ("libEGL.so.1", "libegl1", "libglvnd-egl"),
    ("libgthread-2.0.so.0", "libglib2.0-0", "glib2"),
    ("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    ("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    ("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
)
# ... and with one.
SCREEN = (
    ("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
    ("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    ("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
)


class CannotStartError(Exception):
    """What is missing, as a sentence that says what to do."""


def main(arguments: list[str]) -> int:
    """Set up what the command needs, then run it; the exit code is the command's."""
    if not arguments or arguments[0] not in LOCKS:
        print(__doc__, file=sys.stderr)
        return 2
    command, rest = arguments[0], arguments[1:]
    try:
        refuse_python(sys.version_info[:2], sys.executable, sys.platform)
        provide_libraries(command)
        python = set_up(LOCKS[command])
    except CannotStartError as error:
        print(f"thioscope: {error}", file=sys.stderr)
        return 1
    return start(command, rest, python)


def refuse_python(version: tuple[int, ...], executable: str, platform: str) -> None:
    """Raise where this Python is not one that every dependency has a wheel for."""
    if OLDEST <= version < TOO_NEW:
        return
    example = "py -3.13" if platform == "win32" else "python3.13"
    raise CannotStartError(
        f"needs Python 3.11, 3.12, 3.13 or 3.14; {executable} is Python {version[0]}.{version[1]}. "
        f"Start it with one of those, for example: {example} packaging/bootstrap.py run"
    )


def provide_libraries(command: str) -> None:
    """Install, or ask for, the shared libraries that Qt needs on Linux."""
    if not sys.platform.startswith("linux"):
        return
    missing = missing_libraries(OFFSCREEN + SCREEN if command == "gui" else OFFSCREEN)
    if not missing:
        return
    install = install_line(missing)
    if command == "run":
        print(f"Note: the tests and the window also need: {install}", file=sys.stderr)
    elif os.geteuid() == 0 and shutil.which("apt-get"):
        _apt_get_install([debian for _, debian, _ in missing])
    else:
        raise CannotStartError(
            "Qt needs libraries that this system lacks ({}). Install them with\n    {}\n"
            "and start again.".format(", ".join(library for library, _, _ in missing), install)
        )


def missing_libraries(wanted: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str, str]]:
    """Those of the libraries that the loader of this system does not find."""
    return [row for row in wanted if not _can_load(row[0])]


def install_line(missing: list[tuple[str, str, str]]) -> str:
    """The command that installs the libraries here."""
    if shutil.which("dnf") and not shutil.which("apt-get"):
        return "sudo dnf install " + " ".join(fedora for _, _, fedora in missing)
    packages = " ".join(debian for _, debian, _ in missing)
    return "sudo apt-get install --no-install-recommends " + packages


def set_up(locks: tuple[str, ...]) -> str:
    """Make .venv hold what one of the locks says, for this Python; the path of its own Python."""
    python = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    works = _is_this_version(python)
    if works and any(is_set_up(lock) for lock in locks):
        return python
    print(f"Setting up in {VENV} (once; about 250 MB to download) ...", file=sys.stderr)
    if not works:
        _make_environment()
    pip = _pip_of(python)
    lock_file = str(ROOT / "packaging" / f"{locks[0]}.lock")
    _install(pip, "--require-hashes", "--only-binary", ":all:", "-r", lock_file)
    _install(pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    _stamp_file(locks[0]).write_text(stamp(locks[0]), encoding="ascii")
    return python


def is_set_up(lock: str) -> bool:
    """Whether .venv was filled from this lock as it is now, by this Python, in this folder."""
    file = _stamp_file(lock)
    return file.is_file() and file.read_text(encoding="ascii") == stamp(lock)


def stamp(lock: str) -> str:
    """A hash of everything that makes a new set-up necessary when it changes."""
    parts = (
        (ROOT / "packaging" / f"{lock}.lock").read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        _VERSION.encode(),
        str(ROOT).encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def start(command: str, rest: list[str], python: str) -> int:
    """Run the command; its exit code."""
    environment = _environment()
    if command != "gui" and sys.platform.startswith("linux"):
        # A DISPLAY that is set but dead makes Qt abort.
        environment["QT_QPA_PLATFORM"] = "offscreen"
    if command == "test":
        pytest = [python, "-m", "pytest", "-n", "auto", "--maxprocesses", "4", *rest]
        return subprocess.call(pytest, cwd=str(ROOT), env=environment)
    # -P: a folder named app where the user stands must not shadow ours.
    app = [python, "-P", "-m", "app", *(["demo"] if command == "run" else []), *rest]
    return subprocess.call(app, env=environment)


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _apt_get_install(packages: list[str]) -> None:
    print("Installing {} ...".format(" ".join(packages)), file=sys.stderr)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        if subprocess.call(command, stdout=subprocess.DEVNULL, env=environment):
            raise CannotStartError("this failed: {}".format(" ".join(command)))


def _is_this_version(python: str) -> bool:
    """Whether the environment's Python starts, and is of the version that asks."""
    question = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.check_output(question, stderr=subprocess.DEVNULL, env=_environment())
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.decode().strip() == _VERSION


def _make_environment() -> None:
    # Debian's Python comes without ensurepip; then the pip outside fills the environment.
    without_pip = [] if importlib.util.find_spec("ensurepip") else ["--without-pip"]
    command = [sys.executable, "-m", "venv", "--clear", *without_pip, str(VENV)]
    if not os.access(str(ROOT), os.W_OK) or subprocess.call(command, env=_environment()):
        raise CannotStartError(f"could not make {VENV}. Copy the folder to where you may write.")


def _pip_of(python: str) -> list[str]:
    """The command line of a pip that installs into the environment."""
    pip = _find_pip(python)
    if pip is None and _may_install_pip():
        _apt_get_install(["python3-pip"])
        pip = _find_pip(python)
    if pip is not None:
        return pip
    raise CannotStartError(
        f"{sys.executable} has neither pip nor ensurepip. On Debian and Ubuntu:\n"
        "    sudo apt-get install python3-pip\nThen start again."
    )


def _find_pip(python: str) -> list[str] | None:
    """The environment's own pip, or the one of the Python that asks."""
    inside, outside = [python, "-m", "pip"], [sys.executable, "-m", "pip", "--python", python]
    for pip in (inside, outside):
        probe = subprocess.run([*pip, "--version"], capture_output=True, env=_environment())
        if probe.returncode == 0:
            return pip
    return None


def _may_install_pip() -> bool:
    """Whether this is the system's own Python on Debian or Ubuntu, and root's to add to."""
    is_own = Path(sys.executable).resolve().parent == Path("/usr/bin")
    return is_own and shutil.which("apt-get") is not None and os.geteuid() == 0


def _install(pip: list[str], *what: str) -> None:
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    command = [*pip, "install", *quiet, *what]
    # Standard output is for what the program writes.
    if subprocess.call(command, stdout=sys.stderr, env=_environment()):
        raise CannotStartError(
            "pip could not install what is needed; its reason stands above. Is there a network, "
            "and 2 GB of room? The parts exist for 64-bit Python on Windows 10, macOS 13, Linux "
            "with glibc 2.34, and newer. Starting again goes on where this ended."
        )


def _stamp_file(lock: str) -> Path:
    return VENV / f"set-up-from-{lock}.txt"


def _environment() -> dict[str, str]:
    """The user's environment less what would send an installation elsewhere."""
    dropped = ("PIP_TARGET", "PIP_PREFIX", "PYTHONPATH", "PYTHONHOME")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    kept.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore")
    return kept


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
