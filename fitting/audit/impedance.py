"""Findings about impedance spectra among those about spectra."""

from fitting.audit.findings import Finding
from fitting.data.series import get_column
from fitting.impedance.analysis import ImpedanceAnalysis
from fitting.impedance.checks import check_impedance
from fitting.impedance.series import IMPEDANCE


def audit_impedance(analysis: ImpedanceAnalysis | None) -> list[Finding]:
    """Check the impedance spectra of a project, if it has any."""
    if analysis is None:
        return []
    samples = get_column(analysis.series, "sample").astype(str)
    return [
        Finding(
            IMPEDANCE,
            one.rule,
            one.severity,
            one.message,
            one.spectrum,
            sample="" if one.spectrum is None else samples[one.spectrum],
        )
        for one in check_impedance(analysis)
    ]
