"""Energies of one table are referred to one line."""

import numpy as np
import pytest

from fitting.data.series import set_coordinates
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.output.figures.charge_drift import charge_drift_figure
from fitting.output.tables.project_tables import make_tables
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.referencing.charge_drift import charge_drift
from fitting.referencing.charge_reference import (
    ChargeReference,
    apply_charge_reference,
    remove_charge_reference,
)
from fitting.referencing.mixed_references import (
    AS_MEASURED,
    mixed_references,
    references_of,
    refused_positions,
)
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

SAMPLES, SHIFTS = ["a", "b", "c"], [1.2, -0.4, 0.8]


def simulated(region: str, name: str, samples: list[str], grid: np.ndarray):
    model = model_from_library(name)
    values = {f"{peak.name}.area": 4000.0 for peak in model.peaks}
    values |= {"background.offset": 300.0}
    chosen = [SAMPLES.index(sample) for sample in samples]
    return simulate_series(
        model,
        values,
        grid,
        np.random.default_rng(1),
        region=region,
        sample=samples,
        axis_offset=[SHIFTS[one] for one in chosen],
        voltage=[2.0 + one for one in chosen],
    )


@pytest.fixture(scope="module")
def referenced():
    """P 2p of three samples, of which the last has no C 1s."""
    phosphorus = simulated("P 2p", "argyrodite P 2p", SAMPLES, np.arange(126.0, 140.0, 0.1))
    carbon = simulated("C 1s", "adventitious C 1s", ["a", "b"], np.arange(278.0, 295.0, 0.1))
    measured = [
        set_coordinates(one, axis_offset=0.0, seconds_per_point=1.0) for one in (phosphorus, carbon)
    ]
    series, findings = apply_charge_reference(measured, ChargeReference())
    return series[0], findings


def test_every_spectrum_says_what_it_is_referred_to(referenced) -> None:
    series, findings = referenced
    words = "C-C in C 1s at 284.8 eV"
    assert references_of(series) == [words, words, AS_MEASURED]
    assert any("not put into a table" in sentence for sentence in findings)
    assert set(references_of(remove_charge_reference(series))) == {AS_MEASURED}


def test_positions_of_another_reference_are_refused(referenced) -> None:
    assert refused_positions(referenced[0]).tolist() == [False, False, True]
    assert not refused_positions(referenced[0].isel(spectrum=[0, 1])).any()
    assert not refused_positions(remove_charge_reference(referenced[0])).any()


def test_mixed_references_are_said_in_a_sentence(referenced) -> None:
    assert mixed_references(references_of(referenced[0])) == (
        "Mixed charge references: 2 spectra C-C in C 1s at 284.8 eV, but 1 as measured."
    )
    assert mixed_references([AS_MEASURED] * 3) == ""


def test_named_line_is_kept_before_what_is_as_measured(referenced) -> None:
    assert refused_positions(referenced[0].isel(spectrum=[0, 2])).tolist() == [False, True]


def test_shift_that_a_file_brought_along_is_a_reference_of_its_own(referenced) -> None:
    series = remove_charge_reference(referenced[0])
    series = set_coordinates(series, charge_shift=[3.6, 0.0, 0.0])
    assert refused_positions(series).tolist() == [True, False, False]


def test_refused_positions_are_not_in_the_table(referenced) -> None:
    recipe = Recipe(model_from_library("argyrodite P 2p"))
    analysis = Analysis(referenced[0], recipe, fit_all_spectra(referenced[0], recipe.model), recipe)
    peaks = make_tables(Project({"P 2p": analysis}), catalogue())["peaks"]
    empty = peaks[peaks["sample"] == "c"]
    assert empty["position"].isna().all()
    assert empty["position_stderr"].isna().all()
    assert empty["area"].notna().all()
    assert peaks[peaks["sample"] != "c"]["position"].notna().all()


def test_drift_shows_the_shift_of_every_sample_with_its_error(referenced) -> None:
    series = referenced[0]
    recipe = Recipe(model_from_library("argyrodite P 2p"))
    project = Project({"P 2p": Analysis(series, recipe)})
    points = charge_drift(project)
    assert [point.sample for point in points] == ["a", "b", "c"]
    for point, truth in zip(points[:2], SHIFTS, strict=False):
        assert point.value == pytest.approx(truth, abs=4 * point.stderr)
    assert (points[2].value, points[2].reference) == (0.0, AS_MEASURED)
    assert np.isnan(points[2].stderr)
    figure = charge_drift_figure(project)
    assert figure is not None
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    assert words == ["C-C in C 1s at 284.8 eV", AS_MEASURED]
    assert figure.axes[0].get_xlabel() == "Voltage (V vs Li⁺/Li)"
    alone = Project({"P 2p": Analysis(series.isel(spectrum=[0, 2]), recipe)})
    assert charge_drift_figure(alone) is None


def test_regions_of_one_state_are_one_point_of_the_drift(referenced) -> None:
    series = referenced[0]
    recipe = Recipe(model_from_library("argyrodite P 2p"))
    both = {name: Analysis(series.assign_attrs(region=name), recipe) for name in ("P 2p", "S 2p")}
    assert len(charge_drift(Project(both))) == 3


def test_charge_and_discharge_at_one_voltage_are_drawn_along_the_voltage(referenced) -> None:
    series = set_coordinates(
        referenced[0].isel(spectrum=[0, 1]), voltage=[3.0, 3.0], branch=["charge", "discharge"]
    )
    recipe = Recipe(model_from_library("argyrodite P 2p"))
    figure = charge_drift_figure(Project({"P 2p": Analysis(series, recipe)}))
    assert figure is not None
    assert figure.axes[0].get_xlabel() == "Voltage (V vs Li⁺/Li)"
