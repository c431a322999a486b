"""What sample a file belongs to, where the file does not say it."""

from pathlib import Path

from fitting.data.regions import without_region
from fitting.readers.spectra.voltage_from_name import name_without_extension, sample_from_name


def sample_of(path: Path) -> str:
    """The file's name without region and state, so that all files of a sample share it.

    A name that tells nothing but a state ("charged_3.6V_S2p") stands for that state, and one that
    tells nothing but a region ("S2p") for its folder.
    """
    name = name_without_extension(path.name)
    state = without_region(name).strip(" _-.,;:()[]")
    return sample_from_name(name) or state or path.resolve().parent.name
