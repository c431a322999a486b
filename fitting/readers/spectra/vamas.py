"""VAMAS files (ISO 14976: .vms, .npl) as series, one per region and step.

What real files taught:

* The unit of the ordinate tells counts (``d``) from counts per second (``c/s``), its label does
  not. Series are in counts per second, ``counts / (collection time x scans)``.
* The axis is kinetic or binding energy by its label; binding energy = photon energy - kinetic
  energy, with the photon energy of the block. The work function is not added: instruments that
  state one (Kratos: -4.5) have taken it into account.
* A transmission function may come as a second ordinate. Intensities are not divided by it; atomic
  percent are, where the sensitivity factors ask for it.
* CasaXPS writes its regions, components and calibration into the comments. Its shift is applied
  once, as ``axis_offset``; the energies themselves stay as measured.
* Unknown numbers are 1E+37, -1 or 0, and a whole sweep group may share one time stamp.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.regions import region_windows
from fitting.data.series import FloatArray
from fitting.readers.options import ReadOptions
from fitting.readers.spectra.casaxps_comments import split_comment
from fitting.readers.spectra.counting import unit_kind
from fitting.readers.spectra.published_fit import FIT_KEY, fit_to_json
from fitting.readers.spectra.spectrum_format import SpectrumFormat
from fitting.readers.spectra.vamas_blocks import (
    BlockQuantity,
    Ordinate,
    VamasBlock,
    VamasHeader,
    is_vamas,
    parse_vamas,
)
from fitting.readers.spectra.vamas_times import seconds_per_point, stamp_of, starts_of
from fitting.readers.spectra.xps_spectra import (
    NotASpectrumError,
    XpsSpectrum,
    known_numbers,
    known_photon_energy,
    name_region,
    require_spectrum,
    series_of,
)

_TECHNIQUES = frozenset({"XPS", "UPS", ""})
_TRANSMISSION = re.compile(r"transmission", re.IGNORECASE)
_BINDING = re.compile(r"binding|\bb\.?e\b", re.IGNORECASE)
_KINETIC = re.compile(r"kinetic|\bk\.?e\b", re.IGNORECASE)
_DEPTH = re.compile(r"etch|sputter|depth|crater", re.IGNORECASE)
_COUNTER = re.compile(r"level|index|number|cycle", re.IGNORECASE)
_PROFILES = frozenset({"MAPDP", "MAPSVDP", "SDP", "SDPSV"})


def recognise_vamas(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a VAMAS file."""
    return is_vamas(head)


def read_vamas(path: Path, options: ReadOptions) -> list[xr.Dataset]:
    """Read all XPS and UPS blocks.

    Raises
    ------
    UnreadableFileError
        If the file is damaged before its first block ends, or holds no XPS.
    """
    vamas = parse_vamas(path.name, path.read_bytes())
    spectra: list[XpsSpectrum] = []
    dropped: list[str] = []
    for block, started in zip(vamas.blocks, starts_of(vamas.blocks), strict=True):
        try:
            spectrum = _make_spectrum(block, vamas.header.experiment_mode, options)
        except NotASpectrumError as reason:
            dropped.append(f"block {block.number} ({block.name!r}): {reason}")
            continue
        spectra.append(replace(spectrum, started=started))
    return series_of(
        path,
        spectra,
        dropped=dropped,
        metadata=_file_metadata(vamas.header),
        warnings=[vamas.damage] if vamas.damage else [],
    )


FORMAT = SpectrumFormat(
    name="VAMAS (ISO 14976)",
    extensions=(".vms", ".npl"),
    recognise=recognise_vamas,
    read=read_vamas,
    limits="some writers state the date alone, or one time for all regions of a sweep",
)


def _make_spectrum(block: VamasBlock, experiment_mode: str, options: ReadOptions) -> XpsSpectrum:
    """The spectrum in a block.

    Raises
    ------
    NotASpectrumError
        If it holds none.
    """
    technique = block.text_of("technique")
    if technique not in _TECHNIQUES:
        raise NotASpectrumError(f"it was measured by {technique}, not XPS")
    axis, axis_label, columns = _axis_and_columns(block)
    counted = _find_counted(columns)
    photon_energy = _photon_energy(block, options)
    names = (f"{block.text_of('species')} {block.text_of('transition')}", block.name)
    energy = _binding_energy(axis, axis_label, photon_energy, names)
    order = np.argsort(energy, kind="stable")
    energy, values = energy[order], counted.values[order]
    require_spectrum(energy, values)
    fit, comment = split_comment(block.comment, photon_energy)
    depth = _find_depth(block, experiment_mode)
    return XpsSpectrum(
        region=name_region(names, energy),
        energy=energy,
        values=values,
        kind=unit_kind(counted.unit),
        sample=block.sample,
        label=block.name,
        seconds=seconds_per_point(block),
        depth=depth.value,
        depth_unit=depth.unit,
        charge_shift=fit.shift if fit else None,
        shift_origin="CasaXPS calibration",
        pass_energy=block.number_of("pass energy"),
        photon_energy=photon_energy,
        transmission=next(
            (c.values[order] for c in columns if _TRANSMISSION.search(c.label)), None
        ),
        metadata={
            **_block_metadata(block, comment),
            **({FIT_KEY: fit_to_json(fit)} if fit else {}),
            "other columns": {
                column.label: known_numbers(column.values[order])
                for column in columns
                if column is not counted
            },
        },
    )


def _axis_and_columns(block: VamasBlock) -> tuple[FloatArray, str, tuple[Ordinate, ...]]:
    """Energies as the file has them, what they are called, and the columns on them."""
    columns = block.ordinates
    if block.abscissa:
        label, unit = block.abscissa.label, block.abscissa.unit
        points = np.arange(columns[0].values.size)
        axis = np.asarray(block.abscissa.start + block.abscissa.increment * points, dtype=float)
    else:
        label, unit, axis = columns[0].label, columns[0].unit, columns[0].values
        columns = columns[1:]
    if unit.lower() != "ev":
        raise NotASpectrumError(f"its axis is {label or 'unnamed'} in {unit!r}, not in eV")
    if not columns:
        raise NotASpectrumError("it has an axis but no intensities")
    return axis, label, columns


def _find_counted(columns: Sequence[Ordinate]) -> Ordinate:
    """The column that holds the intensity: the first that is not a transmission function."""
    for column in columns:
        if not _TRANSMISSION.search(column.label):
            return column
    raise NotASpectrumError("it holds a transmission function but no intensities")


def _photon_energy(block: VamasBlock, options: ReadOptions) -> float:
    stated = block.number_of("source energy")
    return stated if stated > 0 else options.photon_energy or math.nan


def _binding_energy(
    axis: FloatArray, label: str, photon_energy: float, names: Sequence[str]
) -> FloatArray:
    """Binding energies (eV); the label tells what the axis is, else where the region lies."""
    if _BINDING.search(label):
        return axis
    photon_energy = known_photon_energy(photon_energy, None)
    if _KINETIC.search(label):
        return photon_energy - axis
    low, high = region_windows().get(name_region(names, axis[:0]), (math.nan, math.nan))
    middle = float(np.nanmedian(axis))
    for energy in (axis, photon_energy - axis):
        if low <= float(np.nanmedian(energy)) <= high:
            return energy
    raise NotASpectrumError(
        f"its axis is called {label!r} (around {middle:.0f} eV), which tells neither kinetic "
        "nor binding energy; export it again with its axis named"
    )


def _find_depth(block: VamasBlock, experiment_mode: str) -> BlockQuantity:
    """Sputter time or depth: a variable named so, rather than the number of the level."""
    named = [quantity for quantity in block.variables if _DEPTH.search(quantity.label)]
    named.sort(key=lambda quantity: bool(_COUNTER.search(quantity.label)))
    if not named and experiment_mode in _PROFILES:
        named = list(block.variables)
    return named[0] if named else BlockQuantity("", "", math.nan)


def _file_metadata(header: VamasHeader) -> dict[str, Any]:
    return {
        "institution": header.institution,
        "instrument": header.instrument,
        "operator": header.operator,
        "experiment": header.experiment,
        "experiment mode": header.experiment_mode,
        "scan mode": header.scan_mode,
        "comment": list(header.comment),
    }


def _block_metadata(block: VamasBlock, comment: Sequence[str]) -> dict[str, Any]:
    """What the block states, by the names of the standard; unknown numbers are left out."""
    stamp = stamp_of(block)
    known = {
        name: value
        for name, value in block.parameters.items()
        if value and not (isinstance(value, float) and math.isnan(value))
    }
    return {
        "block": block.number,
        "acquired": stamp.isoformat() if stamp else "",
        **known,
        "variables": [asdict(quantity) for quantity in block.variables],
        "additional": [asdict(quantity) for quantity in block.additional],
        "comment": list(comment),
    }
