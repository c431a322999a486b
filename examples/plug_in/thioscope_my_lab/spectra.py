"""The format of our own spectrometer: its name, the region, the start (Unix time, s), columns."""

from pathlib import Path

import numpy as np
import xarray as xr

from fitting import ReadOptions, UnreadableFileError, make_series
from fitting.readers.spectra.spectrum_format import SpectrumFormat

_FIRST_LINE = b"MY LAB SPECTRUM"


def recognise_spectrum(head: bytes) -> bool:
    """Whether a file begins as ours do."""
    return head.startswith(_FIRST_LINE)


def read_spectrum(path: Path, _: ReadOptions) -> list[xr.Dataset]:
    """The spectrum of a file: binding energy (eV) and counts."""
    lines = path.read_text(encoding="utf-8").splitlines()
    try:
        columns = np.array([line.split() for line in lines[3:] if line.strip()], dtype=float)
        energy, counts = columns.T
        started = float(lines[2])
    except (IndexError, ValueError) as error:
        raise UnreadableFileError(
            f"{path.name}: not a region, a time, and two numbers a line. Export it again."
        ) from error
    return [
        make_series(
            "energy",
            energy,
            counts,
            region=lines[1].strip(),
            sigma=np.sqrt(np.maximum(counts, 1.0)),
            noise="poisson",
            sample=path.stem,
            started=started,
            exposure=60.0,
            source=path.name,
            sources={path.name: ""},
        )
    ]


FORMAT = SpectrumFormat("our spectrometer", (".mylab",), recognise_spectrum, read_spectrum)
