"""Measure how often 95 % intervals hold the truth: ``python -m benchmarks.coverage``.

Seeded, in several processes. ``--quick`` takes a tenth of the spectra.
"""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.command import benchmark_parser, parse, publish
from benchmarks.coverage.figures import figures_of, table_of
from benchmarks.coverage.measure import Piece, measure
from benchmarks.coverage.scenes import LEVELS

_PIECE = 40
_PIECES = {"S 2p": 18, "Raman": 12}
"""Pieces of each scene at each level: 720 and 480 spectra."""
_REPLICAS = 300


def main() -> None:
    """Measure piece by piece."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parse(parser)
    pieces = _pieces(quick=options.quick)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
        outcomes = list(pool.map(measure, pieces))
    figures = {"coverage": figures_of(outcomes)}
    publish("coverage", figures, options, lambda kept: table_of(kept["coverage"]))


def _pieces(*, quick: bool) -> Sequence[Piece]:
    return [
        Piece(scene, level, number, _PIECE, _REPLICAS)
        for scene, count in _PIECES.items()
        for level in LEVELS
        for number in range(max(count // 10, 1) if quick else count)
    ]


if __name__ == "__main__":
    main()
