"""Project files: the same project comes back, and a failure leaves the old file whole."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import ProjectFileError
from fitting.data.series import ENERGY, make_series
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.preprocessing.axis import CropAxis
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.projects.unread import Unread
from fitting.referencing.charge_reference import ChargeReference
from fitting.saving.project_file import FORMAT, open_project, save_project
from fitting.saving.seal import add_seal


def _project(*, fitted: bool = True) -> Project:
    energy = np.linspace(158, 166, 81)
    rng = np.random.default_rng(1)
    shape = 1000 * np.exp(-0.5 * ((energy - 161.5) / 0.6) ** 2) + 200
    counts = rng.poisson(shape, (3, 81)).astype(float)
    counts[0, :5] = np.nan
    series = make_series(
        ENERGY,
        energy,
        counts,
        region="S 2p",
        sigma=np.sqrt(np.nan_to_num(counts, nan=1.0)),
        noise="poisson",
        sources={"Prüfling Ω.txt": "0" * 64},
        metadata={"dwell": 0.1},
        voltage=[2.5, np.nan, 3.0],
        sample=["pristine", "", "geladen Ω"],
        source="Prüfling Ω.txt",
    )
    peak = Peak(
        "PS4",
        "PS4",
        "gaussian",
        {
            "area": Parameter(1.0, min=0),
            "position": Parameter(161.4, min=160, max=163),
            "fwhm": Parameter(1.2, min=0.3, max=3),
        },
    )
    background = Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)})
    analysis = Analysis(series, Recipe(Model((peak,), background), (CropAxis(159, 165),)))
    if fitted:
        analysis = with_fit(analysis, fit_analysis(analysis))
    return Project(
        {"S 2p": analysis},
        ChargeReference(),
        (Unread("broken.vms", "broken.vms: damaged."),),
        ("a note",),
    )


def _assert_equal(one: Project, other: Project) -> None:
    assert one.charge_reference == other.charge_reference
    assert (one.unread, one.notes) == (other.unread, other.notes)
    assert list(one.analyses) == list(other.analyses)
    for region, analysis in one.analyses.items():
        again = other.analyses[region]
        assert (analysis.recipe, analysis.result_of) == (again.recipe, again.result_of)
        xr.testing.assert_identical(analysis.series, again.series)
        if analysis.result is None or again.result is None:
            assert analysis.result is again.result
        else:
            xr.testing.assert_identical(analysis.result, again.result)


@pytest.mark.parametrize("fitted", [True, False])
def test_a_project_comes_back_as_it_was(tmp_path: Path, fitted: bool) -> None:
    project = _project(fitted=fitted)
    save_project(project, tmp_path / "cell 7.thio")
    _assert_equal(open_project(tmp_path / "cell 7.thio"), project)


def test_an_empty_project_comes_back(tmp_path: Path) -> None:
    save_project(Project(), tmp_path / "empty.thio")
    assert open_project(tmp_path / "empty.thio") == Project()


def test_a_saved_project_leaves_no_other_file(tmp_path: Path) -> None:
    for _ in range(2):
        save_project(_project(), tmp_path / "a.thio")
    assert [path.name for path in tmp_path.iterdir()] == ["a.thio"]


def test_a_failed_save_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.thio"
    project = _project()
    save_project(project, path)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fitting.data.whole_file.os.fsync", full_disk)
    with pytest.raises(ProjectFileError, match="No space left"):
        save_project(Project(), path)
    _assert_equal(open_project(path), project)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.thio"]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match="not a folder"):
        save_project(Project(), tmp_path / "none" / "a.thio")


def test_what_is_no_project_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.thio").write_text("S 2p")
    for name in ("text.thio", "none.thio"):
        with pytest.raises(ProjectFileError, match=name):
            open_project(tmp_path / name)


def test_another_hdf5_file_is_refused_by_name(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.thio", "w") as file:
        file["x"] = [1, 2]
    with pytest.raises(ProjectFileError, match=r"other\.thio"):
        open_project(tmp_path / "other.thio")


def test_a_file_of_a_newer_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "new.thio"
    save_project(_project(), path)
    with h5py.File(path, "r+") as file:
        file.attrs["format"] = 99
    with pytest.raises(ProjectFileError, match="Update"):
        open_project(path)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused_by_name(tmp_path: Path, part: float) -> None:
    path = tmp_path / "cut.thio"
    save_project(_project(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    with pytest.raises(ProjectFileError, match=r"cut\.thio"):
        open_project(path)


def test_a_project_file_with_a_bad_recipe_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "bad.thio"
    save_project(_project(), path)
    with h5py.File(path, "r+") as file:
        recipes = json.loads(file.attrs["recipes"])
        recipes["regions"]["S 2p"]["model"]["peaks"][0]["line_shape"] = "sawtooth"
        file.attrs["recipes"] = json.dumps(recipes)
        end = file.id.get_filesize()
    path.write_bytes(add_seal(path.read_bytes()[:end]))
    with pytest.raises(ProjectFileError, match=r"bad\.thio.*sawtooth"):
        open_project(path)


_OLD_PROJECTS = Path(__file__).parents[2] / "data" / "projects"


@pytest.mark.parametrize("path", sorted(_OLD_PROJECTS.glob("*.thio")), ids=lambda path: path.stem)
def test_a_project_of_every_format_so_far_opens_and_can_be_fitted(path: Path) -> None:
    (analysis,) = open_project(path).analyses.values()
    assert analysis.region == "S 2p"
    assert analysis.is_current
    again = with_fit(analysis, fit_analysis(analysis))
    assert analysis.result is not None
    assert again.result is not None
    moved = (again.result["value"] - analysis.result["value"]) / analysis.result["stderr"]
    assert float(abs(moved).max()) < 0.05


def test_there_is_a_project_of_every_format_so_far() -> None:
    assert {path.stem for path in _OLD_PROJECTS.glob("*.thio")} == {
        f"format_{number}" for number in range(1, FORMAT + 1)
    }
