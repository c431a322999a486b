"""Regions told by names and ranges."""

import pytest

from fitting.data.regions import (
    knowing_windows,
    region_from_name,
    region_from_range,
    region_windows,
    regions_from_name,
    without_region,
)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("S2p", "S 2p"),
        ("S 2p Scan", "S 2p"),
        ("s_2p", "S 2p"),
        ("P2p3/2", "P 2p"),
        ("Sn3d5", "Sn 3d"),
        ("C1s", "C 1s"),
        ("C1S", "C 1s"),
        ("1: S 2p", "S 2p"),
        ("S 2p/53", "S 2p"),
        ("LPSC_2.55V_S2p.txt", "S 2p"),
        ("LPSC_S2p_2p55V", "S 2p"),
        ("pristineS2p", "S 2p"),
        ("20240228_Au_MPPipTFSIIol3_S_2p", "S 2p"),
        ("Li3PS4_Li1s", "Li 1s"),
        ("Cl 2p region", "Cl 2p"),
        ("C1sScan", "C 1s"),
        ("S2p2", "S 2p"),
        ("LPS_As3d2", "As 3d"),
        ("S2p_12", "S 2p"),
        ("Survey", "survey"),
        ("XPS_wide_scan", "survey"),
        ("Su1s", "survey"),
    ],
)
def test_a_region_is_told_by_a_name(name: str, region: str) -> None:
    assert region_from_name(name) == region


@pytest.mark.parametrize(
    "name",
    [
        "2p55V",
        "LPSC_2p55V",
        "Li2S",
        "Li3P",
        "Na2S",
        "K2S",
        "As2S3",
        "Ni2P",
        "Li6PS5Cl",
        "3.6V_2p",
        "25C_1s",
        "S_2p55 V",
        "PBTTT 1.2 V",
        "C 2p",
        "worldwide",
        "pristine",
        "",
    ],
)
def test_compounds_voltages_and_samples_are_no_regions(name: str) -> None:
    assert region_from_name(name) is None


def test_a_name_that_tells_two_regions_tells_none() -> None:
    assert region_from_name("S 2p and P 2p") is None


def test_a_name_of_two_regions_gives_both() -> None:
    assert regions_from_name("Fe3p-Mg2p") == ("Fe 3p", "Mg 2p")


def test_a_sample_name_keeps_all_but_the_region() -> None:
    assert without_region("pristine_S2p") == "pristine_"
    assert without_region("Li2S_survey") == "Li2S_"


@pytest.mark.parametrize("region", region_windows())
def test_a_window_is_its_own_region(region: str) -> None:
    low, high = region_windows()[region]
    assert region_from_range(low, high) == region
    assert region_from_range(low + 2, high - 2) == region


@pytest.mark.parametrize(
    ("low", "high", "region"),
    [(0, 1200, "survey"), (157.7, 173.7, "S 2p"), (279.7, 299.7, "C 1s"), (700, 740, None)],
)
def test_a_region_is_told_by_a_range(low: float, high: float, region: str | None) -> None:
    assert region_from_range(low, high) == region


def test_a_range_over_two_windows_is_no_region() -> None:
    assert region_from_range(120, 180) is None


def test_of_windows_that_overlap_the_one_that_agrees_best_is_told() -> None:
    with knowing_windows({"Li 1s": (48.0, 62.0), "Fe 3p": (50.0, 66.0)}):
        assert region_from_range(48.5, 61.5) == "Li 1s"
        assert region_from_range(51.0, 66.0) == "Fe 3p"
        assert region_from_range(46.0, 67.0) == "Fe 3p"


def test_windows_of_one_file_are_forgotten_after_it() -> None:
    before = region_windows()
    with knowing_windows({"Cs 3d": (718.0, 746.0)}):
        assert region_from_range(720.0, 744.0) == "Cs 3d"
    assert region_windows() == before
    assert region_from_range(720.0, 744.0) is None


@pytest.mark.parametrize(
    ("name", "region"),
    [("CKLL Scan", "C KLL"), ("Zn LMM", "Zn LMM"), ("In_MNN", "In MNN"), ("SMALL", None)],
)
def test_auger_lines_are_named_and_not_taken_for_the_core_level_there(
    name: str, region: str | None
) -> None:
    assert region_from_name(name) == region
