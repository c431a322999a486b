"""In which order spectra are numbered, listed and drawn: chosen here, obeyed everywhere."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.errors import RecipeError
from fitting.data.series import FloatArray, get_column

Order = Literal["", "voltage", "time", "cycle", "file", "sample"]
"""Empty: tables by the number of the spectrum, figures as the series was measured."""
ORDERS: tuple[Order, ...] = tuple(one for one in get_args(Order) if one)
_BRANCHES = ("", "charge", "discharge")


def spectrum_numbers(series: xr.Dataset) -> NDArray[np.int_]:
    """The number of every spectrum in the tables: its place by voltage, time, file; shape (n,)."""
    order = np.lexsort(
        (
            get_column(series, "source").astype(str),
            get_column(series, "time"),
            get_column(series, "voltage"),
        )
    )
    numbers = np.empty(order.size, dtype=int)
    numbers[order] = np.arange(order.size)
    return numbers


def check_order(text: str) -> Order:
    """The order that a text names; empty if none.

    Raises
    ------
    RecipeError
        If there is no such order.
    """
    for order in get_args(Order):
        if text == order:
            return order  # type: ignore[no-any-return]
    raise RecipeError(f"There is no order {text!r}. Choose one of: {', '.join(ORDERS)}.")


def order_rows(series: xr.Dataset, order: Order = "") -> NDArray[np.int_]:
    """The spectra as tables list them, shape (n,); see ``Order``."""
    return order_spectra(series, order or "voltage")


def order_drawn(series: xr.Dataset, order: Order = "") -> NDArray[np.int_]:
    """The spectra as figures show them, shape (n,); see ``Order``."""
    return order_spectra(series, order) if order else display_order(series)


def order_spectra(series: xr.Dataset, order: Order) -> NDArray[np.int_]:
    """The spectra in one of ``ORDERS``, shape (n,).

    Cycle: cycle by cycle, what was measured before a branch first, then the charge from low to
    high voltage, then the discharge from high to low. Sample: the same within each sample. Names
    are compared as a reader does, 2 before 10. What is alike, or of which nothing is known, comes
    by number.
    """
    keys = [*_KEYS[order](series), spectrum_numbers(series)]
    return np.lexsort(keys[::-1])


def display_order(series: xr.Dataset) -> NDArray[np.int_]:
    """The spectra in the order of a reader: by time, by depth, else charge before discharge.

    Without times a spectrum without voltage comes first (before cycling), then the charge from
    low to high voltage, then the discharge from high to low.
    """
    time, voltage = (get_column(series, name).astype(float) for name in ("time", "voltage"))
    source = get_column(series, "source").astype(str)
    if np.isfinite(time).all() and np.unique(time).size == time.size:
        return np.argsort(time)
    depth = get_column(series, "depth").astype(float)
    if np.isfinite(depth).all() and np.unique(depth).size == depth.size:
        return np.argsort(depth)
    is_discharge = get_column(series, "branch").astype(str) == "discharge"
    progress = np.where(is_discharge, -voltage, voltage)
    return np.lexsort((source, progress, is_discharge, np.isfinite(voltage)))


def _by_cycle(series: xr.Dataset) -> list[NDArray[Any]]:
    """Cycle, branch, and how far the branch has come."""
    cycle, voltage = (get_column(series, name).astype(float) for name in ("cycle", "voltage"))
    branch = get_column(series, "branch").astype(str)
    ranks = np.array([_BRANCHES.index(name) if name in _BRANCHES else 3 for name in branch])
    progress = np.where(branch == "discharge", -voltage, voltage)
    return [np.nan_to_num(cycle, nan=-np.inf), ranks, _known_first(progress)]


def _by_name(coordinate: str) -> Callable[[xr.Dataset], list[NDArray[Any]]]:
    return lambda series: [_rank_names(get_column(series, coordinate).astype(str))]


_KEYS: Mapping[str, Callable[[xr.Dataset], list[NDArray[Any]]]] = {
    "voltage": lambda _: [],
    "time": lambda series: [_known_first(get_column(series, "time").astype(float))],
    "cycle": _by_cycle,
    "file": _by_name("source"),
    "sample": lambda series: [*_by_name("sample")(series), *_by_cycle(series)],
}
"""What is compared, the most important first."""


def _known_first(values: FloatArray) -> FloatArray:
    """The values, with what is not known behind all others."""
    return np.nan_to_num(values, nan=np.inf, posinf=np.inf, neginf=-np.inf)


def _rank_names(names: Sequence[str] | NDArray[np.str_]) -> NDArray[np.int_]:
    """The place of each name among all, numbers in them compared as numbers."""
    places = {name: rank for rank, name in enumerate(sorted(set(names), key=_split_numbers))}
    return np.array([places[name] for name in names], dtype=int)


def _split_numbers(name: str) -> list[tuple[int, float, str]]:
    parts = re.split(r"(\d+(?:\.\d+)?)", name, flags=re.ASCII)
    return [
        (0, float(part), "") if place % 2 else (1, 0.0, part.casefold())
        for place, part in enumerate(parts)
        if part
    ]
