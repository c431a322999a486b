"""Several starts for a joint fit whose minimum is doubtful."""

from collections.abc import Generator, Iterator

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction
from fitting.solvers.joint.fit import iterate_jointly
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.minimise import solve_numpy
from fitting.solvers.numpy.starts import is_crowded, is_mixing, shifted_starts, with_several_starts
from fitting.solvers.spectra import Solution, Spectra

_LOWER_BY = 1e-9
_MEAN_EVALUATIONS = 500


def iterate_from_several_starts(
    function: ModelFunction, spectra: Spectra, shared: BoolArray, max_evaluations: int
) -> Generator[None, None, Solution]:
    """``iterate_jointly``; where its minimum is doubtful, again from other starts.

    The lowest chi-square of all spectra together is kept.
    """
    best = yield from iterate_jointly(function, spectra, shared, max_evaluations)
    if not _is_doubtful(function, shared, best):
        return best
    for start in _other_starts(function, spectra):
        again = Spectra(
            spectra.intensity,
            spectra.weight,
            spectra.offsets,
            np.tile(start, (len(spectra.start), 1)),
        )
        found = yield from iterate_jointly(function, again, shared, max_evaluations)
        if _is_better(found, best):
            best = found
    return best


def _is_doubtful(function: ModelFunction, shared: BoolArray, solution: Solution) -> bool:
    """Whether there may be a lower minimum elsewhere.

    So it is without convergence; where a shared parameter is undetermined, cannot be told from
    others or stands at a bound (but for a mixing); and where two peaks are almost in one place.
    """
    affine, free = function.affine, solution.free
    on_bound = ((free <= affine.lower) | (free >= affine.upper)) & ~is_mixing(function)
    unclear = on_bound | solution.undetermined | solution.entangled
    return bool(
        not solution.converged.all() or unclear[:, shared].any() or is_crowded(function, free).any()
    )


def _other_starts(function: ModelFunction, spectra: Spectra) -> Iterator[FloatArray]:
    """Starts of shape (f,): the fit of the mean spectrum, then lines wider, narrower and moved."""
    mean = _mean_spectrum(spectra)
    found = with_several_starts(solve_numpy)(function, mean, _MEAN_EVALUATIONS)
    yield found.free[0]
    for start in shifted_starts(function, mean.start):
        yield start[0]


def _mean_spectrum(spectra: Spectra) -> Spectra:
    """Mean of what was measured at each point of the grid, at the mean offset."""
    seen = spectra.weight > 0
    count = np.maximum(seen.sum(axis=0), 1)
    variance = np.zeros_like(spectra.weight)
    variance[seen] = spectra.weight[seen] ** -2
    spread = variance.sum(axis=0)
    return Spectra(
        intensity=(spectra.intensity.sum(axis=0) / count)[None],
        weight=np.where(spread > 0, count / np.sqrt(np.where(spread > 0, spread, 1.0)), 0.0)[None],
        offsets=spectra.offsets.mean(keepdims=True),
        start=spectra.start.mean(axis=0, keepdims=True),
    )


def _is_better(found: Solution, best: Solution) -> bool:
    new, old = float(found.chi_square.sum()), float(best.chi_square.sum())
    if not found.converged.all():
        return False
    if not best.converged.all():
        return new <= old * (1.0 + _LOWER_BY)
    return new < old * (1.0 - _LOWER_BY)
