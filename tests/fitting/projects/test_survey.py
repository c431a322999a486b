"""Elements in simulated surveys: those that are there, no others, and what regions are told."""

import numpy as np
import pytest

from fitting.data.series import ENERGY, make_series
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.grow import grow_project
from fitting.projects.project import Project
from fitting.projects.reading import Reading
from fitting.projects.survey import (
    ATTRIBUTE,
    elements_seen,
    list_survey_elements,
    survey_of,
    with_survey,
)
from fitting.quantities.quantification import AL_KA, Quantification, chosen_correction
from libraries.errors import LibraryError
from libraries.loader import catalogue
from libraries.survey_lines import auger_lines, lines_of, survey_lines

GRID = np.arange(0.0, 1250.0, 1.0)
PARTNERS = {"s": 0.0, "p": 1 / 2, "d": 2 / 3, "f": 3 / 4}
SAMPLES = {
    "argyrodite": {"Li": 35, "P": 6, "S": 30, "Cl": 6, "C": 15, "O": 8},
    "LGPS": {"Li": 35, "Ge": 4, "P": 8, "S": 40, "C": 8, "O": 5},
    "LSnPS": {"Li": 35, "Sn": 4, "P": 8, "S": 40, "C": 8, "O": 5},
    "LSiPSCl": {"Li": 35, "Si": 6, "P": 6, "S": 38, "Cl": 2, "C": 8, "O": 5},
    "bromide": {"Li": 35, "P": 6, "S": 30, "Br": 6, "C": 15, "O": 8},
    "iodide": {"Li": 35, "P": 6, "S": 30, "I": 6, "C": 15, "O": 8},
    "NMC": {"Li": 20, "Ni": 14, "O": 40, "C": 26},
    "LCO": {"Li": 20, "Co": 14, "O": 40, "C": 26},
    "NMC in argyrodite": {"Li": 25, "Ni": 6, "O": 20, "C": 20, "S": 20, "P": 5, "Cl": 4},
    "niobate on NMC": {"Li": 20, "Ni": 6, "Nb": 8, "O": 46, "C": 20},
    "tantalate": {"Li": 20, "Ta": 10, "O": 45, "C": 25},
    "zirconate": {"Li": 20, "Zr": 10, "O": 45, "C": 25},
    "titanate": {"Li": 20, "Ti": 12, "O": 45, "C": 23},
    "LLZO": {"Li": 25, "La": 6, "Zr": 6, "O": 40, "C": 23},
    "indium": {"In": 40, "O": 25, "C": 35},
    "sulfide on indium": {"In": 10, "S": 30, "P": 6, "Cl": 5, "Li": 30, "C": 12, "O": 7},
    "fluoride": {"Li": 30, "F": 30, "C": 30, "O": 10},
    "bismuth": {"Bi": 8, "S": 25, "C": 45, "O": 22},
    "gold": {"Au": 50, "C": 40, "O": 10},
    "carbon": {"C": 97, "O": 3},
}
POSITIONS = {"C 1s": 285.0, "S 2p": 161.7, "P 2p": 131.8, "Cl 2p": 198.7}
"""Where a library's range is wider than a line moves (eV)."""
HIDDEN = {"LGPS": {"P"}, "LSiPSCl": {"Cl"}}
"""Elements of which all lines lie under others: P 2p under Ge 3p, 2 at% of Cl 2p beside P 2s."""
TOO_WEAK = {"Li"}
"""Elements whose lines a survey need not show: Li 1s is the weakest of all."""


def make_counts(atoms, rng, scale=1500.0):
    """Lines by cross section and escape depth, each with losses and a step, and Auger lines."""
    correction = chosen_correction(Quantification(), AL_KA)
    level = 6000.0 + 2.0 * GRID
    signal = np.zeros(GRID.size)
    for line in survey_lines():
        if line.element not in atoms:
            continue
        at = POSITIONS.get(line.name, 0.5 * (line.low + line.high))
        try:
            divisor = correction.divisors(line.name, np.array([AL_KA - at]), None)[0]
        except LibraryError:
            continue
        area = scale * atoms[line.element] * divisor / 30.0
        ratio = PARTNERS[line.core_level[-1]] if line.separation else 0.0
        for place, part in ((at, 1 / (1 + ratio)), (at + line.separation, ratio / (1 + ratio))):
            signal += area * part / 2.5 * np.exp(-0.5 * ((GRID - place) / 1.0) ** 2)
            signal += (
                area * part * 0.03 * np.exp(-np.maximum(GRID - place, 0) / 60) * (place < GRID)
            )
    for auger in auger_lines():
        if auger.element in atoms:
            at = AL_KA - auger.kinetic_energy
            signal += 0.4 * scale * atoms[auger.element] * np.exp(-0.5 * ((GRID - at) / 4.0) ** 2)
    return rng.poisson(level + signal).astype(float)


def make_survey(samples, seed=3):
    rng = np.random.default_rng(seed)
    counts = np.array([make_counts(SAMPLES[name], rng) for name in samples])
    sigma = np.sqrt(np.maximum(counts, 1.0))
    return make_series(
        ENERGY, GRID, counts, region="survey", sigma=sigma, noise="poisson", sample=samples
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_the_elements_of_a_survey_are_found_and_no_others(name) -> None:
    found = {one.element: one for one in elements_seen(make_survey([name]))[name]}
    there = set(SAMPLES[name])
    assert set(found) <= there
    assert there - set(found) <= TOO_WEAK | HIDDEN.get(name, set())
    for element, one in found.items():
        assert one.lines, element
        assert element in one.evidence


def test_steps_and_noise_are_no_lines() -> None:
    counts = np.random.default_rng(1).poisson(
        2000.0 + 800.0 * np.tanh((GRID - 530.0) / 2.0) + 400.0 * np.tanh(GRID - 285.0)
    )[None]
    survey = make_series(
        ENERGY, GRID, counts, region="survey", sigma=np.sqrt(counts), noise="poisson", sample="a"
    )
    assert elements_seen(survey) == {"a": ()}


def test_amounts_come_back_within_what_a_survey_can_say() -> None:
    atoms = SAMPLES["niobate on NMC"]
    whole = sum(share for element, share in atoms.items() if element not in TOO_WEAK)
    for one in elements_seen(make_survey(["niobate on NMC"]))["niobate on NMC"]:
        assert one.atomic_percent == pytest.approx(100 * atoms[one.element] / whole, rel=0.3)


def test_line_outside_the_survey_is_not_seen() -> None:
    short = make_survey(["carbon"]).isel(energy=slice(0, 500))
    assert {one.element for one in elements_seen(short)["carbon"]} == {"C"}


def test_elements_that_a_later_survey_of_the_sample_shows_are_found_as_well() -> None:
    survey = make_survey(["carbon", "carbon", "indium"]).assign_coords(
        sample=("spectrum", np.array(["a", "a", "a"], dtype=object))
    )
    assert [one.element for one in elements_seen(survey)["a"]] == ["C", "O", "In"]


def test_regions_are_told_what_their_survey_shows() -> None:
    narrow = make_series(
        ENERGY, GRID[156:174], np.ones(18), region="S 2p", sigma=1.0, noise="poisson", sample="a"
    )
    told = with_survey({"survey": make_survey(["bismuth", "carbon"]), "S 2p": narrow})
    assert "Bi" in survey_of(told["S 2p"])["bismuth"]
    assert "Bi" not in survey_of(told["S 2p"])["carbon"]
    assert survey_of(narrow) == {}
    (bismuth,) = [one for one in list_survey_elements([told["S 2p"]]) if one.element == "Bi"]
    assert "Bi 4f at" in bismuth.evidence
    assert bismuth.atomic_percent > 0


def test_what_older_projects_stored_is_read() -> None:
    narrow = make_series(
        ENERGY, GRID[156:174], np.ones(18), region="S 2p", sigma=1.0, noise="poisson", sample="a"
    ).assign_attrs({ATTRIBUTE: '{"a": ["Bi"]}'})
    assert survey_of(narrow) == {"a": ["Bi"]}
    assert [one.element for one in list_survey_elements([narrow])] == ["Bi"]


def test_survey_reaches_the_project_and_its_table() -> None:
    grid = np.arange(156.0, 174.0, 0.1)
    narrow = make_series(
        ENERGY, grid, np.full(grid.size, 9.0), region="S 2p", sigma=3.0, noise="poisson",
        sample="bismuth",
    )  # fmt: skip
    reading = Reading((narrow, make_survey(["bismuth"])))
    project = grow_project(Project(), reading, catalogue()).project
    assert "Bi" in survey_of(project.analyses["S 2p"].series)["bismuth"]
    assert "Bi" in set(make_tables(project)["survey"]["element"])


def test_every_element_with_a_factor_has_a_line_that_can_name_it() -> None:
    factors = chosen_correction(Quantification(), AL_KA).factors.factors
    for name in factors:
        element, level = name.split()
        levels = {line.core_level for line in lines_of(element) if not line.is_minor}
        assert level in levels or level[1] == "s" or name in ("Mg 2p", "Ga 2p"), name
