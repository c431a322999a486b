"""How areas become amounts: factors, escape depth, transmission, angle; and other choices."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from fitting.commands.main import run_command
from fitting.data.errors import RecipeError
from fitting.data.series import set_coordinates
from fitting.quantities.atomic_percent import atomic_percent
from fitting.quantities.quantification import (
    AL_KA,
    Quantification,
    chosen_correction,
    other_corrections,
    quantification_from_json,
    quantification_to_json,
)
from libraries.sensitivity_sets import SensitivityFactor, SensitivitySet, sensitivity_set

SCOFIELD, KRATOS = sensitivity_set(), sensitivity_set("Kratos F 1s = 1")
AREAS = {"S 2p": 4000.0, "O 1s": 700.0}
MIDDLE = {"S 2p": 163.0, "O 1s": 531.0}


@pytest.fixture
def make_analyses(doublet_model, blank_series, drawn_result, analysis_of):
    """S 2p and O 1s of one sample; keywords are coordinates by region."""

    def make(**coordinates):
        made = {}
        for region, area in AREAS.items():
            model = doublet_model({"PS4": MIDDLE[region]})
            series = blank_series(1, region=region, unit="counts/s", sample="a")
            middle = float(series["energy"].values.mean())
            series = series.assign_coords(energy=series["energy"] - middle + MIDDLE[region])
            given = {name: values[region] for name, values in coordinates.items()}
            series = set_coordinates(series, **given)
            result = drawn_result(series, model, [[area]], np.array([[100.0]]))
            made[region] = analysis_of(series, model, result)
        return made

    return make


def sulfur_to_oxygen(analyses, chosen=None) -> float:
    values = {row.region: row.value for row in atomic_percent(analyses, chosen).rows}
    return values["S 2p"] / values["O 1s"]


def bare_ratio(factors: SensitivitySet) -> float:
    return (AREAS["S 2p"] / factors.factor("S 2p")) / (AREAS["O 1s"] / factors.factor("O 1s"))


def kinetic(region: str) -> float:
    return AL_KA - MIDDLE[region]


def test_cross_sections_are_taken_with_the_escape_depth_of_the_material(make_analyses) -> None:
    # 31.9 and 24.7 angstrom: TPP-2M of Li6PS5Cl, worked out by hand from the formula
    expected = bare_ratio(SCOFIELD) * 24.7 / 31.9
    assert sulfur_to_oxygen(make_analyses()) == pytest.approx(expected, rel=0.005)
    row = atomic_percent(make_analyses()).rows[0]
    assert row.escape_depth == "TPP-2M of Li6PS5Cl"
    assert row.sensitivity_set == "Scofield Al Ka"


def test_no_escape_depth_leaves_the_cross_sections_alone(make_analyses) -> None:
    chosen = Quantification(escape_depth="none")
    assert sulfur_to_oxygen(make_analyses(), chosen) == pytest.approx(bare_ratio(SCOFIELD))
    # and what it leaves out is not hidden
    (row, _) = atomic_percent(make_analyses(), chosen).rows
    with_depth = atomic_percent(make_analyses()).rows[0]
    assert row.systematic >= abs(row.value - with_depth.value)


def test_factors_that_hold_the_escape_depth_get_none_beside_it(make_analyses) -> None:
    chosen = Quantification(sensitivity=KRATOS.name)
    assert sulfur_to_oxygen(make_analyses(), chosen) == pytest.approx(bare_ratio(KRATOS))
    with pytest.raises(RecipeError, match="hold the escape depth already"):
        chosen_correction(replace(chosen, escape_depth="TPP-2M"), AL_KA)


def test_systematic_error_is_the_distance_to_the_furthest_other_choice(make_analyses) -> None:
    analyses = make_analyses()
    row = atomic_percent(analyses).rows[0]
    others = {}
    for one in other_corrections(chosen_correction(Quantification(), AL_KA)):
        depth = one.escape_depth if one.factors.escape_depth == "separate" else ""
        other = Quantification(sensitivity=one.factors.name, escape_depth=depth)
        others[one.name] = abs(atomic_percent(analyses, other).rows[0].value - row.value)
    assert {"Scofield Al Ka, S4 of Li6PS5Cl", KRATOS.name, "Wagner Al Ka"} <= set(others)
    assert row.systematic == pytest.approx(max(others.values()))
    assert row.systematic_from == max(others, key=others.__getitem__)


def test_sets_of_another_photon_energy_are_no_choice(make_analyses) -> None:
    names = {one.name for one in other_corrections(chosen_correction(Quantification(), AL_KA))}
    assert not any("Mg Ka" in name or "Ag La" in name for name in names)


def test_the_photon_energy_of_the_files_chooses_the_factors(make_analyses) -> None:
    analyses = make_analyses(photon_energy=dict.fromkeys(AREAS, 1253.6))
    assert atomic_percent(analyses).rows[0].sensitivity_set == "Scofield Mg Ka"
    refused = atomic_percent(analyses, Quantification(sensitivity=SCOFIELD.name))
    assert not refused.rows
    assert "measured at 1253.6 eV" in refused.remarks[0]


def test_transmission_is_divided_out_where_all_files_state_it(make_analyses) -> None:
    passed = {"S 2p": 2.0, "O 1s": 1.0}
    bare = Quantification(escape_depth="none")
    analyses = make_analyses(transmission=passed)
    assert sulfur_to_oxygen(analyses, bare) == pytest.approx(bare_ratio(SCOFIELD) / 2.0)
    assert atomic_percent(analyses).rows[0].transmission == "divided out"
    some = atomic_percent(make_analyses(transmission={"S 2p": 2.0, "O 1s": math.nan}), bare)
    assert some.rows[0].transmission == "not stated by the files"
    assert any("state no transmission" in remark for remark in some.remarks)


def test_wagner_factors_take_the_transmission_relative_to_one_over_energy(make_analyses) -> None:
    chosen = Quantification(sensitivity="Wagner Al Ka")
    wagner = sensitivity_set("Wagner Al Ka")
    assert sulfur_to_oxygen(make_analyses(), chosen) == pytest.approx(bare_ratio(wagner))
    like_wagner = {region: 1000.0 / kinetic(region) for region in AREAS}
    analyses = make_analyses(transmission=like_wagner)
    assert sulfur_to_oxygen(analyses, chosen) == pytest.approx(bare_ratio(wagner), rel=1e-3)


def test_angular_term_vanishes_at_the_magic_angle_and_needs_the_asymmetry(make_analyses) -> None:
    levels = {
        "S 2p": SensitivityFactor("S 2p", 1.0, asymmetry=1.2),
        "O 1s": SensitivityFactor("O 1s", 1.0),
    }
    own = Quantification(own_set=SensitivitySet("own", "test", levels))
    bare = sulfur_to_oxygen(make_analyses(), own)
    magic = replace(own, angle=54.7356)
    assert sulfur_to_oxygen(make_analyses(), magic) == pytest.approx(bare, rel=1e-5)
    # 1 - beta/4 (3 cos^2 90 - 1) is 1 + beta/4
    right = sulfur_to_oxygen(make_analyses(), replace(own, angle=90.0))
    assert right == pytest.approx(bare * 1.5 / 1.3)
    found = atomic_percent(make_analyses(), Quantification(angle=90.0))
    assert any("no asymmetry parameter of S 2p" in remark for remark in found.remarks)


def test_set_without_all_factors_is_no_choice(make_analyses) -> None:
    analyses = make_analyses()
    poor = SensitivitySet("poor", "test", {"S 2p": SensitivityFactor("S 2p", 1.0)})
    found = atomic_percent(analyses, Quantification(own_set=poor))
    assert not found.rows
    assert "poor has no factor for O 1s" in found.remarks[0]


def test_own_set_comes_back_whole_from_a_recipe() -> None:
    levels = {"S 2p": SensitivityFactor("S 2p", 1.5, 1.0, 0.5, 1.2)}
    own = SensitivitySet("ours", "the vendor", levels, "note", 1486.6, "separate", "separate")
    chosen = Quantification(own_set=own, escape_depth="S4", material="Li3PS4", angle=60.0)
    assert quantification_from_json(quantification_to_json(chosen), "recipe") == chosen
    assert quantification_to_json(Quantification()) == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"sensitivity": "Scofeld"}, "recipe: There is no sensitivity set 'Scofeld'"),
        ({"escape_depth": "deep"}, "recipe: There is no escape depth 'deep'"),
        ({"material": "cheese"}, "recipe: There is no material 'cheese'"),
        ({"own_set": {"name": "a", "source": "b", "factors": 1}}, "factors must be a list"),
        ({"angel": 1}, "there is no field 'angel'"),
    ],
)
def test_each_mistake_in_a_recipe_is_told(data, expected) -> None:
    with pytest.raises(RecipeError, match=expected):
        quantification_from_json(data, "recipe")


def test_argyrodite_is_found_within_the_errors_of_the_choices(real_data, tmp_path) -> None:
    # areas by cross section and a mean free path that goes as KE^0.75: 12.12 at% oxygen
    folder = real_data("../cases/science/atomic_percent_no_imfp")
    found = run_command(["fit", str(folder), "--out", str(tmp_path / "out"), "--quick", "--quiet"])
    assert found == 0
    table = pd.read_csv(tmp_path / "out" / "atomic_percent.csv")
    oxygen = table[table["element"] == "O"][["atomic_percent", "atomic_percent_syst"]].sum()
    assert oxygen["atomic_percent"] == pytest.approx(12.12, abs=0.2)
    assert oxygen["atomic_percent_syst"] > 0.3
    assert set(table["escape_depth"]) == {"TPP-2M of Li6PS5Cl"}
