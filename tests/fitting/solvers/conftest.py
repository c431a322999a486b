"""Seeded models and spectra that the tests of every solver share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction, compile_model
from fitting.models.line_shapes import LINE_SHAPES
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.solvers.spectra import Spectra


@dataclass(frozen=True)
class Drawn:
    """A model, spectra simulated from it, and the free parameters behind them."""

    function: ModelFunction
    spectra: Spectra
    truth: FloatArray


@pytest.fixture(scope="session")
def draw() -> Callable[..., Drawn]:
    """Draw a model and some spectra of it."""
    return _draw


def _draw(
    seed: int,
    *,
    peaks: int = 3,
    line_shape: str = "pseudo-voigt",
    background: str = "linear",
    count: int = 4,
    ties: bool = False,
    doublets: bool = False,
    absent: float = 0.25,
    points: int = 241,
) -> Drawn:
    rng = np.random.default_rng(seed)
    x = np.linspace(158.0, 172.0, points)
    centres = np.linspace(160.0, 170.0, peaks) if peaks > 1 else np.array([165.0])
    parts = tuple(
        _peak(f"p{index}", centre, line_shape, doublets and index % 2 == 0)
        for index, centre in enumerate(centres)
    )
    model = Model(parts, _background(background), _ties(peaks, line_shape) if ties else ())
    function = compile_model(model, x)
    truth = _truth(rng, function, (count, absent), 10.0 / max(peaks, 4))
    offsets = rng.normal(0.0, 0.1, count)
    expected = function.value(function.affine.expand(truth), offsets)
    counts = rng.poisson(np.maximum(expected, 1.0)).astype(float)
    weight = 1.0 / np.sqrt(np.maximum(counts, 1.0))
    weight[:, rng.integers(0, points, 3)] = 0.0
    start = np.tile(function.affine.start, (count, 1))
    return Drawn(function, Spectra(counts * (weight > 0), weight, offsets, start), truth)


def _peak(name: str, centre: float, line_shape: str, is_doublet: bool) -> Peak:
    parameters = {
        "area": Parameter(1000.0, 0.0),
        "position": Parameter(centre, centre - 0.8, centre + 0.8),
        "fwhm": Parameter(1.1, 0.4, 3.0),
    }
    shape = LINE_SHAPES[line_shape]
    for short, bounds in zip(shape.shape_parameters, shape.shape_bounds, strict=True):
        parameters[short] = Parameter(0.4 * bounds[1], *bounds)
    if is_doublet:
        parameters["separation"] = Parameter(1.18, vary=False)
        parameters["area_ratio"] = Parameter(0.511, vary=False)
    return Peak(name, "species", line_shape, parameters)


def _background(kind: str) -> Background:
    parameters = {
        "none": {},
        "linear": {"offset": Parameter(400.0), "slope": Parameter(0.0)},
        "shirley": {
            "offset": Parameter(400.0),
            "slope": Parameter(0.0, vary=False),
            "factor": Parameter(0.02, 0.0, 1.0),
        },
        "tougaard": {
            "offset": Parameter(400.0),
            "slope": Parameter(0.0, vary=False),
            "factor": Parameter(300.0, 0.0, 5000.0),
            "C": Parameter(1643.0, vary=False),
        },
    }[kind]
    return Background(kind, parameters)


def _ties(peaks: int, line_shape: str) -> tuple[Tie, ...]:
    ties = [Tie(f"p{index}.fwhm", "p0.fwhm") for index in range(1, peaks)]
    for short in LINE_SHAPES[line_shape].shape_parameters:
        ties += [Tie(f"p{index}.{short}", f"p0.{short}") for index in range(1, peaks)]
    if peaks > 2:
        ties.append(Tie("p2.position", "p0.position", 1.0, 2.0 * 10.0 / (peaks - 1)))
        ties.append(Tie("p2.area", "p1.area", 0.5))
    return tuple(ties)


def _truth(
    rng: np.random.Generator, function: ModelFunction, drawn: tuple[int, float], spacing: float
) -> FloatArray:
    """Random values well within the bounds; some areas are zero."""
    count, absent = drawn
    affine = function.affine
    truth = np.tile(affine.start, (count, 1))
    for column, name in enumerate(affine.free):
        short = name.rpartition(".")[2]
        if short == "area":
            truth[:, column] = rng.uniform(500.0, 5000.0, count) * (rng.random(count) > absent)
        elif short == "position":
            truth[:, column] += rng.uniform(-0.15, 0.15, count) * spacing
        elif short == "fwhm":
            truth[:, column] *= rng.uniform(0.8, 1.3, count)
        elif short == "offset":
            truth[:, column] *= rng.uniform(0.8, 1.2, count)
        elif short in ("mixing", "asymmetry"):
            width = affine.upper[column] - affine.lower[column]
            truth[:, column] = affine.lower[column] + width * rng.uniform(0.1, 0.7, count)
    return truth
