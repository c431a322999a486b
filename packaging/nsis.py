"""Make the installer for Windows from the frozen folder: start menu, file type, removal.

Runs on Windows and on Linux (``apt-get install nsis``); ``windows/installer.nsi`` is the recipe.
"""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
_USUAL_PLACE = Path(r"C:\Program Files (x86)\NSIS\makensis.exe")


def find_compiler() -> str | None:
    """Where NSIS is, or None where it is not installed."""
    usual = str(_USUAL_PLACE) if _USUAL_PLACE.exists() else None
    return shutil.which("makensis") or usual


def make_installer(compiler: str, frozen: Path, version: str, folder: Path) -> Path:
    """Pack the frozen folder; the installer is written into ``folder``."""
    installer = folder / f"thioscope-{version}-windows-setup.exe"
    size = sum(path.stat().st_size for path in frozen.rglob("*") if path.is_file())
    words: dict[str, object] = {
        "NUMBER": version,
        "SOURCE": frozen,
        "OUTPUT": installer,
        "ICON": ROOT / "app" / "icons" / "thioscope.ico",
        "LICENCE": ROOT / "LICENSE",
        "KILOBYTES": size // 1024,
    }
    if os.name != "nt":
        # Debian's NSIS can make a 64-bit installer, which a 64-bit Wine can run; the one for
        # Windows makes 32-bit ones only
        words["TARGET"] = "amd64-unicode"
    defined = [f"-D{name}={value}" for name, value in words.items()]
    recipe = str(HERE / "windows" / "installer.nsi")
    # what is packed must not depend on the language of this machine
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [compiler, "-V2", "-WX", "-INPUTCHARSET", "UTF8", *defined, recipe]
    subprocess.run(command, check=True, env=environment)
    return installer
