"""Two programs that fit series of spectra, where they are installed: fitspy and SPECTROview.

Both are GPL and no part of this project: they are called, if an interpreter finds them, to compare
with. A folder of packages beside this environment is enough: ``PYTHONPATH=... python -m
benchmarks.engine``.
"""

import importlib.util
import logging
from typing import Any

import numpy as np

from benchmarks.workloads import Workload
from fitting.data.series import FloatArray
from fitting.models.model import Parameter
from fitting.solvers.spectra import Spectra

NAMES = ("fitspy", "spectroview")


def is_installed(name: str) -> bool:
    """Whether this interpreter finds the program."""
    return importlib.util.find_spec(name) is not None


def run_fitspy(workload: Workload, spectra: Spectra, processes: int) -> FloatArray:
    """Fit all spectra with its own settings; chi-square of each."""
    from fitspy.core.spectra import Spectra as FitspySpectra
    from fitspy.core.spectrum import Spectrum

    logging.getLogger("fitspy").setLevel(logging.ERROR)
    series = FitspySpectra()
    for index, counts in enumerate(spectra.intensity):
        one = Spectrum()
        one.fname = str(index)
        one.x0, one.y0 = workload.function.positions.copy(), counts.copy()
        one.weights0 = spectra.weight[index].copy()
        series.append(one)
    model: dict[str, Any] = {"peak_models": _peaks(workload, "m{:02d}_"), "fit_params": _SETTINGS}
    if workload.model.background.kind == "linear":
        hints = {"slope": _hint(Parameter(0.0)), "intercept": _hint(Parameter(60.0))}
        model["bkg_model"] = {"Linear": hints}
    series.apply_model(model, ncpus=processes, show_progressbar=False)
    residual = [
        (counts - one.result_fit.best_fit) * weight
        for counts, one, weight in zip(spectra.intensity, series, spectra.weight, strict=True)
    ]
    return np.asarray(np.sum(np.square(residual), axis=1))


def run_spectroview(workload: Workload, spectra: Spectra) -> FloatArray:
    """Fit all spectra with its batched engine, the true line subtracted; chi-square of each.

    It co-fits no background.
    """
    from spectroview.fit_engine.vbf_engine import VBFengine

    counts = spectra.intensity
    if workload.model.background.kind == "linear":
        counts = counts - 60.0
    _, _, _, best, _, _ = VBFengine().fit_spectra(
        workload.function.positions,
        counts,
        {"peak_models": _peaks(workload, "m{:02d}_")},
        weights=spectra.weight,
    )
    return np.asarray(np.sum(((counts - best) * spectra.weight) ** 2, axis=1))


_SETTINGS = {"coef_noise": 0.0, "fit_negative": True}
"""Every point counts, as for us; the rest is what the program begins with."""


def _peaks(workload: Workload, prefix: str) -> dict[str, Any]:
    """The model in their words: heights instead of areas, and the partners by expressions."""
    values = dict(workload.model.parameters())
    found: dict[str, Any] = {}
    for peak in workload.model.peaks:
        p = {name: values[f"{peak.name}.{name}"] for name in peak.parameters}
        main = prefix.format(len(found) + 1)
        height = Parameter(p["area"].value / p["fwhm"].value, 0.0)
        hints = {
            "ampli": _hint(height),
            "fwhm": _hint(p["fwhm"]),
            "x0": _hint(p["position"]),
            "alpha": _hint(p["mixing"]),
        }
        if workload.model.ties and found:
            hints["alpha"]["expr"] = f"{prefix.format(1)}alpha"
        found[str(len(found))] = {"PseudoVoigt": hints}
        if peak.is_doublet:
            ratio, separation = p["area_ratio"].value, p["separation"].value
            partner = {name: dict(hint) for name, hint in hints.items()}
            partner["ampli"]["expr"] = f"{ratio} * {main}ampli"
            partner["x0"]["expr"] = f"{main}x0 + {separation}"
            partner["x0"]["max"] = p["position"].max + separation
            partner["fwhm"]["expr"] = f"{main}fwhm"
            partner["alpha"]["expr"] = f"{prefix.format(1) if workload.model.ties else main}alpha"
            found[str(len(found))] = {"PseudoVoigt": partner}
    return found


def _hint(parameter: Parameter) -> dict[str, Any]:
    return {
        "value": parameter.value,
        "min": parameter.min,
        "max": parameter.max,
        "vary": parameter.vary,
        "expr": None,
    }
