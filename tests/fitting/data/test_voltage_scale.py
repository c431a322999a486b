"""Voltage scales by their many names."""

import pytest

from fitting.data.errors import VoltageError
from fitting.data.voltage_scale import LITHIUM, LITHIUM_INDIUM, voltage_scale


@pytest.mark.parametrize("name", ["Li+/Li", "Li/Li+", "Li", "li/li+", " Li/Li+ "])
def test_lithium_goes_by_many_names(name: str) -> None:
    assert voltage_scale(name) == LITHIUM


@pytest.mark.parametrize("name", ["Li-In", "In-Li", "InLi", "LiIn", "Li\N{EN DASH}In", "In/LiIn"])
def test_the_indium_alloy_lies_above_lithium(name: str) -> None:
    assert voltage_scale(name) == LITHIUM_INDIUM
    assert voltage_scale(name).offset == pytest.approx(0.62)


def test_an_offset_replaces_the_bundled_one() -> None:
    scale = voltage_scale("Li-In", 0.6)
    assert (scale.name, scale.offset) == ("Li-In", 0.6)


def test_another_electrode_needs_its_offset() -> None:
    assert voltage_scale("LTO", 1.55).offset == 1.55
    with pytest.raises(VoltageError, match="--voltage-offset"):
        voltage_scale("LTO")
