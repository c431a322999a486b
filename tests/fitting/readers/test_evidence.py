"""A heading outranks a magnitude: evidence in a fixed order, and guesses that are told."""

import itertools
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import warnings_of
from fitting.readers.evidence import Clue, Evidence, Inference, Source, decide, evidence_of
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra

WINDOWS = {"S 2p": (158.0, 172.0), "P 2p": (128.0, 140.0), "C 1s": (280.0, 294.0)}
COUNTS = np.random.default_rng(2).poisson(900, 141)


def _read(
    folder: Path, name: str, axis: str, low: float, step: float, **options: object
) -> xr.Dataset:
    rows = [f"{low + step * index:.4f}\t{count}" for index, count in enumerate(COUNTS)]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([axis, *rows]) if axis else "\n".join(rows), encoding="utf-8")
    (series,) = read_spectra(path, ReadOptions(**options))  # type: ignore[arg-type]
    return series


def test_a_clue_may_not_stand_after_one_that_counts_less() -> None:
    clues = [Clue(source, "", lambda _: None) for source in (Source.NUMBERS, Source.FILE)]
    with pytest.raises(ValueError, match="counts less"):
        Inference("unit", tuple(clues), "")


@given(told=st.sets(st.sampled_from(list(Source)), min_size=1))
def test_the_highest_evidence_decides_whatever_else_is_told(told: set[Source]) -> None:
    clues = tuple(
        Clue(source, source.name, lambda _, source=source: source.name if source in told else None)
        for source in Source
    )
    evidence = decide(Inference("unit", clues, ""), None)
    assert evidence == Evidence(min(told), min(told).name, min(told).name)


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    heading=st.sampled_from(
        [
            "Raman shift (1/cm)\tCounts",
            "Wavenumber (cm-1)\tIntensity (cps)",
            "Raman Shift/cm⁻¹\ta.u.",
        ]
    ),
    region=st.sampled_from(list(WINDOWS)),
    name=st.sampled_from(["S2p.txt", "LPSC_P2p.txt", "film.txt"]),
)
def test_a_raman_heading_outranks_the_name_and_the_range(
    tmp_path: Path, heading: str, region: str, name: str
) -> None:
    low, high = WINDOWS[region]
    series = _read(tmp_path, name, heading, low, (high - low) / 140, technique="xps")
    assert series.attrs["region"] == "raman"
    assert evidence_of(series)["axis"].source is Source.FILE


@pytest.mark.parametrize(("named", "measured"), [*itertools.permutations(WINDOWS, 2)])
def test_the_energies_of_another_region_never_rename_it_in_silence(
    tmp_path: Path, named: str, measured: str
) -> None:
    low, high = WINDOWS[measured]
    name = f"LPSC_{named.replace(' ', '')}.txt"
    try:
        series = _read(tmp_path, name, "Binding Energy (eV)\tCounts", low, (high - low) / 140)
    except UnreadableFileError as error:
        assert f"not the binding energies of {named}" in str(error)  # noqa: PT017
        return
    assert series.attrs["region"] == named
    assert any(f"are those of {measured}" in warning for warning in warnings_of(series))


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    region=st.sampled_from(list(WINDOWS)),
    scale=st.sampled_from(["kinetic", "negative", "meV"]),
    photon_energy=st.sampled_from([1486.6, 1253.6]),
    is_named_by_folder=st.booleans(),
)
def test_energies_on_another_scale_are_refused_with_the_scale_that_fits(
    tmp_path: Path, region: str, scale: str, photon_energy: float, is_named_by_folder: bool
) -> None:
    low, high = WINDOWS[region]
    plain = region.replace(" ", "")
    name = f"{plain}/film.txt" if is_named_by_folder else f"film_{plain}.txt"
    start, step = {
        "kinetic": (photon_energy - high, (high - low) / 140),
        "negative": (-high, (high - low) / 140),
        "meV": (low * 1e3, (high - low) * 1e3 / 140),
    }[scale]
    with pytest.raises(UnreadableFileError) as caught:
        _read(tmp_path, name, "Binding Energy (eV)\tCounts", start, step)
    words = {
        "kinetic": f"--energy-scale kinetic --photon-energy {photon_energy:g}",
        "negative": "--energy-scale negative",
        "meV": "in meV",
    }[scale]
    assert words in str(caught.value)
    if scale != "meV":
        series = _read(
            tmp_path, name, "Binding Energy (eV)\tCounts", start, step,
            energy_scale=scale, photon_energy=photon_energy,
        )  # fmt: skip
        assert series.attrs["region"] == region
        assert float(series.energy.min()) == pytest.approx(low, abs=1e-3)


@pytest.mark.parametrize(("unit", "factor"), [("meV", 1e3), ("keV", 1e-3), ("eV", 1.0)])
def test_the_unit_of_the_heading_is_that_of_the_axis(
    tmp_path: Path, unit: str, factor: float
) -> None:
    heading = f"Binding Energy ({unit})\tCounts"
    rows = [f"{(158 + index / 10) * factor:.6f}\t{count}" for index, count in enumerate(COUNTS)]
    path = tmp_path / "S2p.txt"
    path.write_text("\n".join([heading, *rows]))
    (series,) = read_spectra(path)
    assert float(series.energy.min()) == pytest.approx(158.0)


def test_a_name_of_two_regions_leaves_the_range_those_two_only(tmp_path: Path) -> None:
    heading = "Binding Energy (eV)\tCounts"
    both = _read(tmp_path, "Fe3p-Mg2p.txt", heading, 50.0, 0.1)
    lithium = _read(tmp_path, "Li1s-Fe3p.txt", heading, 48.0, 0.1)
    assert both.attrs["region"] == "unnamed"
    assert any("more than one" in warning for warning in warnings_of(both))
    assert lithium.attrs["region"] == "Li 1s"


def test_whole_numbers_are_counts_only_where_nothing_is_said_and_it_is_told(tmp_path: Path) -> None:
    silent = _read(tmp_path, "S2p.txt", "Binding Energy (eV)\tPS4 film", 158.0, 0.1)
    arbitrary = _read(tmp_path / "b", "S2p.txt", "Binding Energy (eV)\tI (a.u.)", 158.0, 0.1)
    rate = _read(tmp_path / "c", "S2p.txt", "Binding Energy (eV)\tCPS", 158.0, 0.1)
    answered = _read(
        tmp_path / "d", "S2p.txt", "Binding Energy (eV)\tPS4 film", 158.0, 0.1,
        intensity_unit="arbitrary",
    )  # fmt: skip
    assert (silent.attrs["unit"], silent.attrs["noise"]) == ("counts", "poisson")
    assert evidence_of(silent)["unit of the intensity"].is_guess
    assert any("a guess from whole numbers" in warning for warning in warnings_of(silent))
    assert (arbitrary.attrs["unit"], rate.attrs["unit"]) == ("arbitrary", "counts/s")
    assert answered.attrs["unit"] == "arbitrary"


def test_neighbours_tell_what_a_file_leaves_open_and_it_is_said(tmp_path: Path) -> None:
    _read(tmp_path, "film_1.txt", "Raman shift (1/cm)\tCounts", 300.0, 1.0)
    series = _read(tmp_path, "film_2.txt", "", 300.0, 1.0)
    assert series.attrs["region"] == "raman"
    assert evidence_of(series)["axis"].source is Source.NEIGHBOURS
    assert any("headings of files beside it" in warning for warning in warnings_of(series))


def test_neighbours_of_another_axis_tell_nothing(tmp_path: Path) -> None:
    _read(tmp_path, "film_1.txt", "Raman shift (1/cm)\tCounts", 300.0, 1.0)
    with pytest.raises(UnreadableFileError, match="--technique"):
        _read(tmp_path, "film_2.txt", "", 800.0, 1.0)


def test_an_answer_names_the_region_of_a_file_that_names_none(tmp_path: Path) -> None:
    heading = "Binding Energy (eV)\tCounts"
    answered = _read(tmp_path, "film.txt", heading, 158.0, 0.1, region="As 3p")
    named = _read(tmp_path, "film_S2p.txt", heading, 158.0, 0.1, region="As 3p")
    guessed = _read(tmp_path, "film.txt", heading, 158.0, 0.1)
    assert (answered.attrs["region"], named.attrs["region"]) == ("As 3p", "S 2p")
    assert evidence_of(guessed)["region"] == Evidence(
        Source.NUMBERS, "S 2p", "the range of its energies"
    )
