"""How shares of species and resistances go together over the states that have both."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from scipy.special import ndtri

from fitting.data.series import FloatArray
from fitting.output.tables.sample_columns import field_column

_FEWEST = 5
_LEVEL = 0.95
_STATE = ("sample", "voltage_V", "cycle", "branch")
_DIGITS = 3
"""Decimals of a voltage within which two states are one."""


@dataclass(frozen=True, slots=True)
class ResistanceCorrelation:
    """One species and one resistance."""

    region: str
    species: str
    quantity: str
    correlation: float
    low95: float
    high95: float
    states: int


CORRELATION_COLUMNS = (
    field_column("region", "text", "", 'core level, such as "S 2p", or "raman"'),
    field_column("species", "text", "", "id in the library"),
    field_column("quantity", "text", "", "resistance of the circuit"),
    field_column(
        "correlation",
        "number",
        "1",
        "of Pearson, between the share of the species and the logarithm of the resistance; scatter "
        "of either makes it smaller",
    ),
    field_column("low95", "number", "1", "lower end of the 95 % interval (Fisher's z)"),
    field_column("high95", "number", "1", "upper end of the 95 % interval"),
    field_column("states", "count", "", "states that have both"),
)
"""Of ``ResistanceCorrelation``: every species with every resistance."""


def find_correlations(
    species: pd.DataFrame, resistances: pd.DataFrame
) -> list[ResistanceCorrelation]:
    """Correlations over the states with both; spectra of one state count as their mean.

    States agree in sample, voltage, cycle and branch; where no sample is in both tables, in the
    others alone. Interval by Fisher, Metron 1921, 1, 3.
    """
    if not len(species) or not len(resistances):
        return []
    keys = list(_STATE)
    if not set(species["sample"]) & set(resistances["sample"]):
        keys.remove("sample")
    is_resistance = resistances["quantity"].str.startswith("R") & (resistances["value"] > 0)
    right = _with_keys(resistances[is_resistance], keys)
    left = _with_keys(species[species["fraction_percent"].notna()], keys)
    found = []
    for (region, name), shares in left.groupby(["region", "species"], sort=False):
        share = shares.groupby(keys, dropna=False)["fraction_percent"].mean()
        for quantity, rows in right.groupby("quantity", sort=False):
            values = rows.assign(log=np.log(rows["value"])).groupby(keys, dropna=False)["log"]
            both = pd.concat([share, values.mean()], axis=1, join="inner")
            found += list(_correlate(str(region), str(name), str(quantity), both.to_numpy()))
    return found


def _with_keys(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """With what tells states apart as text, so that what is not known equals itself."""
    rounded = table.assign(voltage_V=table["voltage_V"].astype(float).round(_DIGITS))
    return rounded.assign(**{name: rounded[name].astype(str) for name in keys})


def _correlate(
    region: str, species: str, quantity: str, both: FloatArray
) -> Iterator[ResistanceCorrelation]:
    count = len(both)
    if count < _FEWEST or min(both.std(axis=0)) == 0:
        return
    value = float(np.asarray(np.corrcoef(both.T))[0, 1])
    reach = float(ndtri(0.5 + _LEVEL / 2)) / np.sqrt(count - 3)
    with np.errstate(divide="ignore"):
        centre = np.arctanh(np.clip(value, -1.0, 1.0))
    low, high = np.tanh([centre - reach, centre + reach])
    yield ResistanceCorrelation(region, species, quantity, value, float(low), float(high), count)
