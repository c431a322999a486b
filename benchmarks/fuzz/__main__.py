"""Damaged files are read: a value or a sentence, in time: ``python -m benchmarks.fuzz``.

Samples of all formats of spectra, impedances and records, recipes, libraries, manifests and
projects are damaged at random, and read in processes with a limit of memory; spectra are made a
project of as well. Counted are tracebacks (anything but a sentence), faults of the program that a
boundary contained, readings of more than 10 s or 1 GB, and projects that opened with other numbers
than were saved. Each mutant is made by its number alone: ``--first`` goes on where a run has ended.
Exits with 1 at any of them.
"""

import multiprocessing
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from benchmarks.fuzz.reading import FAULTS, LONGEST, read_mutants
from benchmarks.fuzz.seeds import Seed, collect_seeds

_BATCH = 500
_STARTING = 30.0
"""What a process may take to start, beside the readings (s)."""


def main() -> int:
    """Damage and read; 1 if anything was worse than a sentence."""
    parser = benchmark_parser(__doc__, mutants=Size(10_000, 60, "damaged files"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first mutant")
    parser.add_argument("--also", type=Path, metavar="DIR", help="damage files of a folder as well")
    options = parse(parser)
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="thioscope-fuzz-") as scratch:
        seeds = collect_seeds(Path(scratch), options.also)
        number, end = options.first, options.first + options.mutants
        while number < end:
            numbers = range(number, min(number + _BATCH, end))
            verdicts = _read_batch(seeds, Path(scratch), numbers, options.seed)
            counted.update(verdicts)
            number += len(verdicts)
    figures: Figures = {
        "seed": options.seed,
        "mutants": options.mutants,
        "whole files": len(seeds),
        **{name: counted[name] for name in ("read", "sentence", *FAULTS)},
    }
    publish("fuzz", figures, options, _list_figures)
    return 1 if any(counted[name] for name in FAULTS) else 0


def _list_figures(figures: Figures) -> str:
    return "\n".join(f"{name}: {value}" for name, value in figures.items())


def _read_batch(seeds: list[Seed], scratch: Path, numbers: range, run: int) -> list[str]:
    """Verdicts on mutants in a process of their own, up to one that ends or hangs it."""
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=read_mutants, args=(seeds, scratch, numbers, run, told))
    process.start()
    told.close()
    verdicts: list[str] = []
    for number in numbers:
        # on a busy machine the processor is had for a part of the time
        if not heard.poll(4 * LONGEST + (0 if verdicts else _STARTING)):
            print(f"{number}: hang: the process was ended", file=sys.stderr, flush=True)
            verdicts.append("hang")
            break
        try:
            verdicts.append(heard.recv())
        except EOFError:
            print(f"{number}: traceback: the process has ended", file=sys.stderr, flush=True)
            verdicts.append("traceback")
            break
    process.kill()
    process.join()
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
