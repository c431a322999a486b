"""A package of somebody else, installed for one test: modules, and what it announces."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.line_shapes import LINE_SHAPES

Install = Callable[..., None]

PACKAGES = Path(__file__).parents[2] / "examples" / "plug_in" / "thioscope_my_lab"
"""The modules of the template, each of which may be a package of its own."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package of one module that announces an object of it, with a mistake if given."""
    monkeypatch.syspath_prepend(tmp_path)
    put_in: list[str] = []

    def put(module: str, group: str, attribute: str, right: str = "", wrong: str = "") -> None:
        source = (PACKAGES / f"{module}.py").read_text(encoding="utf-8")
        assert right in source
        source = source.replace(right, wrong, 1)
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{module} = {module}:{attribute}\n")
        put_in.append(module)
        LINE_SHAPES.reload()
        BACKGROUNDS.reload()

    yield put
    monkeypatch.undo()
    for module in put_in:
        sys.modules.pop(module, None)
    LINE_SHAPES.reload()
    BACKGROUNDS.reload()


@pytest.fixture
def secant(install: Install) -> str:
    """A line shape that came with a package of one file; its name."""
    install("line_shape", "thioscope.line_shapes", "SECANT")
    return "secant"


@pytest.fixture
def ramp(install: Install) -> str:
    """A background that came with a package of one file; its name."""
    install("background", "thioscope.backgrounds", "RAMP")
    return "ramp"
