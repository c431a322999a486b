"""The audit: every fit is checked, and every finding is a sentence with a severity.

``RULES`` is the table of what is checked, with its limit and where that comes from.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import xarray as xr

from fitting.audit_rules import measurement, outcome, peaks, residuals
from fitting.audit_rules.evidence import Evidence, Remark, collect_evidence
from fitting.project import Analysis, Project, prepared_series
from fitting.series import column
from libraries.catalogue import Catalogue

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of every fitted region."""

    id: str
    severity: Severity
    check: Callable[[Evidence], Iterator[Remark]]
    limit: str
    """What trips it."""
    source: str
    """Where the limit comes from."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found."""

    region: str
    rule: str
    severity: Severity
    message: str
    spectrum: int | None = None
    """Index into the region's series; ``None`` if it holds for the whole region."""
    sample: str = ""


_MAJOR = "Major et al., J. Vac. Sci. Technol. A 38, 061203 (2020), doi 10.1116/6.0000377"
_SHERWOOD = "Sherwood, Surf. Interface Anal. 51, 589 (2019), doi 10.1002/sia.6629"
_OURS = "convention of this program"

RULES: Sequence[Rule] = (
    Rule("fit-failed", "error", outcome.failed, "the fit gave no result", _OURS),
    Rule("not-fitted", "warning", outcome.not_fitted, "the fit was stopped before it", _OURS),
    Rule(
        "parameter-at-bound",
        "warning",
        outcome.parameter_at_bound,
        "a free parameter of a peak above its detection limit ends at its bound",
        _SHERWOOD,
    ),
    Rule("not-determined", "warning", outcome.undetermined, "no error for a parameter", _OURS),
    Rule(
        "reduced-chi-square",
        "warning",
        outcome.reduced_chi_square,
        "known counts: below 0.5 or above 1.5, and 5 standard deviations from 1",
        _SHERWOOD,
    ),
    Rule(
        "residual-structure",
        "warning",
        residuals.structured_residuals,
        "4 standard deviations too few runs of equal sign, or Durbin-Watson as far below 2",
        "Wald and Wolfowitz 1940; Durbin and Watson 1950",
    ),
    Rule(
        "width",
        "warning",
        peaks.implausible_width,
        "XPS outside 0.4 to 3 eV or 1.5 times the region's median; Raman outside 3 to 120 1/cm",
        _MAJOR,
    ),
    Rule(
        "doublet-missing",
        "error",
        peaks.doublet_missing,
        "a single line for a core level that is a doublet",
        _MAJOR,
    ),
    Rule(
        "doublet-constants",
        "warning",
        peaks.doublet_constants,
        "separation off by 0.05 eV, or area ratio by 10 %, and 2 standard errors",
        _MAJOR,
    ),
    Rule(
        "peaks-not-separable",
        "warning",
        peaks.overlapping_peaks,
        "closer than half their mean width, or areas correlated above 0.95",
        _SHERWOOD,
    ),
    Rule(
        "below-detection",
        "info",
        peaks.below_detection,
        "area at zero or less than 2 standard errors",
        "Currie, Anal. Chem. 40, 586 (1968)",
    ),
    Rule(
        "cut-by-range",
        "warning",
        peaks.outside_range,
        "a line's half maximum lies outside the measured range",
        _MAJOR,
    ),
    Rule(
        "library-conflict",
        "warning",
        peaks.library_conflict,
        "two species that the library calls not separable are in one model",
        "the library's sources",
    ),
    Rule(
        "position-outside-library",
        "warning",
        peaks.position_outside_library,
        "outside the bounds that the library's sources span, and 2 standard errors",
        "the library's sources",
    ),
    Rule("noise-estimated", "info", measurement.noise_estimated, "counts are not known", _OURS),
    Rule("voltage-missing", "info", measurement.voltage_missing, "no voltage", _OURS),
    Rule(
        "energy-reference",
        "warning",
        measurement.charge_reference_missing,
        "an XPS axis without charge reference",
        _MAJOR,
    ),
    Rule(
        "static-background",
        "info",
        measurement.static_background,
        "the background was fixed before the fit",
        _SHERWOOD,
    ),
    Rule(
        "baseline-subtracted",
        "info",
        measurement.baseline_subtracted,
        "the Raman baseline was subtracted before the fit",
        _OURS,
    ),
)


def audit_project(
    project: Project, catalogue: Catalogue, prepared: Mapping[str, xr.Dataset] | None = None
) -> list[Finding]:
    """Check every fitted region; ``prepared`` may hold the series as they were fitted."""
    found: list[Finding] = []
    for region, analysis in project.analyses.items():
        series = (prepared or {}).get(region)
        found += audit_analysis(analysis, catalogue, series)
    return found


def audit_analysis(
    analysis: Analysis, catalogue: Catalogue, prepared: xr.Dataset | None = None
) -> list[Finding]:
    """Check one region; without a result there is nothing to check.

    Parameters
    ----------
    prepared
        The series as it was fitted, if it is at hand; else the recipe's steps are applied.
    """
    if analysis.result is None:
        return []
    series = prepared_series(analysis) if prepared is None else prepared
    evidence = collect_evidence(analysis, series, analysis.result, catalogue)
    samples = column(analysis.series, "sample")
    return [
        Finding(
            analysis.region,
            rule.id,
            rule.severity,
            remark.message,
            remark.spectrum,
            "" if remark.spectrum is None else str(samples[remark.spectrum]),
        )
        for rule in RULES
        for remark in rule.check(evidence)
    ]
