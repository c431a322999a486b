"""The methods paragraph says what the tables say, whatever was done before."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.fits.options import Uncertainty
from fitting.models.from_library import model_from_species
from fitting.models.model import with_parameter
from fitting.output.report.methods import methods_paragraphs
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.kept_project import keep_events
from fitting.pipeline.run import find_errors, run_project
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()
REGION = "S 2p"
WORDS = {
    "covariance": "Fieller's theorem",
    "profile": "profile likelihood",
    "bootstrap": "parametric bootstrap",
}


@pytest.fixture(scope="module")
def begun() -> Project:
    """Three spectra of two species, not fitted yet."""
    model = model_from_species(REGION, ("PS4", "sulfate"), background="linear")
    series = simulate_series(
        model,
        {"PS4.area": [3000.0, 2000.0, 900.0], "sulfate.area": [200.0, 900.0, 1500.0],
         "background.offset": 200.0},
        np.arange(158.0, 173.0, 0.2),
        np.random.default_rng(5),
        region=REGION,
        voltage=[2.5, 3.0, 3.5],
        source="simulated.txt",
    )  # fmt: skip
    return Project({REGION: Analysis(series, Recipe(model))})


def _fit(project: Project, spectra: tuple[int, ...]) -> Project:
    return keep_events(project, run_project(project, CATALOGUE, {REGION: spectra}))


def _search(project: Project, method: Uncertainty, spectra: tuple[int, ...]) -> Project:
    """Intervals as the window finds them: asked for in both recipes, found for some spectra."""
    analysis = project.analyses[REGION]
    if analysis.result is None:
        return project

    def asking(recipe: Recipe) -> Recipe:
        options = replace(recipe.options, uncertainty=method, replicas=20)
        return replace(recipe, options=options)

    asked = replace(
        analysis,
        recipe=asking(analysis.recipe),
        result_of=analysis.result_of and asking(analysis.result_of),
    )
    project = with_analysis(project, asked)
    return keep_events(project, find_errors(asked, spectra))


def _edit(project: Project, low: float) -> Project:
    """A bound that may hold the line where it does not belong."""
    analysis = project.analyses[REGION]
    model = with_parameter(analysis.recipe.model, "PS4.position", min=low, value=low + 0.1)
    recipe = replace(analysis.recipe, model=model)
    return with_analysis(project, replace(analysis, recipe=recipe))


_SPECTRA = st.sampled_from([(0, 1, 2), (1,), (0, 2)])
_STEPS = st.one_of(
    st.tuples(st.just(_fit), _SPECTRA),
    st.tuples(st.just(_search), st.sampled_from(tuple(WORDS)), _SPECTRA),
    st.tuples(st.just(_edit), st.sampled_from([160.8, 161.3, 161.6])),
)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEPS, min_size=1, max_size=5))
def test_the_paragraph_says_what_the_tables_say(begun: Project, steps: list[tuple]) -> None:
    project = _fit(begun, (0, 1, 2))
    for step, *arguments in steps:
        project = step(project, *arguments)
    tables = make_tables(project, CATALOGUE)
    text = " ".join(part for _, part in methods_paragraphs(project, tables, CATALOGUE))
    assert _methods_of_text(text) == _methods_of_tables(tables)
    endings = tables["spectra"]["status"].value_counts()
    tried = sum(count for status, count in endings.items() if status != "not_fitted")
    assert f"Of {tried} fits" in text
    for status, phrase in (
        ("converged", r"(\d+) converged(?! with)"),
        ("at_bound", r"(\d+) converged with parameters at a bound"),
        ("failed", r"(\d+) failed"),
    ):
        said = re.search(phrase, text)
        assert int(said.group(1) if said else 0) == endings.get(status, 0)


def test_a_refit_after_profile_likelihood_is_no_profile_likelihood(begun: Project) -> None:
    profiled = _search(_fit(begun, (0, 1, 2)), "profile", (0, 1, 2))
    asked = profiled.analyses[REGION]
    blocks = (one for one in run_project(_edit(profiled, 161.2), CATALOGUE))
    # stopped after the fit: the intervals that the recipe asks for were not found
    kept = _edit(profiled, 161.2)
    stopped = keep_events(kept, _until_fitted(blocks))
    assert asked.recipe.options.uncertainty == "profile"
    tables = make_tables(stopped, CATALOGUE)
    text = " ".join(part for _, part in methods_paragraphs(stopped, tables, CATALOGUE))
    assert _methods_of_text(text) == {"covariance"} == _methods_of_tables(tables)


def _until_fitted(events):
    for event in events:
        yield event
        if type(event).__name__ == "RegionFitted":
            return


def _methods_of_text(text: str) -> set[str]:
    return {method for method, words in WORDS.items() if words in text}


def _methods_of_tables(tables) -> set[str]:
    """Of the intervals of shares and ratios in spectra that have values."""
    found: set[str] = set()
    for name, value in (("species", "area"), ("ratios", "ratio")):
        rows = tables[name]
        found |= set(rows["method"][rows[value].notna()])
    return found
