"""Files that packages of the user write beside those of the program.

A package announces one by an entry point of the group ``thioscope.exports`` that names an
``Export``. What trips in it is said; all else is written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]

from fitting.data.plug_ins import Offer
from fitting.projects.project import Project

WriteFiles = Callable[[Project, Mapping[str, pd.DataFrame], Path], Iterable[Path]]


@dataclass(frozen=True, slots=True)
class Export:
    """Files of one kind that are made of a fitted project."""

    name: str
    """In a sentence, such as "the table of our database"."""
    write_files: WriteFiles
    """Gets the project, the tables by name and a folder; writes into it and names the files."""


def _find_faults(_: Export) -> tuple[str, ...]:
    return ()


EXPORTS = Offer("thioscope.exports", (), Export, _find_faults)
"""By name."""
