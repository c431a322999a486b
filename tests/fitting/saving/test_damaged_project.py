"""A project file in which anything has changed is told apart, and what is whole of it is kept."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from fitting.data.errors import DamagedProjectError, ProjectFileError
from fitting.models.from_library import model_from_library
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.saving.examination import examine_project
from fitting.saving.project_file import open_project, rescue_project, save_project
from fitting.saving.seal import Seal, read_seal
from fitting.simulation.series import simulate_series


@pytest.fixture(scope="module")
def project() -> Project:
    """Two regions of three spectra."""
    model = model_from_library("argyrodite S 2p", background="linear")
    series = simulate_series(
        model,
        {f"{peak.name}.area": np.full(3, 2000.0) for peak in model.peaks},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region="S 2p",
        sources={"a.txt": "0" * 64},
    )
    other = series.assign_attrs(region="P 2p")
    return Project(
        {"S 2p": Analysis(series, Recipe(model)), "P 2p": Analysis(other, Recipe(model))},
        notes=("kept",),
    )


@pytest.fixture(scope="module")
def content(project: Project, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "a.thio"
    save_project(project, path)
    return path.read_bytes()


def test_every_changed_byte_breaks_the_seal(content: bytes, tmp_path: Path) -> None:
    rng = random.Random(1)
    path = tmp_path / "a.thio"
    for place in [0, len(content) - 1, *rng.sample(range(len(content)), 60)]:
        harmed = bytearray(content)
        harmed[place] ^= 1 << rng.randrange(8)
        path.write_bytes(harmed)
        assert read_seal(path) is not Seal.WHOLE
    path.write_bytes(content)
    assert read_seal(path) is Seal.WHOLE


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: content[:-40],
        lambda content: content[:-90],
        lambda content: content + b"\n",
        lambda content: content[:-4096] + bytes(4096),
        lambda content: content[:4096] + bytes(4096) + content[8192:],
    ],
    ids=["half the seal", "no seal", "more after it", "zeros at the end", "zeros within"],
)
def test_a_file_that_lost_its_seal_is_damaged(
    content: bytes, tmp_path: Path, harm: "type[bytes]"
) -> None:
    (tmp_path / "a.thio").write_bytes(harm(content))
    with pytest.raises(ProjectFileError, match=r"^a\.thio: "):
        open_project(tmp_path / "a.thio")


def test_damage_is_named_and_the_other_region_is_offered_and_opens(
    project: Project, content: bytes, tmp_path: Path
) -> None:
    series = project.analyses["P 2p"].series
    counts = series["intensity"].values.astype("<f8").tobytes()
    place = content.rindex(counts[:800])
    path = tmp_path / "a.thio"
    harmed = bytearray(content)
    harmed[place + 100] ^= 0x10
    path.write_bytes(harmed)
    with pytest.raises(DamagedProjectError, match=r"a\.thio.*Whole in it: S 2p\..*P 2p") as told:
        open_project(path)
    assert told.value.whole == ("S 2p",)
    rescued = rescue_project(path)
    assert list(rescued.analyses) == ["S 2p"]
    xr.testing.assert_identical(rescued.analyses["S 2p"].series, project.analyses["S 2p"].series)
    assert rescued.notes[0] == "kept"
    assert "a.thio" in rescued.notes[-1]


def test_a_file_of_which_nothing_is_whole_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.thio").write_bytes(content[:200])
    with pytest.raises(ProjectFileError, match=r"a\.thio: nothing in this file is whole"):
        rescue_project(tmp_path / "a.thio")


def test_an_examination_tells_what_a_whole_file_holds(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.thio").write_bytes(content)
    found = examine_project(tmp_path / "a.thio")
    assert (found.whole, found.damaged, found.refusal) == (("S 2p", "P 2p"), (), "")


def test_the_same_project_is_sealed_again_after_a_change(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.thio"
    for notes in (("first",), ("second",)):
        save_project(replace(project, notes=notes), path)
        assert read_seal(path) is Seal.WHOLE
        assert open_project(path).notes == notes
