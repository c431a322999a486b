"""VAMAS (ISO 14976) with the regions and components of CasaXPS: spectra and fit of a project.

A block for each spectrum, on kinetic energies, in counts where the counting time is known. The
layout is that of files which CasaXPS has saved: what follows "Casa Info Follows" in the comment of
a block are its calibration, region and components, each after the number of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from fitting.data.series import FloatArray, axis_values, get_column
from fitting.data.whole_file import write_whole
from fitting.exchange.casaxps_lines import write_comment_lines
from fitting.exchange.handed_back import HandedBack, hand_back_fit
from fitting.projects.project import Analysis, Project
from fitting.readers.spectra.xps_spectra import spectrum_metadata

VAMAS_FILE = "casaxps.vms"
_UNKNOWN = "1e+037"
_ALUMINIUM = 1486.6
"""Photon energy (eV) that kinetic energies are reckoned from where the file states none."""
_MAGNESIUM = 1253.6
_EVEN = 1e-3
"""Steps that differ by this part are those of a regular scan."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A spectrum on its way into the file."""

    region: str
    sample: str
    started: float
    photon_energy: float
    seconds: float
    """nan where the intensity is a rate, or nothing is known of it."""
    energy: FloatArray
    """Kinetic, ascending (eV)."""
    intensity: FloatArray
    handed: HandedBack


def write_vamas(project: Project, path: Path) -> tuple[str, ...]:
    """Write the spectra of all XPS regions with their fits.

    Returns
    -------
    What CasaXPS has no counterpart for, as sentences.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    blocks = [
        block
        for analysis in project.analyses.values()
        if analysis.series.attrs["technique"] == "xps"
        for block in _make_blocks(analysis)
    ]
    is_regular = all(_is_even(block.energy) for block in blocks)
    lines = [*_write_header(len(blocks), is_regular=is_regular)]
    for block in blocks:
        lines += _write_block(block, is_regular=is_regular)
    lines.append("end of experiment")
    text = "".join(f"{line}\r\n" for line in lines)
    write_whole(path, text.encode("latin-1", errors="replace"))
    return tuple(dict.fromkeys(said for block in blocks for said in _describe_doubts(block)))


def _make_blocks(analysis: Analysis) -> Iterator[_Block]:
    series = analysis.series
    columns = {name: get_column(series, name) for name in ("sample", "started", "charge_shift")}
    seconds = get_column(series, "seconds_per_point").astype(float)
    is_rate = series.attrs["unit"] == "counts/s"
    axes = axis_values(series) - np.nan_to_num(columns["charge_shift"].astype(float))[:, None]
    for row, entry in enumerate(spectrum_metadata(series)):
        intensity = np.asarray(series["intensity"].values[row], dtype=float)
        seen = np.flatnonzero(np.isfinite(intensity))[::-1]
        photon_energy = float(entry.get("source energy") or _ALUMINIUM)
        counting = float(seconds[row]) if is_rate and seconds[row] > 0 else np.nan
        yield _Block(
            analysis.region,
            " ".join(str(columns["sample"][row]).split()) or f"spectrum {row}",
            float(columns["started"][row]),
            photon_energy,
            counting,
            photon_energy - axes[row, seen],
            intensity[seen] * (counting if np.isfinite(counting) else 1.0),
            hand_back_fit(analysis, row),
        )


def _write_header(count: int, *, is_regular: bool) -> Iterator[object]:
    yield "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"
    yield from ("Not Specified",) * 4
    yield from (2, "Casa Info Follows CasaXPS Version 2.3.25PR1.0", 0)
    yield from ("NORM", "REGULAR" if is_regular else "IRREGULAR", 0)
    yield from (1, "Exp Variable", "d")
    # no lists of parts, manual items, future entries
    yield from (0, 0, 0, 0, count)


def _write_block(block: _Block, *, is_regular: bool) -> Iterator[object]:
    yield from (block.region, block.sample, *_write_time(block.started))
    comment = [*write_comment_lines(block.handed.fit, block.photon_energy)]
    yield from (len(comment), *comment)
    source = "Mg" if abs(block.photon_energy - _MAGNESIUM) < 1.0 else "Al"
    yield from ("XPS", 0, source, f"{block.photon_energy:.10g}", *(_UNKNOWN,) * 5)
    yield from ("FAT", *(_UNKNOWN,) * 8)
    species, _, transition = block.region.partition(" ")
    yield from (species, transition, -1)
    is_counted = np.isfinite(block.seconds)
    columns: Sequence[tuple[str, str]] = (("Intensity", "d" if is_counted else "c/s"),)
    if is_regular:
        step = float(np.mean(np.diff(block.energy)))
        yield from ("Kinetic Energy", "eV", f"{block.energy[0]:.10g}", f"{step:.10g}")
    else:
        columns = (("Kinetic Energy", "eV"), *columns)
    yield from (len(columns), *(word for column in columns for word in column))
    seconds = f"{block.seconds:.10g}" if is_counted else _UNKNOWN
    yield from ("pulse counting", seconds, 1, *(_UNKNOWN,) * 4, 0)
    table = np.stack([block.intensity] if is_regular else [block.energy, block.intensity], axis=1)
    yield table.size
    for column in table.T:
        yield from (f"{column.min():.10g}", f"{column.max():.10g}")
    yield from (f"{number:.10g}" for number in table.ravel())


def _write_time(started: float) -> Sequence[int]:
    """Year to second and hours ahead of GMT; noughts where nothing is known."""
    if not np.isfinite(started):
        return (0,) * 7
    when = datetime.fromtimestamp(started, UTC)
    return (when.year, when.month, when.day, when.hour, when.minute, when.second, 0)


def _is_even(energy: FloatArray) -> bool:
    steps = np.diff(energy)
    return bool(np.ptp(steps) <= _EVEN * steps.mean())


def _describe_doubts(block: _Block) -> Iterator[str]:
    for owner, doubt in block.handed.doubts.items():
        yield f"{block.region}, {owner}: {doubt}."
