"""Every spectrum that was read is in the project and in its table, fitted or with its reason."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.series import ENERGY, SPECTRUM, get_column, make_series
from fitting.models.edits import with_own_peak
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.events import LeftOut
from fitting.pipeline.files import find_files, read_files
from fitting.pipeline.grow import grow_project
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.notebook import with_model
from fitting.pipeline.run import run_project
from fitting.projects.outcomes import WITHOUT_PEAKS
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.projects.unread import Unread
from fitting.saving.project_file import open_project, save_project
from libraries.loader import catalogue

WINDOWS = {"S 2p": 158.0, "P 2p": 127.0, "O 1s": 526.0, "N 1s": 395.0, "Xx 9z": 700.0}


def _make_series(number: int, region: str, count: int, step: float, unit: str) -> xr.Dataset:
    energies = WINDOWS[region] + step * np.arange(round(12.0 / step))
    random = np.random.default_rng(number)
    peak = 500 * np.exp(-(((energies - WINDOWS[region] - 5.0) / 0.7) ** 2))
    counts = random.poisson(100 + peak, (count, energies.size)).astype(float)
    name = f"LPSC_{number}.txt"
    return make_series(
        ENERGY, energies, counts, sigma=np.sqrt(counts + 1), region=region, unit=unit,
        noise="poisson", sources={name: str(number)}, source=name, sample="LPSC",
        label=["spectrum"] * count,
    )  # fmt: skip


MIXTURES = st.lists(
    st.tuples(
        st.sampled_from(list(WINDOWS)),
        st.integers(1, 3),
        st.sampled_from([0.1, 0.13, 0.05]),
        st.sampled_from(["counts", "arbitrary"]),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=8, deadline=None)
@given(MIXTURES, st.integers(1, 5))
def test_spectra_read_are_in_the_project_and_in_its_table(
    mixture: list[tuple[str, int, float, str]], cut: int
) -> None:
    series = [_make_series(number, *one) for number, one in enumerate(mixture)]
    project = Project()
    for part in (series[:cut], series[cut:]):
        project = grow_project(project, Reading(tuple(part)), catalogue()).project
    read = {f"LPSC_{number}.txt": one[1] for number, one in enumerate(mixture)}
    held = [get_column(one.series, "source") for one in project.analyses.values()]
    assert Counter(np.concatenate(held)) == read
    assert not project.unread
    rows = make_tables(project)["spectra"]
    assert Counter(rows["source"]) == read
    assert rows["message"].str.len().min() > 0


def test_a_region_without_a_model_is_in_the_project_and_takes_peaks_of_ones_own(
    tmp_path: Path,
) -> None:
    reading = Reading((_make_series(1, "N 1s", 2, 0.1, "counts"),), (Unread("a", "a: empty."),))
    prepared = grow_project(Project(), reading, catalogue())
    assert not prepared.to_fit
    save_project(prepared.project, tmp_path / "project.thio")
    project = open_project(tmp_path / "project.thio")
    assert project.unread == prepared.project.unread
    rows = make_tables(project)["spectra"]
    assert rows["message"].tolist() == [WITHOUT_PEAKS] * 2 + ["a: empty."]
    assert not list(run_project(project, catalogue()))
    events = list(run_project(project, catalogue(), {"N 1s": (0,)}))
    left = [one for event in events if isinstance(event, LeftOut) for one in event.entries]
    assert all("no peaks" in entry.reason for entry in left)
    assert len(left) == 2
    kept = keep_events(project, events)
    assert len(make_tables(kept)["spectra"]) == 3
    empty = project.analyses["N 1s"].recipe.model
    own = with_model(project, "N 1s", with_own_peak(empty, "nitride", 400.0, (396.0, 404.0)))
    assert own.analyses["N 1s"].has_peaks


def test_spectra_that_cannot_be_joined_are_rows_with_their_reason() -> None:
    fitting = _make_series(1, "S 2p", 1, 0.1, "counts")
    strange = _make_series(2, "S 2p", 3, 0.1, "counts").assign_attrs(technique="raman")
    project = grow_project(Project(), Reading((fitting, strange)), catalogue()).project
    rows = make_tables(project)["spectra"]
    left = rows[rows["status"] == "not_read"]
    assert left["source"].tolist() == ["LPSC_2.txt"] * strange.sizes[SPECTRUM]
    assert left["region"].tolist() == ["S 2p"] * 3
    assert left["message"].str.contains("technique").all()


@pytest.mark.parametrize(
    "folder", ["xps_kratos_vamas", "xps_casaxps_csv", "xps_thermo_avantage", "raman_labspec_text"]
)
def test_of_real_files_nothing_vanishes(real_data, folder: str) -> None:
    """Of binary formats and large maps every reader has a test of its own."""
    files = [path for path in find_files([real_data(folder)]) if path.stat().st_size < 400_000]
    readings = [next(read_files([path])) for path in sorted(files)[:6]]
    reading = sum(readings, Reading())
    project = grow_project(Project(), reading, catalogue()).project
    count = sum(one.sizes[SPECTRUM] for one in reading.series)
    held = sum(one.series.sizes[SPECTRUM] for one in project.analyses.values())
    left = [entry for entry in project.unread if entry.region]
    assert held + len(left) == count
    assert all(entry.reason for entry in project.unread)
    assert len(make_tables(project)["spectra"]) == count + len(reading.unread)
