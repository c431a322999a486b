"""The depth of a profile: named as the file names it, in tables, figures and joined series."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.depth import depth_label, depth_unit
from fitting.data.joining.join import join_series
from fitting.data.series import ENERGY, make_series
from fitting.output.figures import region_figures
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.files import read_files
from fitting.pipeline.grow import grow_project
from fitting.pipeline.propose import propose_recipe
from fitting.pipeline.request import AnalysisRequest
from fitting.projects.project import Analysis, Project
from fitting.quantities.estimates import find_estimates
from fitting.quantities.quantity import Quantity, fraction_of
from fitting.quantities.trends import make_trend
from libraries.loader import catalogue


def _profile(unit: str = "s", first: float = 0.0, count: int = 6, seed: int = 1) -> xr.Dataset:
    """Carbon that goes, oxidised carbon that stays, as it is sputtered."""
    energy = np.arange(280.0, 294.0, 0.1)
    depth = first + 30.0 * np.arange(count)
    main = np.exp(-depth / 60)[:, None] * np.exp(-0.5 * ((energy - 284.8) / 0.55) ** 2)
    other = 0.4 * np.exp(-0.5 * ((energy - 288.9) / 0.6) ** 2)
    counts = np.random.default_rng(seed).poisson(4000 * (main + other) + 300).astype(float)
    series = make_series(
        ENERGY,
        energy,
        counts,
        region="C 1s",
        sigma=np.sqrt(np.maximum(counts, 1)),
        noise="poisson",
        depth=depth,
        sample="film",
        source=f"profile{first:g}.pro",
        sources={f"profile{first:g}.pro": str(first)},
    )
    series["depth"].attrs["units"] = unit
    return series


@pytest.fixture(scope="module")
def fitted() -> Analysis:
    series = _profile()
    recipe = propose_recipe(series, catalogue())
    assert recipe is not None
    analysis = Analysis(join_series([series]), recipe)
    return with_fit(analysis, fit_analysis(analysis))


@pytest.mark.parametrize(
    ("unit", "label"),
    [
        ("s", "Sputter time (s)"),
        ("min", "Sputter time (min)"),
        ("nm", "Depth (nm)"),
        ("µm", "Depth (µm)"),
        ("cycle", "Sputter cycle"),
        ("", "Depth"),
    ],
)
def test_a_depth_is_written_as_the_file_says_it(unit: str, label: str) -> None:
    assert depth_label(_profile(unit)) == label


def test_the_unit_outlives_joining() -> None:
    assert depth_unit(join_series([_profile("nm"), _profile("nm", first=180)])) == "nm"
    assert depth_unit(join_series([_profile("nm"), _profile("s", first=180)])) == ""


def test_a_series_without_depth_has_no_unit() -> None:
    assert depth_unit(_profile().drop_vars("depth")) == ""


def test_the_depth_is_in_every_table_of_spectra(fitted: Analysis) -> None:
    tables = make_tables(Project({"C 1s": fitted}))
    spectra = tables["spectra"]
    np.testing.assert_array_equal(np.sort(spectra["depth"]), 30.0 * np.arange(6))
    assert set(spectra["depth_unit"]) == {"s"}
    for name in ("peaks", "species", "ratios"):
        assert set(tables[name]["depth"]) == set(spectra["depth"])


def test_a_trend_runs_along_the_depth(fitted: Analysis) -> None:
    trend = make_trend(find_estimates(fitted, [fraction_of("C-C")]), "fraction C-C", "depth")
    np.testing.assert_array_equal(trend["along"], 30.0 * np.arange(6))
    expected = 100 * np.exp(-trend["along"] / 60) * 0.55
    expected = 100 * expected / (expected + 100 * 0.4 * 0.6)
    away = (trend["value"] - expected) / trend["stderr"]
    assert float(abs(away).max()) < 4


def test_figures_are_drawn_along_the_depth(fitted: Analysis) -> None:
    figures = region_figures(fitted, catalogue())
    assert figures["species"].axes[-1].get_xlabel() == "Sputter time (s)"
    assert figures["map"].axes[0].get_ylabel() == "Sputter time (s)"


def test_a_profile_in_any_order_is_drawn_in_its_order(fitted: Analysis) -> None:
    order = [3, 0, 5, 1, 4, 2]
    shuffled = replace(fitted, series=fitted.series.isel(spectrum=order), result=None)
    again = with_fit(shuffled, fit_analysis(shuffled))
    figures = region_figures(again, catalogue())
    (mesh,) = figures["map"].axes[0].collections
    rows = mesh.get_array().reshape(6, -1)
    peak = rows.max(axis=1)
    assert (np.diff(peak[:3]) < 0).all()


def test_a_real_sputter_profile_goes_the_whole_way(real_data: Callable[[str], Path]) -> None:
    (reading,) = read_files([real_data("xps_phi_depth_profile/SnO2_10nm_1.pro")])
    carbon = tuple(one for one in reading.series if one.attrs["region"] == "C 1s")
    as_measured = AnalysisRequest(charge_reference="none")
    reading = replace(reading, series=carbon)
    project = grow_project(Project(), reading, catalogue(), as_measured).project
    analysis = project.analyses["C 1s"]
    np.testing.assert_array_equal(analysis.series["depth"], 30.0 * np.arange(21))
    fitted = with_fit(analysis, fit_analysis(analysis))
    spectra = make_tables(Project({"C 1s": fitted}))["spectra"]
    assert spectra["depth"].max() == 600
    # the contamination of the surface goes with the first cycle
    found = find_estimates(fitted, [Quantity("area", ("C-C",))])
    area = make_trend(found, "area C-C", "depth")["value"].values
    assert area[0] > 3 * np.median(area[5:])
