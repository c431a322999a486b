"""What the tests of the packaging scripts share: the scripts as modules."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

_FOLDER = Path(__file__).parents[2] / "packaging"

Script = Callable[[str], ModuleType]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """A script of ``packaging/`` as a module of its own, so that a test may change it."""

    def load(name: str) -> ModuleType:
        # the scripts find each other as they do when one of them is started
        monkeypatch.syspath_prepend(str(_FOLDER))
        spec = importlib.util.spec_from_file_location(f"{name}_under_test", _FOLDER / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    return load
