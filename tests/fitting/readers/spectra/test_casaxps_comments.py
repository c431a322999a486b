"""What CasaXPS writes into comments, line by line."""

import math

import pytest

from fitting.readers.spectra.casaxps_comments import split_comment
from fitting.readers.spectra.published_fit import PublishedFit

REGION = (
    "CASA region (*S 2p*) (*U 2 Tougaard*) 1320.746 1327.3909 0.66800007 2 0 0 2684.4128 -450 0 0 "
    "(*S 2p*) 32.0648 0 0.668"
)
MAIN = (
    "CASA comp (*S 2p MoS2*) (*GL(30)*) Area 5317.9403 1e-020 291645.06 -1 1 MFWHM 0.89879457 0.2 "
    "5 -1 1 Position 1324.9322 1324.7223 1325.1223 -1 1 RSF 0.66800007 MASS 32.0648 INDEX -1 "
    "(*S 2p*) CONST (**) UNCORRECTEDRSF 0.668"
)
PARTNER = (
    "CASA comp (*S 2p MoS2*) (*GL(30)*) Area 2658.9701 1e-020 291645.06 0 0.5 MFWHM 0.89879457 0.2 "
    "5 0 1 Position 1323.7722 0 0 0 -1.16 RSF 0.66800007 MASS 32.0648 INDEX -1 (*S 2p*)"
)


def fit_of(*lines: str) -> PublishedFit:
    fit, _ = split_comment(lines, photon_energy=1486.69)
    assert fit is not None
    return fit


def test_regions_are_in_binding_energy() -> None:
    (region,) = fit_of(REGION).regions
    assert (region.name, region.background) == ("S 2p", "U 2 Tougaard")
    assert (region.low, region.high) == pytest.approx((159.2991, 165.944))
    assert region.cross_section == (2684.4128, -450, 0, 0)
    assert region.sensitivity_factor == pytest.approx(0.668)


def test_limits_of_positions_change_sides_with_the_axis() -> None:
    (component,) = fit_of(MAIN).components
    position = component.position
    assert (position.value, position.low, position.high) == pytest.approx(
        (161.7578, 161.5677, 161.9677)
    )
    assert position.follows is None
    assert component.line_shape == "GL(30)"
    assert component.sensitivity_factor == pytest.approx(0.668)


def test_a_partner_lies_above_its_main_line_in_binding_energy() -> None:
    partner = fit_of(MAIN, PARTNER).components[1]
    assert (partner.position.follows, partner.position.by) == (0, 1.16)
    assert (partner.area.follows, partner.area.by) == (0, 0.5)
    assert (partner.fwhm.follows, partner.fwhm.by) == (0, 1.0)
    assert math.isinf(partner.position.low)


def test_calibrations_are_summed_and_other_lines_kept() -> None:
    lines = ["Calib M = 281.17 A = 284.8 BE ADD", "Tilt : 0.00", "Calib M = 284.7 A = 284.8 BE ADD"]
    fit, others = split_comment(lines, 1486.6)
    assert fit is not None
    assert fit.shift == pytest.approx(3.73)
    assert others == ("Tilt : 0.00",)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Calib M = 281.17 A = 284.8 BE MULTIPLY",
        "CASA region (*S 2p*",
        "CASA comp (*S 2p*) (*GL(30)*) Area 1 2 3 MFWHM 4",
        "CASA comp (*S 2p*) (*GL(30)*) Area a b c d e MFWHM f g h i j Position k l m n o",
    ],
)
def test_lines_that_are_not_understood_stay_comments(line: str) -> None:
    assert split_comment([line], 1486.6) == (None, (line,))
