"""One command freezes the program, or says why it cannot; the systems' recipes agree with it."""

import re
import struct
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest

from app.opening.opening import PROJECT_SUFFIX

Script = Callable[[str], ModuleType]
_ROOT = Path(__file__).parents[2]
_ICONS = _ROOT / "app" / "icons"


@pytest.fixture
def build(script: Script) -> ModuleType:
    return script("build")


@pytest.mark.parametrize(("module", "extra"), [("PyInstaller", "freeze"), ("numba", "fast")])
def test_what_is_not_installed_is_named_with_its_extra(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, module: str, extra: str
) -> None:
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: name != module or None)
    with pytest.raises(build.BuildError, match=f"needs {module}: .* --extra {extra}"):
        build.refuse_incomplete()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt brings all it needs")
def test_a_build_without_the_libraries_of_a_screen_is_refused(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda _: True)
    monkeypatch.setattr(build, "missing_libraries", lambda wanted: wanted[-1:])
    with pytest.raises(build.BuildError, match=r"install.*xcb"):
        build.refuse_incomplete()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_program_that_fails_its_self_test_is_not_packed(
    build: ModuleType, tmp_path: Path
) -> None:
    program = tmp_path / "thioscope"
    program.write_text("#!/bin/sh\necho The window is open\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(build.BuildError, match="failed its self-test"):
        build.self_test(program)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_program_of_another_version_is_not_packed(build: ModuleType, tmp_path: Path) -> None:
    program = tmp_path / "thioscope"
    program.write_text("#!/bin/sh\necho thioscope 0.0.9\n")
    program.chmod(0o755)
    with pytest.raises(build.BuildError, match="not " + re.escape(version("thioscope"))):
        build.self_test(program)


def test_windows_and_mac_know_the_file_type_of_projects() -> None:
    windows = (_ROOT / "packaging" / "windows" / "installer.nsi").read_text(encoding="utf-8")
    assert f'!define SUFFIX "{PROJECT_SUFFIX}"' in windows
    spec = (_ROOT / "packaging" / "thioscope.spec").read_text(encoding="utf-8")
    assert f'"public.filename-extension": ["{PROJECT_SUFFIX[1:]}"]' in spec


def test_the_number_of_the_version_is_written_once() -> None:
    number = version("thioscope")
    folders = ("app", "fitting", "packaging", ".github")
    code = (path for folder in folders for path in (_ROOT / folder).rglob("*"))
    kinds = (".py", ".spec", ".nsi", ".toml", ".yml", ".desktop")
    pattern = re.compile(rf'version\s*[=:]\s*"?{re.escape(number)}\b', re.IGNORECASE)
    found = [
        path.name
        for path in (*code, _ROOT / "pyproject.toml")
        if path.suffix in kinds and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["pyproject.toml"]


def test_the_icons_are_of_the_sizes_the_systems_ask_for() -> None:
    ico = (_ICONS / "thioscope.ico").read_bytes()
    count = struct.unpack_from("<3H", ico)[2]
    sizes = {struct.unpack_from("<B", ico, 6 + 16 * place)[0] or 256 for place in range(count)}
    assert {16, 32, 48, 256} <= sizes
    assert (_ICONS / "thioscope.icns").read_bytes()[:4] == b"icns"


def test_the_workflow_builds_with_the_one_command_on_three_systems() -> None:
    text = (_ROOT / ".github" / "workflows" / "installers.yml").read_text(encoding="utf-8")
    assert all(system in text for system in ("ubuntu-", "windows-", "macos-"))
    assert "packaging/build.py" in text
    assert text.count("--self-test") == 3
    assert "gh release create" in text


def test_workflows_name_only_files_that_exist() -> None:
    for workflow in (_ROOT / ".github" / "workflows").iterdir():
        text = workflow.read_text(encoding="utf-8")
        for name in re.findall(r"\bpackaging/[\w.]+\.\w+", text):
            assert (_ROOT / name).is_file(), f"{workflow.name}: {name}"
