"""The bundled example: the files in the repository are what the program writes."""

from pathlib import Path

import pytest

from fitting.simulation.example import example_truth, write_example

_BUNDLED = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    return folder


def test_the_files_in_the_repository_are_those_the_program_writes(written: Path) -> None:
    made = {path.relative_to(written) for path in written.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(_BUNDLED)
        for folder in ("spectra", "truth")
        for path in (_BUNDLED / folder).rglob("*")
        if path.is_file()
    }
    assert made == kept
    for name in made:
        assert (written / name).read_bytes() == (_BUNDLED / name).read_bytes(), name


def test_every_file_says_that_it_is_simulated(written: Path) -> None:
    for path in (written / "spectra").rglob("*.*"):
        assert "simulated" in path.read_text(encoding="latin-1").splitlines()[0]


def test_there_is_a_truth_for_every_spectrum(written: Path) -> None:
    files = {path.name for path in (written / "spectra").rglob("*.*")}
    assert {truth.file for truth in example_truth()} == files
    for truth in example_truth():
        assert sum(truth.fractions.values()) == pytest.approx(100.0)
