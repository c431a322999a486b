"""The rules of the layout, executed: who may import whom, what is where, what must not be there."""

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("app", "fitting", "libraries")
_MODULES = sorted(path for name in _PACKAGES for path in (_ROOT / name).rglob("*.py"))
_LONGEST_MODULE = 350

# Where somebody keeps files, or fetches packages from, is no part of a source tree.
_OF_ONE_MACHINE = re.compile(
    r"/(?:home|Users|root|work|mnt)/\w|[A-Z]:\\+Users|file:///|index-url\s*[=:]|//localhost"
)


def test_packages_import_only_downwards() -> None:
    assert lint_imports(config_filename=str(_ROOT / "pyproject.toml"), no_cache=True) == 0


def test_libraries_need_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"libraries"}
    modules = [path for path in _MODULES if path.is_relative_to(_ROOT / "libraries")]
    assert {name for path in modules for name in _imported(path)} <= allowed


@pytest.mark.parametrize("package", ["fitting", "libraries"])
def test_importing_the_engine_opens_no_window_and_prints_nothing(package: str) -> None:
    script = f"""
import importlib, pkgutil, sys, {package}
for module in pkgutil.walk_packages({package}.__path__, "{package}."):
    importlib.import_module(module.name)
assert not {{"PySide6", "pyqtgraph", "matplotlib.pyplot"}} & set(sys.modules)
"""
    assert _run_python("-c", script) == ""


def test_command_line_starts_without_qt() -> None:
    assert _run_python("-c", "import sys, app.__main__; assert 'PySide6' not in sys.modules") == ""


@pytest.mark.parametrize("path", _MODULES, ids=lambda path: path.relative_to(_ROOT).as_posix())
def test_module_says_what_it_is_and_is_short_enough_to_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= _LONGEST_MODULE


def test_packaging_folder_shadows_no_package() -> None:
    modules = {path.stem for path in (_ROOT / "packaging").rglob("*.py")}
    assert "__init__" not in modules
    assert modules.isdisjoint(sys.stdlib_module_names)


def test_nothing_tells_of_one_machine() -> None:
    found = {
        f"{path.relative_to(_ROOT).as_posix()}:{number}"
        for path in _written_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if path != Path(__file__) and _OF_ONE_MACHINE.search(line)
    }
    assert found == set()


def test_wheel_holds_every_module_and_data_file(tmp_path: Path) -> None:
    _run_python("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if name.split("/")[0] in _PACKAGES}
    assert packed == {path.relative_to(_ROOT).as_posix() for path in _packaged_files()}


def _imported(path: Path) -> Iterator[str]:
    """Top-level names that a module imports, inside its functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def _run_python(*arguments: str) -> str:
    """What a fresh Python prints that runs in the checkout."""
    run = subprocess.run(
        [sys.executable, *arguments], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def _written_files() -> Iterator[Path]:
    """Text written for this project; instrument files keep what their instrument wrote."""
    yield from (
        _ROOT.joinpath(name) for name in ("pyproject.toml", "uv.lock", ".ci/run", ".ci/run.py")
    )
    yield from _ROOT.glob("*.md")
    for folder in (*_PACKAGES, "docs", "packaging", "tests", "examples", "benchmarks", ".github"):
        for path in (_ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".toml", ".md", ".yml", ".lock", ".sh"}:
                yield path


def _packaged_files() -> Iterator[Path]:
    for name in _PACKAGES:
        for path in (_ROOT / name).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
