"""VAMAS files as series: every pitfall that real files proved, and hostile bytes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.data.joining.join import join_series
from fitting.data.series import warnings_of
from fitting.readers.options import DEFAULT, ReadOptions
from fitting.readers.spectra import vamas
from fitting.readers.spectra.published_fit import published_fits
from fitting.readers.spectra.xps_spectra import spectrum_metadata

Maker = Callable[..., bytes]
RISING = tuple(np.random.default_rng(3).poisson(np.linspace(900, 1200, 50)).tolist())


def read_bytes(tmp_path: Path, content: bytes, options: ReadOptions = DEFAULT) -> list[xr.Dataset]:
    path = tmp_path / "cell_7.vms"
    path.write_bytes(content)
    return vamas.read_vamas(path, options)


def block(**changes: Any) -> dict[str, Any]:
    """A block of fifty counts of S 2p that rise with kinetic energy."""
    return {"columns": (("counts", "d", RISING),), **changes}


def by_region(series: list[xr.Dataset]) -> dict[str, xr.Dataset]:
    return {one.attrs["region"]: one for one in series}


def test_scans_divide_the_counts(tmp_path: Path, vamas_text: Maker) -> None:
    (series,) = read_bytes(tmp_path, vamas_text(block(dwell=0.4, scans=5)))
    np.testing.assert_allclose(series.intensity.values[0], np.array(RISING)[::-1] / 2.0)
    np.testing.assert_allclose(series.sigma.values[0], np.sqrt(RISING)[::-1] / 2.0)
    assert series.seconds_per_point.item() == pytest.approx(2.0)
    assert (series.attrs["unit"], series.attrs["noise"]) == ("counts/s", "poisson")


def test_counts_without_a_counting_time_stay_counts(tmp_path: Path, vamas_text: Maker) -> None:
    (series,) = read_bytes(tmp_path, vamas_text(block(dwell="1E+37")))
    assert (series.attrs["unit"], series.attrs["noise"]) == ("counts", "poisson")
    np.testing.assert_allclose(series.sigma.values[0], np.sqrt(RISING)[::-1])


def test_numbers_that_are_no_counts_say_that_their_noise_is_estimated(
    tmp_path: Path, vamas_text: Maker
) -> None:
    columns = (("intensity", "nA", RISING),)
    (series,) = read_bytes(tmp_path, vamas_text(block(columns=columns)))
    assert (series.attrs["unit"], series.attrs["noise"]) == ("arbitrary", "estimated")
    assert "estimated" in warnings_of(series)[0]


@pytest.mark.parametrize("label", ["Binding Energy", "binding energy", "B.E."])
def test_binding_energies_are_told_by_the_label(
    tmp_path: Path, vamas_text: Maker, label: str
) -> None:
    axis = (label, "eV", 170.0, -0.1)
    (series,) = read_bytes(tmp_path, vamas_text(block(axis=axis)))
    np.testing.assert_allclose(series.energy.values[[0, -1]], [165.1, 170.0])
    assert series.intensity.values[0, -1] == RISING[0] / 2


def test_the_work_function_is_not_added(tmp_path: Path, vamas_text: Maker) -> None:
    (series,) = read_bytes(tmp_path, vamas_text(block()))
    np.testing.assert_allclose(series.energy.values[-1], 1486.6 - 1316.6)
    assert spectrum_metadata(series)[0]["work function"] == -4.5


def test_an_axis_called_energy_is_told_by_the_region(tmp_path: Path, vamas_text: Maker) -> None:
    for start in (1316.6, 165.0):
        (series,) = read_bytes(tmp_path, vamas_text(block(axis=("Energy", "eV", start, 0.1))))
        assert 155 < series.energy.values.mean() < 175
    content = vamas_text(block(axis=("Energy", "eV", 700, 0.1)))
    with pytest.raises(UnreadableFileError, match="neither kinetic nor binding"):
        read_bytes(tmp_path, content)


def test_a_missing_photon_energy_is_asked_for(tmp_path: Path, vamas_text: Maker) -> None:
    content = vamas_text(block(photon_energy="1E+37"))
    with pytest.raises(UnreadableFileError, match="--photon-energy"):
        read_bytes(tmp_path, content)
    (series,) = read_bytes(tmp_path, content, ReadOptions(photon_energy=1253.6))
    assert series.energy.values[-1] == pytest.approx(1253.6 - 1316.6)


def test_calibrations_add_up_and_shift_once(tmp_path: Path, vamas_text: Maker) -> None:
    comment = ("Casa Info Follows", 2, "Calib M = 281.17 A = 284.8 BE ADD",
               "Calib M = 284.7999 A = 284.8 BE ADD", 0, 0, 0, "Tilt : 0.00")  # fmt: skip
    (series,) = read_bytes(tmp_path, vamas_text(block(comment=comment)))
    assert series.charge_shift.item() == pytest.approx(3.6301)
    assert series.axis_offset.item() == pytest.approx(3.6301)
    assert series.energy.values[-1] == pytest.approx(170.0)
    assert "shifted by +3.63 eV, as the CasaXPS calibration" in warnings_of(series)[0]
    assert "Tilt : 0.00" in spectrum_metadata(series)[0]["comment"]


def test_a_calibration_of_kinetic_energies_shifts_the_other_way(
    tmp_path: Path, vamas_text: Maker
) -> None:
    comment = ("Calib M = 1201.5 A = 1201.8 KE ADD",)
    (series,) = read_bytes(tmp_path, vamas_text(block(comment=comment)))
    assert series.charge_shift.item() == pytest.approx(-0.3)


def test_the_transmission_is_kept_but_not_divided_by(tmp_path: Path, vamas_text: Maker) -> None:
    transmission = tuple(np.linspace(2.0, 2.5, 50).round(3))
    for columns in (
        (("Intensity", "d", RISING), ("Transmission", "d", transmission)),
        (("transmission", "d", transmission), ("Intensity", "d", RISING)),
    ):
        (series,) = read_bytes(tmp_path, vamas_text(block(columns=columns)))
        np.testing.assert_allclose(series.intensity.values[0], np.array(RISING)[::-1] / 2)
        kept = spectrum_metadata(series)[0]["other columns"]
        assert next(iter(kept.values())) == list(transmission[::-1])


def test_samples_of_one_region_become_one_series(tmp_path: Path, vamas_text: Maker) -> None:
    names = ["pristine", "2.55 V", "4.3 V"]
    blocks = [block(sample=name, scans=scans) for scans, name in enumerate(names, start=2)]
    (series,) = read_bytes(tmp_path, vamas_text(*blocks))
    assert list(series["sample"].values) == names
    np.testing.assert_allclose(series.seconds_per_point, [1.0, 1.5, 2.0])


def test_other_ranges_of_one_step_are_padded_and_other_steps_kept_apart(
    tmp_path: Path, vamas_text: Maker
) -> None:
    blocks = [
        block(sample="a"),
        block(sample="b", axis=("kinetic energy", "eV", 1317.6, 0.1)),
        block(sample="c", axis=("kinetic energy", "eV", 1316.6, 0.2)),
    ]
    fine, coarse = read_bytes(tmp_path, vamas_text(*blocks))
    assert fine.sizes == {"spectrum": 2, "energy": 60}
    assert np.isinf(fine.sigma.values[:, [0, -1]]).sum() == 2
    assert list(coarse["sample"].values) == ["c"]
    assert spectrum_metadata(fine)[1]["block"] == 2


@pytest.mark.parametrize("name", ["", "Not Specified"])
def test_a_block_without_sample_takes_the_name_of_the_file(
    tmp_path: Path, vamas_text: Maker, name: str
) -> None:
    (series,) = read_bytes(tmp_path, vamas_text(block(sample=name)))
    assert series["sample"].item() == "cell_7"


def test_sputter_time_is_the_depth(tmp_path: Path, vamas_text: Maker) -> None:
    variables = [("Etch Level", "d"), ("Etch Time", "s")]
    blocks = [block(variables=(level, 30 * level)) for level in range(3)]
    (series,) = read_bytes(tmp_path, vamas_text(*blocks, variables=variables))
    np.testing.assert_array_equal(series.depth, [0, 30, 60])
    assert series.depth.attrs["units"] == "s"


def test_the_variable_of_a_sputter_profile_is_the_depth(tmp_path: Path, vamas_text: Maker) -> None:
    blocks = [block(variables=(value,)) for value in (0, 2, 4)]
    content = vamas_text(*blocks, variables=[("Exp Variable", "nm")], mode="SDP")
    (series,) = read_bytes(tmp_path, content)
    np.testing.assert_array_equal(series.depth, [0, 2, 4])


def test_regions_under_one_stamp_follow_each_other(tmp_path: Path, vamas_text: Maker) -> None:
    blocks = [
        block(),
        block(species="C", transition="1s", axis=("kinetic energy", "eV", 1195, 0.1)),
        block(species="P", axis=("kinetic energy", "eV", 1345, 0.1)),
        block(sample="next", stamp=(2026, 3, 14, 9, 36, 53, 1)),
    ]
    series = by_region(read_bytes(tmp_path, vamas_text(*blocks)))
    # 50 points of 0.5 s in 4 scans take 100 s
    np.testing.assert_allclose(series["S 2p"].time, [0, 600])
    np.testing.assert_allclose(series["C 1s"].time, [100])
    np.testing.assert_allclose(series["P 2p"].time, [200])
    assert spectrum_metadata(series["P 2p"])[0]["started"] == "2026-03-14T09:30:13+01:00"


@pytest.mark.parametrize(
    "stamp", [(0,) * 7, (-1,) * 7, ("1E+37",) * 7, (2019, 1, 22, -1, -1, -1, -1)]
)
def test_unknown_times_are_no_times(tmp_path: Path, vamas_text: Maker, stamp: Any) -> None:
    (series,) = read_bytes(tmp_path, vamas_text(block(stamp=stamp)))
    assert "time" not in series.coords


def test_blocks_that_are_no_spectra_are_left_out_with_a_sentence(
    tmp_path: Path, vamas_text: Maker
) -> None:
    blocks = [
        block(),
        block(name="empty", columns=(("counts", "d", (0, 0, 0)),)),
        block(name="fixed", axis=("Index", "d", 0, 1)),
        block(name="ions", technique="AES dir"),
    ]
    (series,) = read_bytes(tmp_path, vamas_text(*blocks))
    (warning,) = warnings_of(series)
    for reason in ("'empty'): all of its", "'fixed'): its axis is Index", "'ions'): it was"):
        assert reason in warning
    with pytest.raises(UnreadableFileError, match=r"cell_7\.vms: there is no XPS spectrum"):
        read_bytes(tmp_path, vamas_text(*blocks[1:]))


def test_what_the_file_says_survives_joining(tmp_path: Path, vamas_text: Maker) -> None:
    calibrated = block(sample="b", comment=("Calib M = 284.0 A = 284.8 BE ADD",))
    (one,) = read_bytes(tmp_path, vamas_text(block(sample="a"), calibrated))
    other = one.assign_coords(source=("spectrum", np.array(["z", "z"], dtype=object)))
    joined = join_series([join_series([one, other]), one.isel(spectrum=[1])])
    shifts = {
        (str(spectrum["source"].item()), str(spectrum["sample"].item())): fit.shift
        for spectrum, fit in zip(
            (joined.isel(spectrum=[i]) for i in range(joined.sizes["spectrum"])),
            published_fits(joined),
            strict=True,
        )
    }
    assert shifts["cell_7.vms", "a"] is None
    assert json.loads(one.attrs["original_metadata"])["file"]["operator"] == "an operator"


def test_a_cut_file_gives_what_is_complete_and_says_so(tmp_path: Path, vamas_text: Maker) -> None:
    content = vamas_text(block(), block(species="P", axis=("kinetic energy", "eV", 1345, 0.1)))
    (series,) = read_bytes(tmp_path, content[:-100])
    assert series.attrs["region"] == "S 2p"
    assert any("cut off" in warning for warning in warnings_of(series))


def test_a_cut_at_every_length_gives_spectra_or_a_sentence(
    check_hostile: Callable[..., None], vamas_text: Maker
) -> None:
    content = vamas_text({"comment": ("Calib M = 1 A = 2 BE ADD",)}, {"sample": "b"})
    for length in range(len(content)):
        check_hostile(read_bytes, "cell_7.vms", content[:length])


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_bytes_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None],
    with_changes: Callable[..., Any],
    vamas_text: Maker,
    data: st.DataObject,
) -> None:
    comment = (
        "Calib M = 1 A = 2 BE ADD",
        "CASA region (*S 2p*) (*Shirley*) 1320.7 1327.3 0.66 2 0 0 1 2 3 4 (*S 2p*) 32 0 0.6",
        "CASA comp (*S*) (*GL(30)*) Area 1 0 9 -1 1 MFWHM 1 0 5 0 1 Position 1 0 2 -1 1 RSF 1",
    )
    content = vamas_text({"comment": comment}, {"sample": "b"})
    check_hostile(read_bytes, "cell_7.vms", with_changes(data, content, most=8))


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_shuffled_lines_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], vamas_text: Maker, data: st.DataObject
) -> None:
    lines = vamas_text({}, {"sample": "b"}, variables=[("Etch Time", "s")]).split(b"\r\n")
    first, second = (data.draw(st.integers(1, len(lines) - 1)) for _ in range(2))
    lines[first], lines[second] = lines[second], lines[first]
    replaced = data.draw(st.integers(1, len(lines) - 1))
    lines[replaced] = data.draw(st.sampled_from([b"-1", b"1e30", b"nan", b"", b"inf", b"3.5"]))
    check_hostile(read_bytes, "cell_7.vms", b"\r\n".join(lines))
