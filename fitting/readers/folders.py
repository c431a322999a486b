"""Files below a folder, and folders below it that cannot be looked into."""

import os
from collections.abc import Iterator
from pathlib import Path


def walk_files(folder: Path) -> Iterator[Path]:
    """Every regular file below the folder; links to folders are not followed.

    A folder that may not be entered is given itself: it is read as a file is, which says why not.
    """
    unreachable: list[Path] = []
    for place, _, names in os.walk(
        folder, onerror=lambda error: unreachable.append(Path(error.filename))
    ):
        here = Path(place)
        if names and not os.access(here, os.X_OK):
            unreachable.append(here)
            continue
        yield from (path for name in names if _is_regular(path := here / name))
    yield from unreachable


def _is_regular(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # asked for when it is read, which says why not
        return True
