"""The columns of every table, with unit and meaning: what the tables promise.

A column is declared once, in the module of its table; CSV files, workbook, the results panel and
what is copied from it follow.
"""

from collections.abc import Mapping

from fitting.output.tables.column import Column
from fitting.output.tables.correlations import CORRELATION_COLUMNS
from fitting.output.tables.group_columns import DIFFERENCE_COLUMNS, GROUP_COLUMNS
from fitting.output.tables.peak_columns import BAND_COLUMNS, PEAK_COLUMNS
from fitting.output.tables.resistance_columns import RESISTANCE_COLUMNS
from fitting.output.tables.sample_columns import (
    AUDIT_COLUMNS,
    COMPOSITION_COLUMNS,
    CROSS_CHECK_COLUMNS,
    ONSET_COLUMNS,
    SELECTION_COLUMNS,
    SURVEY_COLUMNS,
)
from fitting.output.tables.species_columns import RATIO_COLUMNS, SPECIES_COLUMNS
from fitting.output.tables.spectrum_columns import SPECTRUM_COLUMNS

TABLE_COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "spectra": SPECTRUM_COLUMNS,
    "peaks": PEAK_COLUMNS,
    "species": SPECIES_COLUMNS,
    "ratios": RATIO_COLUMNS,
    "band_ratios": BAND_COLUMNS,
    "atomic_percent": COMPOSITION_COLUMNS,
    "onsets": ONSET_COLUMNS,
    "cross_checks": CROSS_CHECK_COLUMNS,
    "selection": SELECTION_COLUMNS,
    "audit": AUDIT_COLUMNS,
    "groups": GROUP_COLUMNS,
    "differences": DIFFERENCE_COLUMNS,
    "survey": SURVEY_COLUMNS,
    "resistances": RESISTANCE_COLUMNS,
    "resistance_correlations": CORRELATION_COLUMNS,
}
"""Every table in the order of its columns; an empty cell is not known. Those of resistances are
made where there are impedance spectra."""


def columns_of_quantity(table: str, kind: str) -> tuple[Column, ...]:
    """The columns that say something of a kind of quantity, the value first."""
    return tuple(column for column in TABLE_COLUMNS[table] if column.of == kind)
