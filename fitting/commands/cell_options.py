"""Options about the cell: where voltages are from, the scale they are in, and the clock."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import get_args

import numpy as np

from fitting.data.errors import VoltageError
from fitting.data.voltage_scale import LITHIUM, VoltageScale, voltage_scale
from fitting.electrochemistry.potential_by_time import Clock
from fitting.electrochemistry.side_table import SideTable
from fitting.electrochemistry.time_zone import zone_seconds
from fitting.electrochemistry.voltage_source import on_scale, read_voltage_source
from fitting.pipeline.request import VoltageFile
from fitting.readers.records import PotentialRecord, record_of_columns
from fitting.readers.records.column_mapping import parse_columns
from fitting.readers.records.dates import DateOrder, parse_start

_HOUR = 3600.0


def add_cell_arguments(parser: ArgumentParser) -> None:
    """The arguments about voltages and clocks."""
    add = parser.add_argument
    add("--voltage", type=Path, metavar="FILE", help="side table, or potentiostat record")
    add("--columns", metavar="Q=HEADING,...", help="time=...,voltage=... of an unknown record")
    add("--voltage-scale", metavar="NAME", help="Li+/Li (default), Li-In or other")
    add("--voltage-offset", type=float, metavar="V", help="of another scale vs Li+/Li")
    add("--clock-zone", default="", metavar="ZONE", help="of the record, if spectra state UTC")
    add("--clock-offset", type=float, default=0.0, metavar="S", help="added to spectra's times")
    add("--clock-drift", type=float, default=0.0, metavar="S/H", help="spectra's clock loses this")
    order = parser.add_mutually_exclusive_group()
    for words in get_args(DateOrder):
        order.add_argument("--" + words.replace(" ", "-"), dest="date_order", action="store_const",
            const=words, default="", help=f"dates of the record have the {words}")  # fmt: skip
    add("--record-start", metavar="TIME", help="of a record without dates: 2026-03-14T09:00:00")
    add("--series-start", type=float, metavar="S", help="unix time of spectra's time 0")
    add("--series-step", type=float, metavar="S", help="between spectra whose times are nominal")
    add("--largest-change", type=float, default=Clock().largest_change, metavar="V",
        help="potential that may move in one exposure unflagged (%(default)s V)")  # fmt: skip


def clock_of(options: Namespace) -> Clock:
    """The clock that the options say.

    Raises
    ------
    VoltageError
        If there is no time zone of that name, or no such time.
    """
    zone_seconds(options.clock_zone, 0.0)
    order: DateOrder = options.date_order or "month first"
    begun = parse_start(options.record_start, order) if options.record_start else None
    if begun is not None and not np.isfinite(begun):
        raise VoltageError(
            f"--record-start {options.record_start!r} is no time. Write it as 2026-03-14T09:00:00."
        )
    return Clock(
        offset=options.clock_offset,
        drift=options.clock_drift / _HOUR,
        zone=options.clock_zone,
        record_start=begun,
        date_order=options.date_order,
        series_start=options.series_start,
        series_step=options.series_step,
        largest_change=options.largest_change,
    )


def scale_of(options: Namespace) -> VoltageScale | None:
    """The scale that was asked for; none leaves it to what files say."""
    if options.voltage_scale is None and options.voltage_offset is None:
        return None
    return voltage_scale(options.voltage_scale or "other", options.voltage_offset)


def voltage_source_of(options: Namespace) -> SideTable | PotentialRecord | None:
    """The file that tells the voltages, read.

    Raises
    ------
    UnreadableFileError, VoltageError
        If it cannot be read, or its columns are not what the options say.
    """
    if options.voltage is None:
        return None
    scale = scale_of(options)
    if options.columns:
        named = parse_columns(options.columns)
        record = record_of_columns(options.voltage, named, options.date_order or None)
        return on_scale(record, scale)
    return read_voltage_source(options.voltage, scale, options.date_order or None)


def voltage_file_of(options: Namespace) -> VoltageFile:
    """The same with its scale and clock, for a project.

    Raises
    ------
    UnreadableFileError, VoltageError
        If it cannot be read, or its columns are not what the options say.
    """
    source = voltage_source_of(options)
    return VoltageFile(options.voltage, source, scale_of(options) or LITHIUM, clock_of(options))
