"""Rules about peaks: widths, doublets, overlap, detection, library and range."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from fitting.audit.evidence import DETECTION_LIMIT, Evidence, Remark, spectra_where
from fitting.data.series import FloatArray, axis_values
from fitting.data.techniques import technique_of
from fitting.models.model import Peak
from fitting.quantities.quantify import BoolArray, species_areas
from libraries.start_values import positions_that_count, start_value

WIDTH_RATIO = 1.5
SEPARATION_TOLERANCE = 0.05
RATIO_TOLERANCE = 0.1
"""Of the area ratio, relative."""
CORRELATION_LIMIT = 0.95
CLOSENESS_LIMIT = 0.5
"""Distance of two peaks in units of their mean width."""
_SINGLE_LINES = "s"


def implausible_width(evidence: Evidence) -> Iterator[Remark]:
    """Widths outside the technique's range, or far above the median of the region."""
    technique = technique_of(evidence.series)
    widths = {peak.name: evidence.parameter(peak, "fwhm") for peak in evidence.model.peaks}
    present = np.stack([mask for _, mask in evidence.present_peaks()], axis=1)
    median = _median_width(np.stack(list(widths.values()), axis=1), present)
    for peak, mask in evidence.present_peaks():
        width = widths[peak.name]
        low, high = technique.usual_widths
        high = max(high, _widest_known(evidence, peak))
        outside = mask & ((width < low) | (width > high))
        for spectrum in spectra_where(outside):
            yield Remark(
                f"{peak.name}: a width of {width[spectrum]:.3g} {evidence.unit} is not that of a "
                f"single species ({low:g} to {high:g} {evidence.unit} are usual).",
                spectrum,
                f"{peak.name}.fwhm",
            )
        if not technique.has_core_levels or len(widths) < 3 or not evidence.is_free(peak, "fwhm"):
            continue
        for spectrum in spectra_where(mask & ~outside & (width > WIDTH_RATIO * median)):
            yield Remark(
                f"{peak.name}: {width[spectrum]:.3g} {evidence.unit} wide, more than "
                f"{WIDTH_RATIO:g} times the median of the region ({median[spectrum]:.3g}); more "
                "than one species may hide in it.",
                spectrum,
                f"{peak.name}.fwhm",
            )


def doublet_missing(evidence: Evidence) -> Iterator[Remark]:
    """Single lines where the core level is a doublet."""
    region = evidence.analysis.region
    if not technique_of(evidence.series).has_core_levels or region.endswith(_SINGLE_LINES):
        return
    single = [peak.name for peak in evidence.model.peaks if not peak.is_doublet]
    if single and evidence.core_level is not None:
        yield Remark(
            f"{', '.join(single)}: fitted as a single line, but {region} is a doublet "
            f"({evidence.core_level.separation:g} eV apart)."
        )


def doublet_constants(evidence: Evidence) -> Iterator[Remark]:
    """Separation or area ratio that are free, or off the constants of the core level."""
    level = evidence.core_level
    if level is None:
        return
    limits = {
        "separation": (level.separation, SEPARATION_TOLERANCE, " eV"),
        "area_ratio": (level.area_ratio, RATIO_TOLERANCE * level.area_ratio, ""),
    }
    for peak, mask in evidence.present_peaks():
        for name, (constant, tolerance, unit) in limits.items() if peak.is_doublet else ():
            value, stderr = evidence.parameter(peak, name), evidence.parameter_stderr(peak, name)
            error = np.where(np.isfinite(stderr), stderr, 0.0)
            off = np.abs(value - constant) > tolerance + 2.0 * error
            for spectrum in spectra_where(mask & off):
                yield Remark(
                    f"{peak.name}: the {name.replace('_', ' ')} of its lines is "
                    f"{value[spectrum]:.4g}{unit}; for {level.name} it is {constant:g}{unit}. "
                    "Fix it to the constant.",
                    spectrum,
                    f"{peak.name}.{name}",
                )


def overlapping_peaks(evidence: Evidence) -> Iterator[Remark]:
    """Pairs of peaks that lie too close, or whose areas the fit cannot tell apart."""
    present = dict(enumerate(evidence.present_peaks()))
    for one, other in combinations(present, 2):
        (first, in_first), (second, in_second) = present[one], present[other]
        both = in_first & in_second
        distance = np.abs(
            evidence.parameter(first, "position") - evidence.parameter(second, "position")
        )
        width = 0.5 * (evidence.parameter(first, "fwhm") + evidence.parameter(second, "fwhm"))
        correlation = _correlate_areas(evidence, one, other)
        close, tangled = (
            both & (distance < CLOSENESS_LIMIT * width),
            both & (np.abs(correlation) > CORRELATION_LIMIT),
        )
        for spectrum in spectra_where(close | tangled):
            yield Remark(
                f"{first.name} and {second.name} cannot be told apart: {distance[spectrum]:.3g} "
                f"{evidence.unit} apart at a width of {width[spectrum]:.3g}, areas correlated by "
                f"{_format_number(correlation[spectrum])}. Only their sum is a result, unless "
                "something "
                "else ties them down.",
                spectrum,
            )


def below_detection(evidence: Evidence) -> Iterator[Remark]:
    """Species at zero, or smaller than twice their standard error."""
    areas = species_areas(evidence.result, evidence.model)
    stderr = areas.stderr
    for column, species in enumerate(areas.names):
        area, error = areas.value[:, column], stderr[:, column]
        at_zero = evidence.fitted & (area <= 0)
        for spectrum in spectra_where(at_zero):
            yield Remark(f"{species} is not seen: its area ended at zero.", spectrum)
        for spectrum in spectra_where(
            evidence.fitted & ~at_zero & (area < DETECTION_LIMIT * error)
        ):
            yield Remark(
                f"{species} is below its detection limit: area {area[spectrum]:.3g} with a "
                f"standard error of {error[spectrum]:.3g}. Report it as a limit, not as a number.",
                spectrum,
            )


def outside_range(evidence: Evidence) -> Iterator[Remark]:
    """Peaks that reach beyond the measured range by half their width or more."""
    low, high = _measured_range(evidence)
    for peak, mask in evidence.present_peaks():
        position, width = evidence.parameter(peak, "position"), evidence.parameter(peak, "fwhm")
        upper = position + (evidence.parameter(peak, "separation") if peak.is_doublet else 0.0)
        cut = (position - 0.5 * width < low) | (upper + 0.5 * width > high)
        for spectrum in spectra_where(mask & cut):
            yield Remark(
                f"{peak.name} at {position[spectrum]:.5g} {evidence.unit} is cut by the edge of "
                f"the range ({low[spectrum]:.5g} to {high[spectrum]:.5g} {evidence.unit}); its "
                "area rests on what was not measured. Widen the range.",
                spectrum,
            )


def library_conflict(evidence: Evidence) -> Iterator[Remark]:
    """Species in one model that the library says cannot be told apart by position."""
    species = evidence.species
    for one, other in combinations(species, 2):
        if (
            other in species[one][1].not_separable_from
            or one in species[other][1].not_separable_from
        ):
            yield Remark(
                f"{one} and {other} are both in the model, but sources do not separate their "
                "positions. Only their sum is a result, unless something else ties them down."
            )


def position_outside_library(evidence: Evidence) -> Iterator[Remark]:
    """Positions outside what the sources of a species span (species of one line)."""
    for peak, mask in evidence.present_peaks():
        known = evidence.species.get(peak.species)
        if known is None or len(known[1].bands) != 1:
            continue
        library, species = known
        if not positions_that_count(species.bands[0]):
            continue
        start = start_value(library, species, species.bands[0])
        position = evidence.parameter(peak, "position")
        error = np.nan_to_num(evidence.parameter_stderr(peak, "position"))
        outside = (position < start.low - 2 * error) | (position > start.high + 2 * error)
        for spectrum in spectra_where(mask & outside):
            yield Remark(
                f"{peak.name} at {position[spectrum]:.5g} {evidence.unit} lies outside "
                f"{start.low:g} to {start.high:g} {evidence.unit}, where sources find "
                f"{species.id}. Check the energy reference, and the assignment.",
                spectrum,
                f"{peak.name}.position",
            )


def _widest_known(evidence: Evidence, peak: Peak) -> float:
    """The largest width that the libraries give the species, as bands of carbon or envelopes."""
    region, known = evidence.analysis.region, evidence.catalogue
    if peak.species not in evidence.species:
        return 0.0
    fitted = {one.species for one in evidence.model.peaks}
    ranges = [
        model.fwhm
        for model in known.models(region)
        if peak.species in model.species and set(model.species) <= fitted
    ]
    ranges += [band.fwhm for band in evidence.species[peak.species][1].bands if band.fwhm]
    return max((one.max for one in ranges), default=0.0)


def _median_width(widths: FloatArray, present: BoolArray) -> FloatArray:
    """Median width of the peaks that are there, shape (n,); inf where there are none."""
    median = np.full(len(widths), np.inf)
    some = present.any(axis=1)
    median[some] = np.nanmedian(np.where(present, widths, np.nan)[some], axis=1)
    return median


def _correlate_areas(evidence: Evidence, one: int, other: int) -> FloatArray:
    """Correlation of two areas, shape (n,); nan where there is none."""
    covariance = evidence.areas.covariance
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt(covariance[:, one, one] * covariance[:, other, other])
        return np.asarray(np.where(scale > 0, covariance[:, one, other] / scale, np.nan))


def _format_number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "an unknown amount"


def _measured_range(evidence: Evidence) -> tuple[FloatArray, FloatArray]:
    """First and last measured point of every spectrum, on its own axis."""
    series = evidence.series
    axis = axis_values(series)
    measured = np.isfinite(series["intensity"].values) & np.isfinite(series["sigma"].values)
    low = np.where(measured, axis, np.inf).min(axis=1)
    high = np.where(measured, axis, -np.inf).max(axis=1)
    return low, high
