"""NeXus files: what is written comes back, and the names are those of the definitions.

Whether pynxtools finds them valid is tried where its program ``pynx`` is on the path, or named by
the environment variable THIOSCOPE_PYNX: it is no part of the lock, being larger than this program.
"""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from fitting.data.errors import ThioscopeError
from fitting.data.joining.join import join_series
from fitting.data.series import (
    COORDINATES,
    ENERGY,
    MIXED,
    SHIFT,
    TEXT_COORDINATES,
    make_series,
)
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.output.nexus import describe_placeholders, write_nexus
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.preprocessing.axis import CropAxis
from fitting.projects.acquisition import find_settings
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.quantify import peak_areas
from fitting.readers.spectra import read_spectra
from fitting.referencing.charge_reference import ChargeReference


def _pynx() -> str | None:
    return os.environ.get("THIOSCOPE_PYNX") or shutil.which("pynx")


def _analysis(axis: str, region: str) -> Analysis:
    positions = np.linspace(158, 166, 81)
    shape = 1000 * np.exp(-0.5 * ((positions - 161.5) / 0.6) ** 2) + 200
    counts = np.random.default_rng(1).poisson(shape, (3, 81)).astype(float)
    counts[0, :5] = np.nan
    series = make_series(
        axis, positions, counts / 2, region=region, sigma=np.sqrt(np.nan_to_num(counts, nan=1.0)),
        noise="poisson", unit="counts/s", voltage=[2.5, np.nan, 3.0],
        sample=["pristine", "", "geladen Ω"], source="Prüfling Ω.txt", label="a",
        axis_offset=[0.1, 0.2, 0.3], started=[1.7e9, 1.7e9 + 60, np.nan], depth=[0.0, 1.0, 2.0],
        seconds_per_point=2.0, photon_energy=1486.6, transmission=0.9, voltage_start=2.4,
        voltage_end=2.6, voltage_change=0.2, exposure=50.0, cycle=1.0,
        time=[0.0, 60.0, np.nan],
    )  # fmt: skip
    series["depth"].attrs["units"] = "nm"
    bounds = {
        "area": Parameter(500.0, min=0),
        "position": Parameter(161.4, min=160, max=163),
        "fwhm": Parameter(1.2, min=0.3, max=3),
    }
    background = Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)})
    model = Model((Peak("PS4", "PS4", "gaussian", bounds),), background)
    analysis = Analysis(series, Recipe(model, (CropAxis(159, 165),)))
    return with_fit(analysis, fit_analysis(analysis))


@pytest.fixture(scope="module")
def project() -> Project:
    analyses = {
        "S 2p": _analysis(ENERGY, "S 2p"),
        "raman": _analysis(SHIFT, "raman"),
    }
    return Project(analyses, ChargeReference())


def test_series_come_back_as_they_were(project: Project, tmp_path: Path) -> None:
    path = write_nexus(project, tmp_path / "data.nxs")
    returned = {one.attrs["region"]: one for one in read_spectra(path)}
    assert set(returned) == {"S 2p", "raman"}
    for region, analysis in project.analyses.items():
        series, back = analysis.series, returned[region]
        for name in ("intensity", "sigma", "voltage", "axis_offset", "started", "depth"):
            np.testing.assert_array_equal(back[name].values, series[name].values)
        assert back["sample"].values.tolist() == series["sample"].values.tolist()
        assert back["depth"].attrs["units"] == "nm"
        for name in ("unit", "noise", "technique"):
            assert back.attrs[name] == series.attrs[name]


def test_spectra_of_unlike_grids_and_units_come_back_each_as_measured(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    measured = [
        make_series(
            ENERGY, np.linspace(low, high, points), rng.poisson(100, (2, points)).astype(float),
            region="S 2p", sigma=rng.uniform(5, 15, (2, points)), noise=noise, unit=unit,
            sample=f"{unit} {points}", source=f"{points}.txt", sources={f"{points}.txt": ""},
        )
        for low, high, points, unit, noise in (
            (158, 168, 101, "counts", "poisson"),
            (157.53, 171, 55, "counts/s", "estimated"),
            (157.53, 171, 55, "arbitrary", "given"),
        )
    ]  # fmt: skip
    joined = join_series(measured)
    assert joined.attrs["unit"] == MIXED
    recipe = Recipe(Model((), Background("none", {})))
    path = write_nexus(Project({"S 2p": Analysis(joined, recipe)}), tmp_path / "data.nxs")
    back = {one["sample"].values[0]: one for one in read_spectra(path)}
    for series in measured:
        returned = back[series["sample"].values[0]]
        for name in ("intensity", "sigma", ENERGY):
            np.testing.assert_allclose(returned[name].values, series[name].values, rtol=1e-12)
        assert returned.attrs["unit"] == series.attrs["unit"]
        assert returned.attrs["noise"] == series.attrs["noise"]


def test_entries_have_the_names_of_nexus(project: Project, tmp_path: Path) -> None:
    path = write_nexus(project, tmp_path / "data.nxs")
    with h5py.File(path) as file:
        assert file.attrs["NX_class"] == "NXroot"
        assert file.attrs["default"] == "S_2p"
        entry = file["S_2p"]
        assert entry.attrs["NX_class"] == "NXentry"
        assert entry["definition"].asstr()[()] == "NXxps"
        assert entry["definition"].attrs["version"] == "v2026.01"
        assert entry["data"].attrs["signal"] == "data"
        assert entry["data/energy"].attrs["type"] == "binding"
        assert entry["data/data"].attrs["units"] == "counts_per_second"
        calibrated = entry["energy_referencing/calibrated_axis"][()]
        np.testing.assert_allclose(calibrated[2] - entry["data/energy"][()], 0.3)
        assert file["raman/definition"].asstr()[()] == "NXraman"
        assert file["raman/data/shift"].attrs["units"] == "1/cm"


def test_what_is_known_of_each_spectrum_has_its_unit(project: Project, tmp_path: Path) -> None:
    with h5py.File(write_nexus(project, tmp_path / "data.nxs")) as file:
        for name, words in COORDINATES.items():
            unit = re.search(r"\((?:.*, )?(eV|V|s)\)$", words)
            spectra = file["S_2p/data"]
            if unit is not None and name in spectra and name not in TEXT_COORDINATES:
                assert spectra[name].attrs["units"] == unit[1], name


def test_the_fit_is_in_the_file_with_its_errors(project: Project, tmp_path: Path) -> None:
    path = write_nexus(project, tmp_path / "data.nxs")
    analysis = project.analyses["S 2p"]
    assert analysis.result is not None
    areas = peak_areas(analysis.result, analysis.model)
    with h5py.File(path) as file:
        fit = file["S_2p/fit"]
        assert fit.attrs["NX_class"] == "NXfit"
        np.testing.assert_array_equal(fit["peak_0/total_area"][()], areas.value[:, 0])
        np.testing.assert_array_equal(fit["peak_0/total_area_errors"][()], areas.stderr[:, 0])
        total = fit["peak_0/data/intensity"][()] + fit["backgroundMODEL/data/intensity"][()]
        np.testing.assert_allclose(total, fit["data/fit_sum"][()])
        sum_of_both = fit["data/fit_sum"][()] + fit["data/residual"][()]
        np.testing.assert_allclose(sum_of_both, fit["data/input_dependent"][()])


def test_a_project_without_a_fit_is_written_too(project: Project, tmp_path: Path) -> None:
    analysis = project.analyses["S 2p"]
    bare = Project({"S 2p": Analysis(analysis.series, analysis.recipe)})
    path = write_nexus(bare, tmp_path / "data.nxs")
    assert len(read_spectra(path)) == 1
    with h5py.File(path) as file:
        assert "fit" not in file["S_2p"]


def test_a_folder_that_is_not_there_is_a_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(ThioscopeError, match=r"data\.nxs: cannot be written"):
        write_nexus(project, tmp_path / "gone" / "data.nxs")


_REQUIRED = {
    "S_2p": (
        "definition", "title", "start_time", "method", "sample/name", "data/data", "data/energy",
        "instrument/beam_probe/incident_energy", "instrument/electronanalyzer/work_function",
        "instrument/electronanalyzer/collectioncolumn/scheme",
        "instrument/electronanalyzer/energydispersion/scheme",
        "instrument/electronanalyzer/energydispersion/energy_scan_mode",
        "instrument/electronanalyzer/detector", "fit/label", "fit/data/input_dependent",
        "fit/data/input_independent", "fit/data/fit_sum", "fit/peak_0/label",
        "fit/peak_0/data/position", "fit/peak_0/data/intensity",
        "fit/peak_0/function/function_type",
        "fit/backgroundMODEL/data/position", "fit/backgroundMODEL/function/function_type",
    ),
    "raman": (
        "definition", "experiment_type", "raman_experiment_type", "sample/name",
        "instrument/scattering_configuration", "instrument/beam_incident/wavelength",
        "instrument/beam_incident/parameter_reliability",
        "instrument/detector_spectrometer/detector_channel_type",
    ),
}  # fmt: skip
"""What NXxps and NXraman (v2026.01, with NXmpes and NXoptical_spectroscopy) cannot do without."""


def test_what_the_definitions_require_is_there(project: Project, tmp_path: Path) -> None:
    with h5py.File(write_nexus(project, tmp_path / "data.nxs")) as file:
        for region, paths in _REQUIRED.items():
            assert [path for path in paths if path not in file[region]] == []


def test_what_nobody_tells_is_listed_and_what_is_told_is_not(
    project: Project, tmp_path: Path
) -> None:
    told = {"photon_energy": 1486.6, "work_function": 4.4, "scan_mode": "FAT",
            "analyser": "hemispherical", "laser": 532.0, "geometry": "backscattering",
            "pass_energy": 20.0}  # fmt: skip
    assert len(describe_placeholders(project)) == 2
    assert "photon energy" in describe_placeholders(project)[0]
    assert describe_placeholders(replace(project, acquisition=told)) == []
    path = write_nexus(replace(project, acquisition=told), tmp_path / "told.nxs")
    with h5py.File(path) as file, h5py.File(write_nexus(project, tmp_path / "data.nxs")) as bare:
        listed = set(bare["S_2p/placeholders/paths"].asstr()[()])
        energy = "/S_2p/instrument/beam_probe/incident_energy"
        assert energy in listed
        assert np.isnan(bare[energy][()])
        assert file[energy][()] == 1486.6
        assert energy not in set(file["S_2p/placeholders/paths"].asstr()[()])
        scanning = file["S_2p/instrument/electronanalyzer/energydispersion"]
        assert scanning["energy_scan_mode"].asstr()[()] == "fixed_analyzer_transmission"
        assert scanning["pass_energy"][()] == 20.0
    (series,) = (one for one in read_spectra(path) if one.attrs["region"] == "S 2p")
    assert find_settings(series, {})["pass_energy"].values == (20.0,)


def test_the_file_says_what_really_ran(project: Project, tmp_path: Path) -> None:
    # the project asks for another reference than its spectra were given, which is none
    analysis = project.analyses["S 2p"]
    assert analysis.result is not None
    with h5py.File(write_nexus(project, tmp_path / "data.nxs")) as file:
        ran = file["S_2p/fit/provenance"]
        assert set(ran["engine"].asstr()[()]) == set(analysis.result["engine"].values)
        assert file["S_2p/fit/program"].asstr()[()] == analysis.result["program"].values[0]
        referencing = file["S_2p/energy_referencing"]
        assert referencing["reference_peak"].asstr()[()] == "as measured"
        assert "binding_energy" not in referencing


@pytest.mark.skipif(_pynx() is None, reason="pynx of pynxtools is not installed")
def test_pynxtools_finds_the_file_valid(project: Project, tmp_path: Path) -> None:
    # a region without a fit and without a time
    bare = Project(
        {
            "O 1s": Analysis(
                project.analyses["S 2p"].series.drop_vars("started"),
                Recipe(Model((), Background("none", {}))),
            )
        }
    )
    for number, one in enumerate((project, bare)):
        path = write_nexus(one, tmp_path / f"{number}.nxs")
        done = subprocess.run(
            [str(_pynx()), "validate", str(path)], capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        assert said.count("is valid according to") == len(one.analyses), said
        assert "NOT valid" not in said
