"""Simulated series of a known model: for tests, benchmarks and the bundled example."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.special import pdtr, pdtrik

from fitting.data.errors import ModelError
from fitting.data.noise import poisson_sigma
from fitting.data.regions import RAMAN
from fitting.data.series import ENERGY, SHIFT, FloatArray, make_series
from fitting.models.function import compile_model
from fitting.models.model import Model, parameter_names


def simulate_series(
    model: Model,
    values: Mapping[str, ArrayLike],
    positions: ArrayLike,
    rng: np.random.Generator,
    *,
    region: str,
    smooth: ArrayLike = 0.0,
    **coordinates: ArrayLike,
) -> xr.Dataset:
    """Poisson counts of a model with known parameters.

    Parameters
    ----------
    values
        True parameters by full name, scalars or shape (n,); see ``true_parameters``.
    positions : shape (m,)
        Grid of the axis (eV or 1/cm), ascending.
    region
        Such as "S 2p", or "raman".
    smooth : broadcastable to (n, m)
        Counts added to the model, such as fluorescence.
    coordinates
        Per spectrum, as in ``make_series``. ``axis_offset`` is what a fit will add to the grid: the
        spectra lie as far below their true positions.
    """
    grid = np.asarray(positions, dtype=float)
    offsets = np.asarray(coordinates.get("axis_offset", 0.0), dtype=float)
    spectra = max([offsets.size, len(np.atleast_2d(smooth)), *map(np.size, values.values())])
    parameters = true_parameters(model, values, spectra)
    expected = compile_model(model, grid).value(parameters, offsets) + np.asarray(smooth)
    counts = poisson_counts(expected, rng)
    return make_series(
        SHIFT if region == RAMAN else ENERGY,
        grid,
        counts,
        region=region,
        sigma=poisson_sigma(counts),
        noise="poisson",
        **coordinates,  # type: ignore[arg-type]
    )


def true_parameters(model: Model, values: Mapping[str, ArrayLike], spectra: int) -> FloatArray:
    """All parameters of every spectrum, shape (n, p): those given, else the start values.

    Tied parameters follow what they are tied to.

    Raises
    ------
    ModelError
        If the model has no parameter of a given name.
    """
    names = parameter_names(model)
    unknown = [name for name in values if name not in names]
    if unknown:
        raise ModelError(f"The model has no parameter {unknown[0]!r}. It has: {', '.join(names)}.")
    columns = {
        name: np.broadcast_to(np.asarray(values.get(name, parameter.value), float), (spectra,))
        for name, parameter in model.parameters()
    }
    for _ in model.ties:  # as often, because ties may follow one another in any order
        for tie in model.ties:
            columns[tie.target] = tie.factor * columns[tie.source] + tie.offset
    return np.column_stack([columns[name] for name in names])


def poisson_counts(expected: ArrayLike, rng: np.random.Generator) -> FloatArray:
    """Poisson counts of the given expectations, any shape.

    By inversion of uniform numbers: the same seed gives the same counts under every version of
    numpy, which does not promise that of its Poisson generator.
    """
    mean = np.maximum(np.asarray(expected, dtype=float), 0.0)
    level = rng.random(mean.shape)
    counts = np.maximum(np.ceil(pdtrik(level, np.maximum(mean, 1e-9))), 0.0)
    below = np.maximum(counts - 1.0, 0.0)
    counts = np.where(pdtr(below, mean) >= level, below, counts)
    return np.asarray(np.where(mean > 1e-9, counts, 0.0))
