"""Sensitivity factors: the bundled set, and a user's own."""

from pathlib import Path

import pytest

from libraries.errors import LibraryError
from libraries.loader import bundled_sources
from libraries.sensitivity_sets import (
    load_sensitivity_set,
    sensitivity_set,
    sensitivity_set_names,
)

HEADER = "core_level,factor,main_line,partner_line\n"


def test_the_bundled_set_is_relative_to_carbon_and_cites_its_source() -> None:
    factors = sensitivity_set()
    assert factors.factor("C 1s") == 1.0
    assert factors.source in bundled_sources()
    assert factors.name in sensitivity_set_names()


def test_the_regions_of_the_libraries_have_a_factor() -> None:
    factors = sensitivity_set()
    expected = {"S 2p": 1.68, "P 2p": 1.19, "Cl 2p": 2.29, "Li 1s": 0.0568, "O 1s": 2.93}
    for core_level, value in expected.items():
        assert factors.factor(core_level) == pytest.approx(value, abs=0.006)


def test_the_lines_of_each_doublet_are_near_their_statistical_ratio() -> None:
    statistical = {"p": 1 / 2, "d": 2 / 3, "f": 3 / 4}
    doublets = [each for each in sensitivity_set().factors.values() if each.main_line]
    assert len(doublets) > 20
    for each in doublets:
        assert each.main_line is not None
        assert each.partner_line is not None
        ratio = each.partner_line / each.main_line
        assert ratio == pytest.approx(statistical[each.core_level[-1]], rel=0.06)


def test_a_missing_factor_is_refused_with_the_name_of_the_set() -> None:
    with pytest.raises(LibraryError, match="Scofield Al Ka has no factor for Xe 3d"):
        sensitivity_set().factor("Xe 3d")


def test_an_unknown_set_is_refused() -> None:
    with pytest.raises(LibraryError, match="no sensitivity set 'Wagner'"):
        sensitivity_set("Wagner")


def test_an_own_set_is_read_with_its_name_and_source(tmp_path: Path) -> None:
    path = tmp_path / "kratos.csv"
    path.write_text("# name: our Kratos\n# source: the vendor\n" + HEADER + "S 2p,0.668,,\n")
    factors = load_sensitivity_set(path)
    assert (factors.name, factors.source, factors.factor("S 2p")) == (
        "our Kratos",
        "the vendor",
        0.668,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "own.csv: the first line must be core_level,factor"),
        ("S 2p,1.68\n", "own.csv: the first line must be core_level,factor"),
        (HEADER, "own.csv: holds no factor"),
        (HEADER + "S 2p,much,,\n", "own.csv: line 2: 'much' is no positive number"),
        (HEADER + "S 2p,-1,,\n", "own.csv: line 2: '-1' is no positive number"),
        (HEADER + "S 2p,1,,\nS 2p,2,,\n", "own.csv: line 3: S 2p stands twice"),
        (HEADER + "S 2p,2.0,1.11,0.567\n", "own.csv: line 2: the lines 1.11 and 0.567 of S 2p"),
        (HEADER + ",1\n", "own.csv: line 2: needs core_level,factor"),
    ],
)
def test_each_mistake_in_an_own_set_is_told_by_file_and_line(
    text: str, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text)
    with pytest.raises(LibraryError) as caught:
        load_sensitivity_set(path)
    assert str(caught.value).startswith(expected)


def test_a_missing_set_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"none\.csv: cannot be read"):
        load_sensitivity_set(tmp_path / "none.csv")
