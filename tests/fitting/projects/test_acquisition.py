"""How spectra were measured: from files, from the spectra, or from what the user states."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.acquisition import SETTINGS
from fitting.data.errors import ThioscopeError
from fitting.data.joining.join import join_series
from fitting.data.series import ENERGY, SHIFT, make_series
from fitting.models.model import Background, Model
from fitting.output.report.measurement import make_checklist, measurement_paragraph
from fitting.projects.acquisition import STATED, find_settings, read_statements
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.readers.acquisition import read_settings
from fitting.saving.project_file import open_project, save_project


def _series(axis: str = ENERGY, source: str = "a.txt", **stated: object) -> xr.Dataset:
    entry = {"source": source, "sample": "", "label": "", **stated}
    return make_series(
        axis, np.linspace(160, 166, 61), np.ones((1, 61)), sigma=1.0, noise="given",
        region="S 2p" if axis == ENERGY else "raman", source=source, sources={source: ""},
        metadata={"file": {}, "spectra": [entry]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ({"pass energy": 160.0}, "pass_energy", 160.0),  # VAMAS
        ({"pass_energy": "50"}, "pass_energy", 50.0),  # SpecsLab XML
        ({"Pass Energy": "50,5"}, "pass_energy", 50.5),
        ({"Step Time": "203"}, "dwell", 0.203),  # SES, ms
        ({"comment": ["Dwell time : 100ms"]}, "dwell", 0.1),  # Kratos
        ({"XrayPower": "119.75 W"}, "source_power", 119.75),  # PHI
        ({"XraySource": "Al 1486.6 mono"}, "photon_energy", 1486.6),
        ({"comment": ["Charge Neutraliser : Off"]}, "neutraliser", "Off"),
    ],
)
def test_words_of_instruments_are_understood(words, name, value) -> None:
    assert read_settings(_series(**words))[name] == (value,)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ({"laser_wavenumber": 15802.8}, "laser", 632.799),  # WiRE, 1/cm
        ({"Laser": "532nm_Edge"}, "laser", 532.0),  # LabSpec
        ({"intigration times(ms)": "3000"}, "exposure", 3.0),  # B&W Tek
        ({"Objective": "x50"}, "objective", "x50"),
        ({"RLP": 200.0}, "power", 200.0),  # OPUS
    ],
)
def test_words_of_raman_programs_are_understood(words, name, value) -> None:
    assert read_settings(_series(SHIFT, **words))[name] == (value,)


@pytest.mark.parametrize(
    "words",
    [
        {"instrument": "Not Specified"},
        {"pass energy": 0.0},
        {"pass energy": "n/a"},
        {"Time": "11:17:15"},
        {"scan mode": "REGULAR"},
    ],
)
def test_what_says_nothing_is_not_taken(words) -> None:
    assert read_settings(_series(**words)) == {}


def test_a_power_level_without_a_unit_is_no_power() -> None:
    assert "power" not in read_settings(_series(SHIFT, laser_powerlevel="100"))


def test_joined_spectra_keep_every_value_and_lose_those_of_spectra_that_went() -> None:
    joined = join_series([_series(source="a.txt", **{"pass energy": 20.0}),
                          _series(source="b.txt", **{"pass energy": 40.0})])  # fmt: skip
    assert set(read_settings(joined)["pass_energy"]) == {20.0, 40.0}
    assert read_settings(joined.isel(spectrum=[0]))["pass_energy"] == (20.0,)


def test_the_user_goes_before_the_file_and_the_report_says_both() -> None:
    series = _series(**{"pass energy": 160.0})
    stated = {"pass_energy": 30.0, "S 2p.pass_energy": 20.0}
    known = find_settings(series, stated)["pass_energy"]
    assert (known.values, known.origin, known.in_files) == ((20.0,), STATED, (160.0,))
    project = Project(
        {"S 2p": Analysis(series, Recipe(Model((), Background("none", {}))))}, acquisition=stated
    )
    assert make_checklist(project).doubts == (
        "S 2p: pass energy is stated as 20 eV, but the files say 160.0.",
    )
    assert "pass energy 20 eV" in measurement_paragraph(project)


def test_what_is_missing_is_listed_and_what_is_stated_no_more() -> None:
    project = Project({"S 2p": Analysis(_series(), Recipe(Model((), Background("none", {}))))})
    (missing,) = make_checklist(project).missing
    assert "pass energy" in missing
    assert "step" not in missing  # the axis tells it
    assert "laser" not in missing
    every = {one.name: 1.0 if one.is_number else "x" for one in SETTINGS.values()}
    assert make_checklist(replace(project, acquisition=every)).missing == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("colour=red", "no setting 'colour'"),
        ("pass_energy=high", "is a number in eV"),
        ("pass_energy=", "nothing is stated"),
        ("laser=532 mm", "is a number in nm"),
        ("gone.toml", "cannot be read"),
    ],
)
def test_a_wrong_statement_is_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(ThioscopeError, match=reason):
        read_statements([text])


def test_statements_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text('pass_energy = 20\n[raman]\nlaser = 532\ninstrument = "X"\n')
    found = read_statements([str(path), "C 1s.pass_energy=40 eV"])
    assert found == {"pass_energy": 20.0, "raman.laser": 532.0, "raman.instrument": "X",
                     "C 1s.pass_energy": 40.0}  # fmt: skip


def test_statements_are_saved_with_the_project(tmp_path: Path) -> None:
    stated = {"pass_energy": 20.0, "raman.instrument": "Prüfstand Ω"}
    project = Project(
        {"S 2p": Analysis(_series(), Recipe(Model((), Background("none", {}))))}, acquisition=stated
    )
    save_project(project, tmp_path / "a.thio")
    assert open_project(tmp_path / "a.thio").acquisition == stated


_CONTENT = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["pass energy", "comment", "laser", "scans", "source",
                                        "dwell_time", "x"]), _CONTENT))  # fmt: skip
def test_whatever_a_file_says_a_number_is_finite_and_possible(stated: dict[str, object]) -> None:
    series = _series().assign_attrs(
        original_metadata=json.dumps({"file": stated, "spectra": [{"source": "a.txt"}]})
    )
    for name, values in read_settings(series).items():
        for value in values:
            assert isinstance(value, float if SETTINGS[name].is_number else str)
            assert not isinstance(value, float) or (np.isfinite(value) and value > 0)
