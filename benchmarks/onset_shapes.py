"""How often an onset holds the truth whatever its shape: ``python -m benchmarks.onset_shapes``.

Shares with errors, without spectra, from a simulator that knows nothing of how they are described:
a corner, a plateau, a square, a sigmoid (whose onset is where it is at 5 %), two steps, a step, and
none. Counted are intervals that hold the truth, and onsets of which a change point does not fit.
"""

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from fitting.data.series import FloatArray
from fitting.quantities.corner_fit import LEAST_PROBABILITY
from fitting.quantities.onset_choice import BranchOnset, Limited, choose_onset

_SEED = 20261130
_END = 4.3
Shape = Callable[[FloatArray, float], FloatArray]
SHAPES: Mapping[str, Shape] = {
    "corner": lambda x, onset: np.maximum(x - onset, 0.0) / (_END - onset),
    "plateau": lambda x, onset: np.clip((x - onset) / 0.5, 0.0, 1.0),
    "square": lambda x, onset: (np.maximum(x - onset, 0.0) / (_END - onset)) ** 2,
    "sigmoid": lambda x, onset: 1.0 / (1.0 + 19.0 ** (1.0 - (x - onset) / 0.45)),
    "two steps": lambda x, onset: 0.4 * (x > onset) + 0.6 * (x > onset + 0.75),
    "step": lambda x, onset: (x > onset).astype(float),
    "none": lambda x, onset: 0.0 * (x - onset),
}


def main() -> None:
    """Measure every shape."""
    options = parse(benchmark_parser(__doc__, branches=Size(50, 10, "branches of each shape")))
    figures: Figures = {}
    for name in SHAPES:
        tell(name)
        figures[name] = dict(measure_shape(name, options.branches))
    publish("onset_shapes", figures, options, _table)


def measure_shape(name: str, branches: int) -> Counter[str]:
    """Verdicts on so many branches of one shape."""
    rng = np.random.default_rng(_SEED)
    return Counter(_judge_branch(SHAPES[name], rng) for _ in range(branches))


def find_drawn_onset(shape: Shape, onset: float, rng: np.random.Generator) -> BranchOnset | None:
    """The onset that is found in one branch with noise; what is below zero ends there."""
    potential = np.sort(rng.uniform(2.5, _END, rng.integers(14, 28)))
    stderr = rng.uniform(0.3, 1.5) * rng.uniform(0.8, 1.2, potential.size)
    share = rng.uniform(10.0, 40.0) * shape(potential, onset)
    value = np.maximum(share + stderr * rng.standard_normal(potential.size), 0.0)
    least = 3.0 * stderr
    limited = Limited(np.maximum(value, least), -(value < least).astype(float), (0.0, 100.0))
    common = np.zeros((potential.size, 0))
    return choose_onset(potential, value, stderr, common, limited)


def _judge_branch(shape: Shape, rng: np.random.Generator) -> str:
    onset = rng.uniform(2.8, 3.3)
    found = find_drawn_onset(shape, onset, rng)
    if found is None:
        return "no onset"
    misses = found.stated.low95 > onset or found.stated.high95 < onset
    fit = "does not fit" if found.lack_of_fit < LEAST_PROBABILITY else "fits"
    return f"{'misses' if misses else 'holds'}, {fit}"


def _table(figures: Figures) -> str:
    """A line for each shape."""
    lines = [f"{figures['machine']}, {figures['date']}"]
    for name, verdicts in figures.items():
        if isinstance(verdicts, dict):
            said = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
            lines.append(f"{name:10} {said}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
