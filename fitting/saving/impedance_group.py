"""The impedance spectra of a project as a group of its file, and back."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import xarray as xr

from fitting.data.errors import ProjectFileError
from fitting.data.json_fields import from_json
from fitting.data.series import SPECTRUM
from fitting.impedance.analysis import ImpedanceAnalysis, ImpedanceRecipe
from fitting.impedance.quantities import Geometry
from fitting.impedance.series import POINT

GROUP = "impedance"
_SERIES, _RESULT = "series", "result"
_NEEDED = ("frequency", "real", "imaginary")


def groups_of_impedance(
    analysis: ImpedanceAnalysis, make_storable: Callable[[xr.Dataset], xr.Dataset]
) -> dict[str, xr.Dataset]:
    """Groups of the file by path; what is not known of the pellet is null in the recipe."""
    plain = asdict(analysis.recipe)
    plain["geometry"] = {
        name: value if np.isfinite(value) else None for name, value in plain["geometry"].items()
    }
    root = xr.Dataset(attrs={"recipe": json.dumps(plain)})
    groups = {f"/{GROUP}": root, f"/{GROUP}/{_SERIES}": make_storable(analysis.series)}
    if analysis.result is not None:
        groups[f"/{GROUP}/{_RESULT}"] = make_storable(analysis.result)
    return groups


def impedance_of_group(node: xr.DataTree, where: str) -> ImpedanceAnalysis:
    """The impedance spectra; ``where`` begins every message about what is wrong."""
    plain = json.loads(node.attrs["recipe"])
    pellet = {name: value for name, value in plain.pop("geometry").items() if value is not None}
    geometry = from_json(Geometry, pellet, f"{where}: geometry")
    recipe = replace(from_json(ImpedanceRecipe, plain, f"{where}: recipe"), geometry=geometry)
    series = node.children[_SERIES].to_dataset(inherit=False)
    for name in _NEEDED:
        if series[name].dims != (SPECTRUM, POINT):
            raise ProjectFileError(f"{where}: {name} has the dimensions {series[name].dims}.")
    result = None
    if _RESULT in node.children:
        result = node.children[_RESULT].to_dataset(inherit=False)
        if result.sizes[SPECTRUM] != series.sizes[SPECTRUM]:
            raise ProjectFileError(f"{where}: the result is of other spectra than the series.")
    return ImpedanceAnalysis(series, recipe, result)
