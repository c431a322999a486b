"""Reads library files: the bundled ones once, and the user's own beside them."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from libraries.building import library_from_tables, sources_from_tables
from libraries.catalogue import Catalogue
from libraries.content_check import content_findings, file_findings
from libraries.errors import LibraryError
from libraries.model_check import ModelKinds
from libraries.plug_ins import find_library_files, tell_fault
from libraries.schema import SchemaFinding, did_you_mean, read_tables, sound_library, sound_sources
from libraries.species import Library, Source

__all__ = [
    "LibraryError",
    "bundled_sources",
    "catalogue",
    "get_library",
    "library_names",
    "load_library",
]

_FOLDER = Path(__file__).parent
_TECHNIQUE_FOLDERS = ("xps", "raman")


def catalogue(own_files: Sequence[Path] = (), kinds: ModelKinds | None = None) -> Catalogue:
    """The bundled libraries, those of installed packages and, before them, the user's own files.

    Parameters
    ----------
    kinds
        Line shapes and backgrounds that own models may name; not checked if not given.

    Raises
    ------
    LibraryError
        If a file cannot be read or is wrong; the message names file and entry.
    """
    found = _load_installed()
    for path in own_files:
        own = load_library(path)
        found = found.with_library(own)
        _refuse_findings(content_findings(own, found, kinds))
    return found


def get_library(name: str) -> Library:
    """A bundled library by its name, such as "S 2p" or "argyrodite"."""
    for found in _load_bundled().libraries:
        if found.name == name:
            return found
    raise LibraryError(f"There is no library {name!r}. {did_you_mean(name, library_names())}")


def library_names() -> tuple[str, ...]:
    """Names of the bundled libraries."""
    return tuple(found.name for found in _load_bundled().libraries)


def load_library(path: Path) -> Library:
    """Read one library file; it may cite the bundled sources and its own.

    Raises
    ------
    LibraryError
        If the file cannot be read or is wrong; the message names file and entry.
    """
    table, findings = sound_library(read_tables(path), path.name)
    _refuse_findings(findings)
    if table is None:
        raise LibraryError(f"{path.name}: holds no library.")
    found = library_from_tables(table, path.name)
    _refuse_findings(file_findings(found, {**bundled_sources(), **found.sources}))
    return found


@cache
def bundled_sources() -> dict[str, Source]:
    """The sources that bundled libraries cite, by their keys."""
    path = _FOLDER / "sources.toml"
    tables, findings = sound_sources(read_tables(path), path.name)
    _refuse_findings(findings)
    return sources_from_tables(tables)


@cache
def _load_bundled() -> Catalogue:
    paths = [
        path for folder in _TECHNIQUE_FOLDERS for path in sorted((_FOLDER / folder).glob("*.toml"))
    ]
    found = Catalogue(tuple(load_library(path) for path in paths), bundled_sources())
    for each in found.libraries:
        _refuse_findings(content_findings(each, found))
    return found


@cache
def _load_installed() -> Catalogue:
    """With the libraries of packages; one that is wrong is said, and stops nothing."""
    found = _load_bundled()
    for entry, path in find_library_files():
        try:
            own = load_library(path)
            grown = found.with_library(own)
            _refuse_findings(content_findings(own, grown))
        except LibraryError as error:
            tell_fault(entry, str(error))
        else:
            found = grown
    return found


def _refuse_findings(findings: Sequence[SchemaFinding]) -> None:
    if not findings:
        return
    more = f" ({len(findings) - 1} more: thioscope library check lists them)"
    raise LibraryError(f"{findings[0]}{more if len(findings) > 1 else ''}")
