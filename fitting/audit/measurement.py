"""Rules about the measurement and its treatment: noise, voltage, energy reference, background."""

from collections.abc import Iterator

import numpy as np

from fitting.audit.evidence import Evidence, Remark, spectra_where
from fitting.data.joining.scan_drift import scan_drifts
from fitting.data.series import BASELINE, axis_of, get_column, noises_of, units_of
from fitting.data.techniques import technique_of
from fitting.electrochemistry.attach import LARGEST_CHANGE, UNTOLD, is_untold
from fitting.electrochemistry.potential_by_time import Clock
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.function import is_baseline_followed
from fitting.preprocessing.saturation import MaskSaturation, saturated_points
from fitting.quantities.quantify import BoolArray
from fitting.referencing.mixed_references import references_of, refused_positions

VOLTAGE_LIMIT = Clock().largest_change
"""Change of the potential in one exposure (V) from which it is said."""


def noise_estimated(evidence: Evidence) -> Iterator[Remark]:
    """Noise that was read off the scatter, because the counts are not known."""
    if (noises_of(evidence.series) == "estimated").any():
        yield Remark(
            "The counts are not known, so the noise was estimated from the scatter of neighbouring "
            "points: chi-square says little, and errors are as good as that estimate."
        )


def saturated_spectra(evidence: Evidence) -> Iterator[Remark]:
    """Spectra with points at the ceiling of the detector, within the fitted range."""
    raw, axis = evidence.analysis.series, axis_of(evidence.series)
    ends = evidence.series[axis].values[[0, -1]]
    inside = (raw[axis].values >= ends[0]) & (raw[axis].values <= ends[1])
    points = saturated_points(raw) & inside
    is_masked = any(isinstance(step, MaskSaturation) for step in evidence.analysis.recipe.steps)
    for spectrum in spectra_where(points.any(axis=1)):
        ceiling = raw["intensity"].values[spectrum][points[spectrum]].max()
        what = (
            "are masked, so that the height of the band rests on its flanks"
            if is_masked
            else "were fitted as if they were measured: add the step Mask saturation"
        )
        yield Remark(
            f"The detector was at its ceiling: {int(points[spectrum].sum())} points at "
            f"{ceiling:g} {units_of(raw)[spectrum]} {what}. Measure again with less light or for a "
            "shorter time.",
            spectrum,
        )


def voltage_missing(evidence: Evidence) -> Iterator[Remark]:
    """Spectra without a voltage: they are in no trend."""
    series = evidence.analysis.series
    if is_untold(series).any():
        return
    yield from _remark_missing(
        np.isfinite(get_column(series, "voltage").astype(float)),
        "The voltage of the spectrum is not known, so it is in no trend. Name it in the file "
        "name or in a side table.",
        "No spectrum has a voltage, so there is no trend. Name them in the file names or in a "
        "side table.",
    )


def voltage_untold(evidence: Evidence) -> Iterator[Remark]:
    """Spectra to which the record that was asked for gives no voltage."""
    series = evidence.analysis.series
    origins = get_column(series, "voltage_from").astype(str)
    for spectrum in spectra_where(is_untold(series)):
        reason = origins[spectrum].removeprefix(UNTOLD)
        yield Remark(
            f"The record gives this spectrum no voltage ({reason}), so it is in no trend.", spectrum
        )


def voltage_moved(evidence: Evidence) -> Iterator[Remark]:
    """Spectra during whose exposure the potential moved."""
    series = evidence.analysis.series
    names = ("voltage_start", "voltage_end", "voltage_change")
    start, end, change = (get_column(series, name).astype(float) for name in names)
    moved = np.nan_to_num(np.fmax(change, np.abs(end - start)))
    limit = float(series.attrs.get(LARGEST_CHANGE, VOLTAGE_LIMIT))
    for spectrum in spectra_where(moved > limit):
        yield Remark(
            f"The potential moved by {moved[spectrum]:.3f} V during the exposure, from "
            f"{start[spectrum]:.3f} to {end[spectrum]:.3f} V: the spectrum is a mean over that "
            "range. Expose for a shorter time, or hold the potential.",
            spectrum,
        )


def charge_reference_missing(evidence: Evidence) -> Iterator[Remark]:
    """XPS spectra whose energy axis was not referenced."""
    if not technique_of(evidence.series).has_core_levels:
        return
    yield from _remark_missing(
        np.isfinite(get_column(evidence.analysis.series, "charge_shift").astype(float)),
        "The energy axis was not referenced: this sample has no reference line. Positions may be "
        "off by its charging.",
        "The energy axis was not referenced: positions may be off by charging. Choose a charge "
        "reference, such as C 1s=284.8.",
    )


def mixed_reference(evidence: Evidence) -> Iterator[Remark]:
    """Spectra whose energies are referred to another line than those of most."""
    series = evidence.analysis.series
    references = references_of(series)
    for spectrum in spectra_where(refused_positions(series)):
        yield Remark(
            f"Its energies are {references[spectrum]}, those of most others are referred to "
            "another line: its positions are left out of the tables. Choose one charge reference "
            "that every sample has.",
            spectrum,
        )


def static_background(evidence: Evidence) -> Iterator[Remark]:
    """A background fixed before the fit, whose uncertainty the errors lack."""
    kind = evidence.model.background.kind
    if BACKGROUNDS[kind].is_static:
        yield Remark(
            f"The background {kind} was fixed before the fit: areas depend on the ends of the "
            "range, and their errors lack the uncertainty of the background. A co-fitted one has "
            "neither fault."
        )


def baseline_subtracted(evidence: Evidence) -> Iterator[Remark]:
    """A Raman baseline subtracted before the fit, of which the model's background knows nothing."""
    is_subtracted = BASELINE in evidence.series
    if is_subtracted and not is_baseline_followed(evidence.model, evidence.series):
        yield Remark(
            "The baseline was subtracted before the fit: it may take some of the wings of the "
            "bands, and the errors of the areas lack its uncertainty. With a polynomial or a "
            "spline in the model, over at most 1000 1/cm, the fit is to what was measured."
        )


def scan_drift(evidence: Evidence) -> Iterator[Remark]:
    """Scans of one spectrum that moved along the axis: summed, they would broaden it."""
    for drift in scan_drifts(evidence.analysis.series):
        if drift.is_told:
            yield Remark(
                f"{drift.sentence}. The sample may be charging, or changing under the beam: look "
                "at the scans one by one before they are summed.",
                drift.rows[0],
            )


def _remark_missing(known: BoolArray, each: str, together: str) -> Iterator[Remark]:
    """One remark if nothing is known, otherwise one for every spectrum without."""
    if not known.any():
        yield Remark(together)
        return
    for spectrum in spectra_where(~known):
        yield Remark(each, spectrum)
