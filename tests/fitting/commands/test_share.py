"""The joint fit from the command line: what is shared has one value, and the recipe says so."""

import json
from pathlib import Path

import pandas as pd
import pytest

from app.__main__ import main
from fitting.simulation.example import write_example

WORDS = ("--region", "S 2p", "--charge-reference", "none", "--quiet", "--quick")


@pytest.fixture(scope="module")
def spectra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example(tmp_path_factory.mktemp("example")) / "xps"


def _fit(spectra: Path, out: Path, *words: str) -> pd.DataFrame:
    assert main(["fit", str(spectra), "--out", str(out), *WORDS, *words]) == 0
    return pd.read_csv(out / "peaks.csv")


def test_shared_widths_are_one_number_in_the_tables(spectra: Path, tmp_path: Path) -> None:
    alone = _fit(spectra, tmp_path / "alone")
    joint = _fit(spectra, tmp_path / "joint", "--share", "fwhm,mixing")
    assert (alone.groupby("peak")["fwhm"].nunique() > 1).any()
    assert (joint.groupby("peak")["fwhm"].nunique() == 1).all()
    assert (joint.groupby("peak")["position"].nunique() > 1).any()
    recipe = json.loads((tmp_path / "joint" / "recipe.json").read_text())
    assert recipe["regions"]["S 2p"]["options"]["share"] == ["fwhm", "mixing"]


def test_the_recipe_of_a_joint_fit_gives_the_same_tables(spectra: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    _fit(spectra, first, "--share", "fwhm", "--share-by", "branch")
    _fit(spectra, tmp_path / "again", "--model", str(first / "recipe.json"))
    for name in ("spectra", "peaks", "species", "audit"):
        again = (tmp_path / "again" / f"{name}.csv").read_text()
        assert again == (first / f"{name}.csv").read_text(), name


def test_what_is_to_be_shared_goes_before_what_a_recipe_says(spectra: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    _fit(spectra, first)
    words = ("--model", str(first / "recipe.json"), "--share", "fwhm")
    joint = _fit(spectra, tmp_path / "joint", *words)
    assert (joint.groupby("peak")["fwhm"].nunique() == 1).all()


def test_groups_alone_change_those_of_a_recipe(spectra: Path, tmp_path: Path) -> None:
    first, model = tmp_path / "first", ("--model", str(tmp_path / "first" / "recipe.json"))
    _fit(spectra, first, "--share", "fwhm")
    joint = _fit(spectra, tmp_path / "joint", *model, "--share-by", "sample")
    assert (joint.groupby("peak")["fwhm"].nunique() > 1).any()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--share", "width"), "Choose one of: position, fwhm"),
        (("--share", "fwhm", "--share-by", "colour"), "Choose one of: sample"),
        (("--share-by", "sample"), "Say with --share what is shared"),
        (("--share", "fwhm", "--seed-from", "previous"), "Choose seed_from library"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    spectra: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    out = tmp_path / "out"
    assert main(["fit", str(spectra), "--out", str(out), *WORDS, *words]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()
