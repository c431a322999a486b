"""Write the pages of the reference that the program itself can tell.

    python docs/make_reference.py [FOLDER]

A test holds the stored pages against what this writes.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from fitting.commands.main import command_line_parser
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.from_library import default_model_name, model_from_library
from fitting.models.line_shapes import LINE_SHAPES, LineShape
from fitting.output.tables.columns import TABLE_COLUMNS
from fitting.projects.recipe import Recipe, RecipeBook, recipes_to_json
from libraries.loader import catalogue

_WRITTEN = "<!-- Written by docs/make_reference.py; a change here is lost. -->\n"
_WIDTH = 96
_COMMAND_LINE = """\
Progress goes to standard error; standard output holds the paths written and a summary, or one JSON
object with `--json`. Exit codes: 0, every spectrum of every file was read and fitted; 1, some were
not, and each is listed with its reason; 2, wrong use or nothing readable, nothing is written.
"""
_TABLES = """\
UTF-8 CSV with one header line, dot decimals, and empty cells for what is not known; the same as
sheets of `tables.xlsx`. Every `_stderr` is one standard error.
"""
_RECIPE = """\
A recipe says how one region is treated: the steps before the fit, the model, and the options of
the fit. `recipe.json` holds those of all regions of a project and its charge reference; the window
saves it, and `thioscope fit --model recipe.json` takes it. A field that does not exist is refused
by name. The default model of P 2p as a recipe:
"""
_SPECIES = """\
Every position with its source, as entered. What a fit starts from, and how far it may go, follows
from these by one rule: see [start values](libraries.md#from-positions-to-start-values).
"""
_LINE_SHAPES = """\
Every shape takes `position` (of its maximum), `fwhm` (the true full width at half maximum) and
`area`. With `z = 2 (x - position) / fwhm` the line is `area · 2 / fwhm · g(z)`, and `g` has unit
area but where a note says otherwise.
"""
_LINE_SHAPES_END = """\
The `area` of a peak is that of the whole peak, both lines of a doublet included. `position` is that
of the main line (2p₃⸝₂), `separation` the distance of the partner, and `area_ratio` weaker over
main line.

A peak can also be a measured spectrum, of the shape `measured`: see
[measured components](../how-to/measured-components.md).

A package of yours can offer more: an entry point of the group `thioscope.line_shapes` that names a
`fitting.models.line_shapes.LineShape`. It then fits, and is in the window, the libraries, the
report and, made anew, on this page. Values and slopes are checked against each other when it is
loaded; one that fails is left out, with a sentence.
"""
_BACKGROUNDS = """\
Those without "static" are fitted together with the lines (the "active" approach); what they leave
uncertain is in the standard errors of the areas. The static ones are computed from the data between
the ends of the range and subtracted; their error is not in the areas.
"""
_BACKGROUNDS_END = """\
A Shirley background that is subtracted first biases areas: on simulated S 2p spectra by -13 to
+7 %, so that a share of 0.30 came out as 0.11. The static forms are there to compare with older
work.

For Raman spectra, a fluorescence baseline (`arpls`, `asls`, `airpls`, `imodpoly`, `linear`) is
subtracted as a step, so that pictures can be read. A polynomial or a spline in the model follows
the fluorescence itself, over ranges of up to 1000 1/cm, with its error in the areas; the fit is
then to the intensity as it was measured, and shares do not depend on which baseline was subtracted,
or whether one was
([decision 17](../decisions/0017-a-subtracted-baseline-is-given-back-to-the-fit.md)). With any other
background, the bands are fitted to what the baseline left, and the audit says what that costs.

A package of yours can offer more: an entry point of the group `thioscope.backgrounds` that names a
`fitting.models.backgrounds.BackgroundKind`.
"""
_COMMAND_WORDS = {
    "check": """\
Says of each project file, folder of results or library what is wrong with it. A project file is
compared with its checksums: damage is named, and what is whole of it. A folder is compared with its
`manifest.json`. `--repair` finishes an export that was killed while its files were put in place.
Exit code 0: no fault; 1: a fault, or an interrupted analysis; 2: nothing that this program writes.
""",
}
"""What the help of a command does not say."""


def main() -> None:
    """Write the pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "reference"
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def pages() -> Mapping[str, str]:
    """Every page by the name of its file."""
    return {
        "command-line.md": "\n".join(_command_line()),
        "tables.md": "\n".join(_tables()),
        "recipe.md": "\n".join(_recipe()),
        "species.md": "\n".join(_species()),
        "line-shapes.md": "\n".join(_line_shapes()),
        "backgrounds.md": "\n".join(_backgrounds()),
    }


def _command_line() -> Iterator[str]:
    yield "# Command line\n"
    yield _WRITTEN
    yield _COMMAND_LINE
    parser = command_line_parser()
    for name, command in _subcommands(parser).items():
        yield f"## thioscope {name}\n"
        yield f"```text\n{_help(command)}```\n"
        if name in _COMMAND_WORDS:
            yield _COMMAND_WORDS[name]


def _subcommands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    actions = parser._actions  # argparse has no public way to its commands
    return next(a.choices for a in actions if isinstance(a, argparse._SubParsersAction))


def _help(parser: argparse.ArgumentParser) -> str:
    parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=_WIDTH)
    return parser.format_help()


def _tables() -> Iterator[str]:
    yield "# Tables\n"
    yield _WRITTEN
    yield _TABLES
    for name, columns in TABLE_COLUMNS.items():
        yield f"## {name}\n"
        yield "| column | unit | meaning |"
        yield "|---|---|---|"
        for column in columns:
            yield f"| `{column.name}` | {column.unit} | {column.meaning} |"
        yield ""


def _recipe() -> Iterator[str]:
    known = catalogue()
    model = model_from_library(known.model(default_model_name("P 2p")), known)
    book = RecipeBook({"P 2p": Recipe(model)})
    yield "# Recipe\n"
    yield _WRITTEN
    yield _RECIPE
    yield f"```json\n{json.dumps(recipes_to_json(book), indent=2)}\n```\n"


def _species() -> Iterator[str]:
    known = catalogue()
    yield "# Species of the library\n"
    yield _WRITTEN
    yield _SPECIES
    for library in known.libraries:
        yield f"## {library.name}\n"
        yield "| species | label | position | sample | condition | source |"
        yield "|---|---|---|---|---|---|"
        for species, _, position in library.positions():
            place = (
                f"{position.value:g}"
                if position.value is not None
                else " to ".join(f"{end:g}" for end in position.region or ())
            )
            unit = position.unit if place else ""
            yield (
                f"| `{species.id}` | {species.label} | {place} {unit} | {position.sample} "
                f"| {position.condition} | {position.source} |"
            )
        yield ""
    yield "## Sources\n"
    for source in known.sources.values():
        doi = f", doi {source.doi}" if source.doi else ""
        yield f"* `{source.key}`: {source.citation}{doi}"


def _line_shapes() -> Iterator[str]:
    yield "# Line shapes\n"
    yield _WRITTEN
    yield _LINE_SHAPES
    yield "| name | `g(z)` | parameters | elsewhere |"
    yield "|---|---|---|---|"
    for shape in LINE_SHAPES.values():
        own = ", ".join(f"`{kind.name}` {kind.symbol}".strip() for kind in shape.parameters)
        yield f"| `{shape.name}` | {shape.formula} | {own} | {shape.elsewhere} |"
    yield "\n## Parameters\n"
    yield "| line shape | parameter | meaning | start | bounds |"
    yield "|---|---|---|---|---|"
    for shape in LINE_SHAPES.values():
        for kind in shape.parameters:
            bounds = f"{kind.low:g} to {kind.high:g}"
            yield f"| `{shape.name}` | `{kind.name}` | {kind.meaning} | {kind.start:g} | {bounds} |"
    yield "\n## Notes and sources\n"
    for shape in LINE_SHAPES.values():
        said = [shape.note, f"Source: {shape.source}." if shape.source else "", _engine_of(shape)]
        if any(said):
            yield f"* `{shape.name}`: {' '.join(filter(None, said))}"
    yield f"\n{_LINE_SHAPES_END}"


def _engine_of(shape: LineShape) -> str:
    return "" if shape.compiled else "Fitted by numpy: the compiled engine does not have it."


def _backgrounds() -> Iterator[str]:
    yield "# Backgrounds and baselines\n"
    yield _WRITTEN
    yield _BACKGROUNDS
    yield "| name | formula | its parameters | for | its error |"
    yield "|---|---|---|---|---|"
    for kind in BACKGROUNDS.values():
        own = ", ".join(f"`{name}`" for name in kind.parameters)
        error = "not in the areas" if kind.is_static else "in the areas" if own else ""
        meant = ", ".join(kind.techniques)
        yield f"| `{kind.name}` | {kind.formula} | {own} | {meant} | {error} |"
    yield "\n## Sources\n"
    for kind in BACKGROUNDS.values():
        if kind.source:
            yield f"* `{kind.name}`: {kind.source}"
    yield f"\n{_BACKGROUNDS_END}"


if __name__ == "__main__":
    main()
