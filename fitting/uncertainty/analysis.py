"""The uncertainty of a fitted region, found as its recipe asks and put into its result."""

import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace

from fitting.data.errors import RecipeError
from fitting.data.result import GROUP
from fitting.fits.options import FitOptions, Uncertainty
from fitting.projects.project import Analysis, prepared_series
from fitting.projects.recipe import Recipe
from fitting.quantities.groups import stored_quantities
from fitting.quantities.interval_storage import (
    IntervalBlock,
    with_covariance_only,
    with_intervals,
    with_model_error,
    with_systematic,
)
from fitting.uncertainty.background_choice import background_shifts, largest_shift
from fitting.uncertainty.bootstrap import bootstrap_spectra
from fitting.uncertainty.component_intervals import widen_by_components
from fitting.uncertainty.joint_bootstrap import joint_bootstrap
from fitting.uncertainty.model_error import FittedMember, fit_family, weigh_family
from fitting.uncertainty.model_family import make_family
from fitting.uncertainty.profile import profile_intervals
from libraries.catalogue import Catalogue


def find_intervals(
    analysis: Analysis, method: Uncertainty, spectra: Sequence[int] | None = None
) -> Iterator[IntervalBlock]:
    """Intervals of the tabulated shares and ratios of a fitted region; stop to cancel.

    Raises
    ------
    RecipeError
        If the region is not fitted.
    """
    options = _options_of_fit(analysis)
    if analysis.result is None:
        raise RecipeError(f"{analysis.region}: fit it first; intervals are those of a fit.")
    if method == "covariance":
        return
    fitted = (prepared_series(analysis), analysis.result, analysis.model)
    quantities = stored_quantities(analysis)
    if method == "profile":
        found = profile_intervals(*fitted, quantities, options, spectra=spectra)
        yield from widen_by_components(found, *fitted[1:], quantities)
        return
    draw = joint_bootstrap if GROUP in analysis.result else bootstrap_spectra
    found = draw(
        *fitted,
        options,
        quantities=quantities,
        replicas=options.replicas,
        seed=options.seed,
        spectra=spectra,
    )
    yield from widen_by_components(found, *fitted[1:], quantities)


def with_found(
    analysis: Analysis, method: Uncertainty, blocks: Iterable[IntervalBlock]
) -> Analysis:
    """Return the analysis with these intervals, and the method in its recipes.

    Spectra that are in no block keep the intervals they had; those of the covariance are in place
    of all others.
    """
    assert analysis.result is not None
    if method == "covariance":
        result = with_covariance_only(analysis.result)
    else:
        quantities = stored_quantities(analysis)
        result = with_intervals(analysis.result, method, quantities, blocks)
        if method == "bootstrap":
            options = _options_of_fit(analysis)
            result = result.assign_attrs(replicas=options.replicas, seed=options.seed)
    return replace(
        analysis,
        recipe=_with_method(analysis.recipe, method),
        result=result,
        result_of=analysis.result_of and _with_method(analysis.result_of, method),
    )


def with_background_choice(analysis: Analysis, spectra: Sequence[int] | None = None) -> Analysis:
    """Return the analysis with what other backgrounds would change as a systematic error.

    Raises
    ------
    ThioscopeError
        If the model cannot be fitted with another background.
    """
    assert analysis.result is not None
    quantities = stored_quantities(analysis)
    options = _options_of_fit(analysis)
    fitted = (prepared_series(analysis), analysis.result, analysis.model)
    shifts = list(background_shifts(*fitted, quantities, options, spectra))
    if not shifts:
        return analysis
    result = with_systematic(analysis.result, quantities, largest_shift(shifts), spectra)
    others = [kind for kind in options.other_backgrounds if kind != analysis.model.background.kind]
    return replace(analysis, result=result.assign_attrs(other_backgrounds=json.dumps(others)))


def find_model_error(
    analysis: Analysis, catalogue: Catalogue
) -> Generator[FittedMember, None, Analysis]:
    """Fit the family that the recipe names; stop to cancel, and nothing has changed.

    Yields
    ------
    The fitted model itself, then every member of its family.

    Returns
    -------
    The analysis with the model errors of its tabulated shares and ratios.
    """
    assert analysis.result is not None
    options = _options_of_fit(analysis)
    series, quantities = prepared_series(analysis), stored_quantities(analysis)
    fitted = (series, analysis.result, analysis.model)
    members = make_family(*fitted, catalogue, options.family)
    found = []
    for one in fit_family(*fitted, members, quantities, options):
        found.append(one)
        yield one
    error = weigh_family(found, analysis.result)
    stored = (error.error, error.undetected, error.weights)
    result = with_model_error(analysis.result, quantities, *stored)
    return replace(analysis, result=result)


def _options_of_fit(analysis: Analysis) -> FitOptions:
    return (analysis.result_of or analysis.recipe).options


def _with_method(recipe: Recipe, method: Uncertainty) -> Recipe:
    return replace(recipe, options=replace(recipe.options, uncertainty=method))
