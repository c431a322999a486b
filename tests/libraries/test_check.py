"""The check of a user's library finds each mistake and names file and entry."""

from pathlib import Path

import pytest

from fitting.models.parameter_kinds import offered_kinds
from libraries.check import check_library, find_mistakes
from libraries.errors import LibraryError
from libraries.loader import catalogue, load_library

GOOD = """
name = "my germanium"
technique = "xps"
region = "Ge 3p"
unit = "eV"
window = [25.0, 40.0]

[core_level]
separation = 0.58
area_ratio = 0.6667
separation_source = "mine2026"
area_ratio_source = "statistical"

[position_rule]
margin = 0.2
minimum_half_width = 0.5

[sources.mine2026]
citation = "My own measurement, 2026"

[[species]]
id = "GeS4"
name = "thiogermanate"

[[species.position]]
source = "mine2026"
value = 30.8
partner = 31.4
seen = "read"
sample = "Li10GeP2S12"

[[species]]
id = "GeO2"
name = "oxide"

[[species.position]]
source = "mine2026"
value = 33.0
seen = "read"

[[model]]
name = "thiogermanate Ge 3p"
default = true
species = ["GeS4", "GeO2"]
line_shape = "pseudo-voigt"
background = "shirley"
crop = [27.0, 37.0]
fwhm = { start = 1.2, min = 0.6, max = 2.2 }
mixing = { start = 0.3, min = 0.0, max = 1.0 }
width_groups = [["GeS4", "GeO2"]]
"""

MISTAKES = {
    "unknown field": ("partner = 31.4", "partnr = 31.4", "species GeS4, position 1: there is no "
                      "field 'partnr'. Did you mean 'partner'?"),
    "missing source": ('source = "mine2026"\nvalue = 33.0', "value = 33.0",
                       "species GeO2, position 1: the field 'source' is missing."),
    "unknown source": ('source = "mine2026"\nvalue = 33.0', 'source = "mine2025"\nvalue = 33.0',
                       "species GeO2, position 1: there is no source 'mine2025'. "
                       "Did you mean 'mine2026'?"),
    "text for a number": ("value = 33.0", 'value = "33.0"', "'value' must be a number"),
    "outside the window": ("value = 33.0", "value = 133.0", "species GeO2, position 1: 133 eV lies "
                           "outside the window of Ge 3p, 25 to 40."),
    "unit of the file": ('unit = "eV"', 'unit = "1/cm"', "unit must be 'eV' for xps"),
    "unit of a position": ("value = 33.0", 'value = 33.0\nunit = "cm-1"',
                           "the unit is 'cm-1', but the file's 'eV'"),
    "duplicate id": ('id = "GeO2"', 'id = "GeS4"', "species GeS4: stands 2 times"),
    "separation of a pair": ("partner = 31.4", "partner = 32.4", "species GeS4, position 1: its "
                             "lines are 1.60 eV apart, but the separation of Ge 3p is 0.58 eV"),
    "partner below": ("partner = 31.4", "partner = 30.1", "must lie at higher binding energy"),
    "value and region": ("value = 33.0", "value = 33.0\nregion = [32.0, 34.0]",
                         "gives a value and a region"),
    "region reversed": ("value = 33.0", "region = [34.0, 32.0]", "the lower first"),
    "conflict without a reason": ("value = 33.0", 'value = 33.0\nconflicts = ""',
                                  "'conflicts' must be text"),
    "conflicts are all there is": ("value = 33.0", 'value = 33.0\nconflicts = "odd"',
                                   "every position is marked conflicts"),
    "nothing positions it": ("value = 33.0", "", "species GeO2: has no position"),
    "unpositioned with a position": ('name = "oxide"', 'name = "oxide"\nunpositioned = true',
                                     "is marked unpositioned, but has a position"),
    "dot in an id": ('id = "GeO2"', 'id = "Ge.O2"', "'Ge.O2' cannot name a peak"),
    "unknown twin": ('name = "oxide"', 'name = "oxide"\nnot_separable_from = ["GeS"]',
                     "not_separable_from names no species 'GeS'"),
    "inseparable in one model": ('name = "oxide"', 'name = "oxide"\nnot_separable_from = ["GeS4"]',
                                 "model thiogermanate Ge 3p: GeS4 and GeO2 cannot be told apart"),
    "area ratio": ("area_ratio = 0.6667", "area_ratio = 1.5", "core_level: area_ratio must lie"),
    "negative separation": ("separation = 0.58", "separation = -0.58", "must be positive"),
    "missing core level": ("[core_level]", "[sources.lost]\ncitation = \"x\"\n[sources.core]",
                           "Ge 3p is a doublet; the table core_level"),
    "species of a model": ('species = ["GeS4", "GeO2"]', 'species = ["GeS4", "GeO"]',
                           "model thiogermanate Ge 3p: there is no species 'GeO'. "
                           "Did you mean 'GeO2'?"),
    "line shape": ('"pseudo-voigt"', '"pseudovoigt"', "there is no line shape 'pseudovoigt'"),
    "background": ('"shirley"', '"shirly"', "there is no background 'shirly'"),
    "shape parameter": ('"pseudo-voigt"', '"gaussian"', "gaussian has no 'mixing'"),
    "start outside the crop": ("crop = [27.0, 37.0]", "crop = [27.0, 32.0]",
                               "GeO2 starts at 33, outside the crop range 27 to 32"),
    "width limits": ("min = 0.6", "min = 1.6", "fwhm: start must lie between min and max"),
    "width group": ('[["GeS4", "GeO2"]]', '[["GeS4", "Ge02"]]',
                    "width_groups names no peak 'Ge02'"),
    "tie": ("width_groups", '[[model.tie]]\ntarget = "GeO2"\nsource = "GeS4.position"\n#',
            "the tie of 'GeO2' names no parameter"),
    "tie out of bounds": (
        "width_groups",
        '[[model.tie]]\ntarget = "GeO2.position"\nsource = "GeS4.position"\noffset = 5.0\n#',
        "the tie puts GeO2 at 35.8, outside its bounds"),
}  # fmt: skip


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_library_has_no_findings(tmp_path: Path) -> None:
    assert check_library(written(tmp_path, GOOD), offered_kinds()) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_each_planted_mistake_is_found(name: str, tmp_path: Path) -> None:
    right, wrong, expected = MISTAKES[name]
    assert right in GOOD
    findings = check_library(written(tmp_path, GOOD.replace(right, wrong, 1)), offered_kinds())
    assert any(expected in finding for finding in findings), findings
    assert all(finding.startswith("mine.toml: ") for finding in findings)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_library_with_a_mistake_is_refused_by_file_and_entry(name: str, tmp_path: Path) -> None:
    right, wrong, _ = MISTAKES[name]
    path = written(tmp_path, GOOD.replace(right, wrong, 1))
    with pytest.raises(LibraryError, match=r"mine\.toml: "):
        catalogue((path,), offered_kinds())


def test_all_mistakes_of_a_file_are_found_at_once(tmp_path: Path) -> None:
    text = GOOD
    for name in ("unknown field", "outside the window", "background", "species of a model"):
        right, wrong, _ = MISTAKES[name]
        text = text.replace(right, wrong, 1)
    findings = "\n".join(check_library(written(tmp_path, text), offered_kinds()))
    assert "partnr" in findings
    assert "133 eV" in findings
    assert "shirly" in findings
    assert "'GeO'" in findings


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"name = ", "mine.toml: not a TOML file"),
        (b"name = '\xff'", "mine.toml: not UTF-8 text"),
        (b"", "mine.toml: the field 'name' is missing"),
        (b"species = 3\nsources = 4\nmodel = [1]", "mine.toml: 'species' must be a list of tables"),
    ],
)
def test_what_is_no_library_is_told_in_a_sentence(
    content: bytes, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    assert any(finding.startswith(expected) for finding in check_library(path))
    with pytest.raises(LibraryError):
        load_library(path)


def test_a_missing_file_and_a_folder_are_told_in_a_sentence(tmp_path: Path) -> None:
    assert check_library(tmp_path / "none.toml")[0].startswith("none.toml: cannot be read")
    assert check_library(tmp_path)[0].startswith(f"{tmp_path.name}: cannot be read")


def test_a_library_of_ones_own_stands_beside_the_bundled_ones(tmp_path: Path) -> None:
    known = catalogue((written(tmp_path, GOOD),))
    assert known.default_model("Ge 3p").species == ("GeS4", "GeO2")
    assert known.default_model("S 2p").name == "argyrodite S 2p"
    assert known.source("mine2026").citation == "My own measurement, 2026"


def test_an_own_species_replaces_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    text = GOOD.replace('region = "Ge 3p"', 'region = "S 2p"').replace("[25.0, 40.0]", "[155, 175]")
    text = text.replace('id = "GeS4"', 'id = "PS4"').split("[[model]]")[0]
    text = text.replace("value = 30.8\npartner = 31.4", "value = 161.9").replace("33.0", "163.0")
    text = text.replace("separation = 0.58", "separation = 1.16").replace("0.6667", "0.5")
    known = catalogue((written(tmp_path, text),))
    _, species = known.find_species("S 2p", "PS4")
    assert [position.value for position in species.bands[0].positions] == [161.9]
    assert known.find_species("S 2p", "sulfate")[1].name == "sulfate"
    level = known.core_level("S 2p")
    assert level is not None
    assert level.separation == 1.16


def test_relative_strengths_need_a_source(tmp_path: Path) -> None:
    band = '[[species.band]]\nname = "300"\nrelative_strength = 1.4\n[[species.band.position]]\n'
    text = GOOD.replace("[[species.position]]\n", band, 1).replace("partner = 31.4\n", "")
    findings = "\n".join(check_library(written(tmp_path, text), offered_kinds()))
    assert "band 300: relative_strength must lie between 0 and 1" in findings
    assert "band 300: relative_strength needs its strength_source" in findings


def test_a_file_that_does_not_say_how_its_numbers_were_seen_still_opens(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('seen = "read"\n', ""))
    assert any("'seen' is one of: read" in finding for finding in check_library(path))
    assert find_mistakes(path) == []
    assert catalogue((path,)).default_model("Ge 3p").species == ("GeS4", "GeO2")


def test_a_default_that_rests_on_memory_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace('seen = "read"', 'seen = "own-knowledge"', 1))
    (finding,) = check_library(path)
    assert "GeS4 is known from memory only" in finding


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{ element = "As", line = "3d", value = 41.0, source = "none", seen = "read" }', "'none'"),
        ('{ element = "As", line = "3d", source = "mine2026", seen = "read" }', "needs a value"),
        (
            '{ element = "As", line = "3d", value = 41.0, source = "mine2026", seen = "red" }',
            "Did you mean 'read'?",
        ),
    ],
)
def test_mistakes_in_interfering_lines_are_found(line: str, expected: str, tmp_path: Path) -> None:
    text = GOOD.replace("[core_level]", f"interference = [{line}]\n\n[core_level]", 1)
    (finding,) = check_library(written(tmp_path, text))
    assert finding.startswith("mine.toml: interference As 3d: ")
    assert expected in finding


def test_factors_are_checked_like_a_library(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    columns = "core_level,factor,main_line,partner_line\n"
    path.write_text(f"# photon_energy: 1486.6\n{columns}S 2p,1.7,,\n")
    assert check_library(path) == []
    path.write_text(f"{columns}S 2p,1.7,,\n")
    (told,) = check_library(path)
    assert told.startswith("own.csv: does not say of which photon energy it is")
    path.write_text(f"{columns}S 2p,high,,\n")
    assert check_library(path) == ["own.csv: line 2: 'high' is no positive number."]
