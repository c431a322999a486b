"""A folder of results holds one analysis: all of it or the one before, and says which."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.__main__ import main
from fitting.data.errors import ThioscopeError
from fitting.models.from_library import model_from_library
from fitting.output import export
from fitting.output.export import check_folder, export_project, exported_files
from fitting.output.manifest import MANIFEST_FILE, check_manifest, read_manifest
from fitting.output.placing import is_interrupted, repair_folder
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.saving.project_file import open_project
from fitting.simulation.series import simulate_series


@pytest.fixture(scope="module")
def project() -> Project:
    model = model_from_library("argyrodite S 2p", background="linear")
    series = simulate_series(
        model,
        {f"{peak.name}.area": np.full(2, 2000.0) for peak in model.peaks},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        sources={"a.txt": "0" * 64},
    )
    return Project({"S 2p": Analysis(series, Recipe(model))}, notes=("first",))


@pytest.fixture(autouse=True)
def few_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures, report and workbook are tested elsewhere."""

    def two_figures(_: object, place: Path, *__: object, **___: object) -> object:
        place.mkdir(exist_ok=True)
        for name in ("S_2p_fits.svg", "S_2p_fits.png"):
            (place / name).write_text(name)
            yield place / name

    monkeypatch.setattr(export, "write_figures", two_figures)
    monkeypatch.setattr(export, "write_report", lambda *_, **__: iter(()))


def run_export(project: Project, folder: Path, **options: object) -> list[str]:
    said: list[str] = []
    list(export_project(project, folder, tell=said.append, **options))  # type: ignore[arg-type]
    return said


def test_the_manifest_names_every_file_and_no_other(project: Project, tmp_path: Path) -> None:
    assert run_export(project, tmp_path / "out") == []
    names = {
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    manifest = read_manifest(tmp_path / "out")
    assert manifest is not None
    assert names == {*manifest.files, MANIFEST_FILE}
    assert "project.thio" in manifest.files
    assert check_manifest(tmp_path / "out") == []


def test_files_of_the_analysis_before_go_and_those_of_others_stay(
    project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_export(project, out, nexus=True)
    assert (out / "data.nxs").exists()
    (out / "mine.txt").write_text("mine")
    (out / "figures" / "mine.svg").write_text("mine")
    run_export(replace(project, notes=("second",)), out)
    assert not (out / "data.nxs").exists()
    assert (out / "mine.txt").exists()
    assert (out / "figures" / "mine.svg").exists()
    assert open_project(out / "project.thio").notes == ("second",)


def test_a_stale_file_that_somebody_changed_stays(project: Project, tmp_path: Path) -> None:
    run_export(project, tmp_path, nexus=True)
    (tmp_path / "data.nxs").write_bytes(b"notes of my own")
    run_export(project, tmp_path)
    assert (tmp_path / "data.nxs").read_bytes() == b"notes of my own"


def test_what_is_locked_is_written_under_another_name_and_said(
    project: Project, tmp_path: Path
) -> None:
    # a folder in its place cannot be replaced by a file, as a file that is open elsewhere cannot
    (tmp_path / "peaks.csv" / "held").mkdir(parents=True)
    (said,) = run_export(project, tmp_path)
    assert "peaks.csv: cannot be replaced" in said
    assert "peaks.new.csv" in said
    assert (tmp_path / "peaks.new.csv").read_text(encoding="utf-8").startswith("spectrum,")
    assert tmp_path / "peaks.new.csv" in exported_files(tmp_path)
    assert check_manifest(tmp_path) == []
    assert open_project(tmp_path / "project.thio").notes == ("first",)


@pytest.mark.parametrize("output", ["write_workbook", "write_figures", "write_report"])
def test_an_output_that_trips_is_said_and_the_others_are_written(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    def trip(*_: object, **__: object) -> None:
        raise IndexError("odd")

    monkeypatch.setattr(export, output, trip)
    (said,) = run_export(project, tmp_path)
    assert "IndexError: odd" in said
    assert (tmp_path / "spectra.csv").exists()
    assert open_project(tmp_path / "project.thio").notes == ("first",)


@pytest.mark.parametrize("fault", [OSError(28, "No space left"), KeyboardInterrupt()])
def test_the_project_is_kept_when_all_else_cannot_be_written(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def trip(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(export, "write_tables", trip)
    with pytest.raises((ThioscopeError, KeyboardInterrupt)):
        run_export(project, tmp_path)
    assert open_project(tmp_path / "project.thio").notes == ("first",)
    assert "interrupted" in check_manifest(tmp_path)[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST_FILE, "project.thio"]


def test_whoever_stops_iterating_leaves_the_folder_as_it_was(
    project: Project, tmp_path: Path
) -> None:
    run_export(project, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    writing = export_project(replace(project, notes=("second",)), tmp_path)
    for _ in range(4):
        next(writing)
    writing.close()
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def _kill_at(moves: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Have the program end, as if killed, before one of its moves."""
    whole, done = Path.replace, 0

    def replace_or_die(path: Path, target: Path) -> Path:
        nonlocal done
        if "export-" in str(path) and ".part" not in path.name:
            done += 1
            if done > moves:
                raise SystemExit("killed")
        return whole(path, target)

    monkeypatch.setattr(Path, "replace", replace_or_die)
    return lambda: done


@pytest.mark.parametrize("moves", [0, 1, 4, 9])
def test_an_export_killed_in_the_middle_is_recognised_and_finished(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    out = tmp_path / "out"
    run_export(project, out, nexus=True)
    with monkeypatch.context() as patch:
        _kill_at(moves, patch)
        with pytest.raises(SystemExit):
            run_export(replace(project, notes=("second",)), out)
    assert is_interrupted(out)
    assert main(["check", str(out)]) == 1
    with pytest.raises(ThioscopeError, match="check --repair"):
        check_folder(out, overwrite=False)
    assert main(["check", "--repair", str(out)]) == 0
    assert not is_interrupted(out)
    assert open_project(out / "project.thio").notes == ("second",)
    assert not (out / "data.nxs").exists()
    assert not list(out.glob(".*"))


def test_an_export_killed_before_it_was_decided_has_changed_nothing(
    project: Project, tmp_path: Path
) -> None:
    run_export(project, tmp_path)
    (tmp_path / ".thioscope-export-0000" / "figures").mkdir(parents=True)
    assert not is_interrupted(tmp_path)
    assert repair_folder(tmp_path) == ""
    assert check_manifest(tmp_path) == []


def test_a_manifest_from_elsewhere_reaches_no_other_place(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_export(project, out)
    other = tmp_path / "other.txt"
    other.write_text("other")
    digest = hashlib.sha256(b"other").hexdigest()
    text = json.loads((out / MANIFEST_FILE).read_text())
    text["files"] |= {"../other.txt": digest, str(other): digest}
    (out / MANIFEST_FILE).write_text(json.dumps(text))
    run_export(project, out)
    assert other.exists()


def test_check_names_what_is_missing_or_changed(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_export(project, tmp_path)
    assert main(["check", str(tmp_path)]) == 0
    (tmp_path / "peaks.csv").unlink()
    (tmp_path / "spectra.csv").write_text("other")
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "peaks.csv: is missing" in said
    assert "spectra.csv: is not as it was exported" in said
    assert main(["check", str(tmp_path / "project.thio")]) == 0
