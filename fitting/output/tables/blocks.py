"""What the cells of a table are made of: spectra with their estimates, or records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from fitting.data.order import Order, order_rows, spectrum_numbers
from fitting.data.result import QUANTITY
from fitting.data.series import FloatArray, get_column
from fitting.output.tables.column import Column
from fitting.projects.project import Analysis
from fitting.projects.unread import Unread
from fitting.quantities.detection import Detection
from fitting.quantities.estimates import find_estimates, left_out_species
from fitting.quantities.groups import groups_of
from fitting.quantities.listed import (
    band_quantities,
    list_quantities,
    peak_quantities,
    species_pairs,
    species_quantities,
)
from fitting.quantities.quantify import species_names
from fitting.quantities.quantity import ratio_of


@dataclass(frozen=True, slots=True)
class SpectraBlock:
    """The n spectra of a region, each with k items: species, pairs of species, peaks or bands."""

    analysis: Analysis
    items: tuple[tuple[str, ...], ...] = ((),)
    """Names of species or peaks; of a ratio, what stands above and below the line."""
    found: xr.Dataset | None = None
    """See ``fitting.quantities.estimates``."""
    detection: Detection | None = None
    rounds: FloatArray | None = None
    """Round of measurement of every spectrum, shape (n,)."""
    order: Order = ""
    """In which the spectra are listed."""
    left_out: Sequence[Unread] = ()
    """What of the project is left out, with the reasons."""

    @property
    def series(self) -> xr.Dataset:
        return self.analysis.series

    @property
    def result(self) -> xr.Dataset | None:
        return self.analysis.result

    @property
    def numbers(self) -> NDArray[np.int_]:
        """Of the spectra in the tables, shape (n, 1)."""
        return spectrum_numbers(self.series)[:, None]

    def coordinate(self, name: str) -> NDArray[Any]:
        """Of every spectrum, shape (n, 1)."""
        return np.asarray(get_column(self.series, name))[:, None]

    def names(self, side: int = 0) -> list[str]:
        """Of the items, shape (k,); of ratios those above the line, or below it (1)."""
        return [item[side] for item in self.items]

    def part(self, kind: str, name: str) -> NDArray[Any]:
        """A variable of the estimates of a kind of quantity, shape (n, k).

        nan where an item has no such quantity, as a peak that is no doublet has no separation.
        """
        found = self._find_kind(kind)
        known, values = list(found[QUANTITY].values), found[name].values
        wanted = [f"{kind} {' / '.join(item)}" for item in self.items]
        columns = [known.index(one) if one in known else None for one in wanted]
        empty = _NOT_KNOWN.get(values.dtype.kind, np.nan)
        none = np.full(len(values), empty, values.dtype)
        picked = [none if place is None else values[:, place] for place in columns]
        return np.stack(picked, axis=1) if picked else values[:, :0]

    def _find_kind(self, kind: str) -> xr.Dataset:
        """The estimates with those of a kind, also if they were not asked for before."""
        if self.found is not None and kind in self.found["kind"].values:
            return self.found
        left_out = left_out_species(self.analysis, self.detection)
        quantities = list_quantities(self.analysis, left_out)
        of_kind = [one for one in quantities if one.kind == kind]
        return find_estimates(self.analysis, of_kind, self.detection)

    def take(self, column: Column) -> NDArray[Any]:
        """The cells of a column in the order of the series, shape (n, k)."""
        shape = (self.series.sizes["spectrum"], len(self.items))
        return np.broadcast_to(_as_cells(column, column.cells(self)), shape)

    def fill(self, column: Column) -> NDArray[Any]:
        """The cells of a column: spectra in their order, for each the items."""
        return self.take(column)[order_rows(self.series, self.order)].ravel()


@dataclass(frozen=True, slots=True)
class RecordBlock:
    """Records of which each is one row."""

    records: Sequence[Any]
    analysis: Analysis | None = None
    """The region that all records are about, if it is one."""
    factors: str = ""
    """Name of the set of sensitivity factors that amounts rest on."""
    numbers: Mapping[str, NDArray[np.int_]] = field(default_factory=dict)
    """Of the spectra of every region in the tables."""

    def fill(self, column: Column) -> NDArray[Any]:
        """The cells of a column."""
        return np.broadcast_to(_as_cells(column, column.cells(self)), len(self.records))

    @property
    def region(self) -> str:
        return "" if self.analysis is None else self.analysis.region

    def each(self, name: str) -> list[Any]:
        """A field of every record."""
        return [getattr(record, name) for record in self.records]


@dataclass(frozen=True, slots=True)
class GivenBlock:
    """Rows of which only some columns are known."""

    columns: Mapping[str, Sequence[Any]]
    count: int

    def fill(self, column: Column) -> NDArray[Any]:
        """The cells of a column; empty where it is not given."""
        empty = [""] if column.kind == "text" else [np.nan]
        return _as_cells(column, self.columns.get(column.name, empty * self.count))


Block = SpectraBlock | RecordBlock | GivenBlock
_NOT_KNOWN: Mapping[str, Any] = {"O": "", "b": False}
"""By kind of values; all else is nan."""


def peak_block(
    analysis: Analysis, detection: Detection | None = None, kind: str = ""
) -> SpectraBlock:
    """Every peak of every spectrum.

    Parameters
    ----------
    kind
        Of the quantities that columns will ask for; all if left out. Others take longer.
    """
    quantities = [one for one in peak_quantities(analysis) if kind in ("", one.kind)]
    found = find_estimates(analysis, quantities, detection)
    names = [peak.name for peak in analysis.model.peaks]
    return SpectraBlock(analysis, tuple((name,) for name in names), found, detection)


def species_block(analysis: Analysis, detection: Detection | None = None) -> SpectraBlock:
    """Every species in every spectrum, also those that were weighed and left out of the model."""
    left_out = left_out_species(analysis, detection)
    found = find_estimates(analysis, species_quantities(analysis, left_out), detection)
    names = (*species_names(analysis.model), *left_out)
    return SpectraBlock(analysis, tuple((name,) for name in names), found, detection)


def ratio_block(
    analysis: Analysis, detection: Detection | None = None, left_out: Sequence[str] = ()
) -> SpectraBlock:
    """Every default ratio of species in every spectrum; of those left out there are limits."""
    pairs = species_pairs(analysis, left_out)
    found = find_estimates(analysis, [ratio_of(*pair) for pair in pairs], detection)
    return SpectraBlock(analysis, pairs, found, detection)


def group_block(analysis: Analysis, detection: Detection | None = None) -> SpectraBlock:
    """Every group of the recipe in every spectrum."""
    groups = groups_of(analysis)
    found = find_estimates(analysis, [one.quantity for one in groups], detection)
    items = tuple((one.name, one.quantity.words, ", ".join(one.missing)) for one in groups)
    return SpectraBlock(analysis, items, found, detection)


def band_block(analysis: Analysis, detection: Detection | None = None) -> SpectraBlock:
    """Every Raman band over the internal one, in every spectrum."""
    quantities = band_quantities(analysis)
    pairs = tuple((one.peak, one.relative_to) for one in quantities)
    found = find_estimates(analysis, quantities, detection)
    return SpectraBlock(analysis, pairs, found, detection)


def _as_cells(column: Column, values: ArrayLike) -> NDArray[Any]:
    return np.asarray(values, dtype=object if column.kind == "text" else float)
