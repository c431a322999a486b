"""ASCII export of PHI MultiPak."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError
from fitting.readers.options import DEFAULT
from fitting.readers.spectra import multipak_text

HEAD = (
    "Element {element}; Region {region} of 2; Depth Cycle {cycle} of {cycles}; Time Per Step 50; "
    "Sweeps 8; Anode Mg; Photon Energy 1253.6; XPS;\n"
)
ROWS = "170.00\t1620\n169.90\t1590\n169.80\t1633\n"


def export_of(cycles: int) -> str:
    return "".join(
        HEAD.format(element=element, region=region, cycle=cycle, cycles=cycles) + ROWS
        for cycle in range(1, cycles + 1)
        for region, element in enumerate(("S 2p", "Sn 3d"), start=1)
    )


def read_text(tmp_path: Path, text: str) -> list[xr.Dataset]:
    path = tmp_path / "cell 3.txt"
    path.write_bytes(text.encode("latin-1"))
    return multipak_text.read_multipak_text(path, DEFAULT)


def test_counts_become_rates_by_step_and_sweeps(tmp_path: Path) -> None:
    assert multipak_text.recognise_multipak_text(export_of(1).encode())
    sulfur, tin = read_text(tmp_path, export_of(1))
    assert (sulfur.attrs["region"], tin.attrs["region"]) == ("S 2p", "Sn 3d")
    np.testing.assert_allclose(sulfur.intensity, [np.array([1633, 1590, 1620]) / 0.4])
    np.testing.assert_allclose(sulfur.sigma, [np.sqrt([1633, 1590, 1620]) / 0.4])
    assert "depth" not in sulfur.coords
    assert sulfur["sample"].item() == "cell 3"


def test_cycles_of_a_sputter_profile_are_the_depth(tmp_path: Path) -> None:
    sulfur, _ = read_text(tmp_path, export_of(3))
    np.testing.assert_array_equal(sulfur.depth, [1, 2, 3])
    assert list(sulfur.label.values) == ["S 2p cycle 1", "S 2p cycle 2", "S 2p cycle 3"]


def test_a_damaged_row_is_named_with_its_line(tmp_path: Path) -> None:
    text = export_of(2).replace("169.90\t1590", "169.90\tx", 1)
    with pytest.raises(UnreadableFileError, match=r"cell 3\.txt, line 3: '169.90\\tx' is not"):
        read_text(tmp_path, text)


def test_a_cut_at_every_length_gives_spectra_or_a_sentence(
    check_hostile: Callable[..., None],
) -> None:
    text = export_of(2)
    for length in range(len(text)):
        check_hostile(read_text, "cell 3.txt", text[:length])


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_changed_characters_give_spectra_or_a_sentence(
    check_hostile: Callable[..., None], with_changes: Callable[..., Any], data: st.DataObject
) -> None:
    text = export_of(2)
    check_hostile(read_text, "cell 3.txt", with_changes(data, text, most=6))
