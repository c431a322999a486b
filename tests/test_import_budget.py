"""Nothing is loaded before it is needed: what each entrance may load is counted, not timed."""

import subprocess
import sys

import pytest

_SAY_LOADED = """
import sys
sys.modules["dask"] = None  # xarray loads it where it is; few have it
from app.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("\\n", *sys.modules)
"""
_HEAVY = {
    "numpy", "pandas", "xarray", "scipy", "matplotlib", "lmfit", "numba", "h5py", "openpyxl",
    "xlsxwriter", "jinja2", "pybaselines", "PySide6",
}  # fmt: skip
_TABLE = "Binding energy (eV),Counts\n" + "".join(f"{160 + 0.1 * n:.1f},{n}\n" for n in range(60))


@pytest.fixture
def spectrum(tmp_path):
    path = tmp_path / "sample_S2p.csv"
    path.write_text(_TABLE)
    return path


def _loaded_by(*words):
    command = [sys.executable, "-c", _SAY_LOADED, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("\n", 2)[-2].split())


@pytest.mark.parametrize("words", [("--version",), ("--help",)])
def test_what_says_a_sentence_loads_no_library(words):
    loaded = _loaded_by(*words)

    assert not loaded & _HEAVY
    assert len(loaded) < 260


def test_reading_loads_neither_models_nor_tables_nor_what_draws(spectrum):
    loaded = _loaded_by("read", spectrum)

    assert loaded & _HEAVY == {"numpy", "pandas", "xarray"}
    assert not {
        name for name in loaded if name.startswith(("fitting.models.", "fitting.output.tables"))
    }
    assert len(loaded) < 1100
