"""Results with a known truth and covariance, for what is computed from results."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import xarray as xr

from fitting.data.result import FittedBlock, Status, empty_result, with_blocks
from fitting.data.series import ENERGY, make_series
from fitting.models.model import Background, Model, Parameter, Peak, parameter_names
from fitting.models.parameters import resolve_ties
from fitting.projects.project import Analysis
from fitting.projects.recipe import Recipe

MakeModel = Callable[..., Model]
MakeSeries = Callable[..., xr.Dataset]
MakeResult = Callable[..., xr.Dataset]
MakeAnalysis = Callable[..., Analysis]


@pytest.fixture(scope="session")
def doublet_model() -> MakeModel:
    """A model of 2p doublets, from species and positions; free areas and positions."""

    def make(positions: dict[str, float], *, line_shape: str = "gaussian", **shape: float) -> Model:
        return Model(
            tuple(
                Peak(
                    species,
                    species.partition("@")[0],
                    line_shape,
                    {
                        "area": Parameter(1000.0, min=0.0),
                        "position": Parameter(position, position - 1.0, position + 1.0),
                        "fwhm": Parameter(1.2, 0.5, 3.0, vary=False),
                        **{name: Parameter(value, vary=False) for name, value in shape.items()},
                        "separation": Parameter(1.18, vary=False),
                        "area_ratio": Parameter(0.5, vary=False),
                    },
                )
                for species, position in positions.items()
            ),
            Background("linear", {"offset": Parameter(100.0), "slope": Parameter(0.0)}),
        )

    return make


@pytest.fixture(scope="session")
def blank_series() -> MakeSeries:
    """A series of n spectra without signal; coordinates as given."""

    def make(count: int, *, region: str = "S 2p", points: int = 141, **coordinates: object):
        energy = np.linspace(157.0, 171.0, points)
        counts = np.full((count, points), 100.0)
        given = {"unit": coordinates.pop("unit", "counts"), **coordinates}
        return make_series(
            ENERGY, energy, counts, region=region, sigma=10.0, noise="poisson", **given
        )

    return make


@pytest.fixture(scope="session")
def drawn_result() -> MakeResult:
    """A result with given areas; where there is a covariance of the areas, drawn from it."""

    def make(
        series: xr.Dataset,
        model: Model,
        areas: Sequence[Sequence[float]] | np.ndarray,
        covariance: np.ndarray,
        *,
        rng: np.random.Generator | None = None,
        status: Sequence[int] | None = None,
        points: int = 141,
        **others: np.ndarray,
    ) -> xr.Dataset:
        names = parameter_names(model)
        resolved = resolve_ties(model)
        count = series.sizes["spectrum"]
        columns = [names.index(f"{peak.name}.area") for peak in model.peaks]
        value = np.tile([parameter.value for _, parameter in model.parameters()], (count, 1))
        truth = np.broadcast_to(np.asarray(areas, dtype=float), (count, len(columns)))
        spread = np.broadcast_to(covariance, (count, len(columns), len(columns)))
        noise = np.zeros(truth.shape)
        if rng is not None:
            root = np.linalg.cholesky(spread)
            noise = np.einsum("nij,nj->ni", root, rng.standard_normal(truth.shape))
        value[:, columns] = truth + noise
        for name, column in others.items():
            value[:, names.index(name)] = column
        full = np.zeros((count, len(names), len(names)))
        full[np.ix_(range(count), columns, columns)] = spread
        codes = np.full(count, int(Status.CONVERGED)) if status is None else np.asarray(status)
        block = FittedBlock(
            spectra=np.arange(count),
            value=value,
            covariance=full,
            chi_square=np.full(count, float(points - len(resolved.free))),
            points=np.full(count, points),
            status=codes,
            message=tuple(Status(code).sentence for code in codes),
        )
        return with_blocks(empty_result(series, model, len(resolved.free)), [block])

    return make


@pytest.fixture(scope="session")
def analysis_of() -> MakeAnalysis:
    """An analysis of a series with its model and result."""

    def make(series: xr.Dataset, model: Model, result: xr.Dataset | None, steps=()) -> Analysis:
        recipe = Recipe(model, tuple(steps))
        return Analysis(series, recipe, result, None if result is None else recipe)

    return make
