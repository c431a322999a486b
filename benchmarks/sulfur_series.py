"""A simulated analysis that the measurements of whole ways begin with."""

import numpy as np
from numpy.typing import ArrayLike

from fitting.models.from_library import model_from_library
from fitting.pipeline.propose import propose_recipe
from fitting.projects.project import Analysis
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

REGION = "S 2p"


def sulfur_analysis(spectra: int, **coords: ArrayLike) -> Analysis:
    """S 2p spectra of 160 points that grow along a charge, with the recipe that is proposed."""
    known = catalogue()
    model = model_from_library(known.default_model(REGION), background="linear")
    growing = np.linspace(0.2, 1.0, spectra)
    areas = {f"{peak.name}.area": 4000.0 * growing for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, "background.offset": 400.0},
        np.arange(157.0, 173.0, 0.1),
        np.random.default_rng(1),
        region=REGION,
        voltage=np.linspace(2.5, 4.3, spectra),
        **coords,
    )
    recipe = propose_recipe(series, known)
    assert recipe is not None
    return Analysis(series, recipe)
