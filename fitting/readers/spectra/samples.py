"""What sample a spectrum is of: what the file's field says, else its name, else its folder.

Words that instruments put into names (Scan, Snap, Survey, Region, the number of a measurement) name
no sample, and of a path that stands in a field only the last part does.
"""

import re
from pathlib import Path

from fitting.data.regions import without_region
from fitting.readers.spectra.private_paths import is_path, last_part
from fitting.readers.spectra.voltage_from_name import name_without_extension, sample_from_name

_NO_NAMES = frozenset({"", "not specified", "none", "unknown", "sample", "n/a", "default"})
_INSTRUMENT = re.compile(
    r"(?i)(?<![a-z])(?:scans?|snap(?:shot)?s?|regions?|survey|wide)(?:[ _-]?\d{1,3})?(?![a-z])"
)
_COUNTER = re.compile(r"[ _-]+\d{1,3}$")
_TECHNIQUES = re.compile(r"(?i)^[ _-]*(?:xps|raman|esca)[ _-]*$")
_DATA_FOLDER = re.compile(r"(?i)\.data$")
_ENDS = " _-.,;:()[]"


def sample_of(path: Path) -> str:
    """The file's name without region and state, so that all files of a sample share it.

    A name that tells nothing but a state ("charged_3.6V_S2p") stands for that state, and one that
    tells nothing but a region ("S2p", "C1s Scan_5") for its folder.
    """
    name = _without_instrument(name_without_extension(path.name))
    state = _TECHNIQUES.sub("", without_region(name)).strip(_ENDS)
    return sample_from_name(name) or state or name_of_folder(path) or path.stem


def sample_from_field(stated: str, path: Path) -> str:
    """The sample that a field of the file states; that of the file's name where it states none."""
    stated = stated.strip()
    if is_path(stated):
        return sample_of(path.with_name(last_part(stated)))
    return sample_of(path) if stated.lower() in _NO_NAMES else stated


def name_of_folder(path: Path) -> str:
    """The folder of a file, without the ending of one that a program made (NAME.DATA)."""
    return _DATA_FOLDER.sub("", path.resolve().parent.name)


def _without_instrument(name: str) -> str:
    """The name without words of instruments, and the counter that follows them or the region."""
    counter = _COUNTER.search(name)
    head = name[: counter.start()] if counter else name
    bare = _INSTRUMENT.sub("", head).rstrip(_ENDS)
    if counter and (bare != head or _ends_with_region(head)):
        return bare
    return _INSTRUMENT.sub("", name).rstrip(_ENDS) if bare != head else name


def _ends_with_region(name: str) -> bool:
    rest = without_region(name)
    return rest != name and name.startswith(rest)
