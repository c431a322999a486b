"""The normal equations of a joint fit, gathered chunk after chunk from any model.

A generator yields between two chunks, so that whoever fits can show that it goes on, or stop it.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.joint.arrowhead_matrix import Arrow, Sides, empty_arrow
from fitting.solvers.numpy.cholesky import BoolArray
from fitting.solvers.numpy.evaluation import Block, Evaluator, make_block
from fitting.solvers.spectra import Spectra

_CHUNK_NUMBERS = 2_000_000
"""Numbers in the derivatives of one chunk: about 16 MB, and a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Equations:
    """A joint model at trial values, and what the next step is made of."""

    free: FloatArray
    """Free parameters, the linear ones solved for, shape (b, f)."""
    chi_square: FloatArray
    """Shape (b,)."""
    gradient: Sides
    """Of minus half of chi-square: downhill."""
    gauss_newton: Arrow
    """J J'."""
    second_order: Arrow
    """What J J' exceeds the true Hessian by; zero where it is not known."""


class JointModel(Protocol):
    """Spectra of one model that are evaluated together."""

    def equations(self, free: FloatArray) -> Generator[None, None, Equations]:
        """The equations at free parameters of shape (b, f); the linear ones are not read."""


@dataclass(slots=True)
class AnyModel:
    """Any model, evaluated spectrum by spectrum."""

    evaluator: Evaluator
    spectra: Spectra
    shared: BoolArray
    """Free parameters with one value for all spectra, shape (f,)."""
    _block: Block = field(init=False)

    def __post_init__(self) -> None:
        self._block = make_block(self.spectra)

    def equations(self, free: FloatArray) -> Generator[None, None, Equations]:
        """The equations at free parameters of shape (b, f)."""
        sums = _Sums.empty(len(free), self.shared)
        points = self.evaluator.plan.positions.size
        size = max(_CHUNK_NUMBERS // max(self.shared.size * points, 1), 1)
        for first in range(0, len(free), size):
            part = slice(first, first + size)
            block = self._block.take(part)
            trial = self.evaluator.trial(block, free[part])
            d = self.evaluator.derivatives(block, trial)
            sums.free[part], sums.chi_square[part] = trial.free, trial.chi_square
            sums.gradient[part] = d.gradient
            sums.add(part, sums.gauss_newton, d.gauss_newton)
            sums.add(part, sums.second_order, d.second_order)
            yield
        return sums.equations()


@dataclass(slots=True)
class _Sums:
    """Equations while they are gathered."""

    shared: BoolArray
    free: FloatArray
    chi_square: FloatArray
    gradient: FloatArray
    gauss_newton: Arrow
    second_order: Arrow

    @classmethod
    def empty(cls, count: int, shared: BoolArray) -> "_Sums":
        size, common = shared.size, int(shared.sum())
        return cls(
            shared,
            np.empty((count, size)),
            np.empty(count),
            np.empty((count, size)),
            empty_arrow(count, size - common, common),
            empty_arrow(count, size - common, common),
        )

    def add(self, part: slice, arrow: Arrow, matrices: FloatArray) -> None:
        """Add the matrices of some spectra, shape (c, f, f)."""
        own, common = np.flatnonzero(~self.shared), np.flatnonzero(self.shared)
        arrow.local[part] = matrices[:, own[:, None], own]
        arrow.border[part] = matrices[:, own[:, None], common]
        arrow.shared[:] += matrices[:, common[:, None], common].sum(axis=0)

    def equations(self) -> Equations:
        gradient = Sides(self.gradient[:, ~self.shared], self.gradient[:, self.shared].sum(axis=0))
        return Equations(self.free, self.chi_square, gradient, self.gauss_newton, self.second_order)
