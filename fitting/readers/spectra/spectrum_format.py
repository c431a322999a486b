"""What a format of spectra is: one object, made by the module that reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from fitting.readers.options import ReadOptions


@dataclass(frozen=True, slots=True)
class SpectrumFormat:
    """A format of files that hold spectra."""

    name: str
    """Its name in a sentence, such as "VAMAS (ISO 14976)"."""
    extensions: tuple[str, ...]
    """What its files are usually called; for the words only, the content decides."""
    recognise: Callable[[bytes], bool]
    """Whether a file that begins with these bytes (up to ``HEAD_SIZE``) has this format."""
    read: Callable[[Path, ReadOptions], list[xr.Dataset]]
    """The series in a file, one per region and grid; ``UnreadableFileError`` if it is damaged."""
    limits: str = ""
    """What such files do not tell, or what of them is not read, for the guide."""
