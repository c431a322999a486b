"""Reads damaged files in a process with a limit of memory, and says what came of each."""

import random
import re
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import xarray as xr

from benchmarks.fuzz.mutate import mutate_content
from benchmarks.fuzz.seeds import Seed
from fitting.data.errors import ThioscopeError
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.output.manifest import check_manifest
from fitting.pipeline.files import read_files
from fitting.pipeline.grow import grow_project
from fitting.projects.project import Project
from fitting.projects.recipe import read_recipes
from fitting.saving.project_file import FIRST_SEALED, open_project
from libraries.errors import LibraryError
from libraries.loader import catalogue, load_library

LONGEST = 10.0
"""Seconds of the processor that a reading may take."""
FAULTS = ("traceback", "hang", "memory", "silent", "contained")
"""Verdicts that are faults of the program; "contained": a boundary told it of one file."""
_LARGEST = 1 << 30
"""Bytes of memory that a reading may take."""
_ADDRESSES = 6 << 30
"""What libraries reserve at the start is among them."""
_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def read_mutants(
    seeds: list[Seed], scratch: Path, numbers: range, run: int, told: Connection
) -> None:
    """Damage and read files, each by its number alone, and send a word about each."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    for number in numbers:
        seed, content = make_mutant(seeds, run, number)
        folder = scratch / str(number)
        folder.mkdir()
        path = folder / seed.name
        path.write_bytes(content)
        told.send(_judge_mutant(seed, path, content, number))
        path.unlink()
        folder.rmdir()


def make_mutant(seeds: list[Seed], run: int, number: int) -> tuple[Seed, bytes]:
    """The damaged file of a number: the same in every run that is numbered alike."""
    rng = random.Random(f"{run}/{number}")
    seed = rng.choice(seeds)
    return seed, mutate_content(seed.content, rng)


def _judge_mutant(seed: Seed, path: Path, content: bytes, number: int) -> str:
    _forget_peak()
    begun = time.thread_time()
    verdict, said = _read_mutant(seed, path, is_whole=content == seed.content)
    if time.thread_time() - begun > LONGEST:
        verdict = "hang"
    elif _peak_memory() > _LARGEST:
        verdict = "memory"
    if verdict in FAULTS:
        print(f"{number}: {verdict}: {seed.name}: {said}", file=sys.stderr, flush=True)
    return verdict


def _read_mutant(seed: Seed, path: Path, *, is_whole: bool) -> tuple[str, str]:
    """The verdict, and what was said."""
    try:
        said = _open_as(seed, path, is_whole=is_whole)
    except (ThioscopeError, LibraryError) as error:
        said = str(error)
    except Exception as error:  # noqa: BLE001 - it is counted
        return "traceback", f"{type(error).__name__}: {error}"
    if said == _SILENT:
        return "silent", "other numbers than were saved"
    if "tripped over" in said:
        return "contained", said
    return ("sentence" if said else "read"), said


_SILENT = "silent"


def _open_as(seed: Seed, path: Path, *, is_whole: bool) -> str:
    """What is said of a file that is opened by what it is; empty if it was read."""
    match seed.kind:
        case "project":
            opened = open_project(path)
            is_silent = not is_whole and _is_sealed(seed) and not _is_same(opened, seed, path)
            return _SILENT if is_silent else ""
        case "recipe":
            read_recipes(path)
        case "library":
            load_library(path)
        case "record":
            read_voltage_source(path)
        case "manifest":
            return " ".join(check_manifest(path.parent))
        case _:
            return _open_spectra(path)
    return ""


def _open_spectra(path: Path) -> str:
    """Read as the command line does, and made a project of."""
    (reading,) = read_files([path])
    grow_project(Project(), reading, catalogue())
    return " ".join(entry.reason for entry in reading.unread)


def _is_sealed(seed: Seed) -> bool:
    """Whether damage can be told at all: files of old formats have no checksums."""
    form = re.fullmatch(r"format_(\d)\.thio", seed.name)
    return form is None or int(form[1]) >= FIRST_SEALED


def _is_same(opened: Project, seed: Seed, path: Path) -> bool:
    whole = path.with_name("whole.thio")
    whole.write_bytes(seed.content)
    saved = open_project(whole)
    whole.unlink()
    return (
        opened.notes == saved.notes
        and opened.analyses.keys() == saved.analyses.keys()
        and all(
            _has_same_numbers(one.series, saved.analyses[region].series)
            and _has_same_numbers(one.result, saved.analyses[region].result)
            and one.recipe == saved.analyses[region].recipe
            for region, one in opened.analyses.items()
        )
    )


def _has_same_numbers(one: xr.Dataset | None, other: xr.Dataset | None) -> bool:
    return one is other if one is None or other is None else one.identical(other)


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def _peak_memory() -> int:
    """The most that the process has held since it was forgotten (bytes)."""
    found = _PEAK.search(_STATUS.read_text(encoding="utf-8")) if _STATUS.exists() else None
    return 1024 * int(found[1]) if found else 0
