"""Text exports of CasaXPS: real ones, their twins, and damaged ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.series import warnings_of
from fitting.readers.options import DEFAULT
from fitting.readers.spectra import casaxps_text, vamas
from fitting.readers.spectra.published_fit import published_fits

RealData = Callable[[str], Path]

CSV = "xps_casaxps_csv"
TXT = "xps_vamas_casaxps_text"
PREFIX = "20240228_Au_MPPipTFSIIol3_"
REGIONS = {"C_1s": "C 1s", "F_1s": "F 1s", "N_1s": "N 1s", "Na_1s": "Na 1s", "O_1s": "O 1s",
           "S_2p": "S 2p", "survey": "survey"}  # fmt: skip

ROWS = """,,,,,,,,
,,,,,,,,
Characteristic Energy eV,1486.6,Acquisition Time s,4,,Characteristic Energy eV,1486.6,,
BE_S 2p 1,CPS_S 2p 1,S 2p_1_S 2p 1,Background_S 2p 1,Envelope_S 2p 1,BE_C 1s 2,CPS_C 1s 2,,
166,100,90,90,90,290,50,,
165,110,120,92,120,289,51,,
164,120,94,94,94,288,49,,
163,97,96,96,96,,,,
"""
COLUMNS = """Cycle 0:4.3 V:S 2p
\tCharacteristic Energy eV\t1.486600e+003\tAcquisition Time s\t2.000000e+000
Name\t\tPS4\t
Position\t\t165.00\t
FWHM\t\t1.10\t
Area\t\t28.00\t
Lineshape\t\tGL(30)\t
K.E.\tCounts\tPS4\tBackground\tEnvelope\t\tB.E.\tCPS\tPS4\tBackground CPS\tEnvelope CPS
1.320600e+003\t2.000000e+002\t1.8e+002\t1.8e+002\t1.8e+002\t\t1.66e+002\t100\t90\t90\t90
1.321600e+003\t2.200000e+002\t2.4e+002\t1.8e+002\t2.4e+002\t\t1.65e+002\t110\t120\t92\t120
1.322600e+003\t2.400000e+002\t1.9e+002\t1.9e+002\t1.9e+002\t\t1.64e+002\t120\t94\t94\t94

"""


def read_text(tmp_path: Path, text: str) -> list[xr.Dataset]:
    path = tmp_path / "ionic liquid.csv"
    path.write_bytes(text.encode("latin-1"))
    return casaxps_text.read_casaxps_text(path, DEFAULT)


@pytest.mark.parametrize("name", REGIONS)
def test_every_rows_export_reads(real_data: RealData, name: str) -> None:
    path = real_data(f"{CSV}/{PREFIX}{name}.csv")
    assert casaxps_text.recognise_casaxps_text(path.read_bytes()[:65536])
    (series,) = casaxps_text.read_casaxps_text(path, DEFAULT)
    assert series.attrs["region"] == REGIONS[name]
    assert series["sample"].item() == "20240228_Au_MPPipTFSIIol3"
    assert series.attrs["unit"] == "counts/s"


@pytest.mark.parametrize("name", ["C_1s", "S_2p"])
def test_spectra_and_components_are_those_of_the_export(
    real_data: RealData, reference: dict[str, Any], name: str
) -> None:
    file = f"{PREFIX}{name}.csv"
    truth = reference["xps_casaxps_csv"][file]
    (series,) = casaxps_text.read_casaxps_text(real_data(f"{CSV}/{file}"), DEFAULT)
    assert series.sizes["energy"] == truth["points"]
    assert series.energy.values[[-1, 0]] == pytest.approx([truth["BE_first"], truth["BE_last"]])
    assert series.intensity.values[0, -1] == truth["raw_first"]
    assert series.intensity.max() == truth["raw_max"]
    (fit,) = published_fits(series)
    for part, other in zip(fit.components, truth["components"], strict=True):
        assert part.position.value == other["BE_max"]
        assert part.area.value == pytest.approx(other["area_cps_eV"], abs=0.06)
        assert part.name == other["column"][: len(part.name)]


def test_acquisition_time_turns_rates_into_counts(real_data: RealData) -> None:
    (series,) = casaxps_text.read_casaxps_text(real_data(f"{CSV}/{PREFIX}S_2p.csv"), DEFAULT)
    counts = series.intensity.values[0] * 5
    np.testing.assert_allclose(counts, np.round(counts), atol=0.01)
    np.testing.assert_allclose(series.sigma.values[0], np.sqrt(counts) / 5)
    assert series.attrs["noise"] == "poisson"
    assert not warnings_of(series)


def test_a_survey_without_acquisition_time_says_that_noise_is_estimated(
    real_data: RealData,
) -> None:
    (series,) = casaxps_text.read_casaxps_text(real_data(f"{CSV}/{PREFIX}survey.csv"), DEFAULT)
    assert series.attrs["noise"] == "estimated"
    assert "counting time" in warnings_of(series)[0]


def test_the_columns_export_is_the_vamas_file(real_data: RealData) -> None:
    (text,) = casaxps_text.read_casaxps_text(
        real_data(f"{TXT}/FeO_analyzed_lineshapes_cols.txt"), DEFAULT
    )
    (twin,) = vamas.read_vamas(real_data(f"{TXT}/FeO_analyzed.vms"), DEFAULT)
    assert text.attrs["region"] == twin.attrs["region"] == "Fe 2p"
    assert text["sample"].item() == twin["sample"].item() == "FeO"
    np.testing.assert_allclose(text.energy, twin.energy, atol=1e-3)
    np.testing.assert_allclose(text.intensity, twin.intensity, rtol=1e-6)
    np.testing.assert_allclose(text.sigma, twin.sigma, rtol=1e-6)
    exported, stored = published_fits(text)[0], published_fits(twin)[0]
    for one, other in zip(exported.components, stored.components, strict=True):
        assert (one.name, one.line_shape) == (other.name, other.line_shape)
        assert one.area.value == pytest.approx(other.area.value, abs=0.006)
        assert one.fwhm.value == pytest.approx(other.fwhm.value, abs=0.006)
        assert one.position.value == pytest.approx(other.position.value, abs=0.006)


def test_curves_stand_on_the_background_and_add_up(real_data: RealData) -> None:
    (series,) = casaxps_text.read_casaxps_text(
        real_data(f"{TXT}/FeO_analyzed_lineshapes_cols.txt"), DEFAULT
    )
    (fit,) = published_fits(series)
    assert fit.curves is not None
    total = fit.curves.background + fit.curves.components.sum(axis=0)
    inside = fit.curves.envelope > fit.curves.background
    np.testing.assert_allclose(total[inside], fit.curves.envelope[inside], rtol=1e-5)
    heights = fit.curves.components.max(axis=1)
    assert heights[0] == max(heights)


def test_blocks_below_each_other_are_samples_of_two_regions(real_data: RealData) -> None:
    survey, nickel = casaxps_text.read_casaxps_text(real_data(f"{TXT}/vms_txt_export.txt"), DEFAULT)
    assert (survey.attrs["region"], nickel.attrs["region"]) == ("survey", "Ni 2p")
    assert list(nickel["sample"].values) == ["Ni", "NiO"]
    assert survey.sizes == {"spectrum": 2, "energy": 1201}
    assert nickel.sizes == {"spectrum": 2, "energy": 501}
    assert list(nickel.seconds_per_point.values) == pytest.approx([0.3, 0.3])


def test_blocks_side_by_side_end_where_their_numbers_end(tmp_path: Path) -> None:
    sulfur, carbon = read_text(tmp_path, ROWS)
    np.testing.assert_array_equal(sulfur.intensity, [[97, 120, 110, 100]])
    np.testing.assert_array_equal(carbon.intensity, [[49, 51, 50]])
    assert sulfur.seconds_per_point.item() == 4
    assert np.isnan(carbon.seconds_per_point.item())
    (fit,) = published_fits(sulfur)
    assert fit.components[0].position.value == 165
    assert fit.components[0].area.value == pytest.approx(28)
    assert published_fits(carbon)[0].components == ()


def test_decimal_commas_between_semicolons_are_read(tmp_path: Path) -> None:
    text = ROWS.replace(",", ";").replace("1486.6", "1486,6").replace("166;100", "166,0;100,5")
    assert read_text(tmp_path, text)[0].intensity.values[0, -1] == 100.5


def test_columns_tell_sample_components_and_counts(tmp_path: Path) -> None:
    (series,) = read_text(tmp_path, COLUMNS)
    assert (series["sample"].item(), series.label.item()) == ("4.3 V", "S 2p")
    (fit,) = published_fits(series)
    assert fit.components[0].line_shape == "GL(30)"
    assert fit.components[0].fwhm.value == 1.1
    np.testing.assert_array_equal(fit.curves.components if fit.curves else [], [[0, 28, 0]])


def test_a_cut_last_row_is_left_out_and_a_short_row_inside_is_an_error(tmp_path: Path) -> None:
    cut = ROWS.split(",,Char")[0] + "\n" + ROWS.split("\n")[3].partition(",BE_C")[0] + "\n"
    rows = ["166,100,90,90,90", "165,110,120,92,120", "164,120"]
    (series,) = read_text(tmp_path, cut + "\n".join(rows))
    assert series.sizes["energy"] == 2
    with pytest.raises(UnreadableFileError, match=r"ionic liquid\.csv, line \d+: 2 numbers for 5"):
        read_text(tmp_path, cut + "\n".join([*rows, rows[0]]))


def test_words_among_the_numbers_are_named_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"ionic liquid\.csv, line 6: 'n\.a\.' is not a"):
        read_text(tmp_path, ROWS.replace("165,110", "165,n.a."))


def test_a_report_is_no_spectrum(real_data: RealData) -> None:
    path = real_data(f"{TXT}/FeO_analyzed_results.csv")
    assert casaxps_text.recognise_casaxps_text(path.read_bytes())
    with pytest.raises(UnreadableFileError, match="quantification report"):
        casaxps_text.read_casaxps_text(path, DEFAULT)


@pytest.mark.parametrize("text", [ROWS, COLUMNS, COLUMNS + COLUMNS])
def test_a_cut_at_every_length_gives_spectra_or_a_sentence(
    check_hostile: Callable[..., None], text: str
) -> None:
    for length in range(len(text)):
        check_hostile(read_text, "ionic liquid.csv", text[:length])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_characters_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], with_changes: Callable[..., Any], data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from([ROWS, COLUMNS]))
    check_hostile(read_text, "ionic liquid.csv", with_changes(data, text, most=8))
