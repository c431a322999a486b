"""The plan of a fit: where each number of a model goes in the arrays of the batched engine."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fitting.backgrounds import Scattering
from fitting.line_shapes import LineShape
from fitting.model_function import ModelFunction, PeakRows
from fitting.parameters import AffineParameters
from fitting.series import FloatArray

ABSENT = -1
_STEEP_SHAPES = ("gl-product",)
"""Their slope by mixing is zero at mixing 0 and has no limit at mixing 1."""


@dataclass(frozen=True, slots=True)
class PeakPlan:
    """Where one peak finds its parameters among all of the model's."""

    shape: LineShape
    area: int
    position: int
    fwhm: int
    shape_rows: tuple[int, ...]
    separation: int
    """``ABSENT`` for a single line."""
    area_ratio: int
    """``ABSENT`` for a single line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the engine needs to know of a model on a grid."""

    positions: FloatArray
    """Without the offset of a spectrum, shape (m,)."""
    affine: AffineParameters
    peaks: tuple[PeakPlan, ...]
    level_rows: tuple[int, ...]
    """Rows of the parameters of the background's level."""
    level: FloatArray
    """What they multiply, shape (l, m)."""
    scattering_rows: tuple[int, ...]
    """Factor and shape of the scattering, if the background has one."""
    scattering: Scattering | None
    source: NDArray[np.int_]
    """The free parameter that each parameter follows, shape (p,); ``ABSENT`` if it is constant."""
    factor: FloatArray
    """``parameter = factor * free + constant``, shape (p,)."""
    is_linear: NDArray[np.bool_]
    """Free parameters the model is linear in, and that are bounded by nothing or by zero."""
    nonnegative: NDArray[np.bool_]
    """Of the linear ones, those that must not be negative."""
    is_steep: NDArray[np.bool_]
    """Free parameters that their bounds would catch: see ``steep``."""

    @property
    def free_count(self) -> int:
        return len(self.affine.free)

    def varies(self, row: int) -> bool:
        """Whether that parameter follows a free one."""
        return row != ABSENT and self.source[row] != ABSENT


def make_plan(function: ModelFunction) -> Plan:
    """Find out where the parameters of a model go, and what it is linear in."""
    affine = function.affine
    source, factor = np.full(len(affine.names), ABSENT), np.zeros(len(affine.names))
    rows, columns = np.nonzero(affine.matrix)
    source[rows], factor[rows] = columns, affine.matrix[rows, columns]
    is_linear = function.linear_free & np.isposinf(affine.upper)
    is_linear &= np.isneginf(affine.lower) | (affine.lower == 0.0)
    return Plan(
        positions=function.positions,
        affine=affine,
        peaks=tuple(_peak_plan(peak) for peak in function.peaks),
        level_rows=function.level_rows,
        level=function.level,
        scattering_rows=function.scattering_rows,
        scattering=function.scattering,
        source=source,
        factor=factor,
        is_linear=is_linear,
        nonnegative=(affine.lower == 0.0)[is_linear],
        is_steep=_is_steep(function),
    )


def _is_steep(function: ModelFunction) -> NDArray[np.bool_]:
    rows = [
        row
        for peak in function.peaks
        if peak.line_shape.name in _STEEP_SHAPES
        for row in peak.shape
    ]
    return np.asarray(function.affine.matrix[rows].any(axis=0))


def _peak_plan(peak: PeakRows) -> PeakPlan:
    separation, area_ratio = peak.doublet or (ABSENT, ABSENT)
    return PeakPlan(
        shape=peak.line_shape,
        area=peak.area,
        position=peak.position,
        fwhm=peak.fwhm,
        shape_rows=peak.shape,
        separation=separation,
        area_ratio=area_ratio,
    )
