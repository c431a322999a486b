"""Thermo Avantage spectra (.vgd), by the package vgd-reader.

An OLE file with the counts (float64) and their kinetic axis. Photon energy, dwell time and number
of scans stand among many other properties, and vgd-reader finds them by their plausible values;
so they are said in a warning, and where the photon energy was not found it must be given. A real
file of this kind was not at hand: the reader is tested on files made after its layout.
"""

import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.extras import load_for_file
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    name_region,
    require_spectrum,
    series_of,
)

_NOT_FOUND = 1486.68
"""What vgd-reader puts for a photon energy that it does not find; read ones are float32."""
_EXPORT = "export the spectra as VAMAS from Avantage"


def read_vgd(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """The spectra of the file.

    Raises
    ------
    UnreadableFileError
        If the package is not installed, the file is damaged, or its photon energy is not known.
    """
    reader = load_for_file(path, "vgd_reader", "vgd-reader", _EXPORT)
    found = _parsed(path, reader)
    photon_energy = _photon_energy(path, found, options)
    seconds = _seconds(found)
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for number, one in enumerate(found.spectra, start=1):
        energy = photon_energy - one.kinetic_energy
        order = np.argsort(energy, kind="stable")
        try:
            require_spectrum(energy[order], one.intensity[order])
        except NotASpectrumError as reason:
            dropped.append(f"spectrum {number}: {reason}")
            continue
        spectra.append(
            XpsSpectrum(
                region=name_region([path.stem], energy[order]),
                energy=energy[order],
                values=one.intensity[order],
                kind="counts",
                sample="",
                label=f"{path.stem} {number}" if len(found.spectra) > 1 else path.stem,
                seconds=seconds,
                pass_energy=found.acquisition.pass_energy or math.nan,
                photon_energy=photon_energy,
                metadata={"title": found.metadata.title, "saved": found.metadata.saved_time},
            )
        )
    return series_of(
        path, spectra, dropped=dropped, warnings=[_describe_assumed(photon_energy, seconds)]
    )


def _parsed(path: Path, reader: Any) -> Any:
    try:
        return reader.read_vgd(str(path))
    except (ValueError, TypeError, LookupError, ArithmeticError, OSError, AttributeError,
            AssertionError, MemoryError, struct.error, RecursionError) as error:  # fmt: skip
        raise UnreadableFileError(
            f"{path.name}: this is no spectrum of Avantage, or it is damaged ({error}): {_EXPORT}."
        ) from error


def _photon_energy(path: Path, found: Any, options: ReadOptions) -> float:
    stated = float(found.acquisition.source_energy)
    if options.photon_energy:
        return options.photon_energy
    if stated == _NOT_FOUND or not math.isfinite(stated):
        raise UnreadableFileError(
            f"{path.name}: the photon energy was not found in this file. Give it with "
            "--photon-energy, such as 1486.68 for Al K alpha or 1253.6 for Mg K alpha."
        )
    return stated


def _seconds(found: Any) -> float:
    """Counting time of one point, all scans added (s); nan if it was not found."""
    dwell, scans = found.acquisition.dwell_time, found.acquisition.periods
    return float(dwell) * int(scans) if dwell and scans else math.nan


def _describe_assumed(photon_energy: float, seconds: float) -> str:
    time = f"a counting time of {seconds:.4g} s per point" if seconds > 0 else "no counting time"
    return (
        f"A photon energy of {photon_energy:.2f} eV and {time} were found in the Avantage file by "
        "their plausible values. Check them against a VAMAS export before areas are compared."
    )
