"""The result of fitting a series, as one ``xarray.Dataset`` on the series' coordinates.

Dimensions are ``spectrum``, ``parameter`` and ``parameter_2`` (the same names again). ``value``,
``stderr`` and ``covariance`` are of all parameters, fixed and tied ones included (their error is 0,
or that of what they follow). What was not fitted is nan with the status ``NOT_FITTED``: a cancelled
run is a valid result.

After a joint fit the covariance of a spectrum holds what the uncertainty of the shared parameters
adds to its own. That part is common to all spectra of a group: differences between them are known
better than their errors, taken as independent, say; see ``fitting.quantities.shared_covariance``.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from fitting.data.program import program_version
from fitting.data.series import SPECTRUM, FloatArray
from fitting.models.model import Model, parameter_names

PARAMETER = "parameter"
PARAMETER_2 = "parameter_2"
QUANTITY = "quantity"
SHARED = "shared"
FREEDOM = "freedom"
ENGINE, PROGRAM = "engine", "program"
"""What solved each spectrum, and which program and version that was; empty where not fitted."""
TAKEN_OVER = "taken over from "
"""How the engine of values begins that another program found: nothing was fitted."""
OF_COMPONENTS = "covariance_of_components"
"""What of the covariance is due to the noise of measured spectra that are components, where the
model has some."""
GROUP = "shared_group"
"""What the result of a joint fit has in addition: the attribute ``shared`` with the names of the
parameters that spectra have in common, as JSON; for every spectrum its degrees of freedom, of
shared parameters a part taken, and its group, which is the index of the first spectrum in it."""


class Status(IntEnum):
    """How the fit of one spectrum ended."""

    NOT_FITTED = 0
    CONVERGED = 1
    AT_BOUND = 2
    FAILED = 3

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Status.NOT_FITTED: "Not fitted yet.",
    Status.CONVERGED: "Converged.",
    Status.AT_BOUND: "Converged with parameters at a bound; they have no standard error.",
    Status.FAILED: "The fit failed.",
}


@dataclass(frozen=True, slots=True)
class FittedBlock:
    """Some spectra that were fitted together: the unit of progress and of cancelling."""

    spectra: NDArray[np.int_]
    """Indices into the series, shape (b,)."""
    value: FloatArray
    """Shape (b, p)."""
    covariance: FloatArray
    """Scaled by the reduced chi-square; shape (b, p, p)."""
    chi_square: FloatArray
    """Sum of squared scaled residuals, shape (b,)."""
    points: NDArray[np.int_]
    """Points that had a finite intensity and sigma, shape (b,)."""
    status: NDArray[np.int_]
    """``Status`` of each, shape (b,)."""
    message: tuple[str, ...]
    """A sentence for each."""
    without_error: NDArray[np.bool_] | None = None
    """Parameters that ended at a bound, or of which the data say nothing: their standard error is
    nan, and the covariance is that of a fit that holds them fixed; shape (b, p)."""
    shared: tuple[str, ...] = ()
    """Full names of the parameters that have one value for all spectra of the block."""
    engine: str = ""
    """What solved them."""
    freedom: FloatArray | None = None
    """Points minus parameters, of shared ones a part; if left out, minus all, shape (b,)."""
    of_components: FloatArray | None = None
    """What of the covariance is due to the noise of measured components, shape (b, p, p)."""

    def take(self, rows: NDArray[np.int_]) -> "FittedBlock":
        """Some of the spectra."""
        return replace(
            self,
            spectra=self.spectra[rows],
            value=self.value[rows],
            covariance=self.covariance[rows],
            chi_square=self.chi_square[rows],
            points=self.points[rows],
            status=self.status[rows],
            message=tuple(self.message[row] for row in rows),
            without_error=None if self.without_error is None else self.without_error[rows],
            freedom=None if self.freedom is None else self.freedom[rows],
            of_components=None if self.of_components is None else self.of_components[rows],
        )


def empty_result(series: xr.Dataset, model: Model, free_parameters: int) -> xr.Dataset:
    """A result in which no spectrum is fitted yet."""
    names = list(parameter_names(model))
    count, size = series.sizes[SPECTRUM], len(names)
    coordinates = {
        name: value for name, value in series.coords.items() if value.dims == (SPECTRUM,)
    }
    return xr.Dataset(
        {
            "value": ((SPECTRUM, PARAMETER), np.full((count, size), np.nan)),
            "stderr": ((SPECTRUM, PARAMETER), np.full((count, size), np.nan)),
            "covariance": (
                (SPECTRUM, PARAMETER, PARAMETER_2),
                np.full((count, size, size), np.nan),
            ),
            "chi_square": (SPECTRUM, np.full(count, np.nan)),
            "reduced_chi_square": (SPECTRUM, np.full(count, np.nan)),
            "points": (SPECTRUM, np.zeros(count, dtype=int)),
            "status": (
                SPECTRUM,
                np.full(count, int(Status.NOT_FITTED), dtype=np.int8),
                {
                    "flag_values": [int(status) for status in Status],
                    "flag_meanings": " ".join(status.name.lower() for status in Status),
                },
            ),
            "message": (
                SPECTRUM,
                np.full(count, Status.NOT_FITTED.sentence, dtype=object),
            ),
            ENGINE: (SPECTRUM, np.full(count, "", dtype=object)),
            PROGRAM: (SPECTRUM, np.full(count, "", dtype=object)),
        },
        coords={**coordinates, PARAMETER: names, PARAMETER_2: names},
        attrs={
            "region": series.attrs["region"],
            "technique": series.attrs["technique"],
            "unit": series.attrs["unit"],
            "free_parameters": free_parameters,
        },
    )


def with_blocks(result: xr.Dataset, blocks: Iterable[FittedBlock]) -> xr.Dataset:
    """Return the result with blocks of fitted spectra filled in."""
    filled = result.copy(deep=True)
    for name in (ENGINE, PROGRAM):
        if name not in filled:
            # of an older version, which did not say
            filled[name] = (SPECTRUM, np.full(result.sizes[SPECTRUM], "", dtype=object))
    freedom_taken = result.attrs["free_parameters"]
    for block in blocks:
        rows = block.spectra
        filled["value"].values[rows] = block.value
        filled["covariance"].values[rows] = block.covariance
        variance = np.diagonal(block.covariance, axis1=1, axis2=2)
        stderr = np.sqrt(np.maximum(variance, 0.0))
        if block.without_error is not None:
            stderr[block.without_error] = np.nan
        filled["stderr"].values[rows] = stderr
        filled["chi_square"].values[rows] = block.chi_square
        taken = block.points - freedom_taken if block.freedom is None else block.freedom
        freedom = np.maximum(taken, 1)
        filled["reduced_chi_square"].values[rows] = block.chi_square / freedom
        filled["points"].values[rows] = block.points
        filled["status"].values[rows] = block.status
        filled["message"].values[rows] = np.array(block.message, dtype=object)
        filled[ENGINE].values[rows] = block.engine
        filled[PROGRAM].values[rows] = program_version()
        for name in _of_quantities(filled):
            filled[name].values[rows] = np.nan
        if block.shared:
            filled = _with_shared(filled, block)
        if block.of_components is not None:
            filled = _with_components(filled, block.spectra, block.of_components)
    return filled


def without_fits(result: xr.Dataset, spectra: NDArray[np.int_]) -> xr.Dataset:
    """Return the result with nothing known of some spectra, as if they had not been fitted yet."""
    bare = result.copy(deep=True)
    said = {
        "points": 0,
        "status": int(Status.NOT_FITTED),
        "message": Status.NOT_FITTED.sentence,
        GROUP: -1,
    }
    for name, one in bare.data_vars.items():
        if one.dims[:1] == (SPECTRUM,):
            empty = "" if one.dtype.kind in "OUT" else np.nan
            one.values[spectra] = said.get(str(name), empty)
    return bare


def is_of_model(result: xr.Dataset, model: Model) -> bool:
    """Whether the result has values of this model's parameters, by their names."""
    return tuple(map(str, result[PARAMETER].values)) == parameter_names(model)


def is_fitted(result: xr.Dataset) -> NDArray[np.bool_]:
    """Whether each spectrum has usable values, shape (n,)."""
    return np.isin(result["status"].values, (Status.CONVERGED, Status.AT_BOUND))


def is_taken_over(result: xr.Dataset) -> NDArray[np.bool_]:
    """Whether the values of each spectrum are another program's, shape (n,)."""
    if ENGINE not in result:
        return np.zeros(result.sizes[SPECTRUM], dtype=bool)
    engines = (str(engine) for engine in result[ENGINE].values)
    is_told = np.array([one.startswith(TAKEN_OVER) for one in engines], dtype=bool)
    return np.asarray(is_fitted(result) & is_told)


def shared_parameters(result: xr.Dataset) -> tuple[str, ...]:
    """Full names of the parameters that spectra of a joint fit have in common."""
    return tuple(json.loads(result.attrs.get(SHARED, "[]")))


def _with_shared(result: xr.Dataset, block: FittedBlock) -> xr.Dataset:
    """The result, and what makes it that of a joint fit."""
    count = result.sizes[SPECTRUM]
    for name, empty in ((FREEDOM, np.nan), (GROUP, -1)):
        if name not in result:
            result[name] = (SPECTRUM, np.full(count, empty))
    result[FREEDOM].values[block.spectra] = np.nan if block.freedom is None else block.freedom
    result[GROUP].values[block.spectra] = block.spectra.min(initial=count)
    result.attrs[SHARED] = json.dumps(block.shared)
    return result


def _with_components(
    result: xr.Dataset, spectra: NDArray[np.int_], covariance: FloatArray
) -> xr.Dataset:
    if OF_COMPONENTS not in result:
        empty = np.full(result["covariance"].shape, np.nan)
        result[OF_COMPONENTS] = ((SPECTRUM, PARAMETER, PARAMETER_2), empty)
    result[OF_COMPONENTS].values[spectra] = covariance
    return result


def _of_quantities(result: xr.Dataset) -> list[str]:
    """What was found for quantities of the fit before: see ``quantities.found_intervals``."""
    return [str(name) for name, one in result.data_vars.items() if QUANTITY in one.dims]
