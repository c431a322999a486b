"""How often the intervals of each method hold the truth, for one piece of a scene."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from benchmarks.coverage.scenes import SCENES, Scene
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.each import fit_all_spectra
from fitting.fits.options import FitOptions
from fitting.quantities.interval_storage import IntervalBlock
from fitting.quantities.quantify import REFERENCE_SPECIES, species_areas, species_names
from fitting.quantities.quantity import Quantity, fraction_of, ratio_of
from fitting.uncertainty.bootstrap import bootstrap_spectra
from fitting.uncertainty.fitted import fitted_spectra
from fitting.uncertainty.null_distribution import chance_rises
from fitting.uncertainty.profile import profile_intervals

_FOUND_IN_95 = 1.645
"""Standard errors beyond the decision that is passed then in 95 % of spectra."""
_PILOT = 4
"""Spectra of a piece that the decision is drawn for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some spectra of one scene at one level, drawn from a seed of their own."""

    scene: str
    level: str
    number: int
    count: int
    replicas: int
    """Of a bootstrap. With none, there is no profile either: the covariance costs next to nothing,
    so that more spectra tell its bias near the detection limit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for n spectra and q quantities."""

    piece: Piece
    quantities: tuple[str, ...]
    truth: FloatArray
    """Shape (n, q), as the next."""
    value: FloatArray
    stderr: FloatArray
    seen: FloatArray
    """The smaller true area of both sides of a quantity in detection limits, shape (n, q)."""
    low: dict[str, FloatArray]
    """Ends of the intervals by method, shape (n, q); nan where there is none."""
    high: dict[str, FloatArray]


def measure(piece: Piece) -> Outcome:
    """Simulate, fit and find the intervals of one piece."""
    seed = [len(piece.scene), sum(map(ord, piece.level)), piece.number]
    scene = SCENES[piece.scene](piece.level, piece.count, np.random.default_rng(seed))
    options = FitOptions(engine="numpy")
    result = fit_all_spectra(scene.series, scene.model, options)
    areas = species_areas(result, scene.model)
    quantities = _quantities(scene)
    estimates = [one.estimate(areas) for one in quantities]
    low = {"covariance": np.stack([one.low95 for one in estimates], axis=1)}
    high = {"covariance": np.stack([one.high95 for one in estimates], axis=1)}
    if piece.replicas:
        ends = _beyond_covariance(scene, result, quantities, piece.replicas)
        low |= {method: one[0] for method, one in ends.items()}
        high |= {method: one[1] for method, one in ends.items()}
    above = scene.areas / _detection_limits(scene, result, options)
    return Outcome(
        piece,
        tuple(one.name for one in quantities),
        np.stack([_true(one, scene) for one in quantities], axis=1),
        np.stack([one.value for one in estimates], axis=1),
        np.stack([one.stderr for one in estimates], axis=1),
        np.stack([_seen(one, above, areas.names) for one in quantities], axis=1),
        low,
        high,
    )


def _beyond_covariance(
    scene: Scene, result: xr.Dataset, quantities: tuple[Quantity, ...], replicas: int
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Ends of profile and bootstrap intervals, shape (n, q) each."""
    fitted = (scene.series, result, scene.model)
    shape = (scene.series.sizes[SPECTRUM], len(quantities))
    profiles = profile_intervals(*fitted, quantities, FitOptions(engine="numpy"))
    options = FitOptions(engine="compiled", workers=1, block_size=256)
    replicated = bootstrap_spectra(*fitted, options, quantities=quantities, replicas=replicas)
    return {"profile": _ends(profiles, shape), "bootstrap": _ends(replicated, shape)}


def _detection_limits(scene: Scene, result: xr.Dataset, options: FitOptions) -> FloatArray:
    """Area of each species that is found in 95 % of spectra, if 5 % without it pass for having it.

    What passes is more than chance explains, with positions and widths that are searched for.
    """
    pilot = fitted_spectra(scene.series, result, scene.model, options, np.arange(_PILOT))
    species = np.array([peak.species for peak in scene.model.peaks])
    names = species_names(scene.model)
    rises = np.array(
        [
            [np.quantile(chance_rises(pilot, one, species == name), 0.95) for name in names]
            for one in range(_PILOT)
        ]
    )
    stderr = species_areas(result, scene.model).stderr
    return np.asarray(
        (np.sqrt(np.median(rises, axis=0)) + _FOUND_IN_95) * np.nanmedian(stderr, axis=0)
    )


def _quantities(scene: Scene) -> tuple[Quantity, ...]:
    names = species_names(scene.model)
    others = [name for name in names if name != REFERENCE_SPECIES]
    return (
        *(fraction_of(name) for name in names),
        *(ratio_of(name, REFERENCE_SPECIES) for name in others),
    )


def _true(quantity: Quantity, scene: Scene) -> FloatArray:
    names = species_names(scene.model)
    above = scene.areas[:, [names.index(name) for name in quantity.species]].sum(axis=1)
    if quantity.kind == "fraction":
        return np.asarray(100.0 * above / scene.areas.sum(axis=1))
    below = scene.areas[:, [names.index(name) for name in quantity.relative_to]].sum(axis=1)
    return np.asarray(above / below)


def _seen(quantity: Quantity, above: FloatArray, names: tuple[str, ...]) -> FloatArray:
    """How well the less seen of a quantity's two sides is; below a share stand all others."""
    own = [names.index(name) for name in quantity.species]
    rest = quantity.relative_to or [name for name in names if name not in quantity.species]
    other = [names.index(name) for name in rest]
    return np.asarray(np.minimum(above[:, own].max(axis=1), above[:, other].max(axis=1)))


def _ends(blocks: Iterable[IntervalBlock], shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    for block in blocks:
        low[block.spectra], high[block.spectra] = block.low95, block.high95
    return low, high
