"""A run of an instrument with all that goes wrong, watched: ``python -m benchmarks.watch``.

``thioscope watch`` follows a folder into which 500 spectra are written, on a clock that goes on
while it waits. Of every ten files some are written in two halves, cannot be opened for a while,
come under another name first or are renamed later, are removed after a time, or are no spectra at
all; the clock of the instrument is set back, and a table is locked. In the end every good spectrum
has to be in the tables once, fitted, at the voltage of its name, and every other file listed.
Exits with 1 if not.
"""

import csv
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.sulfur_series import REGION, sulfur_analysis
from fitting.commands import watch
from fitting.commands.main import command_line_parser
from fitting.data.series import axis_of
from fitting.projects.recipe import RecipeBook, write_recipes
from fitting.saving.project_file import open_project

_AT_A_LOOK = 5
"""Files that come between two looks."""
_WAIT = "--interval", "1", "--settled", "2", "--stop-after", "80"
_LOCKED = (3, 7)
"""Looks at which a table is locked and no longer is."""
_EARLIER = 1_000_000_000
"""Time (Unix, s) to which the clock of the instrument is set back."""


@dataclass(slots=True)
class Run:
    """What the instrument has done, and what has to come of it."""

    folder: Path
    chance: random.Random
    seconds: float = 0.0
    looks: int = 0
    later: list[tuple[int, Callable[[], object]]] = field(default_factory=list)
    """What is done at which look."""
    good: dict[str, float] = field(default_factory=dict)
    """Voltage by the name that a spectrum's file has in the end."""
    bad: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    """Paths that cannot be opened just now."""
    faults: Counter[str] = field(default_factory=Counter)

    def wait(self, seconds: float) -> None:
        """Let time pass, and what is due happen."""
        self.seconds += seconds
        self.looks += 1
        due = [do for look, do in self.later if look <= self.looks]
        self.later = [entry for entry in self.later if entry[0] > self.looks]
        for do in due:
            do()


def main() -> int:
    """Watch one run; 1 if a spectrum is missing, there twice, or at a wrong place."""
    parser = benchmark_parser(__doc__, spectra=Size(500, 40, "files"))
    parser.add_argument("--seed", type=int, default=1)
    options = parse(parser)
    with tempfile.TemporaryDirectory(prefix="thioscope-watch-") as scratch:
        measured = watch_run(Path(scratch), options.spectra, options.seed)
    publish("watch", {"seed": options.seed, **measured}, options, _list_figures)
    return 0 if measured["is right"] else 1


def watch_run(scratch: Path, files: int, seed: int) -> Figures:
    """Watch a run of so many files; what was made wrong with them, and what came of it."""
    folder, out = scratch / "insitu", scratch / "out"
    folder.mkdir()
    run = Run(folder, random.Random(seed))
    analysis = sulfur_analysis(files)
    recipe = replace(analysis.recipe, options=replace(analysis.recipe.options, family=()))
    write_recipes(RecipeBook({REGION: recipe}), scratch / "recipe.json")
    positions = analysis.series[axis_of(analysis.series)].values
    for number, counts in enumerate(analysis.series["intensity"].values):
        text = "".join(f"{x:.2f}\t{y:.0f}\n" for x, y in zip(positions, counts, strict=True))
        content = f"Binding energy (eV)\tcounts\n{text}".encode()
        _plan_file(run, number, content)
    run.later += [(_LOCKED[0], lambda: _lock_table(out)), (_LOCKED[1], lambda: _free_table(out))]
    words = ["watch", str(folder), "--out", str(out), "--recipe", str(scratch / "recipe.json")]
    code, said = _watch_quietly(run, [*words, "--quiet", *_WAIT])
    return {
        "files": files,
        "faults": dict(run.faults),
        "exit": code,
        **_judge(run, out, code, said),
    }


def _plan_file(run: Run, number: int, content: bytes) -> None:
    """When a file is written, and what goes wrong with it."""
    voltage = round(2.5 + number * 0.003, 3)
    path = run.folder / f"LPSC_{number:04d}_{voltage:.3f}V.txt"
    look = 1 + number // _AT_A_LOOK
    fault = run.chance.choice([*_FAULTS, *["none"] * 4])
    run.faults[fault] += 1
    run.good[path.name] = voltage
    if fault == "none":
        run.later.append((look, lambda: path.write_bytes(content)))
    else:
        _FAULTS[fault](run, look, path, content)


def _write_in_halves(run: Run, look: int, path: Path, content: bytes) -> None:
    """The first half lies there so long that it may be taken for the whole."""
    end = run.chance.randrange(len(content))
    run.later.append((look, lambda: path.write_bytes(content[:end])))
    run.later.append((look + run.chance.choice((1, 6)), lambda: path.write_bytes(content)))


def _lock_file(run: Run, look: int, path: Path, content: bytes) -> None:
    def begin() -> None:
        path.write_bytes(content)
        run.locked.add(str(path))

    run.later.append((look, begin))
    run.later.append((look + 8, lambda: run.locked.discard(str(path))))


def _write_no_spectrum(run: Run, look: int, path: Path, content: bytes) -> None:
    del run.good[path.name]
    run.bad.add(path.name)
    noise = run.chance.choice((bytes(400), content[::-1][:40] + b"\xff\x00" * 99, b"nothing\n"))
    run.later.append((look, lambda: path.write_bytes(noise)))


def _rename_when_whole(run: Run, look: int, path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    run.later.append((look, lambda: part.write_bytes(content)))
    run.later.append((look + 2, lambda: part.replace(path)))


def _rename_later(run: Run, look: int, path: Path, content: bytes) -> None:
    other = path.with_name(f"final_{path.name}")
    run.good[other.name] = run.good.pop(path.name)
    run.later.append((look, lambda: path.write_bytes(content)))
    run.later.append((look + 7, lambda: path.replace(other)))


def _remove_later(run: Run, look: int, path: Path, content: bytes) -> None:
    run.later.append((look, lambda: path.write_bytes(content)))
    run.later.append((look + 9, path.unlink))


def _set_clock_back(run: Run, look: int, path: Path, content: bytes) -> None:
    """Written again as another measurement, at a time before the first."""
    first = content[: len(content) // 2] + content[: len(content) // 2]

    def write_again() -> None:
        path.write_bytes(content)
        os.utime(path, (_EARLIER, _EARLIER))

    run.later.append((look, lambda: path.write_bytes(first)))
    run.later.append((look + 5, write_again))


_FAULTS: dict[str, Callable[[Run, int, Path, bytes], None]] = {
    "in halves": _write_in_halves,
    "locked": _lock_file,
    "no spectrum": _write_no_spectrum,
    "another name first": _rename_when_whole,
    "renamed later": _rename_later,
    "removed later": _remove_later,
    "clock set back": _set_clock_back,
}


def _lock_table(out: Path) -> None:
    """A folder in its place cannot be replaced, as a table that is open elsewhere."""
    (out / "peaks.csv").unlink(missing_ok=True)
    (out / "peaks.csv" / "held").mkdir(parents=True)


def _free_table(out: Path) -> None:
    (out / "peaks.csv" / "held").rmdir()
    (out / "peaks.csv").rmdir()


def _watch_quietly(run: Run, words: list[str]) -> tuple[int, str]:
    def refuse_locked(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]) in run.locked:
            raise PermissionError(13, "Permission denied", str(arguments[0]))

    # for as long as the process lives; nothing is locked after the run
    sys.addaudithook(refuse_locked)
    said = StringIO()
    with redirect_stdout(StringIO()), redirect_stderr(said):
        code = watch.run(
            command_line_parser().parse_args(words), now=lambda: run.seconds, sleep=run.wait
        )
    return code, said.getvalue()


def _judge(run: Run, out: Path, code: int, said: str) -> Figures:
    with (out / "spectra.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] not in run.bad]
    found = Counter(row["source"] for row in rows)
    wrong = [row["source"] for row in rows if not _is_right(row, run.good)]
    unread = {entry.source for entry in open_project(out / "project.thio").unread}
    figures: Figures = {
        "good": len(run.good),
        "missing": sorted(set(run.good) - set(found)),
        "more than once": sorted(name for name, count in found.items() if count > 1),
        "wrong": sorted({*wrong, *(set(found) - set(run.good))}),
        "not listed": sorted(run.bad - unread),
        "listed though good": sorted(unread & set(run.good)),
        "sentences": len(said.splitlines()),
        "tracebacks": said.count("Traceback"),
    }
    faults = (
        "missing",
        "more than once",
        "wrong",
        "not listed",
        "listed though good",
        "tracebacks",
    )
    is_right = not any(figures[name] for name in faults) and code == (1 if run.bad else 0)
    return {**figures, "is right": is_right}


def _is_right(row: dict[str, str], good: dict[str, float]) -> bool:
    is_fitted = row["status"] in ("converged", "at_bound")
    with suppress(ValueError):
        return is_fitted and bool(np.isclose(float(row["voltage_V"]), good.get(row["source"], -1)))
    return False


def _list_figures(figures: Figures) -> str:
    return "\n".join(f"{name}: {value}" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
