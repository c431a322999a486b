"""Turns the sound tables of a library file into the frozen values of ``libraries.species``."""

from math import nan
from typing import cast

from libraries.schema import Table, is_shape
from libraries.species import (
    Band,
    CoreLevel,
    Interference,
    Library,
    ModelTie,
    NamedModel,
    ParameterRange,
    Position,
    PositionRule,
    Source,
    Species,
    Technique,
)

EVERY_PEAK = "*"
"""In a width group: all peaks of the model."""


def library_from_tables(table: Table, file: str) -> Library:
    """The library a sound table describes."""
    core_level = table.get("core_level")
    return Library(
        name=table["name"],
        file=file,
        technique=cast(Technique, table["technique"]),
        region=table["region"],
        unit=table["unit"],
        window=_build_pair(table["window"]),
        position_rule=PositionRule(**table["position_rule"]),
        species=tuple(_build_species(entry, table["unit"]) for entry in table.get("species", [])),
        models=tuple(_build_model(entry, table["region"]) for entry in table.get("model", [])),
        interferences=tuple(map(_build_interference, table.get("interference", []))),
        core_level=CoreLevel(name=table["region"], **core_level) if core_level else None,
        sources=sources_from_tables(table.get("sources", {})),
        note=table.get("note", ""),
    )


def sources_from_tables(tables: Table) -> dict[str, Source]:
    """Sources by their keys."""
    return {key: Source(key=key, **fields) for key, fields in tables.items()}


def _build_species(entry: Table, unit: str) -> Species:
    fwhm = entry.get("fwhm")
    bands = tuple(_build_band({"fwhm": fwhm, **band}, unit) for band in entry.get("band", []))
    line = tuple(_build_position(position, unit) for position in entry.get("position", []))
    species_id: str = entry["id"]
    return Species(
        id=species_id,
        name=entry["name"],
        label=entry.get("label", species_id),
        bands=(Band("", line, fwhm=_build_width(fwhm)), *bands) if line else bands,
        unpositioned=entry.get("unpositioned", False),
        not_separable_from=tuple(entry.get("not_separable_from", [])),
        includes=tuple(entry.get("includes", [])),
        disputed=entry.get("disputed", ""),
        note=entry.get("note", ""),
    )


def _build_band(entry: Table, unit: str) -> Band:
    return Band(
        name=entry["name"],
        positions=tuple(_build_position(position, unit) for position in entry.get("position", [])),
        is_strongest=entry.get("strongest", False),
        relative_strength=entry.get("relative_strength"),
        strength_source=entry.get("strength_source", ""),
        shared_with=tuple(entry.get("shared_with", [])),
        fwhm=_build_width(entry.get("fwhm")),
        note=entry.get("note", ""),
    )


def _build_width(entry: Table | None) -> ParameterRange | None:
    return ParameterRange(**entry) if entry else None


def _build_position(entry: Table, unit: str) -> Position:
    region = entry.get("region")
    return Position(
        source=entry["source"],
        unit=entry.get("unit", unit),
        value=entry.get("value"),
        partner=entry.get("partner"),
        region=_build_pair(region) if region else None,
        sample=entry.get("sample", ""),
        condition=entry.get("condition", ""),
        label=entry.get("label", ""),
        note=entry.get("note", ""),
        is_reference_sample=entry.get("reference_sample", False),
        conflicts=entry.get("conflicts", ""),
        seen=entry.get("seen", ""),
        laser=entry.get("laser"),
        original=entry.get("original", ""),
        energy_reference=entry.get("energy_reference", ""),
    )


def _build_interference(entry: Table) -> Interference:
    low, high = entry.get("region") or (entry.get("value", nan),) * 2
    return Interference(
        element=entry["element"],
        line=entry["line"],
        low=float(low),
        high=float(high),
        source=entry["source"],
        seen=entry["seen"],
        strength=entry.get("strength"),
        note=entry.get("note", ""),
    )


def _build_model(entry: Table, region: str) -> NamedModel:
    return NamedModel(
        name=entry["name"],
        region=region,
        species=tuple(entry["species"]),
        line_shape=entry["line_shape"],
        background=entry["background"],
        crop=_build_pair(entry["crop"]),
        fwhm=ParameterRange(**entry["fwhm"]),
        shape={name: ParameterRange(**one) for name, one in entry.items() if is_shape(name, one)},
        width_groups=tuple(tuple(group) for group in entry.get("width_groups", [])),
        ties=tuple(ModelTie(**tie) for tie in entry.get("tie", [])),
        is_default=entry.get("default", False),
        is_weighed=entry.get("weighed", True),
        note=entry.get("note", ""),
    )


def _build_pair(ends: list[float]) -> tuple[float, float]:
    low, high = ends
    return float(low), float(high)
