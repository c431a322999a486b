"""The tables of a project: spectra, peaks, species, ratios, atomic percent, onsets, audit.

``TABLE_COLUMNS`` says what is in them. Rows are in the order of region, spectrum
(``Project.order``), peak or species.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import xarray as xr
from numpy.typing import NDArray

from fitting.audit.findings import (
    audit_project,
    comparison_findings,
    composition_findings,
    cross_check_findings,
)
from fitting.audit.impedance import audit_impedance
from fitting.data.order import spectrum_numbers
from fitting.data.series import SPECTRUM
from fitting.data.whole_file import write_whole
from fitting.electrochemistry.measurement_states import rounds_of, states_by_region
from fitting.impedance.series import IMPEDANCE
from fitting.output.tables.blocks import (
    Block,
    GivenBlock,
    RecordBlock,
    SpectraBlock,
    band_block,
    group_block,
    peak_block,
    ratio_block,
    species_block,
)
from fitting.output.tables.column import Column
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.output.tables.correlations import find_correlations
from fitting.output.tables.csv_text import csv_text
from fitting.output.tables.resistance_columns import impedance_spectra_block, resistance_block
from fitting.projects.outcomes import list_without_row
from fitting.projects.project import Analysis, Project
from fitting.projects.survey import list_survey_elements
from fitting.quantities.atomic_percent import Composition, atomic_percent
from fitting.quantities.comparisons import find_differences
from fitting.quantities.cross_checks import cross_checks
from fitting.quantities.detection import Detection
from fitting.quantities.region_detection import find_detection
from fitting.quantities.species_onsets import species_onsets
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue

NOT_READ = "not_read"
"""Status of a file, or a part of it, that could not be used."""

_REGION_BLOCKS: Mapping[str, Callable[[Analysis, Detection], SpectraBlock]] = {
    "peaks": peak_block,
    "species": species_block,
    "ratios": ratio_block,
    "band_ratios": band_block,
    "groups": group_block,
}
"""Of the tables that are about the spectra of a fitted region."""

Tables = Mapping[str, pd.DataFrame]


def make_tables(
    project: Project,
    catalogue: Catalogue | None = None,
    *,
    prepared: Mapping[str, xr.Dataset] | None = None,
    detections: Mapping[str, Detection] | None = None,
) -> Tables:
    """All tables by name; a region without a result is in ``spectra`` only.

    Parameters
    ----------
    catalogue
        Libraries the audit compares with; the bundled ones if left out.
    prepared
        The series as they were fitted, by region, if they are at hand.
    detections
        Which species are seen, by region, if that is known already.
    """
    chosen, known = project.quantification, catalogue or bundled_catalogue()
    fitted = [analysis for analysis in project.analyses.values() if analysis.result is not None]
    seen = detections or find_detections(fitted, prepared)
    composition = atomic_percent(project.analyses, chosen)
    checks = cross_checks(project.analyses, chosen, known)
    findings = audit_project(project, known, prepared, seen) + cross_check_findings(checks)
    differences = find_differences(project.analyses, project.comparisons)
    findings += composition_findings(composition) + comparison_findings(differences)
    findings += audit_impedance(project.impedance)
    numbers = {name: spectrum_numbers(one.series) for name, one in project.analyses.items()}
    if project.impedance is not None:
        numbers[IMPEDANCE] = np.arange(project.impedance.series.sizes[SPECTRUM])
    weighed = [one for one in project.analyses.values() if one.selection is not None]
    every = [one.series for one in project.analyses.values()]
    blocks: Mapping[str, Iterable[Block]] = {
        "spectra": _spectra_blocks(project),
        **{
            name: [replace(make(one, seen[one.region]), order=project.order) for one in fitted]
            for name, make in _REGION_BLOCKS.items()
        },
        "atomic_percent": [RecordBlock(composition.rows)],
        "onsets": (
            RecordBlock(species_onsets(one.result, one.model), one)
            for one in fitted
            if one.result is not None
        ),
        "cross_checks": [RecordBlock(checks, factors=_name_factors(composition))],
        "selection": (
            RecordBlock(one.selection.candidates, one)
            for one in weighed
            if one.selection is not None
        ),
        "audit": [RecordBlock(findings, numbers=numbers)],
        "differences": [RecordBlock(differences.rows)],
        "survey": [RecordBlock(list_survey_elements(every))],
    }
    if project.impedance is not None:
        blocks = {**blocks, "resistances": [resistance_block(project.impedance)]}
    made = {
        name: _make_table(columns, list(blocks[name]))
        for name, columns in TABLE_COLUMNS.items()
        if name in blocks
    }
    return _with_correlations(made) if project.impedance is not None else made


def _name_factors(composition: Composition) -> str:
    """The set of factors that amounts rest on."""
    return composition.rows[0].sensitivity_set if composition.rows else ""


def find_detections(
    fitted: Iterable[Analysis], prepared: Mapping[str, xr.Dataset] | None = None
) -> Mapping[str, Detection]:
    """Which species are seen in every fitted region, by its name."""
    return {one.region: find_detection(one, (prepared or {}).get(one.region)) for one in fitted}


def write_tables(tables: Tables, folder: Path) -> Iterator[Path]:
    """Write every table as CSV; yields each path after it is written."""
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        write_whole(path, csv_text(list(table.columns), table_rows(table)).encode("utf-8"))
        yield path


def table_rows(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """The rows of a table as plain Python values; nan for what is not known."""
    return zip(*(table[name].tolist() for name in table), strict=True)


def _spectra_blocks(project: Project) -> Iterator[Block]:
    """Every spectrum of every region, then what could not be read."""
    states = states_by_region({name: one.series for name, one in project.analyses.items()})
    for region, analysis in project.analyses.items():
        yield SpectraBlock(
            analysis, rounds=rounds_of(states[region]), order=project.order, left_out=project.unread
        )
    if project.impedance is not None:
        yield impedance_spectra_block(project.impedance)
    unread = list_without_row(project)
    names = ("source", "region", "sample", "label")
    columns = {name: [getattr(one, name) for one in unread] for name in names}
    columns |= {"status": [NOT_READ] * len(unread), "message": [one.reason for one in unread]}
    yield GivenBlock(columns, len(unread))


def _with_correlations(tables: Tables) -> Tables:
    """With that of species and resistances, where some states have both."""
    found = find_correlations(tables["species"], tables["resistances"])
    name = "resistance_correlations"
    if not found:
        return tables
    return {**tables, name: _make_table(TABLE_COLUMNS[name], [RecordBlock(found)])}


def _make_table(columns: Sequence[Column], blocks: Sequence[Block]) -> pd.DataFrame:
    return pd.DataFrame({one.name: _join_column(one, blocks) for one in columns})


def _join_column(column: Column, blocks: Sequence[Block]) -> NDArray[Any]:
    """One column of all blocks."""
    empty = np.empty(0, dtype=object if column.kind == "text" else float)
    values = np.concatenate([empty, *(block.fill(column) for block in blocks)])
    if column.kind == "count" and np.isfinite(values).all():
        return values.astype(int)
    return values
