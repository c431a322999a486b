"""What every test may use: the folder of real instrument files, where there is one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ.setdefault("MPLBACKEND", "Agg")
if os.name == "posix":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The same examples at every run, and no deadline that a busy machine would miss.
settings.load_profile("ci")

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Path of a real instrument file; the test is skipped where the folder is missing."""
    folder = Path(os.environ.get("THIOSCOPE_TEST_DATA", _BESIDE_THE_CHECKOUT))

    def find(name: str = "") -> Path:
        if not folder.is_dir():
            pytest.skip("no real instrument files here; THIOSCOPE_TEST_DATA can name their folder")
        return folder / name

    return find
