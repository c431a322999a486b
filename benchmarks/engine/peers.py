"""What the engine is measured against: lmfit in three forms, and scipy."""

import functools
import operator
from collections.abc import Callable

import lmfit
import numpy as np
from lmfit.lineshapes import pvoigt
from lmfit.models import LinearModel, PseudoVoigtModel
from scipy.optimize import least_squares

from benchmarks.workloads import Workload
from fitting.data.series import FloatArray
from fitting.solvers.spectra import Spectra

_SIGMA_PER_FWHM = 0.5


def lmfit_stock(workload: Workload, spectra: Spectra) -> FloatArray:
    """``Model.fit`` of a sum of lmfit's own models; chi-square of each."""
    return _fit_model(workload, spectra, PseudoVoigtModel)


def lmfit_lean(workload: Workload, spectra: Spectra) -> FloatArray:
    """The same without the expressions that lmfit derives heights and widths by."""
    return _fit_model(workload, spectra, _bare_pseudo_voigt)


def _bare_pseudo_voigt(prefix: str) -> lmfit.Model:
    return lmfit.Model(pvoigt, prefix=prefix)


def _fit_model(
    workload: Workload, spectra: Spectra, make: Callable[..., lmfit.Model]
) -> FloatArray:
    composite, parameters = _composite(workload, make)
    x = workload.function.positions
    return np.array(
        [
            composite.fit(counts, parameters, x=x, weights=weight).chisqr
            for counts, weight in zip(spectra.intensity, spectra.weight, strict=True)
        ]
    )


def _composite(
    workload: Workload, make: Callable[..., lmfit.Model]
) -> tuple[lmfit.Model, lmfit.Parameters]:
    """The workload's model as an analyst would write it in lmfit; doublets by expressions."""
    parts, values = [], dict(workload.model.parameters())
    for peak in workload.model.peaks:
        parts.append(make(prefix=f"{peak.name}_"))
        if peak.is_doublet:
            parts.append(make(prefix=f"{peak.name}p_"))
    if workload.model.background.kind == "linear":
        parts.append(LinearModel())
    composite = functools.reduce(operator.add, parts)
    parameters = composite.make_params()
    for peak in workload.model.peaks:
        p = {name: values[f"{peak.name}.{name}"] for name in peak.parameters}
        one = peak.name
        width = p["fwhm"]
        parameters[f"{one}_amplitude"].set(p["area"].value, min=0.0)
        centre = p["position"]
        parameters[f"{one}_center"].set(centre.value, min=centre.min, max=centre.max)
        parameters[f"{one}_sigma"].set(
            _SIGMA_PER_FWHM * width.value,
            min=_SIGMA_PER_FWHM * width.min,
            max=_SIGMA_PER_FWHM * width.max,
        )
        parameters[f"{one}_fraction"].set(p["mixing"].value, min=0.0, max=1.0)
        if peak.is_doublet:
            ratio, separation = p["area_ratio"].value, p["separation"].value
            parameters[f"{one}p_amplitude"].set(expr=f"{ratio} * {one}_amplitude")
            parameters[f"{one}p_center"].set(expr=f"{one}_center + {separation}")
            parameters[f"{one}p_sigma"].set(expr=f"{one}_sigma")
            parameters[f"{one}p_fraction"].set(expr=f"{one}_fraction")
    for tie in workload.model.ties:
        target, source = (name.partition(".")[0] for name in (tie.target, tie.source))
        parameters[f"{target}_fraction"].set(expr=f"{source}_fraction")
    return composite, parameters


def lmfit_analytic(workload: Workload, spectra: Spectra) -> FloatArray:
    """``lmfit.minimize`` of a vectorised residual with its analytic Jacobian."""
    return np.array([polished(workload, spectra, row)[0] for row in range(len(spectra.start))])


def polished(
    workload: Workload, spectra: Spectra, row: int, start: FloatArray | None = None
) -> tuple[float, FloatArray]:
    """Chi-square and free parameters where lmfit ends from a start."""
    affine = workload.function.affine
    begin = spectra.start[row] if start is None else start
    parameters = lmfit.Parameters()
    for index, value in enumerate(begin):
        parameters.add(f"q{index}", value, min=affine.lower[index], max=affine.upper[index])
    residual, jacobian = _residual(workload, spectra, row)

    def free_of(given: lmfit.Parameters) -> FloatArray:
        return np.array([parameter.value for parameter in given.values()])

    # lmfit wants the derivative of the residual, data - model: minus that of the model.
    found = lmfit.minimize(
        lambda given: residual(free_of(given)),
        parameters,
        Dfun=lambda given: jacobian(free_of(given)),
        col_deriv=1,
    )
    return float(found.chisqr), free_of(found.params)


def scipy_trf(workload: Workload, spectra: Spectra) -> FloatArray:
    """``least_squares`` by trust region reflective with the analytic Jacobian."""
    affine = workload.function.affine
    result = []
    for row, start in enumerate(spectra.start):
        residual, jacobian = _residual(workload, spectra, row)
        found = least_squares(
            residual,
            start,
            lambda free, jac=jacobian: jac(free).T,
            bounds=(affine.lower, affine.upper),
            x_scale="jac",
        )
        result.append(2.0 * found.cost)
    return np.array(result)


def _residual(
    workload: Workload, spectra: Spectra, row: int
) -> tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]:
    function, affine = workload.function, workload.function.affine
    counts, weight = spectra.intensity[row], spectra.weight[row]

    def residual(free: FloatArray) -> FloatArray:
        return np.asarray((counts - function.value(affine.expand(free[None]))[0]) * weight)

    def jacobian(free: FloatArray) -> FloatArray:
        _, rows = function.value_and_jacobian(affine.expand(free[None]))
        return np.asarray(-function.free_jacobian(rows)[0] * weight)

    return residual, jacobian
