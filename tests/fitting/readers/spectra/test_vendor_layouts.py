"""What versions of the vendors' programs write differently, and is the same."""

import io
import runpy
import string
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.series import get_column
from fitting.readers.spectra import read_spectra
from fitting.readers.spectra.xps_spectra import XpsSpectrum, series_of

SCRIPT = runpy.run_path(str(Path(__file__).parents[3] / "data" / "reader_samples.py"))
ENERGY, COUNTS = SCRIPT["ENERGY"], SCRIPT["COUNTS"]
EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@EXAMPLES
@given(letter=st.sampled_from(string.ascii_letters), wide=st.booleans())
def test_a_number_of_phi_is_read_by_its_size(tmp_path: Path, letter: str, wide: bool) -> None:
    rate = (COUNTS / 0.5).astype("<f8" if wide else "<f4")
    head = (
        "SOFH\r\nFileType: SPECTRUM\r\n"
        f"SpectralRegDef: 1 1 S2p 16 {rate.size} -0.25 {ENERGY[0]} {ENERGY[-1]} 1 0 0.5 55 AREA\r\n"
        "EOFH\r\n"
    )
    block = bytearray(SCRIPT["_phi_block"](1, 1, (1, rate.size), "c/s", (rate.nbytes, 112)))
    block[72:76] = f"{letter}{rate.itemsize}".encode().ljust(4, b"\0")
    path = tmp_path / "S2p.spe"
    path.write_bytes(
        head.encode() + b"\1\0\0\0\1\0\0\0\x60\0\0\0\x10\0\0\0" + block + rate.tobytes()
    )
    (series,) = read_spectra(path)
    np.testing.assert_allclose(series["intensity"].values[0], COUNTS[::-1] / 0.5)


@pytest.mark.parametrize(
    ("stated", "offset"),
    [
        ("#   Kinetic Energy Axis:      no", 0.0),
        ("#   Energy Axis:              Binding Energy", 0.0),
        ("#   Kinetic Energy Axis:      yes", 1486.6),
        ("#   Energy Axis:              Kinetic Energy", 1486.6),
    ],
)
def test_specs_text_says_which_energy_it_holds(tmp_path: Path, stated: str, offset: float) -> None:
    text = SCRIPT["specs_xy"]().decode().replace("# Energy Axis: Binding Energy", stated)
    path = tmp_path / "cell.xy"
    path.write_text(text)
    if offset:
        lines = [
            f"{offset - float(line.split()[0]):g}  {line.split()[1]}"
            if line[:1].isdigit()
            else line
            for line in text.split("\n")
        ]
        path.write_text("\n".join(lines))
    (series,) = read_spectra(path)
    np.testing.assert_allclose(series["energy"], np.sort(ENERGY), atol=0.11)


@pytest.mark.parametrize(
    "headings",
    [
        ("Binding Energy", "Raw Data"),
        ("BE", "Raw Data", "Background", "Transmission"),
        ("Binding Energy (E)", "Raw Data"),
        ("Binding Energy (eV)", "Raw Data"),
        ("Binding Energy", "Corrected Data"),
        ("Binding Energy", "Corrected Data", "Raw Data", "Transmission"),
    ],
)
def test_headings_of_khervefitting_are_read_as_it_means_them(
    tmp_path: Path, headings: Sequence[str]
) -> None:
    columns = {
        "Raw Data": COUNTS,
        "Corrected Data": COUNTS / (2 if "Raw Data" in headings else 1),
        "Background": np.full(COUNTS.size, 7),
        "Transmission": np.full(COUNTS.size, 2.0),
    }
    rows = zip(*(columns.get(name, ENERGY).tolist() for name in headings), strict=True)
    (series,) = read_spectra(_write_workbook(tmp_path, "S2p", [headings, *rows]))
    assert series.attrs["region"] == "S 2p"
    np.testing.assert_allclose(series["intensity"].values[0], COUNTS[::-1])


@pytest.mark.parametrize("element", ["Element ;", "Element;", "Element   ;"])
def test_a_survey_of_multipak_has_no_element(tmp_path: Path, element: str) -> None:
    rows = "\n".join(f"{energy}\t{energy % 17 + 5}" for energy in range(1100, 0, -1))
    path = tmp_path / "LPSC.txt"
    path.write_text(
        f"{element} Region 1 of 2; Depth Cycle 1 of 1; Time Per Step 50; Sweeps 2;\n{rows}\n"
        + SCRIPT["multipak"]().decode()
    )
    survey, sulfur = read_spectra(path)
    assert (survey.attrs["region"], sulfur.attrs["region"]) == ("survey", "S 2p")
    assert survey.sizes["energy"] == 1100


@pytest.mark.parametrize(
    ("name", "stated", "started"),
    [
        ("Acquisition Start", "2023-05-17 11:16:52", datetime(2023, 5, 17, 11, 16, 52)),
        ("Acquisition start :", "17/05/2023 11:16:52", datetime(2023, 5, 17, 11, 16, 52)),
        ("Start Time", "05/17/2023 11:16:52", datetime(2023, 5, 17, 11, 16, 52)),
        ("Date", "5/5/2023 11:16:52", datetime(2023, 5, 5, 11, 16, 52)),
        ("Acquisition Start", "05/06/2023 11:16:52", None),
        ("Acquisition Start", "", None),
    ],
)
def test_avantage_tells_when_it_began_unless_day_and_month_may_be_exchanged(
    tmp_path: Path, name: str, stated: str, started: datetime | None
) -> None:
    rows = SCRIPT["_avantage_rows"]()
    parameters = [
        ("Parameter", " "),
        (name, stated),
        ("Analyser Mode", "CAE : Pass Energy 50.0 eV"),
    ]
    beside = [
        [*row, *[""] * (7 - len(row)), *pair] for row, pair in zip(rows, parameters, strict=False)
    ]
    (series,) = read_spectra(_write_workbook(tmp_path, "S2p Scan", beside + rows[len(beside) :]))
    found = get_column(series, "started").astype(float)
    if started is None:
        assert not np.isfinite(found).any()
    else:
        assert found.tolist() == [started.replace(tzinfo=UTC).timestamp()]


@EXAMPLES
@given(middles=st.lists(st.sampled_from([420, 905, 1030, 1205]), min_size=1, max_size=6))
def test_blocks_without_a_name_are_grouped_by_their_energies(middles: list[int]) -> None:
    steps = np.linspace(-5, 5, 41)
    spectra = [
        XpsSpectrum(
            region="unnamed", energy=middle + steps + 0.25 * (index % 2), kind="counts",
            values=np.full(steps.size, 40.0), sample="a", label=f"block {index}",
        )
        for index, middle in enumerate(middles)
    ]  # fmt: skip
    series = series_of(Path("blocks.vms"), spectra)
    assert len(series) == len(set(middles)) == len({one.attrs["region"] for one in series})
    assert sum(one.sizes["spectrum"] for one in series) == len(middles)
    assert all(np.ptp(one["energy"].values) < 11 for one in series)


def _write_workbook(folder: Path, title: str, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    path = folder / "LPSC.xlsx"
    path.write_bytes(content.getvalue())
    return path
