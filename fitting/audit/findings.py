"""The audit: every fit is checked, and every finding is a sentence with a severity.

What is checked, by which limit and where that comes from, is in ``audit_rules.rules``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.audit.evidence import Remark, collect_evidence
from fitting.audit.rules import RULES, Severity
from fitting.data.result import GROUP, shared_parameters
from fitting.data.series import get_column
from fitting.projects.project import Analysis, Project, prepared_series
from fitting.quantities.atomic_percent import Composition, atomic_percent
from fitting.quantities.comparisons import Differences
from fitting.quantities.cross_checks import CrossCheck, cross_checks
from fitting.quantities.detection import Detection
from fitting.quantities.quantification import Quantification
from libraries.catalogue import Catalogue

CROSS_CHECK, ATOMIC_PERCENT, COMPARISON = "cross-check", "atomic-percent", "comparison"
"""Rules about several core levels of a sample together."""


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
    also: tuple[tuple[str, int], ...] = ()
    """Further regions that it is about, each with the index of its spectrum."""


def audit_project(
    project: Project,
    catalogue: Catalogue,
    prepared: Mapping[str, xr.Dataset] | None = None,
    detections: Mapping[str, Detection] | None = None,
) -> list[Finding]:
    """Check every fitted region.

    Parameters
    ----------
    prepared, detections
        The series as they were fitted, and which species are seen in them, if they are at hand.
    """
    found: list[Finding] = []
    for region, analysis in project.analyses.items():
        series, seen = (prepared or {}).get(region), (detections or {}).get(region)
        found += audit_analysis(analysis, catalogue, series, seen)
    return found


def audit_samples(
    analyses: Mapping[str, Analysis],
    catalogue: Catalogue,
    chosen: Quantification | None = None,
) -> list[Finding]:
    """Check the core levels of every sample against one another.

    Parameters
    ----------
    chosen
        How areas become amounts; the default if left out.
    """
    checks = cross_check_findings(cross_checks(analyses, chosen, catalogue))
    return checks + composition_findings(atomic_percent(analyses, chosen))


def cross_check_findings(checks: Sequence[CrossCheck]) -> list[Finding]:
    """What is off between the core levels of a sample."""
    return [
        _about_spectra(
            one.spectra, Finding("", CROSS_CHECK, "warning", one.sentence, sample=one.sample)
        )
        for one in checks
        if one.verdict == "off"
    ]


def composition_findings(composition: Composition) -> list[Finding]:
    """Why samples have no atomic percent, or one that says little."""
    return [Finding("", ATOMIC_PERCENT, "info", remark) for remark in composition.remarks]


def comparison_findings(differences: Differences) -> list[Finding]:
    """Why states that were to be compared were not."""
    return [Finding("", COMPARISON, "warning", remark) for remark in differences.remarks]


def _about_spectra(spectra: Sequence[tuple[str, int]], finding: Finding) -> Finding:
    if not spectra:
        return finding
    (region, spectrum), *others = spectra
    return replace(finding, region=region, spectrum=spectrum, also=tuple(others))


def audit_analysis(
    analysis: Analysis,
    catalogue: Catalogue,
    prepared: xr.Dataset | None = None,
    detection: Detection | None = None,
) -> list[Finding]:
    """Check one region; without a result there is nothing to check.

    Parameters
    ----------
    prepared
        The series as it was fitted, if it is at hand; else the recipe's steps are applied.
    detection
        Which species are seen in it, if that is known already.
    """
    if analysis.result is None:
        return []
    series = prepared_series(analysis) if prepared is None else prepared
    evidence = collect_evidence(analysis, series, analysis.result, catalogue, detection)
    samples = get_column(analysis.series, "sample")
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
        for remark in _said_once(rule.check(evidence), analysis.result)
    ]


def _said_once(remarks: Iterable[Remark], result: xr.Dataset) -> Iterator[Remark]:
    """What is about a parameter that spectra of a joint fit share is about all of them, once."""
    shared = shared_parameters(result)
    groups = result[GROUP].values if shared else np.zeros(0)
    seen = set()
    for remark in remarks:
        if remark.spectrum is None or remark.parameter not in shared:
            yield remark
            continue
        group = groups[remark.spectrum]
        if (group, remark.parameter) in seen:
            continue
        seen.add((group, remark.parameter))
        count = int((groups == group).sum())
        yield replace(
            remark,
            message=f"{remark.message} {count} spectra share this value.",
            spectrum=None if count == groups.size else remark.spectrum,
        )
