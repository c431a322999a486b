"""``thioscope watch``: files that come are fitted, written, and told."""

import csv
import threading
import time
from pathlib import Path

import pytest

from fitting.commands.main import run_command
from fitting.projects.recipe import RecipeBook, write_recipes
from fitting.saving.project_file import open_project
from fitting.simulation.example import write_example

QUICK = ("--interval", "0.05", "--settled", "0.1")


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = write_example(tmp_path_factory.mktemp("example"))
    return sorted(folder.rglob("*charge_*.txt"))[:4]


def _copy(path: Path, folder: Path) -> None:
    (folder / path.name).write_bytes(path.read_bytes())


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_what_is_there_is_fitted_once(
    spectra: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "insitu", tmp_path / "out"
    folder.mkdir()
    for path in spectra[:2]:
        _copy(path, folder)
    assert run_command(["watch", str(folder), "--out", str(out), "--once", *QUICK]) == 0
    assert len(_rows(out / "spectra.csv")) == 2
    assert (out / "report.html").is_file()
    printed = capsys.readouterr().out
    assert f"{spectra[0].name}  raman" in printed
    assert "PS4" in printed
    assert open_project(out / "project.thio").analyses["raman"].is_current


def test_files_that_come_later_are_in_the_tables_at_once(
    spectra: list[Path], tmp_path: Path
) -> None:
    """The results are written into the watched folder itself."""
    folder = tmp_path / "insitu"
    folder.mkdir()
    out = folder / "results"
    _copy(spectra[0], folder)
    seen: list[int] = []

    def measure() -> None:
        for path in spectra[1:3]:
            _wait_for(out / "project.thio", len(seen) + 1)
            seen.append(len(_rows(out / "spectra.csv")))
            part = path.read_bytes()
            with (folder / path.name).open("wb") as file:
                for begin in range(0, len(part), 4000):
                    file.write(part[begin : begin + 4000])
                    file.flush()
                    time.sleep(0.02)

    thread = threading.Thread(target=measure)
    thread.start()
    words = ["watch", str(folder), "--out", str(out), "--quiet", "--stop-after", "4", *QUICK]
    assert run_command(words) == 0
    thread.join()
    assert seen == [1, 2]
    rows = _rows(out / "spectra.csv")
    assert sorted(row["source"] for row in rows) == sorted(path.name for path in spectra[:3])
    assert {row["status"] for row in rows} <= {"converged", "at_bound"}


def _wait_for(project: Path, spectra: int) -> None:
    for _ in range(400):
        if project.is_file() and len(_rows(project.parent / "spectra.csv")) >= spectra:
            return
        time.sleep(0.05)


def test_a_recipe_or_a_project_can_be_gone_on_with(spectra: list[Path], tmp_path: Path) -> None:
    folder, first, second = tmp_path / "insitu", tmp_path / "first", tmp_path / "second"
    folder.mkdir()
    _copy(spectra[0], folder)
    words = ("--once", "--quiet", *QUICK)
    assert run_command(["watch", str(folder), "--out", str(first), *words]) == 0
    _copy(spectra[1], folder)
    going_on = ("--recipe", str(first / "project.thio"))
    assert run_command(["watch", str(folder), "--out", str(second), *going_on, *words]) == 0
    before = open_project(first / "project.thio").analyses["raman"]
    after = open_project(second / "project.thio").analyses["raman"]
    assert after.series.sizes["spectrum"] == 2
    assert after.recipe == before.recipe
    # with a recipe that no fit has seen
    changed = tmp_path / "recipe.json"
    write_recipes(RecipeBook({"raman": before.recipe}), changed)
    third = tmp_path / "third"
    assert (
        run_command(["watch", str(folder), "--out", str(third), "--recipe", str(changed), *words])
        == 0
    )
    assert open_project(third / "project.thio").analyses["raman"].recipe == before.recipe


def test_an_empty_folder_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    (tmp_path / "insitu").mkdir()
    words = ["watch", str(tmp_path / "insitu"), "--out", str(out), "--once", *QUICK]
    assert run_command(words) == 2
    assert "no spectrum came" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("words", [("--clock-zone", "Atlantis"), ("--region", "Zz 9q")])
def test_wrong_use_is_told_before_waiting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    arguments = ["watch", str(tmp_path), "--out", str(tmp_path / "out"), *words]
    assert run_command(arguments) == 2
    assert words[1] in capsys.readouterr().err
    assert run_command(["watch", str(tmp_path / "missing"), "--out", str(tmp_path / "out")]) == 2
