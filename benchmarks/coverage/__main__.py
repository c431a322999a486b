"""Measure how often 95 % intervals hold the truth: ``python -m benchmarks.coverage``.

Seeded, in several processes. ``--quick`` takes a tenth of the spectra; ``--json`` prints the
figures as JSON. The figures of a full run are kept in ``benchmarks/results/coverage.json``.
"""

import json
import multiprocessing
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.coverage.figures import figures_of, table_of  # noqa: E402
from benchmarks.coverage.measure import Piece, measure  # noqa: E402
from benchmarks.coverage.scenes import LEVELS  # noqa: E402
from benchmarks.machine import machine  # noqa: E402

_RESULTS = Path(__file__).parents[1] / "results" / "coverage.json"
_PIECE = 40
_PIECES = {"S 2p": 18, "Raman": 6, "arpls": 6}
"""Pieces of each scene at each level: 720 and 240 spectra."""
_BOOTSTRAPPED = {"S 2p": 12, "Raman": 34, "arpls": 0}
"""So many spectra of each piece have a bootstrap too."""
_REPLICAS = 300


def main() -> None:
    """Measure, print and keep the figures."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the spectra; keep nothing")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    pieces = _pieces(quick=options.quick)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=context) as pool:
        outcomes = list(pool.map(measure, pieces))
    figures = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "coverage": figures_of(outcomes),
    }
    if not options.quick:
        _RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1) if options.json else table_of(figures["coverage"]))


def _pieces(*, quick: bool) -> Sequence[Piece]:
    return [
        Piece(scene, level, number, _PIECE, _BOOTSTRAPPED[scene], _REPLICAS)
        for scene, count in _PIECES.items()
        for level in LEVELS
        for number in range(max(count // 10, 1) if quick else count)
    ]


if __name__ == "__main__":
    main()
