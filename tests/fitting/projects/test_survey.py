"""Elements in simulated surveys."""

import numpy as np
import pytest

from fitting.data.series import ENERGY, make_series
from fitting.pipeline.grow import grow_project
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.projects.survey import elements_seen, survey_of, with_survey
from libraries.loader import catalogue

GRID = np.arange(0.0, 1250.0, 1.0)


@pytest.fixture
def survey():
    """Two samples on steps and noise; lines by position, in the first sample only."""

    def make(*lines: float, area: float = 6000.0):
        rng = np.random.default_rng(3)
        level = 2000.0 + 800.0 * np.tanh((GRID - 530.0) / 2.0) + 400.0 * np.tanh(GRID - 285.0)
        peaks = sum((np.exp(-0.5 * ((GRID - at) / 1.2) ** 2) for at in lines), np.zeros(GRID.size))
        counts = rng.poisson([level + area / 3.0 * peaks, level]).astype(float)
        sigma = np.sqrt(counts)
        return make_series(
            ENERGY, GRID, counts, region="survey", sigma=sigma, noise="poisson", sample=["a", "b"]
        )

    return make


def test_element_is_seen_by_its_strongest_line_in_its_sample_only(survey) -> None:
    assert elements_seen(survey(300.5, 207.0)) == {"a": ("Y", "Nb"), "b": ()}


def test_sulfur_itself_is_not_taken_for_another_element(survey) -> None:
    assert elements_seen(survey(162.0, 228.0, 132.0, 55.0, 284.8, 531.0)) == {"a": (), "b": ()}


def test_steps_and_noise_are_no_lines(survey) -> None:
    assert elements_seen(survey()) == {"a": (), "b": ()}


def test_every_other_line_is_of_an_element_that_is_looked_for(survey) -> None:
    known = catalogue()
    wanted = {line.element for region in known.regions() for line in known.interferences(region)}
    strongest = {"Bi": 440.0, "Ge": 1218.0, "Zn": 1022.0, "K": 293.0, "Nb": 207.0}
    assert set(strongest) <= wanted
    for element, position in strongest.items():
        assert element in elements_seen(survey(position))["a"]


def test_line_outside_the_survey_is_not_seen(survey) -> None:
    short = survey(1218.0).isel(energy=slice(0, 1000))
    assert "Ge" not in elements_seen(short)["a"]


def test_regions_are_told_what_their_survey_shows(survey) -> None:
    narrow = make_series(
        ENERGY, GRID[156:174], np.ones(18), region="S 2p", sigma=1.0, noise="poisson", sample="a"
    )
    told = with_survey({"survey": survey(440.0), "S 2p": narrow})
    assert survey_of(told["S 2p"]) == {"a": ["Bi"], "b": []}
    assert survey_of(narrow) == {}


def test_survey_reaches_the_project(survey) -> None:
    grid = np.arange(156.0, 174.0, 0.1)
    narrow = make_series(
        ENERGY, grid, np.full(grid.size, 9.0), region="S 2p", sigma=3.0, noise="poisson", sample="a"
    )
    reading = Reading((narrow, survey(300.5)))
    project = grow_project(Project(), reading, catalogue()).project
    assert "Y" in survey_of(project.analyses["S 2p"].series)["a"]
