"""Kill the program with -9 at random moments, look at what is left: ``python -m benchmarks.kill``.

Four kinds of work (save, autosave, fit and save, export) are begun again and again in a process of
their own, each time with a new state of the project, and killed at a random moment; every second
kill is aimed at a moment when a file is being written. Afterwards the project must open and be the
last state that was written whole ("old") or the one that was being written ("new"); a folder of
results must hold one export, or be marked as one to be repaired, and be whole once it is. "torn":
a half-written file lay beside the whole ones; "between": no state was being written. Exits with 1
if anything was lost.

Needs a system that forks. A loss of power is another matter: what is tested is the end of the
program, not that of the machine.
"""

import mmap
import os
import random
import shutil
import signal
import struct
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop

from app.autosave import Autosave, left_behind
from app.document import Document
from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.sulfur_series import REGION, sulfur_analysis
from fitting.output.export import export_project
from fitting.output.manifest import MANIFEST_FILE, check_manifest, read_manifest
from fitting.output.placing import is_interrupted, repair_folder
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.pipeline.result_files import PROJECT_FILE
from fitting.projects.project import Analysis, Project
from fitting.saving.project_file import open_project, save_project

_LONGER = 2.5
"""Moments of killing are spread over so many times what the work takes."""
_LONGEST = 300
"""A process that is not killed ends itself then (s)."""
_WRITING = 0.005
"""About the time a file is written in (s)."""
_PATIENCE = 5.0
_SPECTRA = 12
_STATE = "state "


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of the states whose writing was begun and done, shared with the killed process."""

    memory: mmap.mmap

    def begin(self, state: int) -> None:
        self.memory[:8] = struct.pack("q", state)

    def finish(self, state: int) -> None:
        self.memory[8:16] = struct.pack("q", state)

    def read(self) -> tuple[int, int]:
        """Begun, done."""
        begun, done = struct.unpack("qq", self.memory[:16])
        return begun, done


Work = Callable[[Path, int, Progress], None]
"""Write states from a number on into a folder, without end."""
Look = Callable[[Path, int], int]
"""The state that is found in the folder, or else the given one; raises if it is not whole."""


def main() -> int:
    """Kill every kind of work; 1 if anything was lost."""
    parser = benchmark_parser(__doc__, kills=Size(60, 5, "kills of each kind"))
    parser.add_argument("--only", choices=_KINDS)
    parser.add_argument("--seed", type=int, default=1)
    options = parse(parser)
    rng = random.Random(options.seed)
    kinds = [options.only] if options.only else list(_KINDS)
    counts = {kind: kill_often(kind, options.kills, rng) for kind in kinds}
    figures: Figures = {
        "seed": options.seed,
        "kills": sum(int(one["kills"]) for one in counts.values()),
        "lost": sum(int(one["lost"]) for one in counts.values()),
        **counts,
    }
    publish("kill", figures, options, _table)
    return 1 if figures["lost"] else 0


def kill_often(kind: str, kills: int, rng: random.Random) -> dict[str, float | int]:
    """Kill one kind of work so many times; how often it was in the middle, and what was left."""
    work, look = _KINDS[kind]
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="thioscope-kill-") as scratch:
        folder = Path(scratch)
        seconds = _duration(work, folder)
        found = look(folder, 0)
        for number in range(kills):
            progress = Progress(mmap.mmap(-1, 16))
            progress.begin(found)
            progress.finish(found)
            delay = rng.uniform(0.0, _LONGER * seconds)
            aim = rng.uniform(0.0, _WRITING) if number % 2 else None
            _kill(_fork(work, folder, found + 1, progress), folder, delay, aim)
            begun, done = progress.read()
            torn = _parts(folder)
            counted["torn"] += bool(torn)
            try:
                found = look(folder, found)
                verdict = _verdict(begun, done, found)
            except Exception as error:  # noqa: BLE001 - whatever it is, the work is lost
                verdict, found = "lost", begun
                print(f"{kind}: {type(error).__name__}: {error}", file=sys.stderr)
            counted[verdict] += 1
            for part in torn:
                part.unlink(missing_ok=True)
    names = ("torn", "between", "old", "new", "lost")
    return {"kills": kills, "takes_s": round(seconds, 3), **{one: counted[one] for one in names}}


def _verdict(begun: int, done: int, found: int) -> str:
    if begun == done:
        return "between" if found == done else "lost"
    return {done: "old", begun: "new"}.get(found, "lost")


def _duration(work: Work, folder: Path) -> float:
    """How long the first state of a process takes to be written (s)."""
    progress = Progress(mmap.mmap(-1, 16))
    child = _fork(work, folder, 1, progress)
    while progress.read()[0] < 1:
        time.sleep(0.0005)
    began = time.monotonic()
    while progress.read()[1] < 1:
        time.sleep(0.0005)
    seconds = time.monotonic() - began
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seconds


def _kill(child: int, folder: Path, delay: float, aim: float | None) -> None:
    """Kill after a while; with an aim (s) so long after a file has begun to be written."""
    time.sleep(delay)
    if aim is not None:
        end = time.monotonic() + _PATIENCE
        while not _parts(folder) and time.monotonic() < end:
            pass
        time.sleep(aim)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _parts(folder: Path) -> list[Path]:
    """The files that are being written, or were when the writer was killed."""
    out = folder / "out"
    staged = list(out.glob(".thioscope-export-*"))
    places = (folder, out, *staged, *(one / "figures" for one in staged))
    return [part for place in places for part in place.glob(".*.part")]


def _fork(work: Work, folder: Path, state: int, progress: Progress) -> int:
    child = os.fork()
    if child == 0:
        # should nobody be left to kill it
        signal.alarm(_LONGEST)
        try:
            work(folder, state, progress)
        finally:
            os._exit(3)
    return child


def _save(folder: Path, state: int, progress: Progress) -> None:
    while True:
        progress.begin(state)
        save_project(_project(state), folder / "a.thio")
        progress.finish(state)
        state += 1


def _fit(folder: Path, state: int, progress: Progress) -> None:
    """Fit what the file holds and save it, as the window does."""
    if not (folder / "a.thio").exists():
        save_project(_project(state - 1), folder / "a.thio")
    while True:
        progress.begin(state)
        opened = open_project(folder / "a.thio")
        analysis = opened.analyses[REGION]
        fitted = with_fit(analysis, fit_analysis(analysis))
        saved = replace(opened, analyses={REGION: fitted}, notes=(f"{_STATE}{state}",))
        save_project(saved, folder / "a.thio")
        progress.finish(state)
        state += 1


def _autosave(folder: Path, state: int, progress: Progress) -> None:
    application = QCoreApplication([])
    document = Document()
    autosave = Autosave(document, folder)
    while True:
        document.change(_project(state), "Change")
        progress.begin(state)
        autosave.keep()
        while autosave._job.is_running:
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        progress.finish(state)
        state += 1


def _export(folder: Path, state: int, progress: Progress) -> None:
    while True:
        progress.begin(state)
        for _ in export_project(_project(state), folder / "out"):
            pass
        progress.finish(state)
        state += 1


def _look_at_project(folder: Path, _: int) -> int:
    return _state_of(open_project(folder / "a.thio"))


def _look_at_autosave(folder: Path, before: int) -> int:
    """What the next start would offer; it is taken away, as after an answer."""
    found = before
    for copy in left_behind(folder):
        found = max(found, _state_of(open_project(copy.path)))
        copy.discard()
    remains = [path.name for path in folder.iterdir()]
    if remains:
        raise ValueError(f"left over: {remains}")
    return found


def _look_at_export(folder: Path, before: int) -> int:
    """One state alone lies in the folder, or it is marked; once it is repaired, all is whole."""
    out = folder / "out"
    if not out.exists():
        return before
    if read_manifest(out) is not None and not is_interrupted(out) and check_manifest(out):
        raise ValueError(f"two exports, and no mark of it: {check_manifest(out)}")
    repair_folder(out)
    for staged in out.glob(".thioscope-export-*"):
        shutil.rmtree(staged)
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.suffix != ".part":
            _check_whole(path, path.relative_to(out).as_posix())
    project = out / PROJECT_FILE
    if not project.exists():
        return before
    faults = check_manifest(out)
    if faults:
        raise ValueError(f"{faults}")
    return _state_of(open_project(project))


def _check_whole(path: Path, name: str) -> None:
    data = path.read_bytes()
    if data in _whole_exports()[name]:
        return
    # these hold the state or the time
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            is_whole = archive.testzip() is None
    else:
        is_whole = name in (PROJECT_FILE, MANIFEST_FILE) or data.rstrip().endswith(b"</html>")
    if not is_whole:
        raise ValueError(f"{name}: torn after {len(data)} bytes")


@cache
def _whole_exports() -> dict[str, list[bytes]]:
    """Content of every file after an undisturbed export, with and without the fit."""
    contents: dict[str, list[bytes]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="thioscope-kill-") as scratch:
        for state in (1, 2):
            out = Path(scratch) / str(state)
            for path in [*export_project(_project(state), out), out / MANIFEST_FILE]:
                contents[path.relative_to(out).as_posix()].append(path.read_bytes())
    return contents


def _state_of(project: Project) -> int:
    """The number of the state, if the project holds what was put into it."""
    (note,) = project.notes
    state = int(note.removeprefix(_STATE))
    found = project.analyses[REGION].series["intensity"].values
    if not np.array_equal(found, _fitted().series["intensity"].values):
        raise ValueError(f"state {state}: other counts than were saved")
    return state


def _project(state: int) -> Project:
    """A state of its own for every number; every other one without its fit."""
    analysis = _fitted() if state % 2 else replace(_fitted(), result=None, result_of=None)
    return Project({REGION: analysis}, notes=(f"{_STATE}{state}",))


@cache
def _fitted() -> Analysis:
    files = [f"S2p_{number}.txt" for number in range(_SPECTRA)]
    analysis = sulfur_analysis(_SPECTRA, sample="LPSC", source=files)
    return with_fit(analysis, fit_analysis(analysis))


def _table(figures: Figures) -> str:
    names = ("torn", "between", "old", "new", "lost")
    lines = [f"{'':9}{'kills':>7}{'takes s':>9}" + "".join(f"{name:>9}" for name in names)]
    for kind, one in figures.items():
        if kind in _KINDS:
            counts = "".join(f"{one[name]:9}" for name in names)
            lines.append(f"{kind:9}{one['kills']:7}{one['takes_s']:9.3f}{counts}")
    return "\n".join(lines)


_KINDS: dict[str, tuple[Work, Look]] = {
    "save": (_save, _look_at_project),
    "autosave": (_autosave, _look_at_autosave),
    "fit": (_fit, _look_at_project),
    "export": (_export, _look_at_export),
}


if __name__ == "__main__":
    sys.exit(main())
