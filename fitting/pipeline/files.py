"""Which files are read, and each of them read: one that cannot be does not stop the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.data.joining.scan_drift import drift_remarks
from fitting.data.plain_text import escape_controls
from fitting.data.series import warnings_of
from fitting.impedance.readers import may_hold_impedance, read_impedance
from fitting.pipeline.result_files import ResultFiles
from fitting.projects.reading import Reading
from fitting.projects.unread import Unread
from fitting.readers.folders import walk_files
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import read_spectra


def find_files(paths: Iterable[Path]) -> dict[Path, str]:
    """The files named, and all files in the folders named, each with the name it goes by.

    That is its path within the folder, with ``/`` between the parts; where two would have one
    name, so much of the path before it is added that they differ. Hidden files are left out, and
    so are results that this program wrote, but nothing else that lies beside them.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        # what cannot be asked for, such as on a drive that has gone, is said when it is read
        if _is_folder(path):
            is_result = ResultFiles().holds
            for entry in sorted(walk_files(path)):
                if not _is_hidden(entry, path) and not is_result(entry):
                    found.setdefault(entry, path)
        else:
            found.setdefault(path, path.parent)
    return _name_files(found)


def read_files(
    files: Iterable[Path] | Mapping[Path, str], options: ReadOptions = DEFAULT
) -> Iterator[Reading]:
    """Read the files one after the other; one that cannot be read does not stop the others.

    Parameters
    ----------
    files
        Those of ``find_files``, or paths, which go by the bare names of the files.
    """
    named = files if isinstance(files, Mapping) else {path: path.name for path in files}
    for path, given in named.items():
        name = escape_controls(given)
        try:
            sweeps = read_impedance(path, given) if may_hold_impedance(path) else None
            series = read_spectra(path, options, name=given) if sweeps is None else []
        except UnreadableFileError as error:
            reason = str(error).removeprefix(escape_controls(path.name))
            yield Reading(unread=(Unread(name, f"{name}{reason}"),))
            continue
        if sweeps is not None:
            said = tuple(escape_controls(f"{name}: {note}") for note in warnings_of(sweeps))
            yield Reading(notes=said, impedance=(sweeps,))
            continue
        remarks = ((*warnings_of(one), *drift_remarks(one)) for one in series)
        notes = dict.fromkeys(
            escape_controls(f"{name}: {note}") for group in remarks for note in group
        )
        yield Reading(tuple(series), notes=tuple(notes))


def _name_files(found: Mapping[Path, Path]) -> dict[Path, str]:
    """A name for every file, each its own; ``found`` has the folder that each was dropped with."""
    names = {path: _name_within(path, folder) for path, folder in found.items()}
    counts = Counter(names.values())
    while any(count > 1 for count in counts.values()):
        longer = {
            path: _lengthen_name(path, name) if counts[name] > 1 else name
            for path, name in names.items()
        }
        if longer == names:
            break
        names, counts = longer, Counter(longer.values())
    return names


def _name_within(path: Path, folder: Path) -> str:
    name = path.relative_to(folder).as_posix()
    # a folder that may not be entered
    return path.name if name == "." else name


def _lengthen_name(path: Path, name: str) -> str:
    """The name with more of the path before it; as it is where there is no more."""
    length = name.count("/") + 2
    named = [part for part in path.absolute().parts if part != path.anchor]
    return "/".join(named[-length:]) if length <= len(named) else name


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
