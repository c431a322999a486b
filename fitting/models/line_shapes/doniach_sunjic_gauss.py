"""The Doniach-Sunjic line convolved with a Gaussian, as an analyser and an X-ray line make it.

The line is the real part of ``exp(i pi a / 2) (1 + i u)^(a - 1)``, ``u`` in Lorentzian half widths.
It is normalised as the bare line is: the area of its core between ±20 Lorentzian half widths.
"""

import numpy as np

from fitting.models.line_shapes.broadened import BROADENING, COST, make_broadened
from fitting.models.line_shapes.doniach_sunjic import ASYMMETRY, WINDOW, window_area
from fitting.models.line_shapes.line_shape import FloatArray, LineShape
from fitting.models.line_shapes.numeric_line import RawValues

_IN_WINDOW = 2.0 / np.pi * np.arctan(WINDOW)
"""Part of a Lorentzian between the ends of the window."""


def _evaluate_core(v: FloatArray, asymmetry: FloatArray) -> RawValues:
    root = 1.0 + 1j * v
    log = np.log(root)
    line = np.exp(0.5j * np.pi * asymmetry + (asymmetry - 1.0) * log)
    turn = 0.5j * np.pi + log
    by_u = 1j * (asymmetry - 1.0) * line / root
    by_uu = 1j * (asymmetry - 2.0) * by_u / root
    by_u_asymmetry = by_u * turn + 1j * line / root
    return RawValues(
        line.real, by_u.real, by_uu.real, ((turn * line).real,), (by_u_asymmetry.real,)
    )


def _integrate_core(asymmetry: FloatArray) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    log_slope, area = window_area(asymmetry)
    return area / _IN_WINDOW, (log_slope * area / _IN_WINDOW,)


_LINE = make_broadened(_evaluate_core, _integrate_core, 6.0)
DONIACH_SUNJIC_GAUSS = LineShape(
    name="doniach-sunjic-gauss",
    label="Doniach–Šunjić × Gauss",
    words="Doniach-Šunjić lines convolved with a Gaussian",
    formula="`doniach-sunjic` convolved with a Gaussian",
    source="S. Doniach and M. Šunjić, J. Phys. C 3 (1970) 285",
    reduced=_LINE.reduced,
    reduced_derivatives=_LINE.reduced_derivatives,
    parameters=(ASYMMETRY, BROADENING),
    elsewhere="CasaXPS DS(a, m)",
    note="Normalised as `doniach-sunjic` is; areas compare between lines of one asymmetry only.",
    has_unit_area=False,
    cost=2.0 * COST,
)
