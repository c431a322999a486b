"""What is stated where the model is wrong: ``python -m benchmarks.misspecified``.

Series whose truth differs from the fitted model in the ways that real spectra do. Of every share:
whether its total interval holds the truth (honest), whether it does not and a warning says so
(told), or does not and nothing is said (silent). ``--drawn N`` measures so many scenes drawn by
chance in place of those that have a name, from the number ``--first`` on: the first 120 have been
looked at while the family was chosen.
"""

from collections.abc import Sequence

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish, tell
from benchmarks.misspecified.drawn import COUNTS, draw_scene
from benchmarks.misspecified.measure import Outcome, measure_scene
from benchmarks.misspecified.scenes import make_scenes

_SEED = 20261130


def main() -> None:
    """Measure every scene and print the table."""
    parser = benchmark_parser(
        __doc__, series=Size(5, 1, "series a scene"), spectra=Size(20, 8, "spectra a series")
    )
    parser.add_argument("--drawn", type=int, metavar="N", default=0, help="scenes drawn by chance")
    parser.add_argument("--first", type=int, metavar="N", default=0, help="number of the first")
    options = parse(parser)
    if options.drawn:
        numbers = range(options.first, options.first + options.drawn)
        publish("misspecified", {"scenes": measure_drawn(numbers)}, options, as_table)
        return
    measured = {}
    for scene in make_scenes():
        outcomes = [
            outcome
            for number in range(options.series)
            for outcome in measure_scene(scene, options.spectra, _SEED + number)
        ]
        measured[scene.name] = summarise_scene(outcomes)
        tell(f"{scene.name}: {measured[scene.name]}")
    publish("misspecified", {"scenes": measured}, options, as_table)


def measure_drawn(numbers: range) -> Figures:
    """Scenes that are drawn by chance, summed up by what differs in them."""
    by_name: dict[str, list[Outcome]] = {}
    for number in numbers:
        scene, spectra = draw_scene(number), COUNTS[number // 5 % len(COUNTS)]
        outcomes = measure_scene(scene, spectra, number)
        by_name.setdefault(scene.name, []).extend(outcomes)
        tell(f"{number}, {spectra} spectra, {scene.name}: {summarise_scene(outcomes)}")
    return {name: summarise_scene(by_name[name]) for name in sorted(by_name)}


def summarise_scene(outcomes: Sequence[Outcome]) -> Figures:
    """Shares of the outcomes in percent, and how much wider the total interval is."""
    honest = np.array([one.is_honest for one in outcomes])
    told = np.array([one.is_told for one in outcomes])
    statistical = np.array([one.is_statistical_honest for one in outcomes])
    return {
        "values": len(outcomes),
        "statistical": _percent(statistical),
        "honest": _percent(honest),
        "told": _percent(~honest & told),
        "silent": _percent(~honest & ~told),
        "findings": _percent(told),
        "widening": round(float(np.median([one.widening for one in outcomes])), 2),
    }


def as_table(figures: Figures) -> str:
    """The figures as a table in Markdown."""
    lines = [
        "| truth differs by | statistical interval holds it | total one | told | silent | wider |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one['statistical']} % | {one['honest']} % | {one['told']} % "
        f"| {one['silent']} % | {one['widening']} x |"
        for name, one in figures["scenes"].items()
    ]
    return "\n".join(lines)


def _percent(mask: np.ndarray) -> float:
    return round(100.0 * float(np.mean(mask)), 1) if len(mask) else 0.0


if __name__ == "__main__":
    main()
