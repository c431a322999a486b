"""The tables of a project: spectra, peaks, species, ratios, atomic percent, onsets, audit.

``TABLE_COLUMNS`` says what is in them. Rows are in the order of region, spectrum, peak or species.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import xarray as xr
from numpy.typing import NDArray

from fitting.audit.findings import audit_project, composition_findings, cross_check_findings
from fitting.data.whole_file import write_whole
from fitting.output.tables.columns import TABLE_COLUMNS, Column
from fitting.output.tables.csv_text import csv_text
from fitting.output.tables.rows import (
    band_rows,
    finding_rows,
    onset_rows,
    peak_rows,
    ratio_rows,
    species_rows,
    spectrum_rows,
)
from fitting.output.tables.sample_rows import composition_rows, cross_check_rows, selection_rows
from fitting.projects.project import Project
from fitting.quantities.atomic_percent import atomic_percent_by_choice
from fitting.quantities.cross_checks import cross_checks
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue
from libraries.sensitivity_sets import (
    SensitivitySet,
    sensitivity_set,
    sensitivity_set_names,
)

Tables = Mapping[str, pd.DataFrame]


def make_tables(
    project: Project,
    catalogue: Catalogue | None = None,
    *,
    factors: SensitivitySet | None = None,
    prepared: Mapping[str, xr.Dataset] | None = None,
) -> Tables:
    """All tables by name; a region without a result is in ``spectra`` only.

    Parameters
    ----------
    catalogue
        Libraries the audit compares with; the bundled ones if left out.
    factors
        Relative sensitivity factors; the default set if left out.
    prepared
        The series as they were fitted, by region, if they are at hand.
    """
    fitted = [analysis for analysis in project.analyses.values() if analysis.result is not None]
    sets = map(sensitivity_set, sensitivity_set_names())
    composition = atomic_percent_by_choice(project.analyses, factors or sensitivity_set(), sets)
    known, chosen = catalogue or bundled_catalogue(), factors or sensitivity_set()
    checks = cross_checks(project.analyses, chosen, known)
    findings = audit_project(project, known, prepared) + cross_check_findings(checks)
    findings += composition_findings(composition)
    blocks: Mapping[str, Iterable[Mapping[str, Any]]] = {
        "spectra": spectrum_rows(project),
        "peaks": map(peak_rows, fitted),
        "species": [species_rows(one, (prepared or {}).get(one.region)) for one in fitted],
        "ratios": map(ratio_rows, fitted),
        "band_ratios": map(band_rows, fitted),
        "atomic_percent": [composition_rows(composition)],
        "onsets": map(onset_rows, fitted),
        "cross_checks": [cross_check_rows(checks, chosen.name)],
        "selection": map(selection_rows, project.analyses.values()),
        "audit": [finding_rows(project, findings)],
    }
    return {name: _make_table(name, parts) for name, parts in blocks.items()}


def write_tables(tables: Tables, folder: Path) -> Iterator[Path]:
    """Write every table as CSV; yields each path after it is written."""
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        write_whole(path, csv_text(list(table.columns), table_rows(table)).encode("utf-8"))
        yield path


def table_rows(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """The rows of a table as plain Python values; nan for what is not known."""
    return zip(*(table[name].tolist() for name in table), strict=True)


def _make_table(name: str, blocks: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    parts = [block for block in blocks if block]
    return pd.DataFrame({one.name: _join_column(one, parts) for one in TABLE_COLUMNS[name]})


def _join_column(column: Column, blocks: Sequence[Mapping[str, Any]]) -> NDArray[Any]:
    """One column of all blocks; empty where a block does not have it."""
    is_text = column.kind == "text"
    pieces = [np.empty(0, dtype=object if is_text else float)]
    for block in blocks:
        count = len(next(iter(block.values())))
        missing = np.full(count, "" if is_text else np.nan)
        piece = np.asarray(block.get(column.name, missing), dtype=object if is_text else float)
        pieces.append(piece)
    values = np.concatenate(pieces)
    if column.kind == "count" and np.isfinite(values).all():
        return values.astype(int)
    return values
