"""The table of the audit: every rule with its severity, its limit, and the limit's source."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fitting.audit import (
    assignments,
    components,
    interference,
    measurement,
    outcome,
    peaks,
    residuals,
)
from fitting.audit.evidence import Evidence, Remark

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


_MAJOR = "Major et al., J. Vac. Sci. Technol. A 38, 061203 (2020), doi 10.1116/6.0000377"
_SHERWOOD = "Sherwood, Surf. Interface Anal. 51, 589 (2019), doi 10.1002/sia.6629"
_OURS = "convention of this program"

RULES: Sequence[Rule] = (
    Rule("fit-failed", "error", outcome.find_failed, "the fit gave no result", _OURS),
    Rule("not-fitted", "warning", outcome.not_fitted, "the fit was stopped before it", _OURS),
    Rule(
        "taken-over",
        "info",
        outcome.find_taken_over,
        "values are those of a fit that the file stores",
        _OURS,
    ),
    Rule(
        "parameter-at-bound",
        "warning",
        outcome.parameter_at_bound,
        "a free parameter of a peak above its detection limit ends at its bound",
        _SHERWOOD,
    ),
    Rule("not-determined", "warning", outcome.find_undetermined, "no error for a parameter", _OURS),
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
        "model-misfit",
        "warning",
        residuals.misfit_of_series,
        "residuals of at least 3 spectra together: 5 standard deviations over a stretch",
        _OURS,
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
        "too-many-components",
        "warning",
        components.too_many_components,
        "(area / standard error)^2, summed over the spectra, below k log(points) for k parameters",
        "Schwarz, Ann. Stat. 6, 461 (1978)",
    ),
    Rule(
        "species-not-supported",
        "info",
        components.species_not_supported,
        "weighed for the series and left out, because BIC is lower without",
        "Schwarz, Ann. Stat. 6, 461 (1978)",
    ),
    Rule(
        "background-crosses-data",
        "warning",
        residuals.background_crosses,
        "above the data by 6 standard deviations over a twentieth of the range",
        _MAJOR,
    ),
    Rule(
        "other-element",
        "warning",
        interference.lines_of_other_elements,
        "the survey or the sample's name has an element with a line within the fitted range",
        "the library's sources",
    ),
    Rule(
        "unexplained-line",
        "warning",
        interference.unexplained_lines,
        "residuals 6 standard deviations above zero over 1.2 eV, where another element has a line",
        "the library's sources",
    ),
    Rule(
        "bands-overlap",
        "info",
        components.overlapping_bands,
        "Raman: another species' band closer than a width, or half a width if not in the model",
        "the library's sources",
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
        "assignment-open",
        "warning",
        assignments.open_assignment,
        "nearer to where the library has another species than to where it has the peak's own",
        "the library's sources",
    ),
    Rule(
        "assignment-shared",
        "info",
        assignments.shared_assignment,
        "another species that the library calls not separable is found at the peak's position",
        "the library's sources",
    ),
    Rule(
        "shared-line-only",
        "warning",
        assignments.shared_line_only,
        "a species above 2 standard errors by lines alone that another species shares",
        "the library's sources",
    ),
    Rule(
        "assignment-disputed",
        "info",
        assignments.disputed_assignment,
        "the library says why the assignment of a species is disputed",
        "the library's sources",
    ),
    Rule(
        "position-outside-library",
        "warning",
        peaks.position_outside_library,
        "outside the bounds that the library's sources span, and 2 standard errors",
        "the library's sources",
    ),
    Rule(
        "scan-drift",
        "warning",
        measurement.scan_drift,
        "scans move by more than 0.05 eV (0.5 1/cm) and 3 standard errors",
        _OURS,
    ),
    Rule(
        "saturated",
        "warning",
        measurement.saturated_spectra,
        "3 neighbouring points at the maximum, equal to the last digit, beyond chance; or 2 at the "
        "largest number of a converter",
        _OURS,
    ),
    Rule("noise-estimated", "info", measurement.noise_estimated, "counts are not known", _OURS),
    Rule(
        "voltage-moved",
        "warning",
        measurement.voltage_moved,
        "the potential moved by more than 0.02 V, or what was stated, during the exposure",
        _OURS,
    ),
    Rule(
        "voltage-not-told",
        "warning",
        measurement.voltage_untold,
        "the record that was asked for gives a spectrum nothing",
        _OURS,
    ),
    Rule("voltage-missing", "info", measurement.voltage_missing, "no voltage", _OURS),
    Rule(
        "energy-reference",
        "warning",
        measurement.charge_reference_missing,
        "an XPS axis without charge reference",
        _MAJOR,
    ),
    Rule(
        "mixed-reference",
        "error",
        measurement.mixed_reference,
        "energies referred to another line than those of most spectra in the table",
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
        "a Raman baseline was subtracted before a fit whose background cannot follow it",
        _OURS,
    ),
)


def rules_as_table() -> str:
    """The rules as a table in Markdown."""
    lines = ["| rule | severity | what trips it | source of the limit |", "|---|---|---|---|"]
    lines += [f"| `{one.id}` | {one.severity} | {one.limit} | {one.source} |" for one in RULES]
    return "\n".join(lines) + "\n"
