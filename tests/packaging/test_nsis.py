"""NSIS makes the installer for Windows on any system; it removes only what it brought."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]
_RECIPE = Path(__file__).parents[2] / "packaging" / "windows" / "installer.nsi"


@pytest.mark.skipif(shutil.which("makensis") is None, reason="needs NSIS")
def test_a_frozen_folder_becomes_one_program(script: Script, tmp_path: Path) -> None:
    nsis = script("nsis")
    frozen = tmp_path / "thioscope"
    (frozen / "_internal").mkdir(parents=True)
    for name in ("thioscope.exe", "thioscope-window.exe", "_internal/part.dll"):
        (frozen / name).write_bytes(b"MZ")
    made = nsis.make_installer(nsis.find_compiler(), frozen, "1.2.3", tmp_path)
    assert made.name == "thioscope-1.2.3-windows-setup.exe"
    assert made.read_bytes()[:2] == b"MZ"


def test_removal_empties_no_folder_that_may_hold_files_of_the_user() -> None:
    removal = _RECIPE.read_text(encoding="utf-8").partition('Section "Uninstall"')[2]
    emptied = re.findall(r'RMDir /r "(.+?)"', removal)
    assert emptied == [r"$INSTDIR\_internal", r"$INSTDIR\licences"]


def test_no_administrator_is_asked_for() -> None:
    recipe = _RECIPE.read_text(encoding="utf-8")
    assert "RequestExecutionLevel user" in recipe
    assert "HKLM" not in recipe
