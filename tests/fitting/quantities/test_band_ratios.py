"""Raman bands over an internal band, and mole ratios by cross sections."""

from dataclasses import replace

import numpy as np
import pytest

from fitting.data.errors import RecipeError
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.output.tables.project_tables import make_tables
from fitting.pipeline.propose import Choices, propose_recipe
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe, recipe_from_json, recipe_to_json
from fitting.quantities.band_ratios import (
    BAND_RATIO,
    BandOptions,
    CrossSection,
    internal_band,
    mole_ratio,
    parse_cross_section,
)
from fitting.quantities.quantify import species_areas
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """Two Raman spectra with twice as much polysulfide in the second."""
    model = model_from_library("argyrodite Raman", background="linear")
    values = {f"{peak.name}.area": np.array([4e4, 4e4]) for peak in model.peaks}
    values |= {
        f"{peak.name}.area": np.array([3e4, 6e4])
        for peak in model.peaks
        if peak.species == "polysulfide"
    }
    values |= {"PS4 428.area": np.array([2e5, 2e5]), "background.offset": np.array([500.0, 500.0])}
    series = simulate_series(
        model,
        values,
        np.arange(120.0, 700.0, 1.0),
        np.random.default_rng(1),
        region="raman",
        voltage=[2.5, 3.5],
    )
    recipe = Recipe(model)
    return Analysis(series, recipe, fit_all_spectra(series, model), recipe)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("polysulfide=1.8±0.3", CrossSection("polysulfide", 1.8, 0.3)),
        ("polysulfide = 1.8 +- 0.3", CrossSection("polysulfide", 1.8, 0.3)),
        ("polysulfide=1.8+/-0.3", CrossSection("polysulfide", 1.8, 0.3)),
        ("PS4=1", CrossSection("PS4", 1.0)),
    ],
)
def test_cross_section_is_read_with_its_error(text: str, meant: CrossSection) -> None:
    assert parse_cross_section(text) == meant


@pytest.mark.parametrize("text", ["PS4", "PS4=", "PS4=-1", "PS4=0", "PS4=1±-2", "=1", "PS4=x±1"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        parse_cross_section(text)


def test_species_has_one_cross_section() -> None:
    with pytest.raises(RecipeError, match="two cross sections"):
        BandOptions(cross_sections=("PS4=1", "PS4=2"))


def test_internal_band_is_the_largest_of_the_electrolyte_or_the_one_named(analysis) -> None:
    result, model = analysis.result, analysis.model
    assert internal_band(result, model, BandOptions()) == "PS4 428"
    assert internal_band(result, model, BandOptions("PS4 269")) == "PS4 269"
    assert internal_band(result, model, BandOptions("PS4 1000")) == ""


def test_bands_are_tabled_over_the_internal_one_as_what_they_are(analysis) -> None:
    table = make_tables(Project({"raman": analysis}), catalogue())["band_ratios"]
    assert set(table["internal_band"]) == {"PS4 428"}
    assert set(table["quantity"]) == {BAND_RATIO}
    of_band = table[table["band"] == "polysulfide 476"]
    for row, truth in zip(of_band.itertuples(), (0.15, 0.3), strict=True):
        assert row.ratio == pytest.approx(truth, abs=4 * row.ratio_stderr)


def test_mole_ratio_needs_both_cross_sections_and_has_their_error(analysis) -> None:
    areas = species_areas(analysis.result, analysis.model)
    none, _ = mole_ratio(areas, "polysulfide", "PS4", [CrossSection("PS4", 1.0)])
    assert np.isnan(none).all()
    sections = [CrossSection("PS4", 1.0), CrossSection("polysulfide", 2.0, 0.4)]
    value, stderr = mole_ratio(areas, "polysulfide", "PS4", sections)
    # half of 9e4 over 3.6e5, and the double of it
    assert value == pytest.approx([0.125, 0.25], rel=0.1)
    assert (stderr > 0.2 * value).all()
    assert (stderr < 0.25 * value).all()


def test_ratios_say_that_they_are_no_mole_ratios_unless_cross_sections_are_given(analysis) -> None:
    plain = make_tables(Project({"raman": analysis}), catalogue())["ratios"]
    assert plain["mole_ratio"].isna().all()
    assert plain["quantity"].str.contains("no mole ratio").all()
    bands = BandOptions(cross_sections=("PS4=1", "polysulfide=2±0.4"))
    told = replace(analysis, result_of=replace(analysis.recipe, bands=bands))
    ratios = make_tables(Project({"raman": told}), catalogue())["ratios"]
    assert ratios["mole_ratio"].notna().all()
    assert ratios["quantity"].str.contains("mole ratio by the cross sections given").all()


def test_recipe_keeps_band_and_cross_sections(analysis) -> None:
    recipe = replace(analysis.recipe, bands=BandOptions("PS4 428", ("PS4=1", "polysulfide=2±0.4")))
    assert recipe_from_json(recipe_to_json(recipe), "here") == recipe


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (BandOptions("PS4 999"), "no band 'PS4 999'.*PS4 428"),
        (BandOptions(cross_sections=("Li3P=1",)), "no such species.*PS4, polysulfide"),
        (BandOptions("PS4 428", ("PS4=1",)), None),
    ],
)
def test_band_or_species_that_the_model_lacks_is_refused(analysis, options, said) -> None:
    def proposed():
        return propose_recipe(analysis.series, catalogue(), Choices(bands=options))

    if said is None:
        recipe = proposed()
        assert recipe is not None
        assert recipe.bands == options
        return
    with pytest.raises(RecipeError, match=said):
        proposed()
