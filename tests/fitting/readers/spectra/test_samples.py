"""Samples by the names of files and folders."""

from pathlib import Path

import pytest

from fitting.readers.spectra.samples import sample_of


@pytest.mark.parametrize(
    ("path", "sample"),
    [
        ("run/pristine_S2p.csv", "pristine"),
        ("run/pristine_C1s.csv", "pristine"),
        ("run/LPSC_2.55V.wdf", "LPSC"),
        ("run/LPSC_raman_charge_3.6V_c1.txt", "LPSC"),
        ("run/charged_3.6V_S2p.txt", "charged_3.6V"),
        ("run/charged_3.6V_C1s.txt", "charged_3.6V"),
        ("LPSC cycled/S2p.txt", "LPSC cycled"),
    ],
)
def test_files_of_one_sample_share_its_name(path: str, sample: str) -> None:
    assert sample_of(Path(path)) == sample
