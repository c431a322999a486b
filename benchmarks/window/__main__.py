"""Measure the window: ``python -m benchmarks.window``.

Start-up, redraw during a drag, stalls during a fit, and what many opens leave behind, one after the
other, each in a process of its own.
"""

import json

from benchmarks.command import Figures, benchmark_parser, in_a_process, parse, publish

_PARTS = ("startup", "redraw", "stall", "reopen")


def main() -> None:
    """Run every part."""
    options = parse(benchmark_parser(__doc__))
    words = ("--json", "--quick") if options.quick else ("--json",)
    figures = {name: in_a_process(f"benchmarks.window.{name}", *words) for name in _PARTS}
    publish("window", figures, options, _table)


def _table(figures: Figures) -> str:
    lines = [f"{figures['machine']}, {figures['date']}"]
    return "\n".join([*lines, *(f"{name}: {json.dumps(figures[name])}" for name in _PARTS)])


if __name__ == "__main__":
    main()
