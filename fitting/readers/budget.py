"""What reading one file may take: bytes, cells, parts and seconds in proportion to its size.

A few kB can declare terabytes, a sheet of 16 thousand million cells, or groups within groups
without end. What a measurement takes is known within a factor: text is about ten bytes a number, a
cell of a workbook takes more than three once it is compressed, and counts hardly compress to a
tenth. A file that asks for more is refused with a sentence, before the memory is taken.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.readers.boundary import check_regular

_BYTES, _BYTES_PER_BYTE = 32 << 20, 10
_UNPACKED, _UNPACKED_PER_BYTE = 64 << 20, 20
_CELLS, _CELLS_PER_BYTE = 250_000, 1 / 3
_PARTS, _PARTS_PER_BYTE = 5_000, 1e-3
_SECONDS, _SECONDS_PER_BYTE = 8.0, 1e-5
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be taken for one file."""

    decoded: int
    """Bytes of numbers in memory."""
    unpacked: int
    """Bytes of the parts of an archive, unpacked one after the other."""
    cells: int
    """Of a workbook, with the empty ones that stand before and between others."""
    parts: int
    """Groups and datasets, sheets, blocks."""
    seconds: float
    """Of the processor: waiting for a drive or for others is no fault of the file."""
    depth: int = 32
    """Parts within parts."""


def make_budget(size: int) -> Budget:
    """What may be taken for a file of a size (bytes)."""
    return Budget(
        decoded=_BYTES + _BYTES_PER_BYTE * size,
        unpacked=_UNPACKED + _UNPACKED_PER_BYTE * size,
        cells=_CELLS + int(_CELLS_PER_BYTE * size),
        parts=_PARTS + int(_PARTS_PER_BYTE * size),
        seconds=_SECONDS + _SECONDS_PER_BYTE * size,
    )


@dataclass(slots=True)
class Meter:
    """Counts what is taken for one file, and refuses the file once that is too much."""

    name: str
    """Of the file."""
    size: int
    """Of the file (bytes)."""
    budget: Budget
    decoded: int = 0
    cells: int = 0
    parts: int = 0
    begun: float = field(default_factory=time.thread_time)

    def take_bytes(self, count: int) -> None:
        """Count bytes of numbers, before they are taken."""
        self.decoded += count
        if self.decoded > self.budget.decoded:
            raise self.refuse(f"would take more than {self.budget.decoded // _MB} MB of memory")

    def take_unpacked(self, count: int) -> None:
        """Count what an archive says that it unpacks to (bytes)."""
        if count > self.budget.unpacked:
            raise self.refuse(
                f"unpacks to {count // _MB} MB, more than {self.budget.unpacked // _MB} MB"
            )

    def take_cells(self, count: int) -> None:
        """Count cells of a workbook, as they come."""
        self.cells += count
        if self.cells > self.budget.cells:
            raise self.refuse(f"has more than {self.budget.cells} cells, most of them empty")
        self.check_time()

    def take_part(self, depth: int = 0) -> None:
        """Count a part that lies so deep within others."""
        self.parts += 1
        if self.parts > self.budget.parts:
            raise self.refuse(f"has more than {self.budget.parts} parts")
        if depth > self.budget.depth:
            raise self.refuse(f"has parts nested more than {self.budget.depth} deep")

    def check_time(self) -> None:
        """Refuse the file once it has taken too long."""
        if time.thread_time() - self.begun > self.budget.seconds:
            raise self.refuse(f"takes more than {self.budget.seconds:.0f} s to be read")

    def refuse(self, reason: str) -> UnreadableFileError:
        """The error that says what is too much, and what to do."""
        return UnreadableFileError(
            f"{self.name}: not read, because it {reason}, though the file has only "
            f"{_describe_size(self.size)}. Export it again with fewer spectra or rows per file, or "
            "as text."
        )


def begin_meter(path: Path) -> Meter:
    """A meter for the file, with the budget of its size.

    Raises
    ------
    UnreadableFileError
        If it is no file that has an end.
    OSError
        If it cannot be asked for.
    """
    size = check_regular(path)
    return Meter(path.name, size, make_budget(size))


def _describe_size(size: int) -> str:
    return f"{size / _MB:.1f} MB" if size > _MB else f"{size / 1024:.1f} kB"
