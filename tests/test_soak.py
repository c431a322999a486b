"""Nothing of a project stays in memory, or open, once it has been fitted, exported and reopened."""

import gc
from collections import Counter
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from openpyxl import Workbook

from fitting.models.from_library import model_from_library
from fitting.output.export import export_project
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.propose import propose_recipe
from fitting.pipeline.result_files import PROJECT_FILE
from fitting.projects.project import Analysis, Project
from fitting.saving.project_file import open_project, save_project
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

_KINDS = (Project, Analysis, xr.Dataset, Figure, Workbook, h5py.File)
_OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A project that is not fitted yet."""
    model = model_from_library(catalogue().default_model("S 2p"), background="linear")
    series = simulate_series(
        model,
        {
            **{f"{peak.name}.area": np.full(8, 3000.0) for peak in model.peaks},
            "background.offset": 400.0,
        },
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(8),
        region="S 2p",
        voltage=np.linspace(2.5, 4.3, 8),
    )
    recipe = propose_recipe(series, catalogue())
    assert recipe is not None
    path = tmp_path / "given.thio"
    save_project(Project({"S 2p": Analysis(series, recipe)}), path)
    return path


def test_round_after_round_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    left = [_left_after_a_round(source, tmp_path / str(number)) for number in range(3)]
    assert left[1:] == [left[1]] * 2


def _left_after_a_round(source: Path, folder: Path) -> tuple[Counter[str], int]:
    """Living objects of the kinds that hold much, and open files."""
    project = open_project(source)
    fitted = {name: with_fit(one, fit_analysis(one)) for name, one in project.analyses.items()}
    list(export_project(replace(project, analyses=fitted), folder))
    assert open_project(folder / PROJECT_FILE).analyses["S 2p"].result is not None
    del project, fitted
    gc.collect()
    living = Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, _KINDS))
    return living, len(list(_OPEN_FILES.iterdir())) if _OPEN_FILES.is_dir() else 0
