"""How the spectra were measured, as far as anything tells it, and what a reader will miss."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fitting.data.acquisition import SETTINGS
from fitting.output.report.paper_tables import region_title
from fitting.projects.acquisition import STATED, KnownSetting, find_settings
from fitting.projects.project import Project

_DASH = "–"


@dataclass(frozen=True, slots=True)
class Checklist:
    """Settings by region, for the report."""

    regions: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Label of a setting, then what is known of it in every region."""
    missing: tuple[str, ...]
    """A sentence for every region of which something is not known that should be stated."""
    doubts: tuple[str, ...]
    """Where the user states one thing and a file another."""


def make_checklist(project: Project) -> Checklist:
    """What is known and what is missing, of every region of the project."""
    known = {
        region: find_settings(analysis.series, project.acquisition)
        for region, analysis in project.analyses.items()
    }
    rows = tuple(
        (setting.label, *(_describe_value(of_region.get(name)) for of_region in known.values()))
        for name, setting in SETTINGS.items()
        if any(name in of_region and _belongs(of_region[name]) for of_region in known.values())
    )
    return Checklist(tuple(known), rows, tuple(_list_missing(known)), tuple(_list_doubts(known)))


def measurement_paragraph(project: Project) -> str:
    """What is known of the measurement, for the methods; empty where nothing is."""
    sentences: dict[str, list[str]] = {}
    for region, analysis in project.analyses.items():
        known = find_settings(analysis.series, project.acquisition).values()
        told = [f"{_lower(one.setting.label)} {one.words}" for one in known if one.values]
        if told:
            sentences.setdefault("; ".join(told), []).append(region_title(region))
    return " ".join(f"{', '.join(regions)}: {text}." for text, regions in sentences.items())


def _belongs(known: KnownSetting) -> bool:
    """Whether a setting has a row: it is known, or missing."""
    return bool(known.values) or known.is_missing


def _describe_value(known: KnownSetting | None) -> str:
    if known is None or not _belongs(known):
        return _DASH
    if known.is_missing:
        return "missing"
    return f"{known.words} (stated)" if known.origin == STATED else known.words


def _list_missing(known: Mapping[str, Mapping[str, KnownSetting]]) -> Iterator[str]:
    by_words: dict[str, list[str]] = {}
    for region, settings in known.items():
        names = [_lower(one.setting.label) for one in settings.values() if one.is_missing]
        if names:
            by_words.setdefault(", ".join(names), []).append(region_title(region))
    for words, regions in by_words.items():
        yield f"{', '.join(regions)}: {words}."


def _list_doubts(known: Mapping[str, Mapping[str, KnownSetting]]) -> Iterator[str]:
    for region, settings in known.items():
        for one in settings.values():
            if one.in_files:
                words = ", ".join(str(value) for value in one.in_files)
                yield (
                    f"{region_title(region)}: {_lower(one.setting.label)} is stated as "
                    f"{one.words}, but the files say {words}."
                )


def _lower(label: str) -> str:
    """A label within a sentence."""
    return label if label[:2].isupper() or label.startswith("X-") else label[0].lower() + label[1:]
