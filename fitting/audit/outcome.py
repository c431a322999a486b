"""Rules about how the fit ended: status, chi-square, bounds, what the data do not determine."""

from collections.abc import Iterator

import numpy as np

from fitting.audit.evidence import Evidence, Remark, spectra_where
from fitting.data.result import Status, is_taken_over
from fitting.data.series import noises_of
from fitting.quantities.quantify import BoolArray, degrees_of_freedom

CHI_SQUARE_LIMITS = (0.5, 1.5)
CHI_SQUARE_DEVIATIONS = 5.0


def find_failed(evidence: Evidence) -> Iterator[Remark]:
    """Spectra whose fit failed."""
    messages = evidence.result["message"].values
    for spectrum in spectra_where(evidence.result["status"].values == Status.FAILED):
        yield Remark(f"No result: {messages[spectrum]}", spectrum)


def not_fitted(evidence: Evidence) -> Iterator[Remark]:
    """Spectra that were not fitted yet."""
    for spectrum in spectra_where(evidence.result["status"].values == Status.NOT_FITTED):
        yield Remark("The spectrum was not fitted; fit the series to the end.", spectrum)


def find_taken_over(evidence: Evidence) -> Iterator[Remark]:
    """Values of another program, which have no errors."""
    taken = is_taken_over(evidence.result)
    if taken.any():
        yield Remark(
            f"The values of {int(taken.sum())} of {taken.size} spectra were taken over from "
            "another program and not fitted: they have no errors, and no interval can be told. Fit "
            "the region to find them."
        )


def parameter_at_bound(evidence: Evidence) -> Iterator[Remark]:
    """Free parameters at a bound, of peaks above their detection limit.

    An area at zero is a species that is not there; where it then lies says nothing.
    """
    resolved = evidence.resolved
    absent = _parameters_of_absent_peaks(evidence)
    ours = ~is_taken_over(evidence.result)
    for column, name in enumerate(resolved.free):
        row = resolved.names.index(name)
        is_area = name.endswith(".area")
        lower = evidence.value[:, row] < _middle_between(
            resolved.lower[column], resolved.upper[column]
        )
        mask = evidence.fitted & ours & evidence.at_bound[:, column] & ~absent[:, row]
        for spectrum in spectra_where(mask):
            if is_area and lower[spectrum] and resolved.lower[column] == 0:
                continue
            bound = resolved.lower[column] if lower[spectrum] else resolved.upper[column]
            side = "lower" if lower[spectrum] else "upper"
            yield Remark(
                f"{_speak_parameter(name)} ended at its {side} bound, {bound:.6g}: it has no "
                "error, and the "
                "others are too small. Widen the bound, or fix the parameter and say so.",
                spectrum,
                name,
            )


def reduced_chi_square(evidence: Evidence) -> Iterator[Remark]:
    """Chi-square far from one where the noise is known from counting."""
    is_counted = noises_of(evidence.series) == "poisson"
    value = evidence.result["reduced_chi_square"].values
    freedom = degrees_of_freedom(evidence.result)
    with np.errstate(invalid="ignore", divide="ignore"):
        significant = np.abs(value - 1.0) > CHI_SQUARE_DEVIATIONS * np.sqrt(2.0 / freedom)
    significant &= is_counted
    low, high = CHI_SQUARE_LIMITS
    for spectrum in spectra_where(evidence.fitted & significant & (value > high)):
        yield Remark(
            f"Reduced chi-square {value[spectrum]:.3g}: the model misses something that counting "
            "noise does not explain (a species, the background, the line shape).",
            spectrum,
        )
    for spectrum in spectra_where(evidence.fitted & significant & (value < low)):
        yield Remark(
            f"Reduced chi-square {value[spectrum]:.3g}: the spectrum scatters less than counts "
            "can. It may be smoothed, or its counts scaled. Errors rest on its scatter, and on how "
            "many neighbouring points scatter together.",
            spectrum,
        )


def find_undetermined(evidence: Evidence) -> Iterator[Remark]:
    """Free parameters, of peaks that are there, for which the fit has no error."""
    resolved, ours = evidence.resolved, ~is_taken_over(evidence.result)
    absent = _parameters_of_absent_peaks(evidence)
    for column, name in enumerate(resolved.free):
        row = resolved.names.index(name)
        unknown = evidence.fitted & ours & np.isnan(evidence.stderr[:, row])
        for spectrum in spectra_where(unknown & ~evidence.at_bound[:, column] & ~absent[:, row]):
            yield Remark(
                f"The data do not determine {_speak_parameter(name)}. Fix it, tie it to "
                "another, or take "
                "a species out.",
                spectrum,
                name,
            )


def _parameters_of_absent_peaks(evidence: Evidence) -> BoolArray:
    """Whether a parameter, beside its area, is of a peak below its detection limit; (n, p)."""
    names = evidence.resolved.names
    absent = np.zeros(evidence.value.shape, dtype=bool)
    for peak, present in evidence.present_peaks():
        rows = [
            row
            for row, name in enumerate(names)
            if name.startswith(f"{peak.name}.") and not name.endswith(".area")
        ]
        absent[:, rows] = ~present[:, None]
    return absent


def _middle_between(lower: float, upper: float) -> float:
    if np.isfinite(lower) and np.isfinite(upper):
        return 0.5 * (lower + upper)
    return np.inf if np.isfinite(lower) else -np.inf


def _speak_parameter(name: str) -> str:
    """A full parameter name in words, such as "fwhm of PS4"."""
    owner, _, short = name.rpartition(".")
    return f"the {short} of {owner}"
