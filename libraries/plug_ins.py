"""Libraries that packages of the user bring.

A package announces a library by an entry point of the group ``thioscope.libraries`` that names the
path of its TOML file. One that cannot be used is left out and said; it never stops the program.
"""

import logging
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

GROUP = "thioscope.libraries"

_LOG = logging.getLogger(__name__)


@cache
def find_library_files() -> tuple[tuple[EntryPoint, Path], ...]:
    """What packages announce, and the files that they name."""
    return tuple(_iterate_files())


def tell_fault(entry: EntryPoint, reason: str) -> None:
    """Say why a library is left out."""
    _LOG.warning(
        "The plug-in %r of %s is left out: %s. Install it again, or remove it.",
        entry.name,
        GROUP,
        reason.rstrip("."),
    )


def _iterate_files() -> Iterator[tuple[EntryPoint, Path]]:
    for entry in entry_points(group=GROUP):
        try:
            named = entry.load()
        except Exception as error:  # noqa: BLE001 - the boundary to code of others
            tell_fault(entry, f"{type(error).__name__}: {error}")
            continue
        if isinstance(named, str | Path):
            yield entry, Path(named)
        else:
            tell_fault(entry, f"{entry.value} is no path of a TOML file")
