"""In which spectra of a series each species of a set is supported.

A species that a series holds need not be in all of its spectra. What a spectrum's fit does not gain
by it is not charged there; which spectra have it is charged instead, as for any choice among many:
with all numbers of spectra equally likely beforehand, and all choices of as many spectra,
``2 log(n C(n, k))`` for k of n (J. G. Scott and J. O. Berger, Ann. Stat. 38, 2587 (2010); the
extended criterion of J. Chen and Z. Chen, Biometrika 95, 759 (2008), is the same but for log n).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln

from fitting.data.series import FloatArray
from fitting.fits.block import IndexArray
from fitting.quantities.quantify import BoolArray
from fitting.selection.fitted_set import FittedSet, OwnFit

_NOTHING = 1e-6
"""A species that lowers the criterion by no more than this is not in a spectrum."""

Species = frozenset[str]
Fewer = Callable[[Species, IndexArray], OwnFit]


@dataclass(frozen=True, slots=True)
class Presence:
    """A set of species, each only in those of n spectra that support it."""

    present: Mapping[str, BoolArray]
    """Of each species, the spectra that support it, shape (n,)."""
    chi_square: FloatArray
    """Shape (n,), as the next two."""
    parameters: FloatArray
    charge: FloatArray
    """What BIC charges for the parameters."""

    def bic(self, counted: BoolArray, noise_scale: float) -> float:
        """The criterion over some of the spectra."""
        fitted = float((self.chi_square / noise_scale + self.charge)[counted].sum())
        spectra = int(counted.sum())
        present = [int(one[counted].sum()) for one in self.present.values()]
        return fitted + float(which_charge(spectra, present).sum())


def presence_in(whole: FittedSet, species: Species, fewer: Fewer, noise_scale: float) -> Presence:
    """Take species out of spectra for as long as that lowers what the spectra cost.

    Parameters
    ----------
    whole
        All of the species fitted to all spectra.
    fewer
        Fits fewer species to the spectra of these indices.
    """
    count = whole.own.fitted.size
    sets = np.full(count, None, dtype=object)
    sets[:] = [species] * count
    own = whole.own.take(np.arange(count))
    rows = np.flatnonzero(own.fitted)
    while rows.size:
        rows = _with_one_less(sets, own, rows, fewer, noise_scale)
    return Presence(
        present={name: np.array([name in one for one in sets]) for name in sorted(species)},
        chi_square=own.chi_square,
        parameters=own.parameters + whole.shared,
        charge=own.charge + whole.shared_charge,
    )


def which_charge(spectra: int, present: ArrayLike) -> FloatArray:
    """What is charged for the choice of the spectra that have a species, one at least; any shape.

    Parameters
    ----------
    present
        How many of the spectra have it.
    """
    n, k = max(spectra, 1), np.maximum(np.asarray(present, dtype=float), 1.0)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(2.0 * (np.log(n) + ways))


def _with_one_less(
    sets: NDArray[np.object_], own: OwnFit, rows: IndexArray, fewer: Fewer, noise_scale: float
) -> IndexArray:
    """Take one species out of each of these spectra where that costs less; where it did."""
    before = sets[rows].tolist()
    cost = own.chi_square[rows] / noise_scale + own.charge[rows]
    changed = np.zeros(rows.size, dtype=bool)
    for smaller in _smaller_sets(before):
        places = np.flatnonzero([smaller < one for one in before])
        part = fewer(smaller, rows[places])
        tried = np.where(part.fitted, part.chi_square / noise_scale + part.charge, np.inf)
        better = np.flatnonzero(tried <= cost[places] + _NOTHING)
        at = rows[places[better]]
        cost[places[better]], changed[places[better]], sets[at] = tried[better], True, smaller
        own.chi_square[at], own.charge[at] = part.chi_square[better], part.charge[better]
        own.parameters[at] = part.parameters[better]
    return rows[changed]


def _smaller_sets(sets: Sequence[Species]) -> list[Species]:
    """All sets with one species less than one of these, but none that is empty."""
    smaller = {one - {name} for one in set(sets) if len(one) > 1 for name in one}
    return sorted(smaller, key=sorted)
