"""Fit a series from the library, then again from where the neighbours on both sides ended.

A spectrum may have several minima, and a start from the library finds the wrong one where peaks
overlap or vanish. A neighbour that found a lower one hands it on, spectrum by spectrum in either
direction, as long as it lowers chi-square there. All spectra take a turn at once, so that the order
in which they are fitted does not matter, and none ends higher than it would from the library.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from fitting.data.result import FittedBlock
from fitting.data.series import SPECTRUM, FloatArray
from fitting.fits.block import (
    IndexArray,
    counting_nothing,
    first_solution,
    select_fittable,
    solve_reweighted,
    solved_block,
)
from fitting.fits.options import FitOptions
from fitting.models.function import ModelFunction
from fitting.models.model import Model
from fitting.solvers.engine import choose_engine
from fitting.solvers.numpy.cholesky import BoolArray

_MOST_TURNS = 50
"""So far along the series does a minimum travel."""
_LOWER_BY = 1e-6
"""Part of chi-square that a minimum must be lower by to be another one."""


def fit_from_neighbours(
    series: xr.Dataset,
    model: Model,
    function: ModelFunction,
    chosen: tuple[IndexArray, FloatArray],
    options: FitOptions,
) -> Iterator[FittedBlock]:
    """Blocks of all spectra, then blocks of those that a neighbour improved.

    In between come blocks without spectra, for progress.

    Parameters
    ----------
    chosen
        Indices of the spectra, in the order in which they are neighbours, and starts of all.
    """
    spectra, starts = chosen
    options = replace(options, engine=choose_engine(options.engine, function))
    state = _Minima(
        series.isel({SPECTRUM: spectra}),
        model,
        function,
        options,
        free=starts[spectra].copy(),
        chi_square=np.full(spectra.size, np.inf),
    )
    for block in state.fit_all():
        yield replace(block, spectra=spectra[block.spectra], engine=state.options.engine)
    changed, improved = np.isfinite(state.chi_square), np.zeros(spectra.size, dtype=bool)
    for _ in range(_MOST_TURNS):
        if not changed.any():
            break
        changed = yield from counting_nothing(state.turn(changed), block)
        improved |= changed
    for block in state.fit_again(improved):
        yield replace(block, spectra=spectra[block.spectra], engine=state.options.engine)


@dataclass(slots=True)
class _Minima:
    """The lowest minimum of every spectrum so far, with the weights of the data."""

    series: xr.Dataset
    model: Model
    function: ModelFunction
    options: FitOptions
    free: FloatArray
    """Shape (n, f)."""
    chi_square: FloatArray
    """Infinite for what did not converge, shape (n,)."""

    def fit_all(self) -> Iterator[FittedBlock]:
        """Fit every spectrum from its own start."""
        for at in self._chunks(np.arange(self.chi_square.size)):
            data, block, rows = select_fittable(self._part(at), self.model, self.function)
            if rows.size:
                start = self.free[at[rows]]
                found = first_solution(self.function, data, start, self.options)
                self.free[at[rows]] = found.free
                self.chi_square[at[rows]] = np.where(found.converged, found.chi_square, np.inf)
                solution = solve_reweighted(self.function, data, found, self.options)
                block = solved_block(block, rows, self.function, solution, data)
            yield replace(block, spectra=at)

    def turn(self, changed: BoolArray) -> Generator[None, None, BoolArray]:
        """Start every spectrum from those neighbours that changed in the turn before.

        Returns which spectra have a lower minimum now.
        """
        before = self.free.copy()
        is_lower = np.zeros_like(changed)
        for side in (-1, 1):
            beside = np.arange(changed.size) + side
            exists = (beside >= 0) & (beside < changed.size)
            handed = exists & changed[np.where(exists, beside, 0)]
            for at in self._chunks(np.flatnonzero(handed)):
                self._try(at, before[at + side], is_lower)
                yield
        return is_lower

    def fit_again(self, improved: BoolArray) -> Iterator[FittedBlock]:
        """Blocks of some spectra, from their lowest minimum."""
        for at in self._chunks(np.flatnonzero(improved)):
            data, block, rows = select_fittable(self._part(at), self.model, self.function)
            found = first_solution(
                self.function, data, self.free[at[rows]], self.options, several_starts=False
            )
            solution = solve_reweighted(self.function, data, found, self.options)
            solved = solved_block(block, rows, self.function, solution, data)
            yield replace(solved, spectra=at)

    def _try(self, at: IndexArray, start: FloatArray, is_lower: BoolArray) -> None:
        """Fit some spectra from these starts, and keep what is lower."""
        data, _, rows = select_fittable(self._part(at), self.model, self.function)
        if not rows.size:
            return
        found = first_solution(self.function, data, start[rows], self.options, several_starts=False)
        spectra = at[rows]
        lower = found.chi_square < self.chi_square[spectra] * (1.0 - _LOWER_BY)
        lower &= found.converged
        self.free[spectra[lower]] = found.free[lower]
        self.chi_square[spectra[lower]] = found.chi_square[lower]
        is_lower[spectra[lower]] = True

    def _chunks(self, indices: IndexArray) -> Iterator[IndexArray]:
        for first in range(0, indices.size, self.options.block_size):
            yield indices[first : first + self.options.block_size]

    def _part(self, at: IndexArray) -> xr.Dataset:
        return self.series.isel({SPECTRUM: at})
