"""What could not be used of what was to be read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or some spectra of it, that could not be used."""

    source: str
    """Name of the file."""
    reason: str
    """What is wrong and what to do, as a sentence."""
    region: str = ""
    """Of a spectrum that was read; empty for a file that could not be."""
    sample: str = ""
    label: str = ""
    """What the file calls the spectrum."""
