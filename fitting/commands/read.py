"""``thioscope read``: what is in the files."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.regions import windows_of
from fitting.data.series import (
    AXES,
    SPECTRUM,
    axis_of,
    axis_values,
    get_column,
    source_names,
    warnings_of,
)
from fitting.data.techniques import TECHNIQUES
from fitting.impedance.series import IMPEDANCE, POINT
from fitting.pipeline.files import find_files, read_files
from fitting.pipeline.voltages import with_voltages
from fitting.projects.reading import Reading
from fitting.readers.options import ReadOptions
from libraries.catalogue import Catalogue

_COLUMNS = ("file", "region", "spectra", "points", "range", "unit", "voltage", "reader")


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE")
    add_reading_arguments(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")


def add_reading_arguments(parser: ArgumentParser) -> None:
    """What a file may leave open."""
    add = parser.add_argument
    add("--technique", choices=tuple(TECHNIQUES), help="of text files that do not say it")
    add("--photon-energy", type=float, metavar="EV", help="for text files in kinetic energy")
    add(
        "--laser",
        type=float,
        dest="laser_wavelength",
        metavar="NM",
        help="for Raman files in nanometres",
    )
    add(
        "--energy-scale",
        choices=("binding", "kinetic", "negative"),
        help="of text files whose energies do not fit their region, or that do not say it",
    )
    add(
        "--intensity",
        choices=("counts", "rate", "arbitrary"),
        dest="intensity_unit",
        help="of text files that do not say it",
    )
    add(
        "--assume-region",
        metavar="NAME",
        help='region of text files that name none, such as "S 2p"',
    )
    add("--sum-scans", action="store_true", help="add up the scans of one spectrum")


def run(options: Namespace) -> int:
    """Print one line for each series; 1 if a file was not read, 2 if none was."""
    readings = read_files(find_files(options.paths), reading_options(options))
    reading = with_voltages(sum(readings, Reading()))
    rows = [describe_series(series) for series in reading.series]
    rows += [describe_sweeps(sweeps) for sweeps in reading.impedance]
    if options.json:
        unread = [{"file": entry.source, "reason": entry.reason} for entry in reading.unread]
        print(json.dumps({"series": rows, "unread": unread}, indent=2))
    else:
        print_table([_format_cells(row) for row in rows], _COLUMNS)
        for note in reading.notes:
            print(f"note: {note}")
    for entry in reading.unread:
        print(f"thioscope: {entry.reason}", file=sys.stderr)
    if not rows:
        return 2
    return 1 if reading.unread else 0


def reading_options(options: Namespace, catalogue: Catalogue | None = None) -> ReadOptions:
    """The reading options among those of a command; regions are told by the catalogue."""
    return ReadOptions(
        technique=options.technique,
        photon_energy=options.photon_energy,
        windows=None if catalogue is None else windows_of(catalogue),
        laser_wavelength=options.laser_wavelength,
        energy_scale=options.energy_scale,
        intensity_unit=options.intensity_unit,
        region=options.assume_region,
        sum_scans=options.sum_scans,
    )


def describe_series(series: xr.Dataset) -> dict[str, Any]:
    """What a series holds, as plain values."""
    axis = AXES[axis_of(series)]
    positions = axis_values(series)
    voltages = get_column(series, "voltage")
    known = voltages[np.isfinite(voltages)]
    return {
        "file": ", ".join(source_names(series)),
        "technique": axis.technique,
        "region": series.attrs["region"],
        "samples": list(dict.fromkeys(str(name) for name in get_column(series, "sample") if name)),
        "spectra": series.sizes[SPECTRUM],
        "points": series.sizes[axis.name],
        "low": round(float(positions.min()), 4),
        "high": round(float(positions.max()), 4),
        "axis_unit": axis.unit,
        "unit": series.attrs["unit"],
        "noise": series.attrs["noise"],
        "voltage_low": float(known.min()) if known.size else None,
        "voltage_high": float(known.max()) if known.size else None,
        "reader": series.attrs["reader"],
        "warnings": warnings_of(series),
    }


def describe_sweeps(series: xr.Dataset) -> dict[str, Any]:
    """What an impedance series holds, as plain values."""
    frequency = series["frequency"].values
    voltages = get_column(series, "voltage").astype(float)
    known = voltages[np.isfinite(voltages)]
    return {
        "file": ", ".join(source_names(series)),
        "technique": IMPEDANCE,
        "region": IMPEDANCE,
        "samples": list(dict.fromkeys(str(name) for name in get_column(series, "sample") if name)),
        "spectra": series.sizes[SPECTRUM],
        "points": series.sizes[POINT],
        "low": float(np.nanmin(frequency)),
        "high": float(np.nanmax(frequency)),
        "axis_unit": "Hz",
        "unit": series.attrs["unit"],
        "noise": "not known",
        "voltage_low": float(known.min()) if known.size else None,
        "voltage_high": float(known.max()) if known.size else None,
        "reader": series.attrs["reader"],
        "warnings": warnings_of(series),
    }


def print_table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> None:
    """Print rows in aligned columns under a header; nothing if there are none."""
    if not rows:
        return
    widths = [max(len(line[i]) for line in (header, *rows)) for i in range(len(header))]
    for line in (header, *rows):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())


def _format_cells(row: dict[str, Any]) -> list[str]:
    low, high = row["voltage_low"], row["voltage_high"]
    voltage = "" if low is None else f"{low:g} V" if low == high else f"{low:g} to {high:g} V"
    span = f"{row['low']:g} to {row['high']:g} {row['axis_unit']}"
    counts = (str(row["spectra"]), str(row["points"]))
    return [row["file"], row["region"], *counts, span, row["unit"], voltage, row["reader"]]
