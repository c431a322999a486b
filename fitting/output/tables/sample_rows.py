"""Rows about a sample or a whole region: composition, cross-checks, sets of species."""

import math
from collections.abc import Sequence

from fitting.output.tables.rows import Rows
from fitting.projects.project import Analysis
from fitting.quantities.atomic_percent import AtomicPercent, Composition
from fitting.quantities.cross_checks import CrossCheck
from fitting.quantities.quantify import species_names


def selection_rows(analysis: Analysis) -> Rows:
    """Every set of species that was weighed."""
    selection = analysis.selection
    if selection is None:
        return {}
    weighed = selection.candidates
    present = set(species_names(analysis.model))
    return {
        "region": [analysis.region] * len(weighed),
        "species_set": [", ".join(one.species) for one in weighed],
        "species_count": [len(one.species) for one in weighed],
        "chi_square": [one.chi_square for one in weighed],
        "free_parameters": [one.parameters for one in weighed],
        "bic": [one.bic for one in weighed],
        "delta_bic": [selection.delta(one) for one in weighed],
        "is_chosen": ["yes" if set(one.species) == present else "no" for one in weighed],
        "spectra": [selection.spectrum_count] * len(weighed),
        "points": [selection.points] * len(weighed),
    }


def composition_rows(composition: Composition) -> Rows:
    """Every species in every sample."""
    rows = composition.rows
    return {
        "sample": [row.sample for row in rows],
        "voltage_V": [row.voltage for row in rows],
        "region": [row.region for row in rows],
        "element": [row.element for row in rows],
        "species": [row.species for row in rows],
        "atomic_percent": [row.value for row in rows],
        "atomic_percent_stderr": [row.stderr for row in rows],
        "sensitivity_set": [row.sensitivity_set for row in rows],
        "atomic_percent_syst": [row.systematic for row in rows],
        "systematic_from": [row.systematic_from for row in rows],
        "method": ["covariance"] * len(rows),
        **_round_columns(rows),
    }


def cross_check_rows(checks: Sequence[CrossCheck], sensitivity_set: str) -> Rows:
    """Every relation between core levels."""
    return {
        "sample": [one.sample for one in checks],
        "voltage_V": [one.voltage for one in checks],
        "check": [one.check for one in checks],
        "value": [one.value for one in checks],
        "stderr": [one.stderr for one in checks],
        "unit": [one.unit for one in checks],
        "expected_low": [one.low for one in checks],
        "expected_high": [one.high for one in checks],
        "accuracy": [one.accuracy for one in checks],
        "verdict": [one.verdict for one in checks],
        "sensitivity_set": ["" if one.unit == "eV" else sensitivity_set for one in checks],
        **_round_columns(checks),
    }


def _round_columns(rows: Sequence[AtomicPercent] | Sequence[CrossCheck]) -> Rows:
    """Which round of measurement each row is of, where there are rounds."""
    return {
        "round": [one.round or math.nan for one in rows],
        "voltage_change_V": [one.voltage_change for one in rows],
    }
