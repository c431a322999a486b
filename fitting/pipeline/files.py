"""Which files are read, and each of them read: one that cannot be does not stop the others."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from fitting.data.errors import UnreadableFileError
from fitting.data.joining.scan_drift import drift_remarks
from fitting.data.plain_text import escape_controls
from fitting.data.series import warnings_of
from fitting.projects.project import Unread
from fitting.projects.reading import Reading
from fitting.readers.folders import walk_files
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import read_spectra

PROJECT_FILE = "project.thio"
RECIPE_FILE = "recipe.json"
FIGURES_FOLDER = "figures"
"""What a folder of results holds, beside the tables."""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and all files in the folders named.

    Hidden files are left out, and in a folder this program wrote its results to, the results.
    """
    found: dict[Path, None] = {}
    for path in paths:
        # what cannot be asked for, such as on a drive that has gone, is said when it is read
        if _is_folder(path):
            inside = sorted(walk_files(path))
            found.update(
                dict.fromkeys(
                    entry
                    for entry in inside
                    if not _is_hidden(entry, path) and not _is_result(entry)
                )
            )
        else:
            found[path] = None
    return list(found)


def read_files(files: Iterable[Path], options: ReadOptions = DEFAULT) -> Iterator[Reading]:
    """Read the files one after the other; one that cannot be read does not stop the others."""
    for path in files:
        try:
            series = read_spectra(path, options)
        except UnreadableFileError as error:
            yield Reading(unread=(Unread(escape_controls(path.name), str(error)),))
            continue
        remarks = ((*warnings_of(one), *drift_remarks(one)) for one in series)
        notes = dict.fromkeys(
            escape_controls(f"{path.name}: {note}") for group in remarks for note in group
        )
        yield Reading(tuple(series), notes=tuple(notes))


def _is_result(path: Path) -> bool:
    """Whether a file lies in a folder of results, or among its figures."""
    folder = path.parent.parent if path.parent.name == FIGURES_FOLDER else path.parent
    return (folder / PROJECT_FILE).is_file() and (folder / RECIPE_FILE).is_file()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
