"""Spectra that come later: they are added and fitted, and what was there stays as it was."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitting.data.result import is_fitted
from fitting.data.series import SPECTRUM, get_column, set_coordinates
from fitting.electrochemistry.potential_by_time import Clock
from fitting.models.model import with_parameter
from fitting.pipeline.events import Prepared
from fitting.pipeline.files import read_files
from fitting.pipeline.grow import grow_project
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.request import AnalysisRequest
from fitting.pipeline.run import run_project
from fitting.projects.project import Project, with_analysis
from fitting.projects.project_record import with_record
from fitting.projects.reading import Reading
from fitting.readers.records.record import make_record
from fitting.referencing.charge_reference import ChargeReference
from fitting.referencing.mixed_references import references_of
from fitting.simulation.example import write_example
from libraries.loader import catalogue


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Raman spectra of the simulated example, by their voltage."""
    folder = write_example(tmp_path_factory.mktemp("example"))
    return sorted(folder.rglob("*charge_*.txt"))[:6]


def _read(*paths: Path) -> Reading:
    return sum(read_files(paths), Reading())


REPLACING = AnalysisRequest(replaces=True)


def _grow(project: Project, *paths: Path) -> Prepared:
    return grow_project(project, _read(*paths), catalogue(), REPLACING)


def _fitted(grown: Prepared) -> Project:
    events = run_project(grown.project, catalogue(), grown.to_fit, weighs_models=False)
    return keep_events(grown.project, events)


def _grown(*paths: Path) -> Project:
    return _fitted(_grow(Project(), *paths))


def test_only_what_is_new_is_fitted(files: list[Path]) -> None:
    first = _grown(*files[:3])
    grown = _grow(first, files[3], files[4])
    assert grown.to_fit == {"raman": (3, 4)}
    second = _fitted(grown).analyses["raman"]
    before = first.analyses["raman"]
    assert before.result is not None
    assert second.result is not None
    assert second.is_current
    assert is_fitted(second.result).all()
    np.testing.assert_array_equal(second.result["value"][:3].values, before.result["value"].values)
    sources = [str(name) for name in second.series["source"].values]
    assert sources == [path.name for path in files[:5]]


def test_one_by_one_gives_what_all_together_give(files: list[Path]) -> None:
    one_by_one = Project()
    for path in files[:4]:
        one_by_one = _fitted(_grow(one_by_one, path))
    together = _grown(*files[:4])
    results = []
    for project in (one_by_one, together):
        result = project.analyses["raman"].result
        assert result is not None
        results.append(result.isel({SPECTRUM: np.argsort(result["source"].values)}))
    stderr = np.nan_to_num(results[1]["stderr"].values, nan=1.0)
    moved = (results[0]["value"] - results[1]["value"]).values / stderr
    assert np.nanmax(np.abs(moved)) < 1e-3
    np.testing.assert_array_equal(results[0]["voltage"], results[1]["voltage"])


def test_the_same_file_again_changes_nothing(files: list[Path]) -> None:
    project = _grown(*files[:2])
    grown = _grow(project, files[0])
    assert grown.to_fit == {}
    assert grown.project.analyses["raman"].series.sizes[SPECTRUM] == 2


def test_a_replaced_file_takes_the_place_of_its_former_content(
    files: list[Path], tmp_path: Path
) -> None:
    project = _grown(*files[:3])
    changed = tmp_path / files[1].name
    changed.write_bytes(files[2].read_bytes())
    grown = _grow(project, changed)
    assert grown.to_fit == {"raman": (1,)}
    series = grown.project.analyses["raman"].series
    assert [str(name) for name in series["source"].values] == [
        files[0].name, files[1].name, files[2].name
    ]  # fmt: skip


def test_a_recipe_changed_by_hand_is_that_of_what_comes(files: list[Path], tmp_path: Path) -> None:
    project = _grown(files[0])
    analysis = project.analyses["raman"]
    peak = analysis.model.peaks[0].name
    model = with_parameter(analysis.recipe.model, f"{peak}.fwhm", vary=False)
    recipe = replace(analysis.recipe, model=model)
    project = with_analysis(project, replace(analysis, recipe=recipe))
    grown = _grow(project, files[1])
    # the former fit is not of this recipe, so that it is done again
    assert grown.to_fit == {"raman": (0, 1)}
    assert _fitted(grown).analyses["raman"].recipe == recipe
    # also where the only file of the region is replaced
    changed = tmp_path / files[0].name
    changed.write_bytes(files[3].read_bytes())
    assert _grow(project, changed).project.analyses["raman"].recipe == recipe


def test_a_file_that_cannot_be_read_is_listed(files: list[Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.vms"
    bad.write_text("VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\n")
    grown = _grow(_grown(files[0]), bad)
    assert [entry.source for entry in grown.project.unread] == ["bad.vms"]
    assert grown.to_fit == {}


def test_new_spectra_get_their_potential_from_the_record(files: list[Path]) -> None:
    start = 1_700_000_000.0

    def timed(path: Path, index: int) -> Reading:
        reading = _read(path)
        series = [
            set_coordinates(one, started=start + 600 * index, exposure=10.0)
            for one in reading.series
        ]
        return replace(reading, series=tuple(series))

    time = start + np.arange(-100, 5000, 10.0)
    record = make_record(
        "cell.mpt", "test", time, 3 + 1e-4 * (time - start), has_clock=True, others={}
    )
    project = grow_project(Project(), timed(files[0], 0), catalogue()).project
    project = with_record(project, record, Clock())
    project = grow_project(project, timed(files[1], 1), catalogue()).project
    voltage = project.analyses["raman"].series["voltage"].values
    np.testing.assert_allclose(voltage, [3.0005, 3.0605], atol=1e-9)


def test_the_reference_line_may_come_after_the_others(tmp_path: Path) -> None:
    folder = write_example(tmp_path)
    (sulfur,) = folder.rglob("*charged_4.30V_S2p.csv")
    (carbon,) = folder.rglob("*charged_4.30V_C1s.csv")
    reference = ChargeReference()
    project = _grown(sulfur)
    assert not np.isfinite(get_column(project.analyses["S 2p"].series, "charge_shift")).any()
    second = _grow(project, carbon)
    # the energies of S 2p have moved, so that it is fitted anew
    assert second.to_fit["S 2p"] == (0,)
    together = _fitted(second).analyses["S 2p"]
    assert abs(float(together.series["charge_shift"][0])) > 0.1
    assert references_of(together.series) == [reference.words]
