"""Groups of species and differences between samples: values, errors, and how they are written."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import RecipeError
from fitting.output.tables.project_tables import make_tables
from fitting.projects.project import Project
from fitting.projects.recipe import recipe_from_json, recipe_to_json
from fitting.quantities.comparisons import find_differences, parse_comparison
from fitting.quantities.groups import check_groups, groups_for, groups_of, parse_group

SPECIES = {"PS4": 161.5, "polysulfide": 163.0, "sulfite": 166.8, "sulfate": 168.8}
SOX = "SOx = sulfite + sulfate"
COVARIANCE = np.array(
    [
        [900.0, -200.0, 30.0, 10.0],
        [-200.0, 700.0, 20.0, 0.0],
        [30.0, 20.0, 500.0, -250.0],
        [10.0, 0.0, -250.0, 400.0],
    ]
)


@pytest.fixture
def fitted(doublet_model, blank_series, drawn_result, analysis_of):
    """S 2p of samples with these areas of the four species."""

    def make(areas, groups=(SOX,), rng=None, **coordinates):
        model = doublet_model(SPECIES)
        series = blank_series(len(areas), region="S 2p", unit="counts/s", **coordinates)
        result = drawn_result(series, model, np.array(areas, float), COVARIANCE, rng=rng)
        made = analysis_of(series, model, result)
        return replace(made, recipe=replace(made.recipe, groups=tuple(groups)))

    return make


def group_rows(analysis):
    return make_tables(Project({"S 2p": analysis}))["groups"]


def test_table_s1_of_wang2021_comes_out_as_printed(fitted) -> None:
    printed = {"bare": (22.72, 30.98), "LNTO": (11.06, 30.38)}
    areas = [
        [100 - oxide - sulfide, sulfide, 0.4 * oxide, 0.6 * oxide]
        for oxide, sulfide in printed.values()
    ]
    analysis = fitted(1000 * np.array(areas), [SOX, "Sn = polysulfide"], sample=list(printed))
    rows = group_rows(analysis).set_index(["sample", "group"])
    for sample, (oxide, sulfide) in printed.items():
        assert f"{rows.loc[(sample, 'SOx'), 'value']:.2f}" == f"{oxide:.2f}"
        assert f"{rows.loc[(sample, 'Sn'), 'value']:.2f}" == f"{sulfide:.2f}"
        assert 0 < rows.loc[(sample, "SOx"), "stderr"] < 0.05
    found = find_differences({"S 2p": analysis}, ["bare - LNTO"])
    (sox,) = [row for row in found.rows if row.group == "SOx"]
    assert sox.value == pytest.approx(22.72 - 11.06)
    assert sox.stderr == pytest.approx(
        np.hypot(*(rows.loc[(sample, "SOx"), "stderr"] for sample in printed))
    )


def test_table_1_of_su2025_comes_out_as_printed(fitted) -> None:
    printed = [1.11, 0.97, 1.56, 0.56]
    states = {"sample": ["bare", "bare", "C60", "C60"], "voltage": [4.3, 2.8, 4.3, 2.8]}
    areas = [[9000.0, 9000.0 * ratio, 400.0, 600.0] for ratio in printed]
    analysis = fitted(areas, ["P-Sn-P : PS4 = polysulfide / PS4"], **states)
    rows = group_rows(analysis).set_index(["sample", "voltage_V"])
    for sample, voltage, ratio in zip(*states.values(), printed, strict=True):
        row = rows.loc[(sample, voltage)]
        assert f"{row['value']:.2f}" == f"{ratio:.2f}"
        assert row["low95"] < ratio < row["high95"]
        assert row["unit"] == "1"
    found = find_differences({"S 2p": analysis}, ["C60 @ 4.3 - C60 @ 2.8"])
    assert [row.value for row in found.rows if row.unit == "1"] == pytest.approx([1.0])


def test_errors_of_groups_and_differences_equal_the_scatter_of_draws(fitted) -> None:
    rng = np.random.default_rng(5)
    areas = [[4000.0, 1500.0, 700.0, 900.0]] * 800
    samples = [str(number) for number in range(800)]
    analysis = fitted(areas, [SOX, "sulfite + sulfate / PS4"], rng=rng, sample=samples)
    rows = group_rows(analysis)
    for name, own in rows.groupby("group"):
        assert own["value"].std() == pytest.approx(own["stderr"].median(), rel=0.1), name
    wanted = [f"{2 * place} - {2 * place + 1}" for place in range(400)]
    found = [row for row in find_differences({"S 2p": analysis}, wanted).rows if row.group == "SOx"]
    assert np.std([row.value for row in found]) == pytest.approx(found[0].stderr, rel=0.1)
    holds = np.mean([row.low95 <= 0.0 <= row.high95 for row in found])
    assert holds == pytest.approx(0.95, abs=0.04)


@settings(max_examples=25, deadline=None)
@given(
    names=st.lists(st.sampled_from(list(SPECIES)), min_size=2, max_size=4, unique=True),
    split=st.integers(1, 3),
)
def test_a_group_reads_back_from_its_words(names, split) -> None:
    above, below = names[:split], names[split:]
    text = " + ".join(above) + (f" / {' + '.join(below)}" if below else "")
    group = parse_group(f"mine = {text}")
    assert group.name == "mine"
    assert parse_group(group.quantity.words) == replace(group, name=group.quantity.words)
    assert group.quantity.species == tuple(above)


@pytest.mark.parametrize("text", ["", "= sulfite", "a /", "/ a", "a / b / c", "a + b / b"])
def test_what_is_no_group_is_refused_with_its_words(text) -> None:
    with pytest.raises(RecipeError, match=r"is no group|cannot stand on both sides"):
        parse_group(text)


@pytest.mark.parametrize("text", ["bare", "a - b - c", "bare @ high - b", "@ 4 - b", ""])
def test_what_is_no_comparison_is_refused_with_its_words(text) -> None:
    with pytest.raises(RecipeError, match=r"is no comparison|is no voltage|names no sample"):
        parse_comparison(text)


def test_a_species_that_is_not_in_the_model_counts_as_nothing_and_is_named(fitted) -> None:
    analysis = fitted([[4000.0, 1500.0, 700.0, 900.0]], ["SOx = sulfite + sulfate + thiosulfate"])
    (group,) = groups_of(analysis)
    assert group.missing == ("thiosulfate",)
    (row,) = group_rows(analysis).to_dict("records")
    assert row["missing"] == "thiosulfate"
    assert row["value"] == pytest.approx(100 * 1600 / 7100)


def test_a_group_belongs_to_the_regions_that_know_its_species() -> None:
    assert groups_for([SOX], list(SPECIES), ["PS4", "sulfite"]) == (SOX,)
    assert groups_for([SOX], ["PS4", "phosphate"], ["PS4"]) == ()
    with pytest.raises(RecipeError, match="no region has all of these species"):
        check_groups(["a + b"], [list(SPECIES)])


def test_states_that_are_not_there_or_not_one_are_said(fitted) -> None:
    areas = [[4000.0, 1500.0, 700.0, 900.0]] * 2
    analyses = {"S 2p": fitted(areas, sample=["a", "a"], voltage=[2.8, 4.3])}
    missing = find_differences(analyses, ["a @ 4.3 - b"])
    assert not missing.rows
    assert "a @ 4.3 - b: no region" in missing.remarks[0]
    several = find_differences(analyses, ["a - a @ 4.3"])
    assert "S 2p has 2 fitted spectra" in several.remarks[0]


def test_groups_are_part_of_the_recipe_and_leave_the_fit_as_it_is(fitted) -> None:
    analysis = fitted([[4000.0, 1500.0, 700.0, 900.0]])
    back = recipe_from_json(recipe_to_json(analysis.recipe), "recipe")
    assert back.groups == (SOX,)
    fresh = replace(analysis, result_of=replace(analysis.recipe, groups=()))
    assert fresh.is_current
