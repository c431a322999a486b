"""Fits that files store, as models and values."""

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from fitting.audit.findings import audit_project
from fitting.data.result import Status, is_taken_over
from fitting.data.series import ENERGY, make_series, set_coordinates
from fitting.exchange.area_differences import find_area_differences
from fitting.exchange.taken_project import take_over_fits
from fitting.exchange.taken_series import take_series
from fitting.models.function import series_curves
from fitting.models.line_shapes import LINE_SHAPES
from fitting.pipeline.grow import grow_project
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.propose import Choices
from fitting.pipeline.request import AnalysisRequest
from fitting.pipeline.run import run_project
from fitting.projects.project import Project, prepared_series
from fitting.projects.reading import Reading
from fitting.readers.spectra.casaxps_comments import split_comment
from fitting.readers.spectra.published_fit import FIT_KEY, fit_to_json
from libraries.loader import catalogue

HV = 1486.69
GRID = np.arange(155.0, 172.0, 0.1)
REGION = "CASA region (*S 2p*) (*{}*) 1318.69 1328.69 0.668 2 0 0 0 -450 0 0 (*S 2p*) 32.06 0 0.668"
MAIN = (
    "CASA comp (*{}*) (*GL(30)*) Area {} 1e-020 1e6 -1 1 MFWHM 0.9 0.2 2 -1 1 "
    "Position {} 1323 1326 -1 1 RSF 0.668 MASS 32.06 INDEX -1 (*S 2p*)"
)
PARTNER = (
    "CASA comp (*{}*) (*GL(30)*) Area {} 1e-020 1e6 {i} 0.5 MFWHM 0.9 0.2 2 {i} 1 "
    "Position {} 0 0 {i} -1.16 RSF 0.668 MASS 32.06 INDEX -1 (*S 2p*)"
)
OTHER = (
    "CASA comp (*{}*) (*GL(30)*) Area {} 1e-020 1e6 0 0.25 MFWHM 1.4 0.2 2 -1 1 "
    "Position {} 0 0 0 -4 RSF 0.668 MASS 32.06 INDEX -1 (*S 2p*)"
)


def doublet(name: str, area: float, kinetic: float, index: int) -> list[str]:
    main = MAIN.format(name, area, kinetic)
    return [main, PARTNER.format(name, area / 2, kinetic - 1.16, i=index)]


def line(position: float, fwhm: float, area: float) -> np.ndarray:
    shape = LINE_SHAPES["gl-product"]
    return area * shape.profile(GRID, np.array([position]), np.array([fwhm]), np.array([0.3]))


def series_with(*comments: list[str], counts: np.ndarray | None = None) -> xr.Dataset:
    """A series whose spectra have these comments of CasaXPS."""
    count = len(comments)
    entries = []
    for index, lines in enumerate(comments):
        fit, _ = split_comment(lines, HV)
        entry = {"source": "a.vms", "sample": f"s{index}", "label": "S 2p"}
        entries.append(entry | ({FIT_KEY: fit_to_json(fit)} if fit else {}))
    values = np.full((count, GRID.size), 1000.0) if counts is None else np.atleast_2d(counts)
    series = make_series(
        ENERGY,
        GRID,
        values,
        region="S 2p",
        sigma=np.sqrt(values),
        noise="given",
        unit="counts/s",
        metadata={"spectra": entries},
        sample=[f"s{index}" for index in range(count)],
        label="S 2p",
        source="a.vms",
    )
    return set_coordinates(series, charge_shift=0.0)


def test_a_doublet_and_its_links_become_one_peak_and_ties() -> None:
    lines = [
        REGION.format("Shirley"),
        *doublet("MoS2", 600.0, 1324.9, 0),
        OTHER.format("loss", 150.0, 1320.9),
    ]
    taken = take_series(series_with(lines))
    assert taken is not None
    model = taken.analysis.model
    assert [peak.name for peak in model.peaks] == ["MoS2", "loss"]
    mos2, loss = model.peaks
    assert mos2.parameters["separation"].value == pytest.approx(1.16)
    assert mos2.parameters["area_ratio"].value == 0.5
    assert mos2.parameters["area"].value == pytest.approx(900.0)
    assert mos2.parameters["position"].value == pytest.approx(HV - 1324.9)
    assert (mos2.parameters["position"].min, mos2.parameters["position"].max) == pytest.approx(
        (HV - 1326, HV - 1323)
    )
    assert not mos2.parameters["mixing"].vary
    ties = {tie.target: tie for tie in model.ties}
    # a quarter of the stronger line is a sixth of the doublet
    assert ties["loss.area"].factor == pytest.approx(0.25 / 1.5)
    assert ties["loss.position"].offset == pytest.approx(4.0)
    assert loss.parameters["fwhm"].value == 1.4
    assert not taken.doubts[0]


def test_spectra_with_unlike_fits_keep_each_its_own_values() -> None:
    first = [REGION.format("Shirley"), *doublet("A", 600.0, 1324.9, 0)]
    second = [
        REGION.format("Shirley"),
        *doublet("A", 300.0, 1324.5, 0),
        *doublet("B", 90.0, 1323.5, 2),
    ]
    taken = take_series(series_with(first, second, ["no fit"]))
    assert taken is not None
    result = taken.analysis.result
    assert result is not None
    assert result["status"].values.tolist() == [Status.CONVERGED, Status.CONVERGED, Status.FAILED]
    areas = result["value"].sel(parameter=["A.area", "B.area"]).values
    np.testing.assert_allclose(areas[:2], [[900.0, 0.0], [450.0, 135.0]])
    np.testing.assert_allclose(
        result["value"].sel(parameter="A.position").values[:2], [HV - 1324.9, HV - 1324.5]
    )
    assert np.isnan(result["value"].values[2]).all()
    assert np.isnan(result["stderr"].values).all()
    assert is_taken_over(result).tolist() == [True, True, False]


def test_one_name_with_two_line_shapes_is_two_peaks() -> None:
    first = [REGION.format("Shirley"), *doublet("A", 600.0, 1324.9, 0)]
    second = [text.replace("GL(30)", "GL(70)") for text in first]
    taken = take_series(series_with(first, second))
    assert taken is not None
    assert [peak.name for peak in taken.analysis.model.peaks] == ["A", "A (2)"]
    assert {peak.species for peak in taken.analysis.model.peaks} == {"A"}


@pytest.mark.parametrize("background", ["Shirley", "Linear", "U 2 Tougaard"])
def test_the_model_is_what_casaxps_drew(background: str) -> None:
    """Between the means of three points around each end of the region, as exports have it."""
    peaks = line(HV - 1324.9, 0.9, 600.0) + line(HV - 1323.74, 0.9, 300.0)
    counts = 1000.0 + 3.0 * (GRID - 155.0) + peaks
    lines = [REGION.format(background), *doublet("A", 600.0, 1324.9, 0)]
    taken = take_series(series_with(lines, counts=counts))
    assert taken is not None
    prepared = prepared_series(taken.analysis)
    assert prepared["energy"].values[[0, -1]] == pytest.approx([157.9, 168.1])
    assert taken.analysis.result is not None
    row = np.array([0])
    curves = series_curves(
        prepared, taken.analysis.model, taken.analysis.result["value"].values, row
    )
    inside = (GRID > 157.95) & (GRID < 168.05)
    ends = [counts[np.flatnonzero(inside)[end] + np.arange(-1, 2)].mean() for end in (0, -1)]
    drawn = curves.background[0, 1:-1]
    assert drawn[[0, -1]] == pytest.approx(ends, rel=1e-9)
    np.testing.assert_allclose(curves.components[0, 0, 1:-1], peaks[inside], rtol=1e-4)
    if background == "Linear":
        np.testing.assert_allclose(curves.total[0, 1:-1], counts[inside], atol=2.0)


def test_what_has_no_counterpart_is_named_with_the_difference_in_area() -> None:
    peaks = line(HV - 1324.9, 0.9, 600.0) + line(HV - 1323.74, 0.9, 300.0)
    lines = [
        REGION.format("Linear"),
        *(text.replace("GL(30)", "QF(1,2)") for text in doublet("A", 500.0, 1324.9, 0)),
    ]
    series = series_with(lines, counts=1000.0 + peaks)
    taken = take_over_fits(Project(), (series,))
    assert taken.regions == ("S 2p",)
    (note,) = [one for one in taken.project.notes if "QF(1,2)" in one]
    # the areas stored are 5/6 of those in the data
    assert "+20.0" in note or "+19.9" in note
    found = take_series(series)
    assert found is not None
    assert find_area_differences(found, 0)["A"] == pytest.approx(0.2, abs=0.01)


def test_energies_referred_anew_move_the_positions_along() -> None:
    lines = ["Calib M = 283.0 A = 284.8 BE ADD", REGION.format("Shirley")]
    lines += doublet("A", 600.0, 1324.9, 0)
    series = series_with(lines)
    series = set_coordinates(series, axis_offset=2.0, charge_shift=2.0)
    taken = take_series(series)
    assert taken is not None
    assert taken.analysis.model.peaks[0].parameters["position"].value == pytest.approx(
        HV - 1324.9 + 0.2
    )


def test_links_that_run_in_a_circle_are_no_fit() -> None:
    lines = [REGION.format("Shirley"), OTHER.format("A", 10.0, 1324.0)]
    other = OTHER.replace("1e6 0 0.25", "1e6 0 0.5").format("B", 10.0, 1323.0)
    circular = [lines[0], lines[1].replace("1e6 0 0.25", "1e6 1 0.25"), other]
    assert take_series(series_with(circular)) is None


def test_a_spectrum_without_a_fit_gives_none() -> None:
    assert take_series(series_with(["nothing"])) is None
    bare = series_with(["nothing"])
    bare.attrs["original_metadata"] = json.dumps({})
    assert take_series(bare) is None
    assert (
        replace(Project(), notes=("a",)).notes
        == take_over_fits(replace(Project(), notes=("a",)), (bare,)).project.notes
    )


@pytest.mark.parametrize("refits", [False, True])
def test_the_pipeline_takes_a_stored_fit_and_makes_it_anew_if_asked(refits: bool) -> None:
    peaks = line(HV - 1324.9, 0.9, 600.0) + line(HV - 1323.74, 0.9, 300.0)
    lines = [REGION.format("Linear"), *doublet("A", 500.0, 1324.9, 0)]
    series = series_with(lines, counts=1000.0 + peaks)
    choices = Choices(takes_fits=True, refits=refits)
    request = AnalysisRequest(choices)
    prepared = grow_project(Project(), Reading((series,)), catalogue(), request)
    assert dict(prepared.to_fit) == ({"S 2p": (0,)} if refits else {})
    fitted = keep_events(
        prepared.project, run_project(prepared.project, catalogue(), prepared.to_fit)
    )
    result = fitted.analyses["S 2p"].result
    assert result is not None
    assert result["value"].sel(parameter="A.area").item() == pytest.approx(
        900.0 if refits else 750.0, rel=2e-3
    )
    assert is_taken_over(result).item() is not refits
    findings = {one.rule for one in audit_project(fitted, catalogue())}
    assert ("taken-over" in findings) is not refits
    assert "not-determined" not in findings
