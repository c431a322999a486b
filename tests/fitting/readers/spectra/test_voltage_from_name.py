"""Voltages, branches and cycles in names; every reading that is not certain is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.data.errors import VoltageError
from fitting.data.voltage_scale import LITHIUM, LITHIUM_INDIUM
from fitting.readers.spectra.voltage_from_name import (
    branch_from_name,
    cycle_from_name,
    name_without_extension,
    sample_from_name,
    voltage_from_name,
)


@pytest.mark.parametrize(
    ("name", "voltage"),
    [
        ("LPSC_2.55V.txt", 2.55),
        ("3,60 V", 3.6),
        ("E=2p55V", 2.55),
        ("OCV_2.31V", 2.31),
        ("charge_3.6V_c1.txt", 3.6),
        ("PBTTT 1.2 V", 1.2),
        ("2.55V", 2.55),
        ("-0.3V", -0.3),
        ("3100mV", 3.1),
        ("2p55V", 2.55),
        ("3,1V", 3.1),
        ("V2O5 0.01V", 0.01),
        ("2V55", 2.55),
        ("LPSC-3.6V", 3.6),
        ("LPSC,3.6V", 3.6),
        ("LPSC_-0.3V", -0.3),
        ("20240228_4V", 4.0),
        ("scan_1_3.6V", 3.6),
        ("charge3.6V", 3.6),
        ("LPSC_S2p_2p55V", 2.55),
        ("LPSC 3.6V 3.60 V", 3.6),
        ("CV 0.1 mV/s 3.6V", 3.6),
        ("500V-1uA_3.6V", 3.6),
        ("0V", 0.0),
        ("LPSCl_3.6v_S2p", 3.6),
        ("LPSCl 3.6 Volt", 3.6),
        ("3,6 volts", 3.6),
        ("LPSC_3600mv", 3.6),
        ("LPSC −0.3V", -0.3),
        ("3.6\u00a0V", 3.6),
        ("LPSC 2 3.6V", 3.6),
        ("LPSC cycle 3 4V", 4.0),
        ("2024-01-05 4V", 4.0),
    ],
)
def test_a_voltage_is_read_from_a_name(name: str, voltage: float) -> None:
    found = voltage_from_name(name)
    assert found is not None
    assert found.value == pytest.approx(voltage)


@pytest.mark.parametrize(
    "name",
    [
        "20 eV",
        "VB3",
        "180 mA",
        "500V-1uA",
        "15kV",
        "C1s",
        "S2p",
        "V2O5",
        "LPSC_2.55",
        "0.1 mV/s",
        "0.1mV s-1",
        "1e-3V",
        "1.2.3V",
        "OCV",
        "",
    ],
)
def test_what_is_no_voltage_is_not_taken_for_one(name: str) -> None:
    assert voltage_from_name(name) is None


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09", "2 V or 3.8 V"),
        ("2-3.8V", "2 V or 3.8 V"),
        ("LPSC_3_6V", "3.6 V or 6 V"),
        ("LPSCl_3 6V_S2p", "3.6 V or 6 V"),
        ("3·6V", "3.6 V or 6 V"),
        ("3 6 Volt", "3.6 V or 6 V"),
        ("3 600 mV", "3.6 V or 0.6 V"),
        ("2.5 – 3.8V", "2.5 V or 3.8 V"),
        ("2.8V to 4.2V hold", "2.8 V or 4.2 V"),
        ("1V_2V_3V", "1 V, 2 V or 3 V"),
    ],
)
def test_an_ambiguous_name_is_refused_with_its_readings(name: str, readings: str) -> None:
    with pytest.raises(VoltageError, match=readings):
        voltage_from_name(name)


@given(
    millivolts=st.integers(-9999, 9999),
    mark=st.sampled_from([".", ",", "p"]),
    gap=st.sampled_from(["", " ", "_"]),
    before=st.sampled_from(["", "LPSC_", "E=", "charge ", "cell A-"]),
    after=st.sampled_from(["", "_c1", " discharge", ".txt", "_S2p"]),
)
def test_every_spelling_of_a_voltage_gives_it_back(
    millivolts: int, mark: str, gap: str, before: str, after: str
) -> None:
    if before.endswith("-") and millivolts < 0:
        return
    text = f"{millivolts / 1000:.3f}".replace(".", mark)
    found = voltage_from_name(f"{before}{text}{gap}V{after}")
    assert found is not None
    assert found.value == pytest.approx(millivolts / 1000)


@given(
    volts=st.integers(1, 9),
    tenths=st.integers(0, 9),
    joint=st.sampled_from([" ", "_", "·", "•", "∙", "\u00a0", ". ", ", ", ";", ":", "'", "+"]),
    unit=st.sampled_from(["V", " V", "v", " Volt"]),
    before=st.sampled_from(["", "LPSC_", "LPSC ", "E=", "S2p_"]),
)
def test_a_digit_set_off_from_whole_volts_is_never_guessed(
    volts: int, tenths: int, joint: str, unit: str, before: str
) -> None:
    with pytest.raises(VoltageError, match=rf"{volts}(\.{tenths})? V or {tenths} V"):
        voltage_from_name(f"{before}{volts}{joint}{tenths}{unit}")


@given(st.text(max_size=40))
def test_any_name_gives_a_voltage_below_ten_volts_or_none_or_a_refusal(name: str) -> None:
    message, found = " or ", None
    try:
        found = voltage_from_name(name)
    except VoltageError as error:
        message = str(error)
    assert " or " in message
    assert found is None or abs(found.value) < 10
    sample_from_name(name)


def test_a_name_may_state_the_electrode() -> None:
    against_alloy = voltage_from_name("LPSC_1.93V_vs_Li-In_S2p")
    against_lithium = voltage_from_name("2.55 V vs Li/Li+")
    unstated = voltage_from_name("2.55 V")
    assert against_alloy is not None
    assert against_lithium is not None
    assert unstated is not None
    assert against_alloy.scale == LITHIUM_INDIUM
    assert against_lithium.scale == LITHIUM
    assert unstated.scale is None


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("charge_3.6V_c1", "charge"),
        ("LPSC_ch_3.6V", "charge"),
        ("charged 3.6V", "charge"),
        ("charge3.6V", "charge"),
        ("discharge 2.5 V", "discharge"),
        ("dis_2.8V", "discharge"),
        ("dch2.8V", "discharge"),
        ("ch2", ""),
        ("charge-discharge", ""),
        ("discovery", ""),
        ("recharger", ""),
    ],
)
def test_the_branch_is_told_by_a_word(name: str, branch: str) -> None:
    assert branch_from_name(name) == branch


@pytest.mark.parametrize(
    ("name", "cycle"),
    [
        ("charge_3.6V_c1", 1),
        ("LPSC cycle 2", 2),
        ("LPSC_cyc10_2V", 10),
        ("LPSC_2nd", 2),
        ("1st charge", 1),
        ("C1s", None),
        ("C1", None),
        ("5cycles", None),
        ("C-24", None),
        ("c1_c2", None),
        ("c1.5", None),
    ],
)
def test_the_cycle_is_told_by_a_token(name: str, cycle: int | None) -> None:
    assert cycle_from_name(name) == cycle


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("pristine_S2p", "pristine"),
        ("pristine_C1s", "pristine"),
        ("LPSC_2.55V", "LPSC"),
        ("LPSC_charge_3.6V_c1_P2p", "LPSC"),
        ("S2p_LPSC (3.6 V, charge)", "LPSC"),
        ("LPSC-A_E=2p55V_Survey", "LPSC-A"),
        ("Li2S", "Li2S"),
        ("LPSC_raman_2.55V", "LPSC"),
        ("charged_3.6V_S2p", ""),
        ("S2p", ""),
    ],
)
def test_the_sample_is_what_is_left_of_a_name(name: str, sample: str) -> None:
    assert sample_from_name(name) == sample


def test_a_decimal_number_is_no_extension() -> None:
    assert name_without_extension("LPSC_2.55V") == "LPSC_2.55V"
    assert name_without_extension("LPSC_2.55V.txt") == "LPSC_2.55V"
