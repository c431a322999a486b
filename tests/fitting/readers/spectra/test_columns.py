"""Plain text in columns: every tolerance that is promised, and a sentence for the rest."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import FloatArray, get_column, warnings_of
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import read_spectra
from fitting.readers.spectra.published_fit import published_fits

ENERGY = np.round(np.arange(157.0, 173.05, 0.1), 2)
COUNTS = np.random.default_rng(1).poisson(
    500 + 4000 * np.exp(-4 * np.log(2) * (ENERGY - 161.5) ** 2)
)


def _text(
    axis: FloatArray = ENERGY,
    counts: FloatArray = COUNTS,
    header: str = "",
    separator: str = "\t",
    decimal: str = ".",
) -> str:
    rows = [
        f"{x:.2f}{separator}{y:g}".replace(".", decimal) if separator != "," else f"{x:.2f},{y:g}"
        for x, y in zip(axis, counts, strict=True)
    ]
    return header + "\n".join(rows) + "\n"


def _read(folder: Path, name: str, text: str, **options: object) -> xr.Dataset:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (series,) = read_spectra(path, ReadOptions(**options))  # type: ignore[arg-type]
    return series


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    layout=st.sampled_from(
        [(";", "."), (";", ","), ("\t", ","), (",", "."), (" ", ","), ("  ", ".")]
    ),
    header=st.sampled_from(
        ["", "# S2p of LPSC\n", "Binding Energy (eV);Counts\n", "% a\n\nname: LPSC\nBE counts\n"]
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    is_descending=st.booleans(),
    kind=st.sampled_from(["binding", "kinetic"]),
)
def test_every_way_to_write_two_columns_gives_one_spectrum(
    tmp_path: Path,
    layout: tuple[str, str],
    header: str,
    encoding: str,
    line_end: str,
    is_descending: bool,
    kind: str,
) -> None:
    axis = ENERGY if kind == "binding" else 1486.6 - ENERGY
    if kind == "kinetic":
        header = "Kinetic Energy [eV], Counts\nµ\n"
    order = slice(None, None, -1) if is_descending else slice(None)
    text = _text(axis[order], COUNTS[order], header, *layout).replace("\n", line_end)
    path = tmp_path / "LPSC_S2p.txt"
    path.write_bytes(text.encode(encoding))
    (series,) = read_spectra(path, ReadOptions(photon_energy=1486.6))
    np.testing.assert_allclose(series.energy, ENERGY, atol=1e-9)
    np.testing.assert_allclose(series.intensity.values[0], COUNTS)
    assert (series.attrs["region"], series.attrs["unit"]) == ("S 2p", "counts")
    assert series.attrs["noise"] == "poisson"
    np.testing.assert_allclose(series.sigma.values[0], np.sqrt(COUNTS))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("# Dwell time: 0.5 s\n# Number of scans: 4\n", 2.0),
        ("# Dwell Time (ms): 200\n# Sweeps = 10\n", 2.0),
        ("# time per step 500 ms; scans 4\n", 2.0),
    ],
)
def test_counts_with_dwell_and_scans_become_rates(
    tmp_path: Path, header: str, seconds: float
) -> None:
    series = _read(tmp_path, "S2p.txt", _text(header=f"{header}# Binding energy (eV)\tCounts\n"))
    assert (series.attrs["unit"], series.attrs["noise"]) == ("counts/s", "poisson")
    np.testing.assert_allclose(series.intensity[0] * seconds, COUNTS)
    np.testing.assert_allclose(series.sigma[0] * seconds, np.sqrt(COUNTS))
    assert series["seconds_per_point"].item() == pytest.approx(seconds)


@pytest.mark.parametrize(
    "header", ["# Dwell time: 0.5 s\n", "# Number of scans: 4\n", "# Dwell: 0.5\n# Scans: 4\n"]
)
def test_dwell_or_scans_alone_tell_no_counting_time(tmp_path: Path, header: str) -> None:
    series = _read(tmp_path, "S2p.txt", _text(header=f"{header}# Binding energy (eV)\tCounts\n"))
    assert series.attrs["unit"] == "counts"


def test_files_of_one_state_share_a_sample(tmp_path: Path) -> None:
    sulfur = _read(tmp_path, "pristine_S2p.csv", _text())
    carbon = _read(tmp_path, "pristine_C1s.csv", _text(ENERGY + 120))
    assert (
        get_column(sulfur, "sample").tolist()
        == get_column(carbon, "sample").tolist()
        == ["pristine"]
    )
    assert (sulfur.attrs["region"], carbon.attrs["region"]) == ("S 2p", "C 1s")


def test_a_file_named_by_its_region_alone_takes_the_sample_from_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "LPSC_charged"
    folder.mkdir()
    assert get_column(_read(folder, "S2p.txt", _text()), "sample").tolist() == ["LPSC_charged"]


def test_several_columns_are_several_spectra_named_by_their_headings(tmp_path: Path) -> None:
    rows = "\n".join(f"{x:.2f};{y};{2 * y + 1}" for x, y in zip(ENERGY, COUNTS, strict=True))
    series = _read(tmp_path, "LPSC_S2p.csv", "Binding energy (eV);2,55 V;3,60 V charge\n" + rows)
    assert get_column(series, "label").tolist() == ["2,55 V", "3,60 V charge"]
    np.testing.assert_allclose(series.intensity.values[1], 2 * COUNTS + 1)


def test_columns_named_after_samples_keep_them_apart(tmp_path: Path) -> None:
    rows = "\n".join(f"{x:.2f},{y},{y}" for x, y in zip(ENERGY, COUNTS, strict=True))
    series = _read(tmp_path, "LPSC_S2p.csv", "BE (eV),pristine (counts),cycled (counts)\n" + rows)
    assert get_column(series, "sample").tolist() == ["LPSC pristine", "LPSC cycled"]


def test_pairs_of_columns_are_one_spectrum_each(tmp_path: Path) -> None:
    path = tmp_path / "LPSC.csv"
    rows = [f"{x:.2f},{y},{x + 120:.2f},{y + 1}" for x, y in zip(ENERGY, COUNTS, strict=True)]
    path.write_text("BE (eV),S2p counts,BE (eV),C1s counts\n" + "\n".join([*rows, ",,300,7"]))
    sulfur, carbon = read_spectra(path)
    assert (sulfur.attrs["region"], carbon.attrs["region"]) == ("S 2p", "C 1s")
    assert (sulfur.sizes["energy"], carbon.sizes["energy"]) == (ENERGY.size, ENERGY.size + 1)


def test_a_column_of_errors_becomes_sigma(tmp_path: Path) -> None:
    rows = "\n".join(
        f"{x:.2f},{y / 7:.6f},{3 + x / 100:.6f}" for x, y in zip(ENERGY, COUNTS, strict=True)
    )
    series = _read(tmp_path, "S2p.csv", "energy eV,intensity,error\n" + rows)
    assert series.attrs["noise"] == "given"
    np.testing.assert_allclose(series.sigma.values[0], 3 + ENERGY / 100, rtol=1e-6)


def test_columns_of_a_fit_are_left_out_and_told(tmp_path: Path) -> None:
    rows = "\n".join(f"{x:.2f},{y},{y},{y},{y}" for x, y in zip(ENERGY, COUNTS, strict=True))
    header = "Binding Energy,CPS,Background,Envelope,Residual\n"
    series = _read(tmp_path, "S2p.csv", header + rows)
    assert series.sizes["spectrum"] == 1
    assert any("'Envelope'" in warning for warning in warnings_of(series))


def test_background_corrected_intensity_is_measured(tmp_path: Path) -> None:
    series = _read(tmp_path, "S2p.csv", _text(header="Energy (eV)\tBackground subtracted\n"))
    assert series.sizes["spectrum"] == 1


def test_binding_energy_is_taken_where_both_energies_stand(tmp_path: Path) -> None:
    rows = "\n".join(f"{1486.6 - x:.2f}\t{x:.2f}\t{y}" for x, y in zip(ENERGY, COUNTS, strict=True))
    series = _read(tmp_path, "S2p.txt", "Kinetic energy\tBinding energy\tCounts\n" + rows)
    np.testing.assert_allclose(series.energy, ENERGY)


def test_an_index_column_is_no_axis(tmp_path: Path) -> None:
    rows = "\n".join(
        f"{i},{x:.2f},{y}" for i, (x, y) in enumerate(zip(ENERGY, COUNTS, strict=True))
    )
    series = _read(tmp_path, "S2p.csv", ",energy_eV,counts\n" + rows)
    assert series.sizes["spectrum"] == 1
    np.testing.assert_allclose(series.energy, ENERGY)


def test_the_header_may_state_the_photon_energy(tmp_path: Path) -> None:
    header = "# Excitation Energy: 1253.6 eV\n# Kinetic energy, counts/s\n"
    series = _read(tmp_path, "S2p.txt", _text(1253.6 - ENERGY, header=header))
    np.testing.assert_allclose(series.energy, ENERGY)
    assert series.attrs["unit"] == "counts/s"


def test_rates_without_a_counting_time_have_estimated_noise(tmp_path: Path) -> None:
    header = "Binding energy (eV)\tIntensity (CPS)\n"
    series = _read(tmp_path, "S2p.txt", _text(counts=COUNTS / 2.5, header=header))
    assert (series.attrs["unit"], series.attrs["noise"]) == ("counts/s", "estimated")
    ratio = series.sigma.values[0] / (np.sqrt(COUNTS) / 2.5)
    assert 0.7 < np.median(ratio) < 1.4
    assert any("estimated" in warning for warning in warnings_of(series))


def test_numbers_without_a_unit_that_are_not_whole_are_arbitrary(tmp_path: Path) -> None:
    series = _read(tmp_path, "S2p.txt", _text(counts=COUNTS / 7))
    assert (series.attrs["unit"], series.attrs["noise"]) == ("arbitrary", "estimated")


@pytest.mark.parametrize(
    "header",
    ["Raman shift (cm-1)\tIntensity\n", "#Wave\t\t#Intensity\n", "# Raman Shift / cm⁻¹, counts\n"],
)
def test_a_raman_axis_is_told_by_its_heading(tmp_path: Path, header: str) -> None:
    series = _read(tmp_path, "LPSC_2.55V.txt", _text(ENERGY * 3, header=header))
    assert (series.attrs["technique"], series.attrs["region"]) == ("raman", "raman")
    assert series.attrs["noise"] == "estimated"


def test_a_raman_axis_is_told_by_the_file_name(tmp_path: Path) -> None:
    assert _read(tmp_path, "LPSC_Raman.txt", _text(ENERGY * 3)).attrs["technique"] == "raman"


def test_a_raman_axis_is_told_by_the_user(tmp_path: Path) -> None:
    series = _read(tmp_path, "LPSC.txt", _text(ENERGY * 3), technique="raman")
    assert series.attrs["technique"] == "raman"


def test_an_axis_of_which_nothing_is_said_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"LPSC\.txt.*--technique raman"):
        _read(tmp_path, "LPSC.txt", _text(ENERGY * 3))


def test_wavelengths_become_shifts_once_the_laser_is_known(tmp_path: Path) -> None:
    shift = ENERGY * 3
    wavelengths = 1e7 / (1e7 / 532.0 - shift)
    rows = "\n".join(f"{x:.6f}\t{y}" for x, y in zip(wavelengths, COUNTS, strict=True))
    text = "Wavelength (nm)\tcounts\n" + rows
    with pytest.raises(UnreadableFileError, match="--laser"):
        _read(tmp_path, "LPSC.txt", text)
    series = _read(tmp_path, "LPSC.txt", text, laser_wavelength=532.0)
    np.testing.assert_allclose(series["shift"], shift, atol=1e-3)


def test_a_kinetic_axis_without_photon_energy_is_asked(tmp_path: Path) -> None:
    for header in ("Kinetic energy (eV)\tcounts\n", ""):
        with pytest.raises(UnreadableFileError, match=r"--photon-energy.*1486\.6"):
            _read(tmp_path, "LPSC_S2p.txt", _text(1486.6 - ENERGY, header=header))


def test_the_photon_energy_makes_a_silent_axis_kinetic(tmp_path: Path) -> None:
    silent = _text(1486.6 - ENERGY)
    series = _read(tmp_path, "LPSC_S2p.txt", silent, photon_energy=1486.6)
    np.testing.assert_allclose(series.energy, ENERGY)


def test_the_photon_energy_leaves_binding_energies_alone(tmp_path: Path) -> None:
    series = _read(tmp_path, "LPSC_S2p.txt", _text(), photon_energy=1486.6)
    np.testing.assert_allclose(series.energy, ENERGY)


def test_a_swapped_axis_is_put_right_and_told(tmp_path: Path) -> None:
    rows = "\n".join(f"{y} {x:.2f}" for x, y in zip(ENERGY, COUNTS, strict=True))
    series = _read(tmp_path, "S2p.txt", rows)
    np.testing.assert_allclose(series.intensity.values[0], COUNTS)
    assert any("second column" in warning for warning in warnings_of(series))


def test_negative_intensities_are_read_and_told(tmp_path: Path) -> None:
    counts = COUNTS - 600.0
    for name in ("LPSC_S2p.txt", "LPSC_raman.txt"):
        series = _read(tmp_path, name, _text(counts=counts))
        assert series.attrs["noise"] == "estimated"
        assert any("negative" in warning for warning in warnings_of(series))


def test_what_was_not_measured_is_left_open(tmp_path: Path) -> None:
    lines = _text(separator=";").split("\n")
    lines[5] = lines[5].split(";")[0] + ";"
    lines[9] = lines[9].split(";")[0] + ";NaN"
    series = _read(tmp_path, "S2p.csv", "\n".join(lines))
    assert np.flatnonzero(np.isnan(series.intensity.values[0])).tolist() == [5, 9]
    assert np.isinf(series.sigma.values[0, [5, 9]]).all()


@pytest.mark.parametrize("mark", ["--", "#DIV/0!", "n/a", "over range"])
def test_a_cell_that_is_no_number_is_a_missing_point_and_told(tmp_path: Path, mark: str) -> None:
    lines = _text(header="Binding Energy (eV)\tCounts\n").split("\n")
    lines[50] = f"{lines[50].split()[0]}\t{mark}"
    series = _read(tmp_path, "one_dash_S2p.txt", "\n".join(lines))
    assert series.sizes == {"spectrum": 1, "energy": ENERGY.size}
    assert np.flatnonzero(np.isnan(series.intensity.values[0])).tolist() == [49]
    assert any(f"line 51 ({mark!r})" in warning for warning in warnings_of(series))


def test_quoted_thousands_are_thousands(tmp_path: Path) -> None:
    rows = "\n".join(f'{x:.2f},"{y:,}"' for x, y in zip(ENERGY, COUNTS, strict=True))
    series = _read(tmp_path, "thousands_S2p.csv", "Binding Energy (eV),Counts\n" + rows)
    np.testing.assert_allclose(series.intensity.values[0], COUNTS)
    assert series.attrs["noise"] == "poisson"


def _fit_table(*, is_on_background: bool, order: str) -> str:
    background = 500 + 0.5 * (ENERGY - 157)
    components = [
        height * np.exp(-4 * np.log(2) * (ENERGY - centre) ** 2)
        for height, centre in ((4000, 161.5), (2000, 162.7))
    ]
    envelope = background + sum(components)
    drawn = [part + background * is_on_background for part in components]
    columns = {
        "B.E. (eV)": ENERGY, "CPS": COUNTS / 7, "Background": background,
        "PS4 2p3/2": drawn[0], "PS4 2p1/2": drawn[1], "Envelope": envelope,
    }  # fmt: skip
    names = {
        "after": list(columns),
        "before": [*columns][:2] + [*columns][3:5] + ["Background", "Envelope"],
    }
    rows = zip(*(columns[name] for name in names[order]), strict=True)
    return "\n".join([",".join(names[order]), *(",".join(f"{v:.4f}" for v in row) for row in rows)])


@pytest.mark.parametrize("is_on_background", [True, False])
@pytest.mark.parametrize("order", ["after", "before"])
def test_columns_of_a_published_fit_are_kept_as_that_and_are_no_spectra(
    tmp_path: Path, is_on_background: bool, order: str
) -> None:
    text = _fit_table(is_on_background=is_on_background, order=order)
    series = _read(tmp_path, "fit_columns_S2p.csv", text)
    assert series.sizes["spectrum"] == 1
    np.testing.assert_allclose(series.intensity.values[0], COUNTS / 7, atol=1e-4)
    (fit,) = published_fits(series)
    assert [component.name for component in fit.components] == ["PS4 2p3/2", "PS4 2p1/2"]
    areas = [component.area.value for component in fit.components]
    np.testing.assert_allclose(areas, np.array([4000, 2000]) * 1.0645, rtol=2e-3)


@pytest.mark.parametrize(
    "headings",
    [
        "A(X)\tB(Y)\tC(X)\tD(Y)",
        "BE\tCounts\tBE\tCounts",
        "cell A\t\tcell B\t",
        "Energy A(X1)\tIntensity B(Y1)\tEnergy C(X2)\tIntensity D(Y2)",
        "",
    ],
)
def test_two_axes_side_by_side_are_two_spectra(tmp_path: Path, headings: str) -> None:
    path = tmp_path / "origin_xyxy_S2p.txt"
    rows = [f"{x:.2f}\t{y}\t{x + 0.03:.2f}\t{y + 7}" for x, y in zip(ENERGY, COUNTS, strict=True)]
    path.write_text("\n".join([headings, *rows]))
    one, other = read_spectra(path)
    np.testing.assert_allclose(one.energy, ENERGY)
    np.testing.assert_allclose(other.energy, ENERGY + 0.03)
    np.testing.assert_allclose(other.intensity.values[0], COUNTS + 7)
    assert one.attrs["region"] == other.attrs["region"] == "S 2p"


def test_designations_of_errors_make_sigma(tmp_path: Path) -> None:
    rows = [
        f"{x:.2f}\t{y}\t{3 + i % 2}" for i, (x, y) in enumerate(zip(ENERGY, COUNTS, strict=True))
    ]
    series = _read(tmp_path, "S2p.txt", "\n".join(["A(X)\tB(Y)\tC(yEr±)", *rows]))
    assert (series.attrs["noise"], series.sizes["spectrum"]) == ("given", 1)
    assert set(series.sigma.values[0]) == {3.0, 4.0}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["Binding Energy (eV)", "", None])
def test_spectra_in_rows_are_read_as_in_columns(
    tmp_path: Path, separator: str, first: str | None
) -> None:
    counts = [COUNTS, COUNTS + 5, COUNTS + 9]
    names = [first, "OCV 2.3V", "3.0 V", "3.6 V"]
    table = [ENERGY.round(2).astype(str), *(one.astype(str) for one in counts)]
    rows = [
        separator.join([*([] if first is None else [name or ""]), *cells])
        for name, cells in zip(names, table, strict=True)
    ]
    series = _read(tmp_path, "rows_S2p.csv", "\n".join(["# film of LPSC", *rows]))
    np.testing.assert_allclose(series.energy, ENERGY)
    np.testing.assert_allclose(series.intensity, counts)
    if first is not None:
        assert get_column(series, "label").tolist() == names[1:]
    assert any("rows" in warning for warning in warnings_of(series))


def test_a_position_twice_is_averaged_and_told(tmp_path: Path) -> None:
    lines = _text(header="BE (eV)\tCounts\n").split("\n")
    lines.insert(12, f"{ENERGY[10]:.2f}\t{COUNTS[10] + 100}")
    series = _read(tmp_path, "S2p.txt", "\n".join(lines))
    np.testing.assert_allclose(series.energy, ENERGY)
    assert series.intensity.values[0, 10] == COUNTS[10] + 50
    assert series.sigma.values[0, 10] == pytest.approx(np.sqrt((COUNTS[10] + 50) / 2))
    assert any("averaged: 158" in warning for warning in warnings_of(series))


@given(stop=st.integers(60, 100), back=st.integers(3, 30), is_descending=st.booleans())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
def test_overlapping_windows_are_one_spectrum_and_sweeps_are_several(
    tmp_path: Path, stop: int, back: int, is_descending: bool
) -> None:
    places = np.r_[0:stop, stop - back : ENERGY.size]
    order = slice(None, None, -1) if is_descending else slice(None)
    windows = _text(ENERGY[places][order], COUNTS[places][order], "BE (eV)\tCounts\n")
    series = _read(tmp_path, "overlap_S2p.txt", windows)
    np.testing.assert_allclose(series.energy, ENERGY)
    np.testing.assert_allclose(series.intensity.values[0], COUNTS)
    assert any("windows that overlap are merged" in warning for warning in warnings_of(series))
    path = tmp_path / "sweeps_S2p.txt"
    path.write_text(_text(np.r_[ENERGY, ENERGY], np.r_[COUNTS, COUNTS + 1], "BE (eV)\tCounts\n"))
    one, other = read_spectra(path)
    np.testing.assert_allclose(other.intensity.values - one.intensity.values, 1)


def test_windows_of_other_levels_are_not_merged(tmp_path: Path) -> None:
    places = np.r_[0:90, 70 : ENERGY.size]
    counts = np.r_[COUNTS[:90], 2 * COUNTS[70:]]
    path = tmp_path / "S2p.txt"
    path.write_text(_text(ENERGY[places], counts, "BE (eV)\tCounts\n"))
    one, other = read_spectra(path)
    assert (one.sizes["energy"], other.sizes["energy"]) == (90, ENERGY.size - 70)
    assert any("not one spectrum" in warning for warning in warnings_of(one))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("just some words\nand more\n", "no columns of numbers"),
        ("1\n2\n3\n4\n5\n6\n7\n", "only one column"),
        ("160 1\n161 2\n", "only 2 rows"),
        ("\n".join(f"160.0 {i}" for i in range(20)), "all of its positions are 160"),
        ("\n".join(f"{160 + i // 4} {i % 7}" for i in range(40)), "4 points lie at 160"),
        ("\n".join(f"{160 + min(i, 30.5 - i)} {i % 7}" for i in range(20)), "it turns at"),
        ("\n".join(f"160,{i},12,5" for i in range(20)), "semicolons"),
        ("time/s,counts\n" + "\n".join(f"{i},{i % 7}" for i in range(20)), "not a spectrum"),
        ("BE;CPS\n" + "\n".join(f"{i};" for i in range(160, 180)), "no column of intensities"),
    ],
)
def test_what_cannot_be_a_spectrum_is_said_with_its_reason(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(UnreadableFileError, match=reason) as caught:
        _read(tmp_path, "S2p_bad.txt", text)
    assert str(caught.value).startswith("S2p_bad.txt: ")


def test_a_million_lines_are_read(tmp_path: Path) -> None:
    axis = np.arange(1_000_000) * 1e-3 + 100
    text = "\n".join(f"{x:.3f},{i % 977}" for i, x in enumerate(axis))
    series = _read(tmp_path, "LPSC_raman.csv", text)
    assert series.sizes["shift"] == 1_000_000


def test_text_of_a_raman_instrument_is_read(real_data: Callable[[str], Path]) -> None:
    path = real_data("raman_wdf/nCal_Qontor785_z005H12_100_1x3s.txt")
    (series,) = read_spectra(path)
    assert (series.attrs["region"], series.sizes["shift"]) == ("raman", 1021)
    assert float(series["shift"].max()) == pytest.approx(1111.108398)


def test_unnamed_raman_columns_of_an_instrument_are_asked_then_read(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    original = real_data("raman_labspec_binary_and_xml/PST10_iR785_OP01_8000msx8.txt")
    path = tmp_path / "cell" / "PST10.txt"
    path.parent.mkdir()
    path.write_bytes(original.read_bytes())
    with pytest.raises(UnreadableFileError, match="--technique"):
        read_spectra(path)
    (series,) = read_spectra(path, ReadOptions(technique="raman"))
    assert series.sizes["shift"] == 1024
    assert float(series.intensity[0, 0]) == pytest.approx(2152.87)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    cut=st.integers(0, 3000), flips=st.lists(st.tuples(st.integers(0, 2999), st.integers(0, 255)))
)
def test_a_damaged_file_is_read_or_refused_in_words(
    check_hostile: Callable[..., None], cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(_text(header="Binding energy (eV)\tCounts\n").encode()[: max(cut, 1)])
    for position, value in flips:
        data[position % len(data)] = value
    check_hostile(read_bytes, "LPSC_S2p.txt", bytes(data))


def read_bytes(folder: Path, content: bytes) -> list[xr.Dataset]:
    path = folder / "LPSC_S2p.txt"
    path.write_bytes(content)
    return read_spectra(path)
