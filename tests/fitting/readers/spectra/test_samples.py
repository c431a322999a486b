"""Samples by the names of files and folders."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitting.readers.spectra.private_paths import hide_paths, hide_paths_in_json
from fitting.readers.spectra.samples import sample_from_field, sample_of


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
        ("Cell A.DATA/C1s Scan.csv", "Cell A"),
        ("Cell A.DATA/C1s Scan_5.csv", "Cell A"),
        ("Cell A.DATA/S2p Scan 3.csv", "Cell A"),
        ("Cell A.DATA/C1s Snap.csv", "Cell A"),
        ("Cell A.DATA/XPS Survey.csv", "Cell A"),
        ("Cell A.DATA/Region 3.csv", "Cell A"),
        ("cell 7/S2p_5.txt", "cell 7"),
        ("cell 7/LPSC_S2p_5.txt", "LPSC"),
        ("cell 7/12_S2p.txt", "12"),
        ("cell 7/film_17.txt", "film_17"),
        ("cell 7/Scandium_C1s.txt", "Scandium"),
    ],
)
def test_files_of_one_sample_share_its_name(path: str, sample: str) -> None:
    assert sample_of(Path(path)) == sample


NAMES = st.sampled_from(["LPSC", "LPSC-composite", "film 17", "Scandium", "cell_7", "A"])
WORDS = st.sampled_from(
    ["", " Scan", "_Scan", " Snap", " scan 3", " Scan_12", "_5", " Region", "_07"]
)
LEVELS = st.sampled_from(["S2p", "C1s", "P2p", "S 2p", "O1s", "Cl2p"])


@given(folder=NAMES, level=LEVELS, other=LEVELS, word=WORDS, ending=st.sampled_from(["", ".DATA"]))
def test_what_an_instrument_calls_a_spectrum_is_no_sample(
    folder: str, level: str, other: str, word: str, ending: str
) -> None:
    paths = [Path(f"{folder}{ending}/{one}{word}.csv") for one in (level, other)]
    assert {sample_of(path) for path in paths} == {folder}


@given(name=NAMES, level=LEVELS, word=WORDS, mark=st.sampled_from(["_", " ", "-"]))
def test_words_of_instruments_leave_the_name_as_it_is(
    name: str, level: str, word: str, mark: str
) -> None:
    path = Path(f"folder/{name}{mark}{level}{word}.csv")
    assert sample_of(path) == sample_of(Path(f"folder/{name}{mark}{level}.csv"))


FOLDERS = ("anna.meier", "Data", "2024", "LPSC_C1s.spe")


@pytest.mark.parametrize(
    "stated",
    [
        "\\".join(("C:", "Users", *FOLDERS)),
        "\\".join(("", "", "server", "share", *FOLDERS)),
        "/".join(("", "home", *FOLDERS)),
        "/".join(("D:", *FOLDERS)),
    ],
)
def test_a_path_in_a_field_names_no_person(stated: str) -> None:
    assert sample_from_field(stated, Path("export.npl")) == "LPSC"
    assert hide_paths(f"read from {stated}") == "read from LPSC_C1s.spe"
    hidden = hide_paths_in_json(json.dumps({"file": {"AcqFilename": stated}, "points": [1, 2.5]}))
    assert json.loads(hidden) == {"file": {"AcqFilename": "LPSC_C1s.spe"}, "points": [1, 2.5]}


@pytest.mark.parametrize("text", ["counts/s", "S 2p 1/2", "12/08/2022 14:36", "a: b", "1/cm"])
def test_what_is_no_path_stays(text: str) -> None:
    assert hide_paths(text) == text
    assert json.loads(hide_paths_in_json(json.dumps([text]))) == [text]
