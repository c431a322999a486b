"""Spectra added to a project."""

import numpy as np
import xarray as xr

from fitting.combine import combine
from fitting.model_from_library import model_from_library
from fitting.project import Analysis, Project, without_spectra
from fitting.recipe import Recipe
from fitting.series import ENERGY, make_series


def _series(voltages: list[float], file: str, step: float = 0.1) -> xr.Dataset:
    energy = np.arange(158.0, 172.0, step)
    counts = np.full((len(voltages), energy.size), 100.0)
    return make_series(
        ENERGY, energy, counts, region="S 2p", sigma=10.0, noise="poisson",
        voltage=voltages, sources={file: file},
    )  # fmt: skip


def _project(series: xr.Dataset) -> Project:
    return Project({"S 2p": Analysis(series, Recipe(model_from_library("argyrodite S 2p")))})


def test_a_region_grows_in_the_order_of_voltage_and_keeps_its_recipe() -> None:
    project = _project(_series([2.5, 3.5], "a"))
    grown = combine(project, _project(_series([3.0], "b"))).analyses["S 2p"]
    assert grown.series["voltage"].values.tolist() == [2.5, 3.0, 3.5]
    assert grown.recipe is project.analyses["S 2p"].recipe


def test_a_file_that_is_open_already_is_left_out_and_said() -> None:
    project = _project(_series([2.5], "a"))
    again = combine(project, _project(_series([2.5], "a")))
    assert again.analyses["S 2p"] is project.analyses["S 2p"]
    assert "open already" in again.unread[0].reason


def test_another_step_is_left_out_and_said() -> None:
    project = _project(_series([2.5], "a"))
    other = combine(project, _project(_series([3.0], "b", step=0.15)))
    assert other.analyses["S 2p"].series.sizes["spectrum"] == 1
    assert "Resample" in other.unread[0].reason


def test_a_region_goes_with_its_last_spectrum() -> None:
    project = _project(_series([2.5, 3.5], "a"))
    one = without_spectra(project, "S 2p", [0])
    assert one.analyses["S 2p"].series["voltage"].values.tolist() == [3.5]
    assert without_spectra(one, "S 2p", [0]).analyses == {}
