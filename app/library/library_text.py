"""What the library says of a species, as formatted text."""

from html import escape

from app.spectra.series_tree import region_title
from libraries.catalogue import Catalogue
from libraries.search import LibraryEntry


def describe_entry(entry: LibraryEntry, catalogue: Catalogue) -> str:
    """Name, notes, where start values come from, and the sources with their DOI."""
    species = entry.species
    region = escape(region_title(entry.region))
    parts = [f"<b>{escape(species.label)}</b> in {region}: {escape(species.name)}."]
    parts += [escape(species.note)] if species.note else []
    if species.disputed:
        parts.append(f"<b>Disputed</b>: {escape(species.disputed)}.")
    if species.includes:
        parts.append(f"Stands for: {escape(', '.join(species.includes))}.")
    if species.not_separable_from:
        others = ", ".join(species.not_separable_from)
        parts.append(f"Cannot be told by position from: {escape(others)}.")
    for band in species.bands:
        if band.shared_with:
            others = escape(", ".join(band.shared_with))
            parts.append(
                f"Band {escape(band.name)} is shared with {others}: alone it proves nothing."
            )
    if not entry.starts:
        parts.append("No source gives a position, so it cannot be put in a model.")
    parts += [
        f"{f'Band {escape(band.name)}: ' if band.name else ''}{escape(start.origin)}"
        for band, start in entry.starts
    ]
    keys = [position.source for band in species.bands for position in band.positions]
    parts += [_format_citation(key, catalogue) for key in dict.fromkeys(keys)]
    return "".join(f'<p style="margin: 0 0 6px 0">{part}</p>' for part in parts)


def _format_citation(key: str, catalogue: Catalogue) -> str:
    source = catalogue.source(key)
    text = f"<i>{escape(key)}</i>: {escape(source.citation)}"
    if not source.doi:
        return text
    return f'{text} <a href="https://doi.org/{escape(source.doi)}">{escape(source.doi)}</a>'
