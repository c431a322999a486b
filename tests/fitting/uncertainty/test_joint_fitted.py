"""One spectrum with what the others say of shared parameters: against the whole joint fit."""

from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import least_squares

from fitting.data.series import axis_of
from fitting.fits.each import fit_all_spectra
from fitting.fits.measured import take_measured
from fitting.fits.options import FitOptions
from fitting.fits.shared import is_shared
from fitting.models.function import compile_model
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.quantities.quantify import species_areas
from fitting.quantities.quantity import fraction_of, ratio_of
from fitting.simulation.series import simulate_series
from fitting.uncertainty.joint_bootstrap import joint_bootstrap
from fitting.uncertainty.joint_fitted import groups_of, make_group
from fitting.uncertainty.null_distribution import chance_rises
from fitting.uncertainty.profile import profile_intervals

OPTIONS = FitOptions(share=("position", "fwhm", "mixing"), weights="data")
QUANTITIES = (fraction_of("polysulfide"), ratio_of("P2S5", "PS4"))
COUNT = 6


@dataclass(frozen=True)
class Joint:
    """A series that was fitted jointly."""

    series: xr.Dataset
    model: Model
    result: xr.Dataset

    @property
    def fitted(self) -> tuple[xr.Dataset, xr.Dataset, Model]:
        return self.series, self.result, self.model

    def group(self):
        return make_group(*self.fitted, OPTIONS, np.arange(self.result.sizes["spectrum"]))


def _peak(name: str, position: float) -> Peak:
    return Peak(
        name,
        name,
        "pseudo-voigt",
        {
            "area": Parameter(1000.0, 0.0),
            "position": Parameter(position, position - 0.6, position + 0.6),
            "fwhm": Parameter(1.1, 0.6, 2.0),
            "mixing": Parameter(0.3, 0.0, 1.0),
            "separation": Parameter(1.18, vary=False),
            "area_ratio": Parameter(0.5, vary=False),
        },
    )


MODEL = Model(
    (_peak("PS4", 161.5), _peak("polysulfide", 162.5), _peak("P2S5", 163.5)),
    Background("linear", {"offset": Parameter(50.0), "slope": Parameter(0.0)}),
    tuple(
        Tie(f"{name}.{short}", f"PS4.{short}")
        for name in ("polysulfide", "P2S5")
        for short in ("fwhm", "mixing")
    ),
)


def _joint(areas: dict[str, object], seed: int = 3) -> Joint:
    values = {"PS4.fwhm": 1.2, "PS4.mixing": 0.3, "background.offset": 60.0}
    values |= {f"{name}.area": area for name, area in areas.items()}
    series = simulate_series(
        MODEL,
        {name: np.broadcast_to(value, COUNT) for name, value in values.items()},
        np.linspace(156.0, 172.0, 121),
        np.random.default_rng(seed),
        region="S 2p",
        sample=np.array(["a"] * 3 + ["b"] * 3),
    )
    return Joint(series, MODEL, fit_all_spectra(series, MODEL, OPTIONS))


@pytest.fixture(scope="module")
def joint() -> Joint:
    grows = np.linspace(300.0, 1500.0, COUNT)
    return _joint({"PS4": 3000.0 - grows, "polysulfide": grows, "P2S5": 400.0})


def test_each_spectrum_with_the_others_ends_where_the_joint_fit_did(joint: Joint) -> None:
    fitted = joint.group().fitted(np.arange(COUNT))
    names = fitted.function.affine.names
    columns = [names.index(name) for name in fitted.function.affine.free]
    stderr = joint.result["stderr"].values[:, columns]
    away = fitted.minimum.free - joint.result["value"].values[:, columns]
    assert np.abs(away / stderr).max() < 0.02


def test_errors_of_areas_are_those_of_the_joint_fit(joint: Joint) -> None:
    fitted = joint.group().fitted(np.arange(COUNT))
    areas = species_areas(joint.result, joint.model)
    errors = np.sqrt(np.diagonal(fitted.released_covariance(), axis1=1, axis2=2))
    assert errors == pytest.approx(areas.stderr, rel=0.05)


def _chi_square_with_share_held(joint: Joint, spectrum: int, share: float) -> float:
    """The least chi-square of all spectra together with the share of polysulfide in one held."""
    function = compile_model(joint.model, joint.series[axis_of(joint.series)].values)
    shared = is_shared(function, OPTIONS)
    names, own = list(function.affine.free), int((~shared).sum())
    data = take_measured(joint.series, joint.model)
    columns = [function.affine.names.index(name) for name in names]
    best = joint.result["value"].values[:, columns]
    areas = [names.index(f"{peak.name}.area") for peak in joint.model.peaks]
    scale = best[:, :1] * 0.0 + np.abs(best).max(axis=0)

    def spread(q: np.ndarray) -> np.ndarray:
        free = np.empty_like(best)
        free[:, ~shared], free[:, shared] = q[: COUNT * own].reshape(COUNT, own), q[COUNT * own :]
        return free * scale

    def residual(q: np.ndarray) -> np.ndarray:
        free = spread(q)
        model = function.value(function.affine.expand(free), data.offsets)
        held = free[spectrum, areas]
        pull = 1e3 * (held[1] - share * held.sum()) / (0.02 * held.sum())
        return np.append(((data.intensity - model) / data.sigma).ravel(), pull)

    unit = best / scale
    start = np.concatenate([unit[:, ~shared].ravel(), unit[0, shared]])
    return float(2.0 * least_squares(residual, start, x_scale="jac", ftol=1e-12).cost)


def test_profile_ends_where_the_whole_joint_fit_rises_by_the_threshold(joint: Joint) -> None:
    (block,) = profile_intervals(*joint.fitted, QUANTITIES, OPTIONS, spectra=[2])
    least = float(joint.result["chi_square"].sum())
    threshold = float(joint.group().fitted(np.array([2])).threshold[0])
    for end in (block.low95[0, 0], block.high95[0, 0]):
        rise = _chi_square_with_share_held(joint, 2, end / 100.0) - least
        # the interval allows for the noise of the areas, which the chi-square does not
        assert 0.95 * threshold < rise < 1.25 * threshold


def test_profile_is_about_the_covariance_where_all_is_seen(joint: Joint) -> None:
    (block,) = profile_intervals(*joint.fitted, QUANTITIES, OPTIONS)
    areas = species_areas(joint.result, joint.model)
    for column, quantity in enumerate(QUANTITIES):
        expected = quantity.estimate(areas)
        assert np.abs((block.low95[:, column] - expected.low95) / expected.stderr).max() < 0.3
        assert np.abs((block.high95[:, column] - expected.high95) / expected.stderr).max() < 0.3


def test_known_place_leaves_chance_less_room_for_an_absent_species() -> None:
    present = np.array([0.0, *[1200.0] * (COUNT - 1)])
    joint = _joint({"PS4": 3000.0, "polysulfide": 300.0, "P2S5": present})
    absent = np.array([False, False, True])
    known = np.quantile(chance_rises(joint.group().fitted(np.array([0])), 0, absent), 0.95)
    # of one line in a known place it would be 2.71; its width is known, its place within 0.02 eV
    assert 2.5 < known < 3.2
    nowhere = _joint({"PS4": 3000.0, "polysulfide": 300.0, "P2S5": 0.0})
    free = np.quantile(chance_rises(nowhere.group().fitted(np.array([0])), 0, absent), 0.95)
    assert free > known + 0.3


def test_groups_are_asked_each_by_itself(joint: Joint) -> None:
    by_sample = FitOptions(share=OPTIONS.share, share_by=("sample",), weights="data")
    result = fit_all_spectra(joint.series, joint.model, by_sample)
    groups = [(list(members), list(rows)) for members, rows in groups_of(result, np.array([4, 0]))]
    assert groups == [([3, 4, 5], [4]), ([0, 1, 2], [0])]


def test_scatter_of_joint_replicas_is_the_standard_error(joint: Joint) -> None:
    blocks = list(
        joint_bootstrap(*joint.fitted, OPTIONS, quantities=QUANTITIES, replicas=150, spectra=[3])
    )
    areas = species_areas(joint.result, joint.model)
    assert [block.spectra.size for block in blocks] == [0] * 150 + [1]
    expected = [quantity.estimate(areas).stderr[3] for quantity in QUANTITIES]
    # 150 replicas know their standard deviation within 6 %
    assert blocks[-1].spread[0] == pytest.approx(expected, rel=0.2)


def test_joint_replicas_repeat_with_their_seed_whichever_spectra_are_asked(joint: Joint) -> None:
    given = {"quantities": QUANTITIES, "replicas": 20}
    one = list(joint_bootstrap(*joint.fitted, OPTIONS, spectra=[3], **given))[-1]
    two = list(joint_bootstrap(*joint.fitted, OPTIONS, spectra=[1, 3], **given))[-1]
    other = list(joint_bootstrap(*joint.fitted, OPTIONS, spectra=[3], seed=1, **given))[-1]
    assert np.array_equal(one.low95, two.low95)
    assert not np.array_equal(one.low95, other.low95)


def test_absent_species_of_a_joint_fit_begins_at_zero() -> None:
    joint = _joint({"PS4": 3000.0, "polysulfide": 0.0, "P2S5": 900.0})
    profiled = list(profile_intervals(*joint.fitted, QUANTITIES[:1], OPTIONS))
    assert (profiled[0].low95[:, 0] == 0.0).sum() >= COUNT - 1
    given = {"quantities": QUANTITIES[:1], "replicas": 40}
    low = [block.low95[:, 0] for block in joint_bootstrap(*joint.fitted, OPTIONS, **given)]
    assert (np.concatenate(low) == 0.0).sum() >= COUNT - 1
