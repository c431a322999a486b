"""Another charge reference for a project that is open."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.result import empty_result
from fitting.models.from_library import model_from_library
from fitting.models.model import Model
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.referencing.charge_reference import ChargeReference, parse_charge_reference
from fitting.referencing.rereference import change_charge_reference, possible_references
from fitting.simulation.series import simulate_series
from libraries.catalogue import Catalogue
from libraries.loader import catalogue

CHARGING = 0.7
TRUE_POSITION = 161.3
_OWN = Path(__file__).parents[2] / "data" / "own_library.toml"


@pytest.fixture
def project() -> Project:
    """S 2p and P 2p of one sample, both charged by 0.7 eV, with results."""
    return Project({region: _analysis(region) for region in ("S 2p", "P 2p")})


def _analysis(region: str) -> Analysis:
    model = _moved(model_from_library(f"argyrodite {region}", background="linear"), CHARGING)
    low, high = {"S 2p": (157.0, 174.0), "P 2p": (128.0, 141.0)}[region]
    areas = {f"{peak.name}.area": 300.0 for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, f"{model.peaks[0].name}.area": 6000.0, "background.offset": 300.0},
        np.arange(low, high, 0.1),
        np.random.default_rng(5),
        region=region,
        sample="LPSC",
        voltage=np.array([3.0]),
        source=["a.txt"],
        sources={"a.txt": "a"},
    )
    recipe = Recipe(model)
    return Analysis(series, recipe, empty_result(series, model, 1), recipe)


def _moved(model: Model, by: float) -> Model:
    peaks = []
    for peak in model.peaks:
        place = peak.parameters["position"]
        moved = replace(place, value=place.value + by, min=place.min + by, max=place.max + by)
        peaks.append(replace(peak, parameters={**peak.parameters, "position": moved}))
    return replace(model, peaks=tuple(peaks))


def test_every_species_of_the_measured_regions_can_be_the_reference(project: Project) -> None:
    offered = possible_references(project)
    assert ("S 2p", "PS4", TRUE_POSITION) in {
        (one.region, one.species, one.position) for one in offered
    }
    assert {one.region for one in offered} == {"S 2p", "P 2p"}


def test_all_regions_move_to_the_reference(project: Project) -> None:
    reference = ChargeReference("S 2p", "PS4", TRUE_POSITION)
    changed = change_charge_reference(project, reference)
    for analysis in changed.analyses.values():
        offset, stderr = (
            _offset(analysis.series),
            float(analysis.series["charge_shift_stderr"].values[0]),
        )
        assert abs(offset + CHARGING) < 4 * stderr
        assert stderr < 0.05
        assert analysis.result is None
    assert changed.charge_reference == reference
    assert any("energies shifted" in note for note in changed.notes)


def _own_catalogue(folder: Path, species: str, position: float) -> Catalogue:
    path = folder / "ours.toml"
    text = _OWN.read_text(encoding="utf-8").replace("thiosulfate_SO3", species)
    path.write_text(text.replace("167.9", str(position)), encoding="utf-8")
    return catalogue([path])


def test_a_library_of_ones_own_says_where_its_reference_lies(
    project: Project, tmp_path: Path
) -> None:
    known = _own_catalogue(tmp_path, "PS4", 161.9)
    offered = {(one.region, one.species): one for one in possible_references(project, known)}
    reference = offered["S 2p", "PS4"]
    assert reference.position == 161.9
    changed = change_charge_reference(project, reference, known)
    series = changed.analyses["S 2p"].series
    stderr = float(series["charge_shift_stderr"].values[0])
    assert abs(_offset(series) - (161.9 - TRUE_POSITION - CHARGING)) < 4 * stderr


def test_a_species_that_only_a_library_of_ones_own_has_can_be_the_reference(
    project: Project, tmp_path: Path
) -> None:
    known = _own_catalogue(tmp_path, "our_phase", TRUE_POSITION)
    assert parse_charge_reference("our_phase=161.3", known) == ChargeReference(
        "S 2p", "our_phase", 161.3
    )
    with pytest.raises(RecipeError, match="no default model has it"):
        parse_charge_reference("our_phase=161.3")
    changed = change_charge_reference(project, ChargeReference("S 2p", "our_phase", 161.3), known)
    assert _offset(changed.analyses["P 2p"].series) == pytest.approx(-CHARGING, abs=0.1)


def test_taking_the_reference_away_restores_the_measured_energies(project: Project) -> None:
    reference = ChargeReference("S 2p", "PS4", TRUE_POSITION)
    restored = change_charge_reference(change_charge_reference(project, reference), None)
    for analysis in restored.analyses.values():
        assert _offset(analysis.series) == pytest.approx(0.0, abs=1e-12)
        assert np.isnan(analysis.series["charge_shift"].values).all()
    assert restored.charge_reference is None


def test_results_stay_where_no_energy_moves(project: Project) -> None:
    changed = change_charge_reference(project, None)
    assert all(analysis.result is not None for analysis in changed.analyses.values())


def _offset(series: xr.Dataset) -> float:
    return float(series["axis_offset"].values[0])
