"""``thioscope watch``: files that come are fitted, written, and told."""

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from fitting.commands import watch
from fitting.commands.main import command_line_parser, run_command
from fitting.projects.reading import Reading
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


def test_what_is_there_is_fitted_once_and_quickly_without_model_errors(
    spectra: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "insitu", tmp_path / "out"
    folder.mkdir()
    for path in spectra[:2]:
        _copy(path, folder)
    assert run_command(["watch", str(folder), "--out", str(out), "--once", "--quick", *QUICK]) == 0
    assert len(_rows(out / "spectra.csv")) == 2
    species = _rows(out / "species.csv")
    assert any(row["fraction_stderr"] for row in species)
    assert not any(row["fraction_model"] for row in species)
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

    def measure() -> Iterator[None]:
        for path in spectra[1:3]:
            yield from _wait_for(out, len(seen) + 1)
            seen.append(len(_rows(out / "spectra.csv")))
            content = path.read_bytes()
            for end in range(4000, len(content) + 4000, 4000):
                (folder / path.name).write_bytes(content[:end])
                yield

    words = ["watch", str(folder), "--out", str(out), "--quiet", "--stop-after", "4"]
    assert _watch(words, measure()) == 0
    assert seen == [1, 2]
    rows = _rows(out / "spectra.csv")
    assert sorted(row["source"] for row in rows) == sorted(path.name for path in spectra[:3])
    assert {row["status"] for row in rows} <= {"converged", "at_bound"}


def _watch(words: list[str], measure: Iterator[None]) -> int:
    """Watch on a clock that goes on only while the watcher waits; a step is done at each look."""
    seconds = [0.0]

    def sleep(duration: float) -> None:
        seconds[0] += duration
        next(measure, None)

    options = command_line_parser().parse_args([*words, *QUICK])
    return watch.run(options, now=lambda: seconds[0], sleep=sleep)


def _wait_for(out: Path, spectra: int) -> Iterator[None]:
    while not (out / "project.thio").is_file() or len(_rows(out / "spectra.csv")) < spectra:
        yield


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


def test_a_locked_table_and_an_unreadable_record_do_not_end_it(
    spectra: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is said once, and once more when it works again."""
    folder, out, record = tmp_path / "insitu", tmp_path / "out", tmp_path / "record.csv"
    folder.mkdir()
    # a folder in its place cannot be replaced, as a table that is open elsewhere
    locked = out / "peaks.csv" / "held"
    locked.mkdir(parents=True)
    record.write_bytes(b"\x00" * 50)

    def measure() -> Iterator[None]:
        for number, path in enumerate(spectra[:4]):
            _copy(path, folder)
            # not before the former one is in the tables
            yield from _wait_for(out, number + 1)
            if number == 1:
                locked.rmdir()
                locked.parent.rmdir()
                lines = [f"{one.name};3.{place}" for place, one in enumerate(spectra[:4])]
                record.write_text("\n".join(["file;voltage", *lines]), encoding="utf-8")

    words = ["watch", str(folder), "--out", str(out), "--voltage", str(record), "--overwrite"]
    code = _watch([*words, "--stop-after", "3"], measure())
    said = capsys.readouterr().err
    assert code == 0, said
    assert said.count("record.csv: ") == 2
    assert "record.csv: works again." in said
    assert said.count("the table peaks.csv: ") == 2
    assert "the table peaks.csv: works again." in said
    assert [row["voltage_V"] for row in _rows(out / "spectra.csv")][-2:] != ["", ""]
    assert len(_rows(out / "spectra.csv")) == 4


def test_a_spectrum_that_trips_the_program_is_listed_and_the_others_are_fitted(
    spectra: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "insitu", tmp_path / "out"
    folder.mkdir()
    for path in spectra[:3]:
        _copy(path, folder)
    whole = watch.grow_project

    def trip(project: object, reading: Reading, *rest: object) -> object:
        if any(spectra[1].name in one.attrs["sources"] for one in reading.series):
            raise IndexError("odd")
        return whole(project, reading, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(watch, "grow_project", trip)
    assert run_command(["watch", str(folder), "--out", str(out), "--once", *QUICK]) == 1
    project = open_project(out / "project.thio")
    assert project.analyses["raman"].series.sizes["spectrum"] == 2
    (entry,) = project.unread
    assert entry.source == spectra[1].name
    assert "IndexError: odd" in entry.reason


def test_a_file_that_is_renamed_is_in_the_tables_once(spectra: list[Path], tmp_path: Path) -> None:
    folder, out = tmp_path / "insitu", tmp_path / "out"
    folder.mkdir()
    _copy(spectra[0], folder)
    names = [spectra[0].name, "other.txt", spectra[0].name]

    def measure() -> Iterator[None]:
        yield from _wait_for(out, 1)
        for before, after in pairwise(names):
            (folder / before).rename(folder / after)
            while [row["source"] for row in _rows(out / "spectra.csv")] != [after]:
                yield

    words = ["watch", str(folder), "--out", str(out), "--quiet", "--stop-after", "3"]
    assert _watch(words, measure()) == 0
    assert [row["source"] for row in _rows(out / "spectra.csv")] == [names[-1]]
