"""Impedance spectra are read from what instruments and people write, or it is said why not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.impedance.readers import may_hold_impedance, read_impedance
from fitting.impedance.readers.sweep_columns import find_sweep_columns
from fitting.impedance.series import impedances_of, join_sweeps, sweep_of

_FREQUENCY = np.geomspace(1e6, 1e-1, 29)
_IMPEDANCE = 50 + 200 / (1 + (2j * np.pi * _FREQUENCY * 1e-4) ** 0.9)


def _write(
    folder: Path, head: str, rows: list[list[str]], mark: str, name: str = "eis.csv"
) -> Path:
    path = folder / name
    lines = [head, *(mark.join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _rows(*columns: np.ndarray, comma: bool = False) -> list[list[str]]:
    cells = [[f"{value:.9g}" for value in row] for row in zip(*columns, strict=True)]
    return [[cell.replace(".", ",") for cell in row] for row in cells] if comma else cells


@pytest.mark.parametrize(
    ("head", "imaginary", "mark", "comma"),
    [
        ("freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", -1, ",", False),
        ("Frequency (Hz);Z' (Ω);-Z'' (Ω)", -1, ";", True),
        ("Frequency [Hz]\tZ′ [Ohm]\tZ″ [Ohm]", 1, "\t", False),
        ("Freq Zreal Zimag", 1, " ", False),
        ("# made by hand\nf / Hz; Z_re / Ohm; Z_im / Ohm", 1, ";", True),
        ("Frequency,Zre,Zim\nHz,Ohm,Ohm", 1, ",", False),
    ],
)
def test_named_columns_of_either_sign(
    tmp_path: Path, head: str, imaginary: int, mark: str, comma: bool
) -> None:
    rows = _rows(_FREQUENCY, _IMPEDANCE.real, imaginary * _IMPEDANCE.imag, comma=comma)
    path = _write(tmp_path, head, rows, mark)
    series = read_impedance(path)
    assert may_hold_impedance(path)
    assert series is not None
    frequency, impedance = sweep_of(series, 0)
    np.testing.assert_allclose(frequency, _FREQUENCY, rtol=1e-8)
    np.testing.assert_allclose(impedance, _IMPEDANCE, rtol=1e-7)


@pytest.mark.parametrize(
    ("head", "factors"),
    [
        ("Frequency/Hz,|Z|/Ohm,Phase(Z)/deg", (1, 1, 1)),
        ("Number,Frequency/kHz,Impedance/kOhm,Phase/rad", (1e-3, 1e-3, np.radians(1))),
        ("Frequency (Hz),Z (Ω),-Phase (°)", (1, 1, -1)),
    ],
)
def test_modulus_and_phase_in_any_unit(
    tmp_path: Path, head: str, factors: tuple[float, float, float]
) -> None:
    columns = [_FREQUENCY, np.abs(_IMPEDANCE), np.degrees(np.angle(_IMPEDANCE))]
    scaled = [column * factor for column, factor in zip(columns, factors, strict=True)]
    numbered = [np.arange(29.0)] if head.startswith("Number") else []
    series = read_impedance(_write(tmp_path, head, _rows(*numbered, *scaled), ","))
    assert series is not None
    np.testing.assert_allclose(sweep_of(series, 0)[1], _IMPEDANCE, rtol=1e-7)


def test_heading_with_the_wrong_sign_is_turned_round_and_said(tmp_path: Path) -> None:
    rows = _rows(_FREQUENCY, _IMPEDANCE.real, -_IMPEDANCE.imag)
    series = read_impedance(_write(tmp_path, "Frequency/Hz,Z'/Ohm,Z''/Ohm", rows, ","))
    assert series is not None
    np.testing.assert_allclose(sweep_of(series, 0)[1], _IMPEDANCE, rtol=1e-7)
    assert "turned round" in series.attrs["warnings"]


@settings(max_examples=25)
@given(
    st.lists(st.integers(min_value=5, max_value=30), min_size=1, max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_sweeps_in_one_table_are_cut_where_they_turn(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], is_rising: bool, turns: bool
) -> None:
    parts = []
    for number, length in enumerate(lengths):
        sweep = np.geomspace(1e5, 1.0, length)
        parts.append(sweep[::-1] if is_rising != (turns and number % 2 == 1) else sweep)
    frequency = np.concatenate(parts)
    impedance = 10 + 100 / (1 + 2j * np.pi * frequency * 1e-3)
    cycle = np.repeat(np.arange(len(lengths)), lengths)
    rows = _rows(frequency, impedance.real, impedance.imag, cycle)
    head = "freq/Hz,Re(Z)/Ohm,Im(Z)/Ohm,cycle number"
    series = read_impedance(_write(tmp_path_factory.mktemp("sweeps"), head, rows, ","))
    assert series is not None
    assert [sweep_of(series, index)[0].size for index in range(len(lengths))] == lengths
    np.testing.assert_array_equal(series["cycle"].values, np.arange(len(lengths)))


def test_area_normalised_impedance_keeps_its_unit_and_joins_no_other(tmp_path: Path) -> None:
    rows = _rows(_FREQUENCY, _IMPEDANCE.real, _IMPEDANCE.imag)
    by_area = read_impedance(
        _write(tmp_path, "Frequency/Hz,Z' (Ohm cm2),Z'' (Ohm cm2)", rows, ",", "area.csv")
    )
    plain = read_impedance(_write(tmp_path, "Frequency/Hz,Z'/Ohm,Z''/Ohm", rows, ","))
    assert by_area is not None
    assert plain is not None
    assert by_area.attrs["unit"] == "Ohm cm2"
    with pytest.raises(Exception, match="different units"):
        join_sweeps([by_area, plain])


@pytest.mark.parametrize(
    ("head", "columns", "reason"),
    [
        ("freq/Hz,|Z|/Ohm,phase", (_FREQUENCY, abs(_IMPEDANCE), np.angle(_IMPEDANCE)), "degrees"),
        ("freq/Hz,Z'/Ohm,Z''/Ohm", (_FREQUENCY[:3], *np.ones((2, 3))), "needs 5"),
        ("freq/Hz,Z'/Ohm,Z''/Ohm", (_FREQUENCY * 1e8, *np.ones((2, 29))), "no instrument"),
    ],
)
def test_doubtful_table_is_a_sentence(
    tmp_path: Path, head: str, columns: tuple[np.ndarray, ...], reason: str
) -> None:
    with pytest.raises(UnreadableFileError, match=rf"^eis\.csv: .*{reason}"):
        read_impedance(_write(tmp_path, head, _rows(*columns), ","))


@pytest.mark.parametrize(
    "text", ["Binding Energy (eV),counts\n160,1\n161,2\n", "Time/s,Ewe/V\n0,3.1\n1,3.2\n", "1 2\n"]
)
def test_other_tables_are_left_to_other_readers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    assert read_impedance(path) is None


def test_amplitudes_and_other_electrodes_are_not_taken_for_the_impedance() -> None:
    headings = ["freq/Hz", "|Ewe|/V", "Re(Zce)/Ohm", "Re(Z)/Ohm", "-Im(Z)/Ohm", "<Ewe>/V"]
    found = find_sweep_columns(headings)
    assert (found["real"].index, found["imaginary"].index, found["voltage"].index) == (3, 4, 5)
    assert found["imaginary"].factor == -1


def test_points_without_numbers_are_left_out_and_said(tmp_path: Path) -> None:
    rows = _rows(_FREQUENCY, _IMPEDANCE.real, _IMPEDANCE.imag)
    rows[4][1] = "overload"
    series = read_impedance(_write(tmp_path, "freq/Hz,Z'/Ohm,Z''/Ohm", rows, ","))
    assert series is not None
    assert sweep_of(series, 0)[0].size == 28
    assert "left out: 1." in series.attrs["warnings"]


@pytest.mark.parametrize(
    ("name", "points", "first", "last"),
    [
        ("eis/exampleDataBioLogic.mpt", 43, 65.470886 - 0.38998979j, 110.97003 - 2.3458567j),
        ("eis/exampleDataGamry.DTA", 72, 825.8584 - 1367.239j, 17007.49 - 6635.557j),
        ("eis/exampleDataZPlot.z", 21, 147.77 - 11.335j, 613.68 - 137.13j),
        ("eis/data.dta", 29, 109.00918219 - 26.55567988j, 645.47870015 - 90.61812831j),
        ("eis/data.i2b", 29, 109.00918219 - 26.55567988j, 645.47870015 - 90.61812831j),
    ],
)
def test_instrument_files(
    real_data: Callable[[str], Path], name: str, points: int, first: complex, last: complex
) -> None:
    series = read_impedance(real_data(name))
    assert series is not None
    _, impedance = sweep_of(series, 0)
    assert impedance.size == points
    np.testing.assert_allclose(impedance[[0, -1]], [first, last], rtol=1e-6)


def test_binary_and_text_of_one_measurement_agree(real_data: Callable[[str], Path]) -> None:
    folder = real_data("potentiostat_biologic")
    binary, text = (read_impedance(folder / f"peis.{ending}") for ending in ("mpr", "mpt"))
    assert binary is not None
    assert text is not None
    np.testing.assert_allclose(impedances_of(binary), impedances_of(text), rtol=1e-5)
    np.testing.assert_allclose(binary["voltage"], text["voltage"], rtol=1e-5)
    np.testing.assert_allclose(binary["started"], text["started"], atol=1)
    assert read_impedance(folder / "cp.mpt") is None
    assert read_impedance(folder / "cp.mpr") is None
