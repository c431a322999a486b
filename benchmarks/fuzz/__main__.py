"""Damaged files are read: a value or a sentence, in time: ``python -m benchmarks.fuzz``.

Samples of all spectrum formats, a record, a recipe, libraries and a project are damaged at random,
and read in processes with a limit of memory. Counted are tracebacks (anything but a sentence),
faults of the program that a boundary contained, readings of more than 10 s, and projects that
opened with other numbers than were saved. Exits with 1 at a traceback, a hang or a silent change.
"""

import multiprocessing
import runpy
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.fuzz.reading import LONGEST, PROJECTS, read_mutants
from benchmarks.sulfur_series import REGION, sulfur_analysis
from fitting.projects.project import Project
from fitting.projects.recipe import RecipeBook, write_recipes
from fitting.saving.project_file import save_project

_SAMPLES = Path(__file__).parents[2] / "tests" / "data" / "reader_samples.py"
_LIBRARIES = Path(__file__).parents[2] / "libraries"
_BATCH = 25


def main() -> int:
    """Damage and read; 1 if anything was worse than a sentence."""
    parser = benchmark_parser(__doc__, mutants=Size(10_000, 60, "damaged files"))
    parser.add_argument("--seed", type=int, default=1)
    options = parse(parser)
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="thioscope-fuzz-") as scratch:
        seeds = _collect_seeds(Path(scratch))
        for first in range(0, options.mutants, _BATCH):
            count = min(_BATCH, options.mutants - first)
            counted += _read_batch(seeds, Path(scratch), options.seed + first, count)
    figures: Figures = {"seed": options.seed, "mutants": options.mutants, **counted}
    publish(
        "fuzz", figures, options, lambda found: "\n".join(f"{k}: {v}" for k, v in found.items())
    )
    return 1 if counted["traceback"] or counted["hang"] or counted["silent"] else 0


def _list_figures(figures: Figures) -> str:
    return "\n".join(f"{name}: {value}" for name, value in figures.items())


def _collect_seeds(scratch: Path) -> dict[str, bytes]:
    """Content of whole files by their names."""
    seeds = {
        name: content
        for files in runpy.run_path(str(_SAMPLES))["samples"]().values()
        for name, content in files.items()
    }
    analysis = sulfur_analysis(4, sample="LPSC", source=[f"{number}.txt" for number in range(4)])
    project = Project({REGION: analysis}, notes=("kept",))
    save_project(project, scratch / f"seed{PROJECTS}")
    write_recipes(RecipeBook({REGION: analysis.recipe}), scratch / "seed.json")
    record = "time/s;Ewe/V;I/mA\n" + "".join(
        f"{10 * row};{2 + row / 99};0.1\n" for row in range(99)
    )
    seeds |= {path.name: path.read_bytes() for path in scratch.glob("seed.*")}
    seeds |= {path.name: path.read_bytes() for path in sorted(_LIBRARIES.rglob("*.toml"))[:3]}
    return seeds | {"record.csv": record.encode()}


def _read_batch(seeds: dict[str, bytes], scratch: Path, seed: int, count: int) -> Counter[str]:
    """Some mutants in a process of their own; one that ends or hangs it counts as one."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=read_mutants, args=(seeds, scratch, seed, count, queue))
    process.start()
    process.join(count * LONGEST)
    found: Counter[str] = Counter()
    if process.is_alive():
        process.kill()
        process.join()
        found["hang"] += 1
    elif process.exitcode:
        found["traceback"] += 1
    while not queue.empty():
        found[queue.get()] += 1
    return found


if __name__ == "__main__":
    sys.exit(main())
