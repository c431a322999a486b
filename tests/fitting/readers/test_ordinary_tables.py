"""Ordinary tables in new words: units, languages, copies and places never become wrong numbers."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError, VoltageError
from fitting.data.series import get_column, warnings_of
from fitting.electrochemistry.voltage_source import read_voltage_source
from fitting.readers.options import ReadOptions
from fitting.readers.records import read_record
from fitting.readers.spectra import read_spectra

ENERGY = np.round(np.arange(158.0, 170.05, 0.2), 2)
SHIFT = np.round(np.linspace(200.0, 800.0, 61), 2)
COUNTS = np.random.default_rng(4).poisson(900 + 400 * np.exp(-((ENERGY - 161.7) ** 2)))
LASER = 532.0
FAST = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def _write(path: Path, head: str, *columns: object, mark: str = "\t") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [mark.join(map(str, row)) for row in zip(*columns, strict=True)]  # type: ignore[call-overload]
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def _read(path: Path, **options: object) -> list[xr.Dataset]:
    return read_spectra(path, ReadOptions(**options))  # type: ignore[arg-type]


@FAST
@given(
    word=st.sampled_from(["counts", "cts", "coups", "Impulse", "cuentas", "计数", "カウント"]),
    per_second=st.sampled_from(["", "/s", " / s", "/sec"]),
    prefix=st.sampled_from(["", "k", "M", "x 10^3 ", "10³ ", "1E4 "]),
)
def test_counts_in_any_unit_and_language_are_counts(
    tmp_path: Path, word: str, per_second: str, prefix: str
) -> None:
    is_letter = prefix in ("k", "M")
    word = "counts" if is_letter else word
    factor = {"": 1, "k": 1e3, "M": 1e6, "x 10^3 ": 1e3, "10³ ": 1e3, "1E4 ": 1e4}[prefix]
    heading = f"Binding Energy (eV)\tIntensity ({prefix}{word}{per_second})"
    (series,) = _read(_write(tmp_path / "S2p.txt", heading, ENERGY, COUNTS / factor))
    np.testing.assert_allclose(series.intensity.values[0], COUNTS, rtol=1e-9)
    assert series.attrs["unit"] == ("counts/s" if per_second else "counts")


@pytest.mark.parametrize("heading", ["log10(Counts)", "ln(I)", "sqrt(Counts)", "1st derivative"])
def test_functions_of_counts_are_no_spectra(tmp_path: Path, heading: str) -> None:
    alone = _write(tmp_path / "S2p.txt", f"BE (eV)\t{heading}", ENERGY, np.log10(COUNTS))
    with pytest.raises(UnreadableFileError, match="no column of intensities"):
        _read(alone)
    head = f"BE (eV)\tCounts\t{heading}"
    (series,) = _read(_write(tmp_path / "b/S2p.txt", head, ENERGY, COUNTS, np.log10(COUNTS)))
    np.testing.assert_array_equal(series.intensity.values, [COUNTS])


@pytest.mark.parametrize("heading", ["Normalized counts", "Counts (norm.)", "Counts/%"])
def test_normalised_counts_are_counts_no_more(tmp_path: Path, heading: str) -> None:
    head = f"Binding Energy (eV)\t{heading}"
    (series,) = _read(_write(tmp_path / "S2p.txt", head, ENERGY, COUNTS / COUNTS.max()))
    assert (series.attrs["unit"], series.attrs["noise"]) == ("arbitrary", "estimated")


@FAST
@given(
    name=st.sampled_from(["Average", "Sum", "Mean", "Counts (norm.)", "Counts offset"]),
    is_true=st.booleans(),
)
def test_columns_that_follow_from_others_are_no_spectra(
    tmp_path: Path, name: str, is_true: bool
) -> None:
    other = COUNTS[::-1]
    derived = {
        "Average": (COUNTS + other) / 2,
        "Sum": COUNTS + other,
        "Mean": (COUNTS + other) / 2,
        "Counts (norm.)": np.round(COUNTS / COUNTS.max(), 5),
        "Counts offset": COUNTS + 5000,
    }[name]
    column = derived if is_true else np.roll(derived, 7)
    head = f"BE (eV)\tScan 1\tScan 2\t{name}"
    (series,) = _read(_write(tmp_path / "S2p.txt", head, ENERGY, COUNTS, other, column))
    # a sum that is none is an envelope, as ever
    assert series.sizes["spectrum"] == (2 if is_true or name == "Sum" else 3)


@FAST
@given(
    unit=st.sampled_from(["cm-1", "1/cm", "meV", "THz", "m-1", "nm", "eV"]),
    says_laser=st.sampled_from(["Laser: 532 nm\n", "Excitation wavelength (nm): 532\n", ""]),
)
def test_raman_shifts_in_any_unit_are_shifts(tmp_path: Path, unit: str, says_laser: str) -> None:
    per_unit = {"cm-1": 1.0, "1/cm": 1.0, "meV": 8.065544, "THz": 33.35641, "m-1": 0.01}
    written = (
        1e7 / (1e7 / LASER - SHIFT) - LASER
        if unit == "nm"
        else SHIFT / per_unit.get(unit, 8065.544)
    )
    path = _write(tmp_path / "a.txt", f"{says_laser}Raman shift ({unit})\tCounts", written, COUNTS)
    if unit == "nm" and not says_laser:
        with pytest.raises(UnreadableFileError, match="--laser"):
            _read(path)
    (series,) = _read(path, laser_wavelength=None if says_laser else LASER)
    np.testing.assert_allclose(series["shift"].values, SHIFT, atol=1e-6)


@pytest.mark.parametrize("heading", ["Wavenumber (cm-1)", "Absolute wavenumber / cm-1"])
def test_the_wavenumbers_of_the_light_are_no_shifts(tmp_path: Path, heading: str) -> None:
    path = _write(tmp_path / "a.txt", f"{heading}\tCounts", 1e7 / LASER - SHIFT, COUNTS)
    with pytest.raises(UnreadableFileError, match="--laser"):
        _read(path)
    (series,) = _read(path, laser_wavelength=LASER)
    np.testing.assert_allclose(np.sort(series["shift"].values), SHIFT, atol=1e-6)


@pytest.mark.parametrize(
    "heading",
    ["拉曼位移", "ラマンシフト", "라만 이동", "Рамановский сдвиг", "Nombre d'onde", "波数"],
)
def test_raman_axes_are_told_in_other_languages(tmp_path: Path, heading: str) -> None:
    (series,) = _read(_write(tmp_path / "a.txt", f"{heading}\tI", SHIFT, COUNTS))
    assert series.attrs["region"] == "raman"


@FAST
@given(
    places=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=5, unique=True
    ),
    names=st.sampled_from(["X\tY", "X (µm)\tY (µm)", "Line\tPoint no."]),
)
def test_tables_written_point_by_point_hold_one_spectrum_for_each_place(
    tmp_path: Path, places: list[tuple[int, int]], names: str
) -> None:
    rows = [
        (x, y, shift, count + x)
        for x, y in places
        for shift, count in zip(SHIFT, COUNTS, strict=True)
    ]
    head = f"{names}\tRaman shift (1/cm)\tCounts"
    found = _read(_write(tmp_path / "map.txt", head, *zip(*rows, strict=True)))
    intensity = np.concatenate([one.intensity.values for one in found])
    np.testing.assert_array_equal(intensity, [COUNTS + x for x, _ in places])
    labels = [str(label) for one in found for label in get_column(one, "label")]
    assert len(set(labels)) == len(places)
    assert len({str(name) for one in found for name in get_column(one, "sample")}) == 1


@FAST
@given(
    words=st.sampled_from(["True", "ok", "12:30:01", "valid point"]),
    place=st.integers(0, 2),
    mark=st.sampled_from(["\t", ";", ","]),
)
def test_columns_of_words_cost_no_spectrum(
    tmp_path: Path, words: str, place: int, mark: str
) -> None:
    columns: list[object] = [ENERGY, COUNTS]
    heads = ["BE (eV)", "Counts"]
    columns.insert(place, [words] * ENERGY.size)
    heads.insert(place, "remark")
    (series,) = _read(_write(tmp_path / "S2p.csv", mark.join(heads), *columns, mark=mark))
    np.testing.assert_array_equal(series.intensity.values, [COUNTS])
    assert any("'remark'" in warning for warning in warnings_of(series))


def test_names_above_groups_of_columns_are_samples_and_voltages(tmp_path: Path) -> None:
    head = "LPS A\t\tLPS B 3.6V\t\nBE (eV)\tCounts\tBE (eV)\tCounts"
    one, other = _read(_write(tmp_path / "S2p.txt", head, ENERGY, COUNTS, ENERGY, COUNTS[::-1]))
    assert [str(get_column(series, "sample")[0]) for series in (one, other)] == [
        f"{tmp_path.name} LPS A",
        f"{tmp_path.name} LPS B",
    ]
    assert "3.6V" in str(get_column(other, "label")[0])


def test_a_folder_named_by_the_reference_names_no_region(tmp_path: Path) -> None:
    path = _write(tmp_path / "C1s_284.8_ref/film.txt", "BE (eV)\tCounts", ENERGY, COUNTS)
    assert _read(path)[0].attrs["region"] == "S 2p"


def test_the_corrected_of_two_axes_is_taken(tmp_path: Path) -> None:
    head = "Binding Energy (eV)\tCorrected Binding Energy (eV)\tCounts"
    path = _write(tmp_path / "S2p.txt", head, ENERGY, ENERGY - 1.5, COUNTS)
    assert float(_read(path)[0].energy.min()) == pytest.approx(156.5)


@pytest.mark.parametrize(
    "line", ["Source: Al Kα", "X-ray: Al K alpha", "Anode AlKa, 300 W", "Mg K-alpha (1253.6 eV)"]
)
def test_the_x_ray_line_tells_the_photon_energy(tmp_path: Path, line: str) -> None:
    photon = 1253.6 if line.startswith("Mg") else 1486.6
    head = f"{line}\nKinetic Energy (eV)\tCounts"
    path = _write(tmp_path / "S2p.txt", head, np.round(photon - ENERGY, 2), COUNTS)
    assert float(_read(path)[0].energy.min()) == pytest.approx(158.0)


@FAST
@given(
    unit=st.sampled_from([("s", 1.0), ("min", 60.0), ("h", 3600.0)]),
    millivolts=st.booleans(),
    names=st.sampled_from([("Time", "Voltage"), ("Zeit", "Spannung"), ("Tiempo", "Voltaje")]),
)
def test_a_row_of_units_below_the_headings_counts(
    tmp_path: Path, unit: tuple[str, float], millivolts: bool, names: tuple[str, str]
) -> None:
    seconds, voltage = np.arange(40) * 600.0, np.linspace(2.5, 3.6, 40)
    factor = 1e3 if millivolts else 1.0
    head = f"{names[0]}\t{names[1]}\n{unit[0]}\t{'mV' if millivolts else 'V'}"
    record = read_record(
        _write(tmp_path / "r.txt", head, seconds / unit[1], np.round(voltage * factor, 4))
    )
    np.testing.assert_allclose(record.time, seconds, atol=1e-6)
    np.testing.assert_allclose(record.voltage, voltage, atol=1e-3)


@FAST
@given(
    layout=st.sampled_from([("%d.%m.%Y", "%H:%M:%S"), ("%Y-%m-%d", "%H.%M.%S"), ("%Y/%m/%d", "")]),
    name=st.sampled_from(["Uhrzeit", "Time", "Time of day", "Heure"]),
)
def test_days_take_their_time_from_the_column_beside_them(
    tmp_path: Path, layout: tuple[str, str], name: str
) -> None:
    times = np.datetime64("2025-03-14T22:00:00") + np.arange(30) * np.timedelta64(600, "s")
    moments = [time.astype(object) for time in times]
    days = [f"{moment:{layout[0]}}" for moment in moments]
    clocks = [f"{moment:%H:%M:%S}" for moment in moments]
    voltage = np.linspace(2.5, 3.6, 30)
    if not layout[1]:
        path = _write(tmp_path / "r.txt", "Date\tVoltage (V)", days, voltage)
        with pytest.raises(UnreadableFileError, match="time of day"):
            read_record(path)
        return
    record = read_record(
        _write(tmp_path / "r.txt", f"Date\t{name}\tVoltage (V)", days, clocks, voltage)
    )
    expected = times.astype("datetime64[s]").astype(float)
    np.testing.assert_allclose(record.time, expected)


@pytest.mark.parametrize("layout", ["%Y%m%d%H%M%S", "%Y%m%dT%H%M%S", "%d.%m.%Y %H.%M.%S"])
def test_dates_without_colons_are_dates(tmp_path: Path, layout: str) -> None:
    times = np.datetime64("2025-03-14T22:00:00") + np.arange(30) * np.timedelta64(600, "s")
    stamps = [f"{time.astype(object):{layout}}" for time in times]
    head = "Timestamp\tVoltage (V)"
    record = read_record(_write(tmp_path / "r.txt", head, stamps, np.linspace(2.5, 3.6, 30)))
    assert record.has_clock
    np.testing.assert_allclose(record.time, times.astype("datetime64[s]").astype(float))


@pytest.mark.parametrize(
    ("heading", "electrode"),
    [("Ewe/V vs. Ag/AgCl", "Ag/AgCl"), ("Working Electrode vs. NHE (V)", "NHE"),
     ("Potential (V vs RHE)", "RHE")],
)  # fmt: skip
def test_voltages_against_an_electrode_that_is_not_known_are_asked(
    tmp_path: Path, heading: str, electrode: str
) -> None:
    head = f"time/s\t{heading}"
    path = _write(tmp_path / "r.txt", head, np.arange(30) * 60.0, np.linspace(-0.7, 0.4, 30))
    with pytest.raises(VoltageError, match=f"against {electrode}"):
        read_voltage_source(path)


def test_the_electrode_of_a_heading_is_the_scale(tmp_path: Path) -> None:
    head = "time/s\tEwe/V vs. Li-In"
    path = _write(tmp_path / "r.txt", head, np.arange(30) * 60.0, np.linspace(1.9, 3.0, 30))
    record = read_record(path)
    np.testing.assert_allclose(record.voltage_vs_lithium, np.linspace(2.52, 3.62, 30))
