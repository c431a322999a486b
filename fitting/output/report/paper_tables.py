"""The tables that go into a paper: a row for each spectrum, a column for each species."""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from fitting.output.report.measured import MeasuredValue
from fitting.output.tables.project_tables import Tables
from libraries.catalogue import Catalogue
from libraries.errors import LibraryError

Cell = str | float | MeasuredValue
_POTENTIAL = "V vs Li⁺/Li"
_MOST_SETS = 8
"""Sets of species that are shown; ``selection.csv`` holds all."""
_MILLIVOLT = 3
"""Decimals of a potential: more no cell has."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over a column."""

    text: str
    unit: str = ""
    decimals: int = 0
    """Of plain numbers below it."""


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table without any markup yet."""

    name: str
    """Identifies it, such as "fractions-S 2p"."""
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]


def paper_tables(tables: Tables, catalogue: Catalogue) -> tuple[PaperTable, ...]:
    """Shares, atomic percent, onsets, checks and sets of species; what is empty is left out."""
    found = [
        *_tabulate_fractions(tables, catalogue),
        _tabulate_composition(tables, catalogue),
        _tabulate_onsets(tables, catalogue),
        _cross_checks(tables),
        *_tabulate_selections(tables),
    ]
    return tuple(table for table in found if table is not None and table.rows)


def region_title(region: str) -> str:
    """A region as the report calls it."""
    return "Raman" if region == "raman" else region


def species_label(catalogue: Catalogue, region: str, species: str) -> str:
    """How a species is written, such as "PS₄³⁻"; its id where no library has it."""
    try:
        return catalogue.find_species(region, species)[1].label or species
    except LibraryError:
        return species


def _tabulate_fractions(tables: Tables, catalogue: Catalogue) -> Iterator[PaperTable]:
    where = _where_measured(tables["spectra"])
    for region, rows in tables["species"].groupby("region", sort=False):
        names = list(dict.fromkeys(rows["species"]))
        shares = _collect_shares(rows)
        numbers = list(dict.fromkeys(number for number, _ in shares))
        known = [where[region, number] for number in numbers]
        places = _find_informative(known)
        labels = [species_label(catalogue, str(region), name) for name in names]
        yield PaperTable(
            f"fractions-{region}",
            f"{region_title(str(region))}: share of each species in the fitted "
            f"area{_describe_errors(rows)}",
            (
                *(_PLACES[place] for place in places),
                *(Heading(label, "%") for label in labels),
            ),
            tuple(
                (*(cells[place] for place in places), *(shares[number, name] for name in names))
                for cells, number in zip(known, numbers, strict=True)
            ),
        )


_PLACES = (
    Heading("sample"),
    Heading("branch"),
    Heading("cycle"),
    Heading("U", _POTENTIAL, _MILLIVOLT),
)


def _where_measured(spectra: pd.DataFrame) -> dict[tuple[Hashable, Hashable], tuple[Cell, ...]]:
    """Sample, branch, cycle and potential by region and number."""
    columns = ("region", "spectrum", "sample", "branch", "cycle", "voltage_V")
    return {
        (region, number): (sample, branch, cycle, voltage)
        for region, number, sample, branch, cycle, voltage in zip(
            *(spectra[name].tolist() for name in columns), strict=True
        )
    }


def _find_informative(rows: Sequence[tuple[Cell, ...]]) -> list[int]:
    """The places that tell the rows apart: those that are not empty everywhere."""
    return [place for place in range(len(_PLACES)) if any(map(_is_known, (r[place] for r in rows)))]


def _is_known(cell: Cell) -> bool:
    return bool(cell) if isinstance(cell, str) else not math.isnan(float(cell))  # type: ignore[arg-type]


def _collect_shares(rows: pd.DataFrame) -> dict[tuple[Hashable, Hashable], MeasuredValue]:
    """Shares by number of the spectrum and species; those that are not seen as their limit."""
    limits = rows["detection_limit_percent"].where(rows["is_detected"] == "no")
    total = np.hypot(rows["fraction_stderr"], rows["fraction_model"].fillna(0.0))
    others = [rows[f"fraction_{name}"] for name in ("low95", "high95", "syst")]
    columns = [rows["fraction_percent"], total, *others]
    keys = zip(rows["spectrum"].tolist(), rows["species"].tolist(), strict=True)
    values = zip(*(column.tolist() for column in (*columns, limits)), strict=True)
    return {key: MeasuredValue(*value) for key, value in zip(keys, values, strict=True)}


def _describe_errors(rows: pd.DataFrame) -> str:
    """The end of a caption: which errors stand in the table."""
    parts = [", with one standard error"]
    if rows["fraction_model"].notna().any():
        parts.append(", statistical and of the model together")
    if rows["fraction_syst"].notna().any():
        parts.append("; the second error is systematic")
    if (rows["is_detected"] == "no").any():
        parts.append("; where a species is not seen, the limit below which it lies (95 %)")
    return f"{''.join(parts)}."


def _tabulate_composition(tables: Tables, catalogue: Catalogue) -> PaperTable | None:
    rows = tables["atomic_percent"]
    if rows.empty:
        return None
    sets = ", ".join(dict.fromkeys(rows["sensitivity_set"]))
    return PaperTable(
        "atomic-percent",
        f"Atomic percent of every species (sensitivity factors: {sets}), with one statistical "
        "standard error; the second error is how far other factors and escape depths move it.",
        (
            Heading("sample"),
            Heading("U", _POTENTIAL, _MILLIVOLT),
            Heading("region"),
            Heading("species"),
            Heading("atomic percent", "at%"),
        ),
        tuple(_composition_cells(row, catalogue) for row in rows.to_dict("records")),
    )


def _composition_cells(row: dict[Hashable, Any], catalogue: Catalogue) -> tuple[Cell, ...]:
    return (
        _name_sample(row["sample"], row["round"]),
        row["voltage_V"],
        row["region"],
        species_label(catalogue, row["region"], row["species"]),
        MeasuredValue(
            row["atomic_percent"],
            row["atomic_percent_stderr"],
            systematic=row["atomic_percent_syst"],
        ),
    )


def _tabulate_onsets(tables: Tables, catalogue: Catalogue) -> PaperTable | None:
    rows = tables["onsets"]
    return PaperTable(
        "onsets",
        "Potentials from which the share of a species begins to change.",
        (
            *map(Heading, ("region", "species", "direction", "branch", "cycle")),
            Heading("onset", _POTENTIAL, _MILLIVOLT),
            Heading("95 % interval", _POTENTIAL),
        ),
        tuple(
            (
                row["region"],
                species_label(catalogue, row["region"], row["species"]),
                row["direction"],
                row["branch"],
                row["cycle"],
                row["onset_V"],
                _format_interval(row["onset_low95"], row["onset_high95"]),
            )
            for row in rows.to_dict("records")
        ),
    )


def _cross_checks(tables: Tables) -> PaperTable:
    rows = tables["cross_checks"]
    return PaperTable(
        "cross-checks",
        "Core levels of a sample against one another, with one statistical standard error.",
        (
            Heading("sample"),
            Heading("U", _POTENTIAL, _MILLIVOLT),
            *map(Heading, ("check", "found", "unit", "verdict", "expected")),
        ),
        tuple(
            (
                _name_sample(row["sample"], row["round"]),
                row["voltage_V"],
                row["check"],
                MeasuredValue(row["value"], row["stderr"]),
                row["unit"],
                row["verdict"],
                f"{row['expected_low']:g} to {row['expected_high']:g}",
            )
            for row in rows.to_dict("records")
        ),
    )


def _name_sample(name: str, measured_in: float) -> str:
    """The name of a sample with its round of measurement, where there are rounds."""
    return name if math.isnan(measured_in) else f"{name}, round {measured_in:g}"


def _tabulate_selections(tables: Tables) -> Iterator[PaperTable]:
    for region, rows in tables["selection"].groupby("region", sort=False):
        best = rows.sort_values("delta_bic").head(_MOST_SETS)
        columns = ("species_set", "chi_square", "free_parameters", "delta_bic", "is_chosen")
        yield PaperTable(
            f"species-sets-{region}",
            f"{region_title(str(region))}: sets of species by the Bayesian information criterion "
            "over all spectra.",
            (
                Heading("species"),
                Heading("chi-square", decimals=1),
                Heading("free parameters"),
                Heading("BIC above the lowest", decimals=1),
                Heading("chosen"),
            ),
            tuple(best[list(columns)].itertuples(index=False, name=None)),
        )


def _format_interval(low: float, high: float) -> str:
    """The ends that are known."""
    texts = [f"{end:.{_MILLIVOLT}f}" if math.isfinite(end) else "" for end in (low, high)]
    if all(texts):
        return " to ".join(texts)
    return f"above {texts[0]}" if texts[0] else f"below {texts[1]}"
