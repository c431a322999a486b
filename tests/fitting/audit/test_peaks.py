"""Widths, doublets, places and detection of single peaks."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.models.model import Model, Parameter, Peak, with_parameter
from libraries.loader import catalogue

CATALOGUE = catalogue()
REGION_CONSTANTS = CATALOGUE.core_level("S 2p")
COVARIANCE = np.diag([900.0, 900.0])


@pytest.mark.parametrize(("width", "trips"), [(0.3, True), (3.4, True), (1.6, False)])
def test_implausible_width_is_found(sound_model, rules, width: float, trips: bool) -> None:
    model = with_parameter(sound_model(), "PS4.fwhm", value=width, min=0.1, max=5.0)
    assert ("width" in rules(model)) is trips


def test_width_unlike_the_others_is_found(sound_model, rules) -> None:
    model = sound_model()
    third = Peak("Li2S", "Li2S", "gaussian", dict(model.peaks[0].parameters))
    model = Model((*model.peaks, third), model.background)
    model = with_parameter(model, "Li2S.position", value=159.8, min=159.0, max=161.0)
    wide = with_parameter(model, "sulfate.fwhm", value=2.0)
    spread = np.diag([900.0] * 3)
    assert "width" in rules(wide, covariance=spread)
    assert "width" not in rules(model, covariance=spread)


def single_line(model: Model) -> Model:
    def without_partner(peak: Peak) -> Peak:
        kept = {
            name: value
            for name, value in peak.parameters.items()
            if name not in ("separation", "area_ratio")
        }
        return replace(peak, parameters=kept)

    return replace(model, peaks=tuple(map(without_partner, model.peaks)))


def test_doublet_without_its_partner_is_found(sound_model, rules) -> None:
    assert "doublet-missing" in rules(single_line(sound_model()))
    carbon = CATALOGUE.species("C 1s")[0].id
    model = single_line(sound_model())
    names = [replace(peak, species=carbon) for peak in model.peaks]
    found = rules(replace(model, peaks=tuple(names)), region="C 1s")
    assert "doublet-missing" not in found


@pytest.mark.parametrize(
    ("name", "value", "trips"),
    [
        ("separation", REGION_CONSTANTS.separation + 0.2, True),
        ("separation", REGION_CONSTANTS.separation + 0.01, False),
        ("area_ratio", 0.7, True),
        ("area_ratio", REGION_CONSTANTS.area_ratio * 1.05, False),
    ],
)
def test_doublet_off_its_constants_is_found(
    sound_model, rules, name: str, value: float, trips: bool
) -> None:
    model = with_parameter(sound_model(), f"PS4.{name}", value=value, min=0.1, max=5.0, vary=True)
    assert ("doublet-constants" in rules(model)) is trips


def test_close_peaks_are_found(sound_model, rules) -> None:
    assert "peaks-not-separable" in rules(sound_model("Li2S", 161.1))
    assert "peaks-not-separable" not in rules(sound_model("Li2S", 160.1))


def test_correlated_areas_are_found(rules) -> None:
    tangled = np.array([[900.0, -890.0], [-890.0, 900.0]])
    assert "peaks-not-separable" in rules(covariance=tangled)
    assert "peaks-not-separable" not in rules(covariance=0.5 * tangled + 0.5 * COVARIANCE)


def test_phosphorus_of_phosphide_and_the_element_is_caught(sound_model, rules) -> None:
    model = sound_model("phosphide", 129.9)
    constants = CATALOGUE.core_level("P 2p")
    model = replace(
        model, peaks=(replace(model.peaks[0], name="P0", species="P0"), *model.peaks[1:])
    )
    for name in ("P0", "phosphide"):
        model = with_parameter(model, f"{name}.separation", value=constants.separation)
        model = with_parameter(model, f"{name}.area_ratio", value=constants.area_ratio)
    model = with_parameter(model, "P0.position", value=129.8, min=129.0, max=130.5)
    found = rules(model, region="P 2p", grid=np.arange(126.0, 140.0, 0.1))
    assert found >= {"peaks-not-separable", "library-conflict"}


@pytest.mark.parametrize(("area", "trips"), [(50.0, True), (70.0, False)])
def test_species_below_its_detection_limit_is_found(
    sound_model, rules, area: float, trips: bool
) -> None:
    model = with_parameter(sound_model(), "sulfate.area", value=area)
    assert ("below-detection" in rules(model)) is trips


def test_peak_cut_by_the_range_is_found(rules) -> None:
    assert "cut-by-range" in rules(grid=np.arange(156.0, 169.0, 0.1))
    assert "cut-by-range" not in rules(grid=np.arange(156.0, 172.0, 0.1))


def test_range_is_that_of_the_axis_with_its_offset(rules) -> None:
    shifted = {"axis_offset": [3.0], "charge_shift": [3.0]}
    assert "cut-by-range" in rules(grid=np.arange(156.0, 166.0, 0.1), coordinates=shifted)
    assert rules(grid=np.arange(153.0, 169.0, 0.1), coordinates=shifted) == set()


def test_species_the_library_does_not_separate_are_found(sound_model, rules) -> None:
    both = sound_model("P2S5", 167.5)
    both = replace(
        both, peaks=(replace(both.peaks[0], name="sulfite", species="sulfite"), both.peaks[1])
    )
    both = with_parameter(both, "sulfite.position", value=166.0, min=165.0, max=167.0)
    assert "library-conflict" in rules(both)
    assert "library-conflict" not in rules()


def test_position_outside_the_sources_is_found(sound_model, rules) -> None:
    model = with_parameter(sound_model(), "PS4.position", value=164.0, min=160.0, max=166.0)
    assert "position-outside-library" in rules(model)
    assert "position-outside-library" not in rules()


def test_a_width_that_the_library_gives_a_species_is_not_implausible(rules, sound_model) -> None:
    carbon = Peak(
        "carbon D", "carbon", "gaussian",
        {
            "area": Parameter(20000.0, min=0.0),
            "position": Parameter(1330.0, 1300.0, 1360.0),
            "fwhm": Parameter(143.0, 15.0, 300.0),
        },
    )  # fmt: skip
    model = Model((carbon,), sound_model().background)
    grid = np.arange(1000.0, 1800.0, 4.0)
    found = rules(model, region="raman", grid=grid, covariance=np.diag([900.0]))
    assert "width" not in found
