"""Seeded workloads: series with a known truth, as the engine and its peers get them."""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray
from fitting.models.function import ModelFunction, compile_model
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.solvers.spectra import Spectra

_BANDS = (203.0, 260.0, 385.0, 423.0, 475.0, 512.0, 560.0, 600.0)
_DOUBLETS = (160.1, 161.4, 162.6, 163.9, 166.6, 168.4)


@dataclass(frozen=True, slots=True)
class Workload:
    """A model and spectra simulated from it."""

    name: str
    says: str
    model: Model
    function: ModelFunction
    spectra: Spectra


def raman(count: int, *, twin: bool = False, seed: int = 1) -> Workload:
    """W1p, or W1 with ``twin``: a band at 198 beside that at 203, whose area goes to zero."""
    rng = np.random.default_rng(seed)
    bands = (198.0, *_BANDS) if twin else _BANDS
    model = bands_on_a_line(bands)
    function = compile_model(model, np.linspace(150.0, 650.0, 1015))
    truth = _truth(rng, function, count, areas=(1000.0, 8000.0), shift=1.5)
    if twin:
        truth[:, function.affine.free.index("b0.area")] = np.linspace(3000.0, 0.0, count)
    name = "W1" if twin else "W1p"
    says = f"{len(bands)} pseudo-Voigt Raman bands on a line, 1015 points"
    return Workload(name, says, model, function, _measured(rng, function, truth))


def bands_on_a_line(bands: tuple[float, ...]) -> Model:
    """Pseudo-Voigt bands with bounds, all parameters free."""
    peaks = tuple(
        Peak(
            f"b{index}",
            "band",
            "pseudo-voigt",
            {
                "area": Parameter(2000.0, 0.0),
                "position": Parameter(band, band - 8.0, band + 8.0),
                "fwhm": Parameter(14.0, 4.0, 40.0),
                "mixing": Parameter(0.5, 0.0, 1.0),
            },
        )
        for index, band in enumerate(bands)
    )
    line = Background("linear", {"offset": Parameter(60.0), "slope": Parameter(0.0)})
    return Model(peaks, line)


def sulfur(count: int, *, seed: int = 2) -> Workload:
    """W2: six S 2p doublets with one mixing in common."""
    rng = np.random.default_rng(seed)
    peaks = tuple(
        Peak(
            f"d{index}",
            "doublet",
            "pseudo-voigt",
            {
                "area": Parameter(1000.0, 0.0),
                "position": Parameter(place, place - 0.5, place + 0.5),
                "fwhm": Parameter(1.2, 0.5, 2.5),
                "mixing": Parameter(0.3, 0.0, 1.0),
                "separation": Parameter(1.18, vary=False),
                "area_ratio": Parameter(0.511, vary=False),
            },
        )
        for index, place in enumerate(_DOUBLETS)
    )
    ties = tuple(Tie(f"d{index}.mixing", "d0.mixing") for index in range(1, len(peaks)))
    model = Model(peaks, Background("none", {}), ties)
    function = compile_model(model, np.linspace(156.0, 172.0, 241))
    truth = _truth(rng, function, count, areas=(500.0, 5000.0), shift=0.1)
    says = "6 S 2p doublets with one mixing, 241 points"
    return Workload("W2", says, model, function, _measured(rng, function, truth, floor=20.0))


def _truth(
    rng: np.random.Generator,
    function: ModelFunction,
    count: int,
    *,
    areas: tuple[float, float],
    shift: float,
) -> FloatArray:
    truth = np.tile(function.affine.start, (count, 1))
    for column, name in enumerate(function.affine.free):
        short = name.rpartition(".")[2]
        if short == "area":
            truth[:, column] = rng.uniform(*areas, count)
        elif short == "position":
            truth[:, column] += rng.normal(0.0, shift, count)
        elif short == "fwhm":
            truth[:, column] *= rng.uniform(0.7, 1.4, count)
        elif short == "mixing":
            truth[:, column] = rng.uniform(0.2, 0.8, count)
    return truth


def _measured(
    rng: np.random.Generator, function: ModelFunction, truth: FloatArray, floor: float = 1.0
) -> Spectra:
    """Counts with Poisson noise; ``floor`` counts keep the weights finite."""
    expected = function.value(function.affine.expand(truth))
    counts = rng.poisson(expected).astype(float)
    start = np.tile(function.affine.start, (len(truth), 1))
    weight = 1.0 / np.sqrt(np.maximum(counts, floor))
    return Spectra(counts, weight, np.zeros(len(truth)), start)


def first(workload: Workload, count: int) -> Spectra:
    """The first spectra of a workload."""
    s = workload.spectra
    return Spectra(s.intensity[:count], s.weight[:count], s.offsets[:count], s.start[:count])
