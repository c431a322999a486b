"""The small files of every text layout: as their script writes them, and read as what they are."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from fitting.data.series import axis_of, get_column
from fitting.electrochemistry.attach import attach_voltages
from fitting.readers.spectra import read_spectra

SCRIPT = Path(__file__).parents[3] / "data" / "make_samples.py"
MADE = runpy.run_path(str(SCRIPT))
FOLDER: Path = MADE["FOLDER"]


def test_the_files_are_those_their_script_writes() -> None:
    written = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert written == MADE["samples"]()


@pytest.mark.parametrize(
    ("name", "reader", "region", "spectra", "noise"),
    [
        ("pristine_S2p.csv", "text in columns", "S 2p", 1, "poisson"),
        ("charged_3.6V_S2p.txt", "text in columns", "S 2p", 1, "poisson"),
        ("series_S2p.csv", "text in columns", "S 2p", 3, "poisson"),
        ("rates_S2p.dat", "text in columns", "S 2p", 1, "given"),
        ("LPSC_raman_2p55V.txt", "text in columns", "raman", 1, "estimated"),
        ("witec.txt", "text in columns", "raman", 1, "estimated"),
        ("labspec_single.txt", "LabSpec text", "raman", 1, "estimated"),
        ("labspec_series.txt", "LabSpec text", "raman", 4, "estimated"),
        ("labspec_map.txt", "LabSpec text", "raman", 4, "estimated"),
        ("wire_series.txt", "WiRE text", "raman", 4, "estimated"),
        ("bwtek.txt", "B&W Tek text", "raman", 1, "estimated"),
    ],
)
def test_a_sample_is_read_as_what_it_is(
    name: str, reader: str, region: str, spectra: int, noise: str
) -> None:
    (series,) = read_spectra(FOLDER / name)
    assert (series.attrs["reader"], series.attrs["region"]) == (reader, region)
    assert (series.sizes["spectrum"], series.attrs["noise"]) == (spectra, noise)
    expected_axis = MADE["SHIFT"] if region == "raman" else MADE["ENERGY"][::-1]
    np.testing.assert_allclose(series[axis_of(series)], expected_axis, atol=1e-6)
    expected = MADE["raman"]() if region == "raman" else MADE["counts"]()[::-1]
    scale = 2.5 if name == "rates_S2p.dat" else 1.0
    np.testing.assert_allclose(series.intensity[0] * scale, expected, atol=1e-3)


@pytest.mark.parametrize("name", ["labspec_series.txt", "wire_series.txt"])
def test_a_series_carries_its_times(name: str) -> None:
    (series,) = read_spectra(FOLDER / name)
    np.testing.assert_allclose(series["time"], MADE["TIMES"])


@pytest.mark.parametrize(
    ("name", "voltages", "branches"),
    [
        ("charged_3.6V_S2p.txt", [3.6], ["charge"]),
        ("series_S2p.csv", [2.55, 3.6, 2.1], ["charge", "charge", "discharge"]),
        ("LPSC_raman_2p55V.txt", [2.55], [""]),
    ],
)
def test_voltages_are_found_in_names_and_headings(
    name: str, voltages: list[float], branches: list[str]
) -> None:
    (series,), problems = attach_voltages(read_spectra(FOLDER / name))
    assert get_column(series, "voltage") == pytest.approx(voltages)
    assert get_column(series, "branch").tolist() == branches
    assert problems == []
