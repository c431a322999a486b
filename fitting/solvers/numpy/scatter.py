"""A scattered background (Shirley, Tougaard) as a linear operation, and its adjoint."""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.backgrounds import Scattering
from fitting.models.backgrounds.shirley import ShirleyScattering
from fitting.solvers.numpy.parameter_layout import Plan


@dataclass(frozen=True, slots=True)
class Scatter:
    """What peaks leave behind them on one grid."""

    positions: FloatArray
    scattering: Scattering
    factor_row: int
    shape_rows: tuple[int, ...]
    is_fixed: bool
    """Whether the operation is the same at all trial values."""
    kernel: FloatArray | None
    """The operation as a matrix, shape (m, m), where it is fixed and has no faster form."""

    def spread(self, profiles: FloatArray, parameters: FloatArray) -> FloatArray:
        """Background left by profiles, shape (b, r, m), at all parameters (b, p)."""
        if self.kernel is not None:
            flat = profiles.reshape(-1, profiles.shape[-1]) @ self.kernel.T
            return flat.reshape(profiles.shape)
        return self.scattering.spread(profiles, parameters[:, self.shape_rows])

    def spread_slopes(self, profile: FloatArray, parameters: FloatArray) -> FloatArray:
        """Its derivatives by the shape parameters, (b, s, m), for profiles (b, m)."""
        return self.scattering.spread_slopes(profile, parameters[:, self.shape_rows])

    def gather(self, pull: FloatArray) -> FloatArray:
        """Adjoint of a fixed operation: ``gather(u) . v = u . spread(v)``, shape (b, m)."""
        if self.kernel is not None:
            return np.asarray(pull @ self.kernel)
        return _gathered_by_steps(self.positions, pull)


def make_scatter(plan: Plan) -> Scatter | None:
    """The scattered background of a plan; None if it has none."""
    if plan.scattering is None:
        return None
    factor_row, *rows = plan.scattering_rows
    shape_rows = tuple(rows)
    is_fixed = not any(plan.varies(row) for row in shape_rows)
    kernel = None
    if is_fixed and not isinstance(plan.scattering, ShirleyScattering):
        shape = plan.affine.constant[None, rows]
        kernel = plan.scattering.spread(np.eye(plan.positions.size)[None], shape)[0].T
    return Scatter(plan.positions, plan.scattering, factor_row, shape_rows, is_fixed, kernel)


def _gathered_by_steps(positions: FloatArray, pull: FloatArray) -> FloatArray:
    """Adjoint of the cumulative area by the trapezoidal rule."""
    behind = np.cumsum(pull[..., :0:-1], axis=-1)[..., ::-1]
    pieces = 0.5 * np.diff(positions) * behind
    gathered = np.zeros_like(pull)
    gathered[..., :-1] += pieces
    gathered[..., 1:] += pieces
    return gathered
