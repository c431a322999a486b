"""Sweeps from the rows of a table: units and signs settled, cut where a new sweep begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray
from fitting.impedance.readers.sweep_columns import (
    SweepColumns,
    count_pairs,
    find_sweep_columns,
    has_sweep_columns,
)
from fitting.impedance.series import FEWEST_POINTS, ComplexArray, Sweep
from fitting.readers.records.numbers import parse_numbers
from fitting.readers.records.record_format import RecordTable, column_texts

_SAME = 1.001
"""Frequencies this close are one."""
_LARGEST_RADIANS = 1.7
_HIGHEST, _LOWEST = 1e10, 1e-7
"""Frequencies (Hz) that some instrument reaches."""
_CLEAR = 0.5
"""Correlation above which the slope of the real part tells the sign of the imaginary part."""


@dataclass(frozen=True, slots=True)
class FoundSweeps:
    """What a table gave."""

    sweeps: tuple[Sweep, ...]
    is_by_area: bool
    notes: tuple[str, ...]


def sweeps_of_table(file: str, table: RecordTable) -> FoundSweeps:
    """The sweeps in a table.

    Raises
    ------
    UnreadableFileError
        If columns are missing or hold no impedances.
    """
    columns = find_sweep_columns(table.headings)
    if not has_sweep_columns(columns):
        raise UnreadableFileError(
            f"{file}: no impedances were found in this table. It needs a column of frequencies and "
            "either Z' and Z'' or modulus and phase, named so, as in: "
            "frequency/Hz, Re(Z)/Ohm, -Im(Z)/Ohm."
        )
    values = {name: _read_column(table, columns, name) for name in columns}
    frequency, impedance, notes = _read_impedance(file, columns, values)
    is_kept = (frequency > 0) & np.isfinite(frequency) & (np.abs(impedance) > 0)
    _check_frequencies(file, frequency[is_kept])
    lost = int(np.count_nonzero((frequency > 0) & ~is_kept))
    if lost:
        notes.append(f"Points without a number for the impedance were left out: {lost}.")
    if count_pairs(table.headings) > 1:
        notes.append("The table holds several impedances along one frequency; the first was read.")
    kept = {name: column[is_kept] for name, column in values.items()}
    pieces, said = _need_pieces(file, _cut_sweeps(frequency[is_kept], kept))
    sweeps = [
        _make_sweep(frequency[is_kept], impedance[is_kept], kept, table.start, piece)
        for piece in pieces
    ]
    settled, turned = _settle_signs(sweeps)
    main = columns.get("real", columns.get("modulus"))
    return FoundSweeps(
        tuple(_number_sweeps(settled)),
        main is not None and main.is_by_area,
        (*table.warnings, *notes, *said, *turned),
    )


def _number_sweeps(sweeps: Sequence[Sweep]) -> list[Sweep]:
    if len(sweeps) == 1:
        return list(sweeps)
    return [replace(one, label=f"sweep {number}") for number, one in enumerate(sweeps, start=1)]


def _need_pieces(file: str, pieces: Sequence[np.ndarray]) -> tuple[list[np.ndarray], list[str]]:
    """The pieces that are long enough for a spectrum, and what is said of the others."""
    found = [piece for piece in pieces if len(piece) >= FEWEST_POINTS]
    if not found:
        raise UnreadableFileError(
            f"{file}: the longest sweep has {max(map(len, pieces), default=0)} points; an "
            f"impedance spectrum needs {FEWEST_POINTS} at least."
        )
    short = len(pieces) - len(found)
    said = f"Sweeps of fewer than {FEWEST_POINTS} points were left out: {short}."
    return found, [said] if short else []


def _read_column(table: RecordTable, columns: SweepColumns, name: str) -> FloatArray:
    column = columns[name]
    numbers = parse_numbers(column_texts(table, column.index))
    return np.asarray(numbers * column.factor, dtype=float)


def _read_impedance(
    file: str, columns: SweepColumns, values: dict[str, FloatArray]
) -> tuple[FloatArray, ComplexArray, list[str]]:
    notes = []
    if "frequency" in values:
        frequency = values["frequency"]
    else:
        frequency = values["angular frequency"] / (2 * np.pi)
        notes.append("The frequencies are angular ones (rad/s) by their heading.")
    if {"real", "imaginary"} <= values.keys():
        cartesian = np.asarray(values["real"] + 1j * values["imaginary"], dtype=complex)
        return frequency, cartesian, notes
    phase = values["phase"]
    largest = float(np.nanmax(np.abs(phase), initial=0.0))
    if not columns["phase"].has_unit and largest <= _LARGEST_RADIANS:
        raise UnreadableFileError(
            f"{file}: the phases reach {largest:.3g} and their heading names no unit: radians or "
            "degrees? Write the unit into the heading, as in phase/deg or phase/rad."
        )
    polar = np.asarray(values["modulus"] * np.exp(1j * np.radians(phase)), dtype=complex)
    return frequency, polar, notes


def _check_frequencies(file: str, known: FloatArray) -> None:
    if known.size and (known.max() > _HIGHEST or known.min() < _LOWEST):
        raise UnreadableFileError(
            f"{file}: frequencies reach from {known.min():.3g} to {known.max():.3g} Hz, which no "
            "instrument measures. Check the decimal mark and the unit of the column."
        )


def _cut_sweeps(frequency: FloatArray, values: dict[str, FloatArray]) -> list[np.ndarray]:
    """Indices of the points of each sweep: a sweep ends where its frequencies turn round."""
    if not frequency.size:
        return []
    is_new = np.zeros(frequency.size, dtype=bool)
    for name in ("cycle", "sweep"):
        if name in values:
            counter = values[name]
            is_new[1:] |= (np.diff(counter) != 0) & np.isfinite(np.diff(counter))
    direction = 0
    for row in range(1, frequency.size):
        ratio = frequency[row] / frequency[row - 1]
        step = 0 if 1 / _SAME < ratio < _SAME else int(np.sign(ratio - 1))
        if is_new[row] or (direction and step == -direction):
            is_new[row], direction = True, 0
        elif step:
            direction = direction or step
    pieces = np.split(np.arange(frequency.size), np.flatnonzero(is_new))
    # frequencies in no order at all are those of one sweep, as of several sines at once
    if np.median([piece.size for piece in pieces]) < FEWEST_POINTS <= frequency.size and not (
        {"cycle", "sweep"} & values.keys()
    ):
        return [np.arange(frequency.size)]
    return pieces


def _make_sweep(
    frequency: FloatArray,
    impedance: ComplexArray,
    values: dict[str, FloatArray],
    start: float,
    piece: np.ndarray,
) -> Sweep:
    times = values["time"][piece] if "time" in values else np.full(piece.size, np.nan)
    known = times[np.isfinite(times)]
    voltages = values["voltage"][piece] if "voltage" in values else np.full(piece.size, np.nan)
    volts = voltages[np.isfinite(voltages)]
    return Sweep(
        frequency[piece],
        impedance[piece],
        voltage=float(volts.mean()) if volts.size else np.nan,
        voltage_start=float(volts[0]) if volts.size else np.nan,
        voltage_end=float(volts[-1]) if volts.size else np.nan,
        started=float(start + known.min()) if known.size else start,
        exposure=float(np.ptp(known)) if known.size else np.nan,
        cycle=_find_number(values, "cycle", piece),
        temperature=_find_number(values, "temperature", piece),
    )


def _find_number(values: dict[str, FloatArray], name: str, piece: np.ndarray) -> float:
    known = values[name][piece] if name in values else np.empty(0)
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size else np.nan


def _settle_signs(sweeps: Sequence[Sweep]) -> tuple[list[Sweep], list[str]]:
    """Turn imaginary parts round where their heading has the wrong sign, and say so.

    Causality binds the two parts: Im Z is near pi/2 d Re Z / d ln f, whatever the cell is made of.
    """
    signs = [_agreement_of_parts(one) for one in sweeps]
    clear = [sign for sign in signs if abs(sign) > _CLEAR]
    if not clear or np.mean(clear) > 0:
        return list(sweeps), []
    turned = [replace(one, impedance=one.impedance.conj()) for one in sweeps]
    sentence = (
        "The imaginary part has the other sign than its heading says: the real part rises towards "
        "low frequencies, as that of a capacitive cell does. It was turned round."
    )
    return turned, [sentence]


def _agreement_of_parts(sweep: Sweep) -> float:
    """Correlation of the imaginary part with the slope of the real part, -1 to 1.

    Nearest points are taken together where the real part hardly changes between them.
    """
    order = np.argsort(sweep.frequency)
    log_frequency, keep = np.unique(np.log(sweep.frequency[order]), return_index=True)
    impedance = sweep.impedance[order][keep]
    if log_frequency.size < FEWEST_POINTS:
        return 0.0
    slope = np.gradient(impedance.real, log_frequency)
    norm = float(np.linalg.norm(slope) * np.linalg.norm(impedance.imag))
    return float(slope @ impedance.imag) / norm if norm > 0 else 0.0
