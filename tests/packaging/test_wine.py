"""What a Windows Python under Wine gets is what the lock file says for Windows."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]


def test_requirements_of_windows_keep_their_hashes_and_lose_their_markers(script: Script) -> None:
    pytest.importorskip("pefile", reason="pefile is in wine.py's own environment")
    packages = script("wine_packages")
    text = (
        "# written by uv\n"
        "old==1 ; python_full_version < '3.12' \\\n    --hash=sha256:a\n"
        "new==2 ; python_full_version >= '3.12' \\\n    --hash=sha256:b \\\n    --hash=sha256:c\n"
        "mac==3 ; sys_platform == 'darwin' \\\n    --hash=sha256:d\n"
        "plain==4 \\\n    --hash=sha256:e\n"
    )
    chosen = packages._for_windows(text)
    assert [block.split(" ")[0] for block in chosen] == ["new==2", "plain==4"]
    assert chosen[0] == "new==2 \\\n    --hash=sha256:b \\\n    --hash=sha256:c"


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a Debian system")
def test_who_is_not_root_on_debian_is_told(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    wine = script("wine")
    monkeypatch.setattr(wine.os, "geteuid", lambda: 1000)
    with pytest.raises(wine.CannotRunError, match="as root"):
        wine.refuse_other_systems()


def test_a_tree_in_which_something_is_mounted_is_never_removed(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    wine = script("wine")
    monkeypatch.setattr(wine, "SYSTEM", Path("/proc"))
    monkeypatch.setattr(wine.shutil, "rmtree", lambda *_, **__: pytest.fail("removed"))
    if Path("/proc/mounts").exists():
        with pytest.raises(wine.CannotRunError, match=r"umount .*/proc"):
            wine._remove_tree()
