"""Normal equations in the shape of an arrow: a block for each spectrum, bordered by what is shared.

Each block is eliminated by itself (Schur complement), so that the work grows with the number of
spectra and not with its cube (B. Triggs et al., in Vision Algorithms: Theory and Practice,
Springer 2000, p. 298, section 6.1).
"""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.solvers.numpy.cholesky import (
    BoolArray,
    factor_cholesky,
    invert_cholesky,
    mask_matrix,
    unit_diagonal,
)
from fitting.solvers.numpy.minimise import free_covariance
from fitting.solvers.numpy.step import box_step
from fitting.solvers.rules import SMALLEST_PIVOT

_ROUNDS = 8
"""Rounds in which own parameters that leave their bounds are put on them."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A symmetric matrix over the o own parameters of b spectra and s shared ones."""

    local: FloatArray
    """Shape (b, o, o)."""
    border: FloatArray
    """Own by shared, shape (b, o, s)."""
    shared: FloatArray
    """Sum over the spectra, shape (s, s)."""

    def bent(self, step: "Sides") -> "Sides":
        """The matrix times a vector."""
        own = np.matmul(self.local, step.own[:, :, None])[:, :, 0] + self.border @ step.shared
        shared = np.einsum("bos,bo->s", self.border, step.own) + self.shared @ step.shared
        return Sides(own, shared)

    def scaled(self, slope: "Sides") -> "Arrow":
        """The matrix in coordinates of which the parameters have these derivatives."""
        return Arrow(
            self.local * slope.own[:, :, None] * slope.own[:, None, :],
            self.border * slope.own[:, :, None] * slope.shared,
            self.shared * np.outer(slope.shared, slope.shared),
        )

    def with_diagonal(self, added: "Sides") -> "Arrow":
        """The matrix with something added to its diagonal."""
        local, shared = self.local.copy(), self.shared.copy()
        rows = np.arange(local.shape[1])
        local[:, rows, rows] += added.own
        return Arrow(local, self.border, shared + np.diag(added.shared))

    def diagonal(self) -> "Sides":
        """Its diagonal."""
        return Sides(np.diagonal(self.local, axis1=1, axis2=2), np.diagonal(self.shared))


@dataclass(frozen=True, slots=True)
class Sides:
    """A vector over the own and the shared parameters."""

    own: FloatArray
    """Shape (b, o)."""
    shared: FloatArray
    """Shape (s,)."""

    def dot(self, other: "Sides") -> float:
        """The scalar product."""
        return float(np.sum(self.own * other.own) + self.shared @ other.shared)


def empty_arrow(count: int, own: int, shared: int) -> Arrow:
    """An arrow of zeros."""
    return Arrow(
        np.zeros((count, own, own)), np.zeros((count, own, shared)), np.zeros((shared, shared))
    )


@dataclass(frozen=True, slots=True)
class Eliminated:
    """What is left of an arrow when each spectrum's own parameters follow the shared ones."""

    reduced: FloatArray
    """Normal matrix of the shared parameters alone, shape (s, s)."""
    inverse: FloatArray
    """Of each local block; zero where held; shape (b, o, o)."""
    slope: FloatArray
    """How the own parameters follow the shared ones, ``inverse @ border``; shape (b, o, s)."""
    is_definite: bool
    """Whether all local blocks are positive definite; what has no curvature does not count."""


def eliminate_local(arrow: Arrow, held: BoolArray) -> Eliminated:
    """Schur complement of the local blocks; what is held, shape (b, o), counts as fixed."""
    diagonal = np.diagonal(arrow.local, axis1=1, axis2=2)
    scale = unit_diagonal(diagonal)
    both = scale[:, :, None] * scale[:, None, :]
    free = np.asarray(~held & (scale > 0))
    lower, dropped = factor_cholesky(mask_matrix(arrow.local * both, free))
    inverse = invert_cholesky(lower, dropped | ~free) * both
    slope = np.matmul(inverse, arrow.border)
    is_definite = not dropped.any() and not (~held & (diagonal < 0)).any()
    return Eliminated(_reduce_slope(arrow, slope), inverse, slope, is_definite)


def arrow_step(
    arrow: Arrow, gradient: Sides, scale: FloatArray, room: tuple[Sides, Sides]
) -> Sides | None:
    """Minimise ``d' arrow d / 2 - gradient' d`` within ``room``; None where that has no minimum.

    Parameters
    ----------
    scale : shape (s,)
        Curvature of the shared parameters; one without any stays.
    room
        What is left to the lower (at most 0) and to the upper bound (at least 0).
    """
    low, high = room
    outward = (low.own >= 0) & (gradient.own < 0)
    held = np.asarray(outward | ((high.own <= 0) & (gradient.own > 0)))
    own = np.zeros_like(gradient.own)
    ends = low.shared[None], high.shared[None]
    for _ in range(_ROUNDS):
        rest = eliminate_local(arrow, held)
        if not rest.is_definite:
            return None
        fixed = own * held
        pull = gradient.own - np.matmul(arrow.local, fixed[:, :, None])[:, :, 0]
        total = gradient.shared - np.einsum("bos,bo->s", arrow.border, fixed)
        total = total - np.einsum("bos,bo->s", rest.slope, pull)
        none = np.zeros((1, scale.size))
        shared, is_definite = box_step(rest.reduced[None], total[None], none, scale[None], ends)
        if not is_definite[0]:
            return None
        moved = np.matmul(rest.inverse, pull[:, :, None])[:, :, 0] - rest.slope @ shared[0]
        moved = np.where(held, own, moved)
        own = np.clip(moved, low.own, high.own)
        outside = np.asarray(~held & (moved != own))
        if not outside.any():
            break
        held = held | outside
    return Sides(own, shared[0])


def arrow_covariance(
    arrow: Arrow, held: tuple[BoolArray, BoolArray]
) -> tuple[Arrow, BoolArray, BoolArray]:
    """Inverse of an arrow over what is not held, and what cannot be told apart.

    Parameters
    ----------
    held : shapes (b, o) and (s,)

    Returns
    -------
    covariance
        The blocks of each spectrum with itself and with the shared parameters; two spectra have
        one as well, which is not kept. ``shared`` is the shared parameters' own.
    own_entangled : shape (b, o)
    shared_entangled : shape (s,)
    """
    inverse, entangled = free_covariance(arrow.local, held[0])
    slope = np.matmul(inverse, arrow.border)
    reduced = _reduce_slope(arrow, slope)
    whole, rest = np.diagonal(arrow.shared), np.diagonal(reduced)
    absorbed = np.asarray(~held[1] & (whole > 0) & ~(rest > SMALLEST_PIVOT * whole))
    common, tangled = free_covariance(reduced[None], (held[1] | absorbed)[None])
    border = -slope @ common[0]
    local = inverse - np.matmul(border, slope.transpose(0, 2, 1))
    return Arrow(local, border, common[0]), entangled, tangled[0] | absorbed


def _reduce_slope(arrow: Arrow, slope: FloatArray) -> FloatArray:
    """What the spectra say of the shared parameters beyond what their own ones take up."""
    taken = np.matmul(arrow.border.transpose(0, 2, 1), slope).sum(axis=0)
    return np.asarray(arrow.shared - taken)
