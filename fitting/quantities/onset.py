"""The potential at which a species appears or fades: a change point with its 95 % interval.

Along one branch the quantity is constant up to the onset and changes linearly beyond it, up to a
plateau where the data ask for one. For every trial onset the rest follows by maximum likelihood:
weighted least squares, in which a value that ended at its bound says no more than that it would
have lain beyond. The errors are scaled by the reduced chi-square. The 95 % interval holds the
onsets whose deviance exceeds the least one by no more than the square of Student's t. An onset is
stated only where the Bayesian information criterion (BIC) prefers it to a constant by
``STRONG_EVIDENCE``.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from fitting.data.series import FloatArray
from fitting.quantities.correlated_ramps import fit_correlated_ramps
from fitting.quantities.ramp_likelihood import Observations, fit_ramps, ramp_between

Direction = Literal["appears", "fades"]

STRONG_EVIDENCE = 10.0
"""Difference in BIC that is very strong evidence (Kass and Raftery, J. Am. Stat. Assoc. 90, 773,
1995); a change point needs it, because its place is searched for."""
AMBIGUOUS = 4.0
"""Models whose BIC differ by less are kept side by side."""
LEAST_POINTS = 6
"""Fewer potentials cannot tell a constant, a change and their scatter apart."""
LEAST_FOR_PLATEAU = 8
METHOD = "change point: constant, then linear; weighted, profile likelihood 95 %"
METHOD_PLATEAU = (
    "change point: constant, then linear up to a plateau; weighted, profile likelihood 95 %"
)
METHOD_BEFORE = "changes from the first spectrum on: the onset lies before the series"

_TRIALS = 80
"""Trial onsets of one scan."""
_ENDS = 30
"""Trial beginnings of a plateau."""
_ZOOMS = 2
_LEAST_SCALE = 1e-9
_LEAST_OWN = 1e-2
"""Of the variance of a value, what is its own at the least."""
_LEAST_COMMON = 1e-2
"""Of the own variance: what values have in common along a direction with less is left out."""
_LEAST_ERROR = 1e-6
"""Of the median error; less is rounding, as in a share of 100 % where all else is at zero."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Where a quantity leaves its constant value; nan where the data do not say."""

    direction: Direction
    potential: float
    """V; nan if the change was under way at the first spectrum."""
    low95: float
    high95: float
    """Ends of the 95 % interval (V); nan where the series does not bound it."""
    method: str


def find_onset(
    potential: FloatArray,
    value: FloatArray,
    stderr: FloatArray,
    *,
    bounds: tuple[float, float] = (0.0, np.inf),
    beyond: FloatArray | None = None,
    common: FloatArray | None = None,
    is_falling: bool = False,
) -> Onset | None:
    """The onset of a quantity along one branch, or ``None`` if it is not supported.

    Parameters
    ----------
    potential, value, stderr : shape (n,)
        Spectra without potential or value are left out. A value without an error weighs as much
        as the median of the others.
    bounds
        Least and largest possible value; a value there without an error would have lain beyond.
    beyond : shape (n,)
        -1 where ``value`` is a limit that the quantity lies below, 1 where it lies above, 0 where
        it was measured; all were measured if left out.
    common : shape (n, r)
        The part of the errors that values share, as those of a joint fit do: ``common @ common.T``
        is the covariance between them; none if left out.
    is_falling
        Whether the branch runs from high to low potential, as a discharge does.
    """
    given = np.zeros(len(value)) if beyond is None else beyond
    shared = np.zeros((len(value), 0)) if common is None else common
    branch = _order_observations(potential, value, (stderr, shared), bounds, given)
    branch = _turn_branch(branch) if is_falling else branch
    if np.unique(branch.progress).size < LEAST_POINTS or np.ptp(branch.value) == 0:
        return None
    profiles = _supported_profiles(branch)
    if not profiles:
        return None
    profile = profiles[0]
    intervals = np.array([_find_interval(one, branch) for one in profiles])
    low, high = float(intervals[:, 0].min()), float(intervals[:, 1].max())
    place = float(profile.trials[np.argmin(profile.deviance)])
    direction: Direction = "appears" if _rises_at(branch, place) else "fades"
    method = METHOD_PLATEAU if profile.has_plateau else METHOD
    if np.isnan(low) and place < branch.progress[1]:
        place, method = np.nan, METHOD_BEFORE
    if is_falling:
        return Onset(direction, -place, -high, -low, method)
    return Onset(direction, place, low, high, method)


@dataclass(frozen=True, slots=True)
class _Profile:
    """Deviance on trial onsets, minimised over everything else."""

    trials: FloatArray
    """Ascending. A trial at the start of the branch stands for every onset before it."""
    deviance: FloatArray
    freedom: int
    has_plateau: bool
    constant: float
    """Deviance of the constant."""

    def with_trials(self, trials: FloatArray, deviance: FloatArray) -> "_Profile":
        places = np.concatenate([self.trials, trials])
        order = np.argsort(places, kind="stable")
        return replace(
            self,
            trials=places[order],
            deviance=np.concatenate([self.deviance, deviance])[order],
        )

    @property
    def limit(self) -> float:
        """The deviance up to which an onset is in the 95 % interval."""
        return float(self.deviance.min() + stdtrit(self.freedom, 0.975) ** 2)


def _order_observations(
    potential: FloatArray,
    value: FloatArray,
    errors: tuple[FloatArray, FloatArray],
    bounds: tuple[float, float],
    given: FloatArray,
) -> Observations:
    stderr, common = errors
    usable = np.isfinite(potential) & np.isfinite(value)
    known = usable & np.isfinite(stderr) & (stderr > 0)
    typical = float(np.median(stderr[known])) if known.any() else 1.0
    known &= stderr > _LEAST_ERROR * typical
    beyond = (~known & (value >= bounds[1])).astype(float) - (~known & (value <= bounds[0]))
    beyond = np.where(given != 0, given, beyond)
    order = np.flatnonzero(usable)[np.argsort(potential[usable], kind="stable")]
    sigma = np.where(known, stderr, typical)[order]
    own, shared = _split_errors(sigma, np.where(known[:, None], common, 0.0)[order])
    return Observations(potential[order], value[order], own, beyond[order], *bounds, shared)


def _split_errors(sigma: FloatArray, common: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The errors without what they have in common, and that in as few columns as matter."""
    variance = sigma**2 - np.einsum("nr,nr->n", common, common)
    own = np.sqrt(np.maximum(variance, _LEAST_OWN * sigma**2))
    if not common.size:
        return own, common
    left, sizes, _ = np.linalg.svd(common / own[:, None], full_matrices=False)
    matters = sizes**2 > _LEAST_COMMON
    return own, own[:, None] * (left * sizes)[:, matters]


def _turn_branch(branch: Observations) -> Observations:
    """A branch that runs from high to low potential, in the order of its progress."""
    return Observations(
        -branch.progress[::-1],
        branch.value[::-1],
        branch.sigma[::-1],
        branch.beyond[::-1],
        branch.lowest,
        branch.highest,
        branch.common[::-1],
    )


def _supported_profiles(branch: Observations) -> list[_Profile]:
    """The change points, with and without a plateau, that the data support; the best first.

    Where the data hardly tell the two apart both are kept, so that the interval admits both.
    """
    count = branch.value.size
    kinds = (False, True) if count >= LEAST_FOR_PLATEAU else (False,)
    profiles = [_profile_branch(branch, has_plateau=kind) for kind in kinds]
    profiles.sort(key=lambda profile: -_weigh_evidence(profile, count))
    best = _weigh_evidence(profiles[0], count)
    least = max(best - AMBIGUOUS, STRONG_EVIDENCE)
    return [profile for profile in profiles if _weigh_evidence(profile, count) >= least]


def _weigh_evidence(profile: _Profile, count: int) -> float:
    """BIC of a constant minus that of the change point, the variance known up to a factor."""
    gain = (profile.constant - profile.deviance.min()) / profile.freedom
    parameters = count - profile.freedom
    return float(count * np.log1p(max(gain, 0.0)) - (parameters - 1) * np.log(count))


def _profile_branch(branch: Observations, *, has_plateau: bool) -> _Profile:
    """A scan over the whole branch, then ever closer ones around the interval."""
    count = branch.value.size
    freedom = count - (4 if has_plateau else 3)
    low, last = float(branch.progress[0]), float(branch.progress[-1])
    trials = np.linspace(low, last, _TRIALS, endpoint=False)
    branch = _scale_errors(branch, *_scan_trials(branch, trials, has_plateau), freedom)
    constant = float(_fit_trials(branch, np.zeros((1, count)))[0][0])
    profile = _Profile(
        trials, _scan_trials(branch, trials, has_plateau)[0], freedom, has_plateau, constant
    )
    for _ in range(_ZOOMS):
        inside = np.flatnonzero(profile.deviance <= profile.limit)
        low = float(profile.trials[max(inside[0] - 1, 0)])
        high = float(np.append(profile.trials, last)[inside[-1] + 1])
        closer = np.linspace(low, high, _TRIALS, endpoint=False)
        profile = profile.with_trials(closer, _scan_trials(branch, closer, has_plateau)[0])
    return profile


def _scale_errors(
    branch: Observations, deviance: FloatArray, chi_square: FloatArray, freedom: int
) -> Observations:
    """The branch with its errors scaled so that the best change point fits them.

    What they have in common is known better than by that: it stays.
    """
    scale = np.sqrt(chi_square[np.argmin(deviance)] / freedom)
    return replace(branch, sigma=branch.sigma * max(float(scale), _LEAST_SCALE))


def _scan_trials(
    branch: Observations, trials: FloatArray, has_plateau: bool
) -> tuple[FloatArray, FloatArray]:
    """Least deviance and its chi-square for every trial onset, each of shape (k,)."""
    deviance, chi_square = _fit_trials(branch, ramp_between(branch.progress, trials, np.inf))
    if has_plateau:
        ends = np.linspace(branch.progress[0], branch.progress[-1], _ENDS + 2)[1:-1]
        before = [np.flatnonzero(trials < end) for end in ends]
        ramps = [
            ramp_between(branch.progress, trials[rows], end)
            for rows, end in zip(before, ends, strict=True)
        ]
        # at once, because a call takes longer than what it does
        other, other_chi_square = _fit_trials(branch, np.concatenate(ramps))
        trial = np.concatenate(before)
        for place, one, its_square in zip(trial, other, other_chi_square, strict=True):
            if one < deviance[place]:
                deviance[place], chi_square[place] = one, its_square
    return deviance, chi_square


def _fit_trials(branch: Observations, ramps: FloatArray) -> tuple[FloatArray, FloatArray]:
    fit = fit_correlated_ramps if branch.common.size else fit_ramps
    return fit(branch, ramps)


def _find_interval(profile: _Profile, branch: Observations) -> tuple[float, float]:
    """Ends of the 95 % interval; nan below if the change may have begun before the series."""
    # an onset at the last spectrum is no onset, which the evidence has excluded
    places = np.append(profile.trials, branch.progress[-1])
    deviance = np.append(profile.deviance, np.inf)
    inside = np.flatnonzero(deviance <= profile.limit)
    high = _find_crossing(places, deviance, inside[-1], inside[-1] + 1, profile.limit)
    if inside[0] == 0:
        return np.nan, high
    return _find_crossing(places, deviance, inside[0], inside[0] - 1, profile.limit), high


def _find_crossing(
    places: FloatArray, deviance: FloatArray, inside: int, outside: int, limit: float
) -> float:
    """Where the deviance reaches the limit between two neighbouring trials."""
    rise = deviance[outside] - deviance[inside]
    share = (limit - deviance[inside]) / rise if np.isfinite(rise) and rise > 0 else 1.0
    return float(places[inside] + share * (places[outside] - places[inside]))


def _rises_at(branch: Observations, place: float) -> bool:
    ramp = np.maximum(branch.progress - place, 0.0)
    return bool(np.cov(ramp, branch.value)[0, 1] > 0)
