"""Reads damaged files in a process with a limit of memory, and says what came of each."""

import multiprocessing
import random
import sys
import time
from pathlib import Path

from benchmarks.fuzz.mutate import mutate_content
from fitting.data.errors import ThioscopeError
from fitting.projects.recipe import read_recipes
from fitting.readers.records import read_record
from fitting.readers.spectra import read_spectra
from fitting.saving.project_file import open_project
from libraries.errors import LibraryError
from libraries.loader import load_library

LONGEST = 10.0
"""Seconds of the processor that a reading may take."""
PROJECTS = ".thio"
_MEMORY = 4 << 30
"""Of addresses; what libraries reserve at the start is among it."""


def read_mutants(
    seeds: dict[str, bytes],
    scratch: Path,
    seed: int,
    count: int,
    queue: "multiprocessing.Queue[str]",
) -> None:
    """Damage and read so many files, and put a word about each into the queue."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    rng = random.Random(seed)
    for _ in range(count):
        name = rng.choice(sorted(seeds))
        path = scratch / f"mutant_{name}"
        path.write_bytes(mutate_content(seeds[name], rng))
        begun = time.thread_time()
        verdict = _read_mutant(path, path.read_bytes() == seeds[name])
        if time.thread_time() - begun > LONGEST:
            verdict = "hang"
        if verdict in ("traceback", "hang", "silent", "contained"):
            print(f"{verdict}: {name}", file=sys.stderr, flush=True)
        queue.put(verdict)


def _read_mutant(path: Path, is_whole: bool) -> str:
    try:
        if path.suffix == PROJECTS:
            open_project(path)
            return "read" if is_whole else "silent"
        if path.suffix == ".json":
            read_recipes(path)
        elif path.suffix == ".toml":
            load_library(path)
        elif "record" in path.name:
            read_record(path)
        else:
            read_spectra(path)
    except (ThioscopeError, LibraryError) as error:
        return "contained" if "tripped over" in str(error) else "sentence"
    except Exception as error:  # noqa: BLE001 - it is counted
        print(f"{path.name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return "traceback"
    return "read"
