"""What every test may use: real instrument files, where there are any, and empty settings."""

import os
from collections.abc import Callable, Iterator
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


@pytest.fixture
def empty_settings(tmp_path: Path, qapp: object) -> Iterator[Path]:
    """The program's settings, empty and in a folder of the test's own."""
    # not before the platform of Qt is chosen above
    from PySide6.QtCore import QSettings, QStandardPaths
    from PySide6.QtWidgets import QApplication

    from app.settings import name_application

    QStandardPaths.setTestModeEnabled(True)
    assert isinstance(qapp, QApplication)
    name_application(qapp)
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    QSettings().clear()
    yield folder
    QSettings().sync()
