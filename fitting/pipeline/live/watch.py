"""A folder into which an instrument writes: every new file is read when it is complete.

An instrument may take seconds or minutes over a file. A file is taken when its size and time have
not changed for a while and it can be read; one that cannot is tried again until it has been left
alone for longer, and then listed as unreadable. A file that changes after it was read comes again.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fitting.pipeline.files import find_files, read_files
from fitting.projects.reading import Reading
from fitting.readers.options import DEFAULT, ReadOptions


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a watcher waits, in seconds."""

    interval: float = 1.0
    """Between two looks at the folder."""
    settled: float = 3.0
    """Since the last change of a file, before it is read."""
    given_up: float = 60.0
    """Since the last change of a file that cannot be read, before it is listed as unreadable."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What tells that a file has changed."""

    size: int
    modified: int


@dataclass(slots=True)
class _Watched:
    """What is known of one file."""

    name: str
    stamp: _Stamp
    since: float
    """Time from which on it has not changed, on the watcher's own clock."""
    is_done: bool = False
    is_gone: bool = False


def watch_folder(
    folder: Path,
    options: ReadOptions = DEFAULT,
    patience: Patience | None = None,
    *,
    ignored: Path | None = None,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Reading | None]:
    """What has become complete at each look, as one reading; ``None`` after one that found none.

    What is in the folder already comes first. It goes on for ever: stop iterating to end it.

    Parameters
    ----------
    ignored
        A folder within it whose files are not spectra, such as that of the results.
    now, sleep
        The clock (s) and how to wait for it.
    """
    waits = patience or Patience()
    known: dict[Path, _Watched] = {}
    while True:
        found = Reading()
        files = {
            path: name
            for path, name in find_files([folder]).items()
            if not _is_within(path, ignored)
        }
        for path, watched in known.items():
            watched.is_gone |= path not in files
        for path in _find_complete(files, known, now(), waits):
            reading = _read_one(path, files[path], options)
            watched = known[path]
            is_read = bool(reading.series or reading.impedance)
            if not is_read and now() - watched.since < waits.given_up:
                continue
            # written to while it was read: what was read may be half of it
            if _stamp_of_file(path) != watched.stamp:
                continue
            watched.is_done = True
            found += reading
        if found.series:
            found += Reading(gone=_list_gone(known))
        yield found if found != Reading() else None
        sleep(waits.interval)


def _find_complete(
    files: Mapping[Path, str], known: dict[Path, _Watched], moment: float, waits: Patience
) -> list[Path]:
    """The files that have not changed for long enough, and have not been read as they are.

    In the order in which a folder is read that nobody writes to.
    """
    ready = []
    for path, name in files.items():
        stamp = _stamp_of_file(path)
        if stamp is None:
            continue
        watched = known.get(path)
        if watched is None or watched.is_gone or watched.stamp != stamp:
            known[path] = _Watched(name, stamp, moment)
        elif not watched.is_done and stamp.size and moment - watched.since >= waits.settled:
            ready.append(path)
    return sorted(ready)


def _list_gone(known: Mapping[Path, _Watched]) -> tuple[str, ...]:
    return tuple(one.name for one in known.values() if one.is_done and one.is_gone)


def _is_within(path: Path, folder: Path | None) -> bool:
    return folder is not None and path.resolve().is_relative_to(folder.resolve())


def _stamp_of_file(path: Path) -> _Stamp | None:
    """Size and time of a file; ``None`` if it has gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return _Stamp(status.st_size, status.st_mtime_ns)


def _read_one(path: Path, name: str, options: ReadOptions) -> Reading:
    (reading,) = read_files({path: name}, options)
    return reading
