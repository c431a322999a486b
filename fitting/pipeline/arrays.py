"""A fit of plain arrays in one call: for scripts whose spectra come from nowhere near a file."""

import numpy as np
from numpy.typing import ArrayLike

from fitting.data.errors import ThioscopeError
from fitting.data.noise import estimated_sigma, is_counts, poisson_sigma
from fitting.data.regions import RAMAN
from fitting.data.series import ENERGY, SHIFT, NoiseModel, make_series, set_coordinates
from fitting.pipeline.grow import grow_project
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.propose import Choices
from fitting.pipeline.request import AnalysisRequest
from fitting.pipeline.run import run_project
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue


def fit_arrays(
    positions: ArrayLike,
    intensity: ArrayLike,
    *,
    region: str,
    sigma: ArrayLike | None = None,
    choices: Choices | None = None,
    catalogue: Catalogue | None = None,
    **coordinates: ArrayLike,
) -> Project:
    """Fit spectra that are given as arrays; the project with one fitted region.

    Parameters
    ----------
    positions : shape (m,)
        Binding energies (eV), or Raman shifts (1/cm), in any order.
    intensity : shape (m,) or (n, m)
        One spectrum, or a series.
    region
        "S 2p", "raman" ...; it says which axis the positions are.
    sigma : shape of intensity
        Standard deviations. Left out, whole numbers in steps of one are taken as counts, and the
        noise of others is estimated from the scatter of neighbouring points.
    choices
        Model, species or options other than the library's defaults.
    **coordinates : shape (n,)
        Of the spectra, such as ``voltage`` (V) or ``sample``.

    Raises
    ------
    ThioscopeError
        If the arrays do not fit together, or no library has a model for the region.
    """
    values = np.atleast_2d(np.asarray(intensity, dtype=float))
    counted = sigma is None and is_counts(values)
    noise: NoiseModel = "given" if sigma is not None else "poisson" if counted else "estimated"
    if sigma is None:
        sigma = poisson_sigma(values) if counted else estimated_sigma(values)
    series = make_series(
        SHIFT if region == RAMAN else ENERGY,
        positions,
        values,
        region=region,
        sigma=np.atleast_2d(np.asarray(sigma, dtype=float)),
        noise=noise,
        unit="counts" if counted else "arbitrary",
    )
    series = set_coordinates(series, **coordinates)
    known = catalogue or bundled_catalogue()
    request = AnalysisRequest(choices or Choices(), charge_reference="none")
    begun = grow_project(Project(), Reading((series,)), known, request).project
    if not begun.analyses[region].has_peaks:
        regions = ", ".join(sorted(known.regions()))
        raise ThioscopeError(
            f"No library has a model for the region {region!r}. Choose one of: {regions}."
        )
    return keep_events(begun, run_project(begun, known))
