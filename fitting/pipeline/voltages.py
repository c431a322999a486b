"""Puts the voltages of a cell on what was read."""

from dataclasses import replace

from fitting.data.voltage_scale import LITHIUM, VoltageScale
from fitting.electrochemistry.attach import attach_voltages
from fitting.electrochemistry.potential_by_time import DEFAULT_CLOCK, Clock
from fitting.electrochemistry.side_table import SideTable, unmatched_rows
from fitting.projects.reading import Reading
from fitting.readers.records import PotentialRecord


def with_voltages(
    reading: Reading,
    source: SideTable | PotentialRecord | None = None,
    scale: VoltageScale = LITHIUM,
    clock: Clock = DEFAULT_CLOCK,
) -> Reading:
    """Put the voltages on the series that a side table, a record or their names tell of."""
    side_table = source if isinstance(source, SideTable) else None
    record = source if isinstance(source, PotentialRecord) else None
    series, problems = attach_voltages(reading.series, side_table, scale, record, clock)
    unused = unmatched_rows(side_table, series) if side_table else []
    return replace(reading, series=tuple(series), notes=(*reading.notes, *problems, *unused))
