"""A carbon line that may be another's is weighed by the other core levels; doubt is said.

The spectra are made with numpy alone: sp2 carbon is a Doniach-Sunjic line, convolved.
"""

import numpy as np
import pytest
import xarray as xr

from fitting.data.series import FloatArray, get_column, make_series
from fitting.electrochemistry.measurement_states import common_states
from fitting.referencing.charge_reference import ChargeReference, apply_charge_reference
from fitting.referencing.charge_shifts import ChargeShift
from fitting.referencing.contested import CONTESTED
from fitting.referencing.hypotheses import (
    CARBON_AMBIGUITY,
    Readings,
    WitnessReading,
    _weigh_state,
)

CARBON, SULFUR = np.arange(279.0, 296.0, 0.1), np.arange(156.0, 174.0, 0.1)


def gaussian(x: FloatArray, position: float, fwhm: float) -> FloatArray:
    """Gaussian of unit area."""
    sigma = fwhm / 2.3548
    return np.asarray(np.exp(-0.5 * ((x - position) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi)))


def sp2_line(x: FloatArray, position: float, asymmetry: float, broadening: float) -> FloatArray:
    """Doniach-Sunjic line of half width 0.2 eV, convolved with a Gaussian; about unit area."""
    fine = np.arange(-25.0, 25.0, 0.02)
    angle = np.pi * asymmetry / 2 + (1 - asymmetry) * np.arctan(fine / 0.2)
    line = np.cos(angle) / (0.04 + fine**2) ** ((1 - asymmetry) / 2)
    kernel = gaussian(np.arange(-3.0, 3.01, 0.02), 0.0, broadening)
    smooth = np.convolve(line, kernel / kernel.sum(), mode="same")
    top = float(fine[np.argmax(smooth)])
    # its tail does not end; in a spectrum it is cut by the background
    cut = np.where(fine > 0, np.exp(-np.maximum(fine, 0) / 6), 1.0)
    unit = smooth * cut / np.trapezoid(smooth * cut, fine)
    return np.asarray(np.interp(x - position + top, fine, unit))


def carbon_counts(sp2: float, asymmetry: float, broadening: float) -> FloatArray:
    """C 1s of a share of sp2 carbon at 284.4 eV beside adventitious carbon at 284.8 eV."""
    adventitious = np.zeros_like(CARBON)
    for position, area in ((284.8, 0.8), (286.3, 0.12), (287.8, 0.03), (288.8, 0.05)):
        adventitious += area * gaussian(CARBON, position, 1.4)
    return 9000.0 * (
        sp2 * sp2_line(CARBON, 284.4, asymmetry, broadening) + (1 - sp2) * adventitious
    )


def sulfur_counts() -> FloatArray:
    """S 2p of PS4 and of polysulfide."""
    counts = np.zeros_like(SULFUR)
    for at, area in ((161.5, 6000.0), (163.2, 2000.0)):
        counts += area * (2 * gaussian(SULFUR, at, 1.2) + gaussian(SULFUR, at + 1.18, 1.2)) / 3
    return counts


def measured(region: str, x: FloatArray, counts: FloatArray, charging: float) -> xr.Dataset:
    rng = np.random.default_rng(len(region) + int(counts.sum()))
    noisy = rng.poisson(counts + 400.0 + 0.02 * np.cumsum(counts))
    counted = noisy[None, :].astype(float)
    return make_series(
        "energy",
        x + charging,
        counted,
        sigma=np.sqrt(counted),
        noise="poisson",
        region=region,
        sample=["a"],
    )


def find_shift(sp2: float, asymmetry: float, broadening: float, charging: float) -> xr.Dataset:
    """S 2p of such a sample, referred by its C 1s."""
    carbon = measured("C 1s", CARBON, carbon_counts(sp2, asymmetry, broadening), charging)
    sulfur = measured("S 2p", SULFUR, sulfur_counts(), charging)
    (_, referred), _ = apply_charge_reference([carbon, sulfur], ChargeReference())
    return referred


@pytest.mark.parametrize("asymmetry", [0.05, 0.2])
@pytest.mark.parametrize("sp2", [0.0, 0.3, 0.6, 0.9, 1.0])
def test_no_share_of_sp2_carbon_is_silently_wrong(sp2: float, asymmetry: float) -> None:
    broadening = 0.5 if asymmetry > 0.1 else 1.1
    referred = find_shift(sp2, asymmetry, broadening, 1.0)
    shift, stderr, words = (
        get_column(referred, name)[0]
        for name in ("charge_shift", "charge_shift_stderr", "charge_reference")
    )
    assert words == CONTESTED or abs(float(shift) + 1.0) < 0.2 + float(stderr)


def test_adventitious_carbon_alone_keeps_its_small_error() -> None:
    referred = find_shift(0.0, 0.1, 0.5, -2.0)
    assert float(get_column(referred, "charge_shift")[0]) == pytest.approx(2.0, abs=0.1)
    assert float(get_column(referred, "charge_shift_stderr")[0]) < 0.1


def weigh(usual: list[WitnessReading], chosen: list[WitnessReading]) -> ChargeShift:
    state = common_states([measured("S 2p", SULFUR, sulfur_counts(), 0.0)])[0][0]
    readings = Readings(ChargeShift(0.0, 0.01), ChargeShift(1.5, 0.01), 0.7)
    return _weigh_state(state, readings, usual, chosen).shift


IN_PLACE, AWAY = WitnessReading("S 2p", True, 0.0, 1.0), WitnessReading("S 2p", False, np.nan, 1.0)


def test_core_levels_decide_between_readings_of_the_carbon_line() -> None:
    assert weigh([IN_PLACE], [AWAY]).value == 0.0
    assert weigh([AWAY], [IN_PLACE]).value == 1.5


def test_readings_that_no_core_level_decides_are_refused() -> None:
    assert np.isnan(weigh([AWAY], [AWAY]).value)
    assert np.isnan(weigh([IN_PLACE], [IN_PLACE]).value)


def test_without_other_core_levels_the_carbon_line_speaks_for_itself() -> None:
    assert weigh([], []).value == 1.5


def test_a_narrow_carbon_line_has_the_ambiguity_in_its_error() -> None:
    referred = find_shift(1.0, 0.1, 0.4, 0.0)
    assert float(get_column(referred, "charge_shift_stderr")[0]) >= CARBON_AMBIGUITY
    assert abs(float(get_column(referred, "charge_shift")[0])) <= CARBON_AMBIGUITY + 0.05
