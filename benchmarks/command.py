"""What every benchmark does alike: read its options, print its figures, keep them.

``--json`` prints the figures in place of a table, ``--quick`` measures little. A run with neither
``--quick`` nor a size of its own is whole: its figures are kept in ``benchmarks/results``.
"""

import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine

Figures = dict[str, Any]
CHECKOUT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results"
_ONLY_HOW = ("json", "processes")
"""Options that do not change what is measured."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured, an option of its own."""

    whole: int
    quick: int
    says: str


def benchmark_parser(doc: str | None, **sizes: Size) -> ArgumentParser:
    """A parser for ``--json``, ``--quick`` and the sizes; its help is the module's docstring."""
    parser = ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    parser.add_argument("--quick", action="store_true", help="measure little; nothing is kept")
    for name, size in sizes.items():
        says = f"{size.says}: {size.whole}, with --quick {size.quick}"
        parser.add_argument(f"--{name}", type=int, metavar="N", help=says)
    parser.set_defaults(sizes=sizes)
    return parser


def parse(parser: ArgumentParser) -> Namespace:
    """The options, with all sizes settled, and ``is_whole``: whether the figures count."""
    options = parser.parse_args()
    usual = vars(parser.parse_args([]))
    changed = {name for name, value in vars(options).items() if value != usual[name]}
    options.is_whole = changed <= set(_ONLY_HOW)
    for name, size in options.sizes.items():
        if getattr(options, name) is None:
            setattr(options, name, size.quick if options.quick else size.whole)
    return options


def publish(
    name: str, measured: Figures, options: Namespace, table: Callable[[Figures], str]
) -> None:
    """Print the figures with machine and date, and keep them where they are of a whole run."""
    figures = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), **measured}
    if options.is_whole:
        keep(name, figures)
    show(figures, options, table)


def show(figures: Figures, options: Namespace, table: Callable[[Figures], str]) -> None:
    """Print figures as the options ask for."""
    print(json.dumps(figures, indent=2) if options.json else table(figures))


def tell(line: str) -> None:
    """Say how far a long run has come, beside what it prints in the end."""
    print(line, file=sys.stderr, flush=True)


def keep(name: str, figures: Figures) -> Path:
    """Write figures into the folder of results; the file."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return path


def kept(name: str) -> Figures:
    """What the last whole run of a benchmark found; empty before there was one."""
    path = RESULTS / f"{name}.json"
    figures: Figures = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return figures


def in_a_process(module: str, *words: str) -> Figures:
    """Run a benchmark's module in a process of its own; the JSON it prints."""
    child = subprocess.run(
        [sys.executable, "-m", module, *words],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=CHECKOUT,
    )
    figures: Figures = json.loads(child.stdout)
    return figures
