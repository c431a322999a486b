"""A file is its path within what was given, and its bytes; results are told from raw data."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import get_column
from fitting.electrochemistry.side_table import matching_row, read_side_table
from fitting.pipeline.files import find_files, read_files
from fitting.pipeline.grow import grow_project
from fitting.pipeline.request import AnalysisRequest
from fitting.pipeline.result_files import ResultFiles
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.readers.spectra import read_spectra
from libraries.loader import catalogue

ENERGIES = np.arange(158.0, 172.0, 0.1)


def _write_spectrum(path: Path, seed: int) -> Path:
    counts = 1000 + np.random.default_rng(seed).poisson(100, ENERGIES.size)
    lines = [f"{x:.2f}\t{y}" for x, y in zip(ENERGIES, counts, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Binding energy (eV)\tcounts\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def _read(*paths: Path) -> Reading:
    return sum(read_files(find_files(paths)), Reading())


def _open(*paths: Path) -> Project:
    return grow_project(Project(), _read(*paths), catalogue()).project


def _column(project: Project, name: str) -> list[object]:
    return list(get_column(project.analyses["S 2p"].series, name))


def test_files_of_one_name_in_two_folders_are_two_files(tmp_path: Path) -> None:
    for seed, folder in enumerate(("3.0V", "3.6V")):
        _write_spectrum(tmp_path / folder / "S2p.txt", seed)
    project = _open(tmp_path)
    series = project.analyses["S 2p"].series
    assert _column(project, "source") == ["3.0V/S2p.txt", "3.6V/S2p.txt"]
    assert _column(project, "voltage") == [3.0, 3.6]
    hashes = json.loads(series.attrs["sources"])
    assert set(hashes) == {"3.0V/S2p.txt", "3.6V/S2p.txt"}
    assert len(set(hashes.values())) == 2


def test_a_file_that_replaces_another_leaves_its_namesakes(tmp_path: Path) -> None:
    for seed, folder in enumerate(("3.0V", "3.6V")):
        _write_spectrum(tmp_path / folder / "S2p.txt", seed)
    project, request = Project(), AnalysisRequest(replaces=True)
    for reading in read_files(find_files([tmp_path])):
        project = grow_project(project, reading, catalogue(), request).project
    assert _column(project, "source") == ["3.0V/S2p.txt", "3.6V/S2p.txt"]


@pytest.mark.parametrize("folders", [("charge", "discharge"), ("cell 1", "cell 2")])
def test_samples_of_one_name_in_two_folders_are_of_two_states(
    tmp_path: Path, folders: tuple[str, str]
) -> None:
    for seed, folder in enumerate(folders):
        _write_spectrum(tmp_path / folder / "LPSC_S2p.txt", seed)
    project = _open(tmp_path)
    states = zip(_column(project, "sample"), _column(project, "branch"), strict=True)
    assert len(set(states)) == 2


def test_regions_of_one_sample_in_folders_of_their_own_stay_together(tmp_path: Path) -> None:
    for seed, folder in enumerate(("S2p", "S 2p repeat")):
        _write_spectrum(tmp_path / folder / f"LPSC_3.{seed}V_S2p.txt", seed)
    assert _column(_open(tmp_path), "sample") == ["LPSC", "LPSC"]


def test_folders_given_side_by_side_name_files_that_would_be_the_same(tmp_path: Path) -> None:
    first, second = (tmp_path / one for one in ("a", "b"))
    for seed, folder in enumerate((first, second)):
        _write_spectrum(folder / "S2p.txt", seed)
    assert sorted(find_files([first, second]).values()) == ["a/S2p.txt", "b/S2p.txt"]


@settings(max_examples=40, deadline=None)
@given(
    st.sets(
        st.lists(st.sampled_from(["a", "b", "3.0V"]), min_size=1, max_size=4).map("/".join),
        min_size=1,
        max_size=8,
    )
)
def test_every_file_has_a_name_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, names: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("names")
    for name in names:
        path = folder / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for given_paths in ([folder], sorted(folder.iterdir())):
        found = find_files(given_paths)
        assert len(found) == len(names)
        assert len(set(found.values())) == len(names)


def test_side_table_names_a_file_by_its_path_or_its_name(tmp_path: Path) -> None:
    for seed, folder in enumerate(("one", "two")):
        _write_spectrum(tmp_path / "data" / folder / "S2p.txt", seed)
    table = tmp_path / "table.csv"
    table.write_text("file,voltage\none/S2p.txt,2.5\ntwo\\S2p,3.5\nS2p.txt,9.9\n", encoding="utf-8")
    rows = read_side_table(table)
    found = {
        str(one["source"].values[0]): matching_row(rows, one, 0)
        for one in _read(tmp_path / "data").series
    }
    voltages = {name: row and row.voltage for name, row in found.items()}
    assert voltages == {"one/S2p.txt": 2.5, "two/S2p.txt": 3.5}


def test_a_file_that_changes_while_it_is_read_is_not_half_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write_spectrum(tmp_path / "S2p.txt", 1)
    module = "fitting.readers.spectra._hash_file"

    def grow_and_hash(changed: Path) -> str:
        with changed.open("a", encoding="utf-8") as file:
            file.write("172.00\t1000\n")
        return "0"

    monkeypatch.setattr(module, grow_and_hash)
    with pytest.raises(UnreadableFileError, match="written to while it is read"):
        read_spectra(path)


def test_raw_data_beside_results_are_read(tmp_path: Path) -> None:
    raw = _write_spectrum(tmp_path / "LPSC_3.0V_S2p.txt", 1)
    (tmp_path / "figures").mkdir()
    photo = _write_spectrum(tmp_path / "figures" / "raw_S2p.txt", 2)
    results = ("project.thio", "recipe.json", "spectra.csv", "tables.xlsx", "figures/map.png")
    for name in results:
        (tmp_path / name).write_bytes(b"result")
    assert set(find_files([tmp_path])) == {raw, photo}


def test_results_named_by_a_manifest_are_results(tmp_path: Path) -> None:
    for name in ("project.thio", "curves/one.csv", "curves/mine.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    content = {"files": {"project.thio": "0", "curves/one.csv": "0"}}
    (tmp_path / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    is_result = ResultFiles().holds
    assert is_result(tmp_path / "curves" / "one.csv")
    assert not is_result(tmp_path / "curves" / "mine.csv")
