"""Write the pages of the reference about the libraries, one for each region.

    python docs/make_library_pages.py [FOLDER]

Each page lists the species with their start values and bounds, and every position behind them: of
what, from which source, how it was seen, and why it was left out. A test holds the stored pages
against what this writes.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from libraries.catalogue import Catalogue
from libraries.loader import catalogue
from libraries.species import TRUSTS, Band, Interference, NamedModel, Position, Species
from libraries.start_values import positions_that_count, start_value

_WRITTEN = "<!-- Written by docs/make_library_pages.py; a change here is lost. -->\n"
_RULE = (
    "How start values and bounds follow from the positions is told in "
    "[libraries](../libraries.md#from-positions-to-start-values). A position in brackets takes no "
    "part in them: the last column says why, or it is known from memory where others were read.\n"
)
_INTERFERENCES = (
    "Lines of other elements in this window. Strength is the cross section relative to the "
    "region's own line (Al Kα).\n"
)


def main() -> None:
    """Write the pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "reference"
    for name, text in library_pages().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def library_pages() -> Mapping[str, str]:
    """Every page by the name of its file."""
    known = catalogue()
    pages = {
        f"library/{_file_name(region)}.md": "\n".join(_describe_region(known, region)) + "\n"
        for region in known.regions()
    }
    return {"library/index.md": "\n".join(_describe_all(known)) + "\n", **pages}


def _describe_all(catalogue: Catalogue) -> Iterator[str]:
    yield "# The library, region by region\n"
    yield _WRITTEN
    yield "| region | species | positions | default model | further models |"
    yield "|---|---|---|---|---|"
    for region in catalogue.regions():
        species = catalogue.species(region)
        count = sum(len(band.positions) for one in species for band in one.bands)
        others = [model.name for model in catalogue.models(region) if not model.is_default]
        yield (
            f"| [{region}]({_file_name(region)}.md) | {len(species)} | {count} "
            f"| {catalogue.default_model(region).name} | {', '.join(others)} |"
        )
    yield "\n`seen` says how a number was seen:\n"
    yield from (f"* `{name}`: {meaning}." for name, meaning in TRUSTS.items())
    yield "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```"


def _describe_region(catalogue: Catalogue, region: str) -> Iterator[str]:
    yield f"# {region}\n"
    yield _WRITTEN
    yield from (f"{one.note}\n" for one in catalogue.libraries if one.region == region and one.note)
    level = catalogue.core_level(region)
    if level is not None:
        yield (
            f"Doublet: separation {level.separation:g} eV ({level.separation_source}), area ratio "
            f"{level.area_ratio:g} ({level.area_ratio_source}). {level.note}\n"
        )
    yield _RULE
    yield "## Species\n"
    for species in catalogue.species(region):
        yield from _describe_species(catalogue, region, species)
    yield "## Models\n"
    for model in catalogue.models(region):
        yield from _describe_model(model)
    lines = catalogue.interferences(region)
    if lines:
        yield "\n## Interfering lines\n"
        yield _INTERFERENCES
        yield "| element | line | eV | strength | source | seen | note |"
        yield "|---|---|---|---|---|---|---|"
        yield from map(_interference_row, lines)


def _describe_species(catalogue: Catalogue, region: str, species: Species) -> Iterator[str]:
    yield f"### {species.label} (`{species.id}`)\n"
    yield f"{species.name[:1].upper()}{species.name[1:]}. {species.note}".rstrip() + "\n"
    if species.disputed:
        yield f"**Disputed**: {species.disputed}.\n"
    if species.not_separable_from:
        yield f"Not told by position from: {', '.join(species.not_separable_from)}.\n"
    if species.includes:
        yield f"Stands for: {', '.join(species.includes)}.\n"
    for band in species.bands:
        yield from _describe_band(catalogue, region, species, band)


def _describe_band(
    catalogue: Catalogue, region: str, species: Species, band: Band
) -> Iterator[str]:
    library, _ = catalogue.find_species(region, species.id)
    used = positions_that_count(band)
    name = f"Band {band.name}: " if band.name else ""
    if used:
        start = start_value(library, species, band)
        yield f"{name}**{start.value:g}** ({start.low:g} to {start.high:g}) {library.unit}.\n"
    elif name:
        yield f"{name}no position.\n"
    if band.shared_with:
        yield f"Shared with {', '.join(band.shared_with)}: this band alone proves nothing.\n"
    if band.note:
        yield f"{band.note}\n"
    yield "| position | sample | condition | reference | source | seen | remark |"
    yield "|---|---|---|---|---|---|---|"
    for position in band.positions:
        yield _position_row(position, is_used=position in used)
    yield ""


def _position_row(position: Position, *, is_used: bool) -> str:
    place = _place_text(position)
    source = position.source + (f": {position.original}" if position.original else "")
    remark = position.conflicts or position.note
    cells = (
        place if is_used or not place else f"({place})",
        position.sample,
        position.condition,
        position.energy_reference or (f"{position.laser:g} nm" if position.laser else ""),
        source,
        position.seen,
        remark,
    )
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _place_text(position: Position) -> str:
    if position.region is not None:
        return f"{position.region[0]:g} to {position.region[1]:g}"
    if position.value is None:
        return ""
    return f"{position.value:g}" + (f" / {position.partner:g}" if position.partner else "")


def _describe_model(model: NamedModel) -> Iterator[str]:
    default = ", the default" if model.is_default else ""
    species = ", ".join(model.species) or "no species"
    yield f"* **{model.name}**{default}: {species}. {model.note}".rstrip()


def _interference_row(line: Interference) -> str:
    place = f"{line.low:g}" if line.low == line.high else f"{line.low:g} to {line.high:g}"
    strength = "" if line.strength is None else f"{line.strength:g}"
    cells = (line.element, line.line, place, strength, line.source, line.seen, line.note)
    return "| " + " | ".join(cells) + " |"


def _file_name(region: str) -> str:
    return region.replace(" ", "_")


if __name__ == "__main__":
    main()
