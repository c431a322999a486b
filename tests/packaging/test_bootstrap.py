"""One command sets the program up, or says in a sentence why it cannot."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

_FILE = Path(__file__).parents[2] / "packaging" / "bootstrap.py"
_ABSENT = ("libabsent.so.9", "libabsent9", "absent-libs")


@pytest.fixture
def bootstrap() -> ModuleType:
    """The script as a module of its own, so that a test may change it."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small folder that the script takes for its own checkout."""
    (tmp_path / "packaging").mkdir()
    for name in ("packaging/run.lock", "packaging/test.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    return tmp_path


def test_python_38_can_read_it_and_so_can_refuse() -> None:
    ast.parse(_FILE.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (3, 14)])
def test_supported_pythons_are_accepted(bootstrap: ModuleType, version: tuple[int, int]) -> None:
    bootstrap.refuse_python(version, "/usr/bin/python3", "linux")


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 15)])
def test_other_pythons_are_refused_by_version_and_path(
    bootstrap: ModuleType, version: tuple[int, int]
) -> None:
    said = rf"/usr/bin/python3 is Python 3\.{version[1]}\..*python3\.13 packaging/bootstrap\.py"
    with pytest.raises(bootstrap.CannotStartError, match=said):
        bootstrap.refuse_python(version, "/usr/bin/python3", "linux")


def test_refusal_on_windows_speaks_of_py(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.CannotStartError, match=r"example: py -3\.13"):
        bootstrap.refuse_python((3, 10), r"C:\Python310\python.exe", "win32")


def test_library_that_the_loader_does_not_find_is_missing(bootstrap: ModuleType) -> None:
    assert bootstrap.missing_libraries((_ABSENT,)) == [_ABSENT]


@pytest.mark.skipif(sys.platform != "linux", reason="the C library has this name on Linux only")
def test_library_that_the_loader_finds_is_not_missing(bootstrap: ModuleType) -> None:
    assert bootstrap.missing_libraries((("libc.so.6", "libc6", "glibc"),)) == []


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("apt-get", "sudo apt-get install --no-install-recommends libabsent9"),
        ("dnf", "sudo dnf install absent-libs"),
    ],
)
def test_install_line_is_that_of_the_distribution(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tool: str, line: str
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: tool if name == tool else None)
    assert bootstrap.install_line([_ABSENT]) == line


@pytest.fixture
def ordinary_user(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody on Linux who may install nothing, and lacks one library."""
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(bootstrap, "OFFSCREEN", (_ABSENT,))


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("command", ["test", "gui"])
def test_user_is_told_what_to_install(bootstrap: ModuleType, command: str) -> None:
    with pytest.raises(bootstrap.CannotStartError, match=r"libabsent\.so\.9.*\n +sudo "):
        bootstrap.provide_libraries(command)


@pytest.mark.usefixtures("ordinary_user")
def test_example_runs_without_the_libraries(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.provide_libraries("run")
    assert "sudo" in capsys.readouterr().err


@pytest.mark.usefixtures("checkout")
def test_finished_set_up_is_not_repeated(bootstrap: ModuleType) -> None:
    assert not bootstrap.is_set_up("run")
    (bootstrap.VENV / "set-up-from-run.txt").write_text(bootstrap.stamp("run"))
    assert bootstrap.is_set_up("run")
    assert not bootstrap.is_set_up("test")


@pytest.mark.parametrize("changed", ["packaging/run.lock", "pyproject.toml"])
def test_changed_dependencies_are_set_up_anew(
    bootstrap: ModuleType, checkout: Path, changed: str
) -> None:
    before = bootstrap.stamp("run")
    (checkout / changed).write_text("changed")
    assert bootstrap.stamp("run") != before


@pytest.mark.usefixtures("checkout")
def test_moved_checkout_is_set_up_anew(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = bootstrap.stamp("run")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path / "packaging" / "..")
    assert bootstrap.stamp("run") != before


def test_environment_whose_python_does_not_start_is_told(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    assert bootstrap._is_this_version(sys.executable)
    assert not bootstrap._is_this_version(str(tmp_path / "python"))


def test_settings_that_would_lead_elsewhere_are_dropped(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_TARGET", "PIP_USER", "PYTHONPATH", "PYTHONHOME"):
        monkeypatch.setenv(name, "/elsewhere")
    kept = bootstrap._environment()
    assert "/elsewhere" not in kept.values()
    assert kept["PIP_USER"] == "0"


@pytest.mark.parametrize("arguments", [[], ["fly"]])
def test_wrong_use_shows_the_commands(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert bootstrap.main(arguments) == 2
    assert "bootstrap.py run" in capsys.readouterr().err


def test_missing_pip_is_installed_by_root_on_debian_and_said(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([None, ["pip"]])
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "_find_pip", lambda _: next(found))
    monkeypatch.setattr(bootstrap, "_may_install_pip", lambda: True)
    monkeypatch.setattr(bootstrap, "_apt_get_install", installed.extend)
    assert bootstrap._pip_of("python") == ["pip"]
    assert installed == ["python3-pip"]


def test_missing_pip_of_another_python_is_asked_for(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_find_pip", lambda _: None)
    monkeypatch.setattr(bootstrap.sys, "executable", "/opt/python/bin/python3")
    with pytest.raises(bootstrap.CannotStartError, match="apt-get install python3-pip"):
        bootstrap._pip_of("python")
