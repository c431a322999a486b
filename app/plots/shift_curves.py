"""The charge shift of every spectrum as a trend, a curve for each line referred to."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from app.plots.trend_curves import SPECTRUM_NUMBER, Item, TrendCurve
from fitting.data.series import FloatArray, get_column
from fitting.data.techniques import technique_of
from fitting.projects.project import Project
from fitting.referencing.charge_drift import region_drift
from fitting.referencing.mixed_references import (
    AS_MEASURED,
    kept_reference,
    mixed_references,
    references_of,
)

_NO_XPS = "Raman spectra have no charge reference. Choose an XPS region in the list."
_NO_REFERENCE = "Energies are as measured. Choose a charge reference in the Steps panel."


def shift_curves(project: Project, region: str, along: str) -> Sequence[TrendCurve]:
    """The shifts of the region on the screen, or of the first XPS region instead of Raman."""
    series = _xps_series(project, region)
    if series is None:
        return ()
    references = np.array(references_of(series), dtype=object)
    if set(references) == {AS_MEASURED}:
        return ()
    kept = kept_reference(references.tolist())
    others = [one for one in dict.fromkeys(references.tolist()) if one != kept]
    warning = mixed_references(references.tolist())
    return [
        _make_curve(series, one, along, warning, is_kept=one == kept) for one in (kept, *others)
    ]


def why_no_shifts(project: Project) -> str:
    """What to do if there is no shift to draw."""
    return _NO_REFERENCE if _xps_series(project, "") is not None else _NO_XPS


def _xps_series(project: Project, region: str) -> xr.Dataset | None:
    chosen = sorted(project.analyses.values(), key=lambda one: one.region != region)
    xps = [one.series for one in chosen if technique_of(one.series).has_core_levels]
    return xps[0] if xps else None


def _make_curve(
    series: xr.Dataset, reference: str, along: str, warning: str, *, is_kept: bool
) -> TrendCurve:
    points = [point for point in region_drift(series) if point.reference == reference]
    spectra = np.array([point.spectrum for point in points])
    place = _find_places(series, along)[spectra]
    order = np.argsort(place, kind="stable")
    points, spectra = [points[index] for index in order], spectra[order]
    value = np.array([point.value for point in points])
    stderr = np.array([point.stderr for point in points])
    cycle = get_column(series, "cycle").astype(float)[spectra]
    samples = get_column(series, "sample").astype(str)[spectra]
    # different samples are no course of one
    courses = [f"{sample}, {number}" for sample, number in zip(samples, cycle, strict=True)]
    return TrendCurve(
        item=Item(str(series.attrs["region"]), reference, ""),
        unit="eV",
        x=place[order],
        value=value,
        stderr=stderr,
        low=value - 1.96 * stderr,
        high=value + 1.96 * stderr,
        branch=get_column(series, "branch").astype(object)[spectra],
        cycle=np.unique(courses, return_inverse=True)[1].astype(float),
        all_cycles=cycle,
        is_flagged=np.zeros(spectra.size, dtype=bool),
        spectra=spectra,
        limit=np.full(spectra.size, np.nan),
        tone="plain" if is_kept else "warning",
        warning=warning,
    )


def _find_places(series: xr.Dataset, along: str) -> FloatArray:
    if along == SPECTRUM_NUMBER:
        return np.arange(1.0, series.sizes["spectrum"] + 1.0)
    return get_column(series, along).astype(float)
