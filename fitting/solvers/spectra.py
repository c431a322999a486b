"""What a solver gets and what it gives back: spectra of one model that are solved together."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spectra:
    """b spectra on the grid of the model function, ready to be fitted."""

    intensity: FloatArray
    """Without a static background, 0 where nothing was measured; shape (b, m)."""
    weight: FloatArray
    """1 / sigma, 0 where nothing was measured; shape (b, m)."""
    offsets: FloatArray
    """Added to the axis of each, shape (b,)."""
    start: FloatArray
    """Start values of the free parameters; those the model is linear in are found, not started
    from. Shape (b, f)."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The free parameters that minimise chi-square within their bounds."""

    free: FloatArray
    """Shape (b, f)."""
    covariance: FloatArray
    """Scaled by the reduced chi-square, with what is at a bound, undetermined or entangled
    held fixed: its rows and columns are 0. Shape (b, f, f)."""
    chi_square: FloatArray
    """Shape (b,)."""
    at_bound: BoolArray
    """Which parameters the data press against a bound, shape (b, f)."""
    undetermined: BoolArray
    """Of which the data say nothing, such as the position of a peak without area, shape (b, f)."""
    entangled: BoolArray
    """Which the data cannot tell from one another, shape (b, f)."""
    converged: BoolArray
    """Shape (b,)."""
    evaluations: NDArray[np.int_]
    """Shape (b,)."""


class Solve(Protocol):
    """A solver: all of them take and give the same."""

    def __call__(
        self, function: ModelFunction, spectra: Spectra, max_evaluations: int
    ) -> Solution: ...
