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
_LARGE_PIECE = 250
_LARGE_PIECES = 16
"""Pieces of every scene and level for the covariance alone: 4000 spectra."""


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
    """The long ones first; seeds go on from them."""
    part = 10 if quick else 1
    return [
        Piece(scene, level, number, size, replicas)
        for scene, count in _PIECES.items()
        for level in LEVELS
        for first, pieces, size, replicas in (
            (0, count, _PIECE, _REPLICAS),
            (count, _LARGE_PIECES, _LARGE_PIECE, 0),
        )
        for number in range(first, first + max(pieces // part, 1))
    ]


if __name__ == "__main__":
    main()
