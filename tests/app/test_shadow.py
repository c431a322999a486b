"""A file of the user's that is found before one of our packages is named, in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.shadow import describe_shadow

_ROOT = Path(__file__).parents[2]


def test_our_own_packages_are_no_shadow() -> None:
    assert describe_shadow() == ""


@pytest.mark.parametrize("name", ["fitting.py", "libraries/__init__.py"])
def test_a_file_of_the_same_name_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    done = _start_with(tmp_path)
    assert done.returncode == 1
    assert str(tmp_path / name) in done.stderr
    assert "Rename that file" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_code_is_no_shadow(tmp_path: Path) -> None:
    (tmp_path / "fitting").mkdir()
    assert _start_with(tmp_path).returncode == 0


def _start_with(folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the program with a folder that Python searches before ours."""
    start = "import sys; from app.__main__ import main; sys.exit(main(['--version']))"
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{_ROOT}"}
    return subprocess.run(
        [sys.executable, "-c", start],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
