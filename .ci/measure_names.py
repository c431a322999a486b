"""How the code reads, in figures: file lengths, names of functions, helpers, comments.

    python3 .ci/measure_names.py [PACKAGE ...]

Prints a row for each package (a folder; fitting and app if left out). A guide, not a gate. Names
are those of functions at the level of a module; helpers are counted against all functions and
methods. Standard library only.
"""

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_HELPER = 10
VERBS = frozenset(
    """
    accept add adjust advance allow analyse append apply arrange ask assert assign attach
    average await bin bind bound bring build bundle calculate call cancel capture catch
    change check choose cite clamp clean clear close collect combine compare compile
    complete compose compute confine connect contain convert copy correct correlate count
    cover create crop cut decide declare decode decompose decompress delete derive describe
    detach detect determine discard displace divide do draw drop dump eliminate empty end
    enter escape estimate evaluate exclude expand explain export extend extract fetch fill
    find finish fit fix flag flatten flush follow format gather generate get give group grow
    guard guess hash hold identify import improve include index infer inherit insert inspect
    install integrate interpolate invert iterate join keep label lay leave limit linearise
    link list load locate lock look make map mark mask match measure mend merge minimise mix
    move multiply name need normalise note number observe open order outline own pack pad
    parse part pass pause peek pick place plot plug post predict prepare print process
    project propagate propose prove pull push put raise rank read rebuild receive record
    reduce refer refine refit refresh refuse register reject release remember remove rename
    render repair repeat replace report request require resample reset resolve restore
    retrieve return reverse reweight round run sample save say scale scan scatter search
    seek select send separate set shift shorten show shrink shut sign simulate skip slice
    smooth solve sort speak split spread stack start state stop store subtract suggest sum
    summarise swap sweep switch tabulate take tell test thin tidy tie toggle touch trace
    train transform translate trim trust try turn unload unnest unpack update use validate
    verify wait walk warm warn watch weigh widen wrap write yield
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Figures:
    """What is said of one package; shares in percent."""

    files: int
    median: float
    longest: int
    functions: int
    one_word: float
    verbs: float
    called_once: float
    """Private functions of at most ten lines that are called at one place."""
    comments: float
    """Lines with a comment, of 100 lines."""


ROWS: Mapping[str, Callable[[Figures], str]] = {
    "files": lambda found: f"{found.files}",
    "median / longest file (lines)": lambda found: f"{found.median:.0f} / {found.longest}",
    "functions of modules": lambda found: f"{found.functions}",
    "function names of one word": lambda found: f"{found.one_word:.0f} %",
    "function names that begin with a verb": lambda found: f"{found.verbs:.0f} %",
    "helpers called once": lambda found: f"{found.called_once:.0f} %",
    "comments per 100 lines": lambda found: f"{found.comments:.1f}",
}


def main(names: list[str]) -> None:
    """Print the table."""
    columns = {name: measure_package(ROOT / name) for name in names or ["fitting", "app"]}
    rows = (
        ("files", [f"{one.files}" for one in columns.values()]),
        (
            "median / longest file (lines)",
            [f"{f.median:.0f} / {f.longest}" for f in columns.values()],
        ),
        ("functions", [f"{one.functions}" for one in columns.values()]),
        ("function names of one word", [f"{one.one_word:.0f} %" for one in columns.values()]),
        ("function names that begin with a verb", [f"{f.verbs:.0f} %" for f in columns.values()]),
        ("helpers called once", [f"{one.called_once:.0f} %" for one in columns.values()]),
        ("comments per 100 lines", [f"{one.comments:.1f}" for one in columns.values()]),
    )
    print("| |", " | ".join(columns), "|")
    print("|---|" + "---|" * len(columns))
    for title, values in rows:
        print(f"| {title} |", " | ".join(values), "|")


def measure_package(folder: Path) -> Figures:
    """Count over all modules of a package."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))]
    trees = [ast.parse(text) for text in texts]
    lengths = [len(text.splitlines()) for text in texts]
    functions = [
        node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)
    ]
    words = [name.strip("_").split("_") for name in functions]
    everything = sum(isinstance(n, ast.FunctionDef) for tree in trees for n in ast.walk(tree))
    return Figures(
        files=len(texts),
        median=statistics.median(lengths),
        longest=max(lengths),
        functions=len(functions),
        one_word=_percent(sum(len(parts) == 1 for parts in words), len(words)),
        verbs=_percent(sum(parts[0] in VERBS for parts in words), len(words)),
        called_once=_percent(sum(map(count_helpers, trees)), everything),
        comments=_percent(sum(map(count_comments, texts)), sum(lengths)),
    )


def count_helpers(tree: ast.Module) -> int:
    """Private functions of at most ten lines that the module names once, to call them."""
    uses = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return sum(
        isinstance(node, ast.FunctionDef)
        and node.name.startswith("_")
        and uses[node.name] == 1
        and count_lines(node) <= LONGEST_HELPER
        for node in tree.body
    )


def count_lines(function: ast.FunctionDef) -> int:
    """Lines of a function below its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def count_comments(text: str) -> int:
    """Comments in a module."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


def _percent(part: int, whole: int) -> float:
    return 100 * part / max(whole, 1)


if __name__ == "__main__":
    main(sys.argv[1:])
