"""``thioscope fit --nexus`` and ``--sum-scans``."""

import runpy
from pathlib import Path

import h5py

from fitting.commands.main import run_command
from fitting.readers.spectra import read_spectra

DATA = Path(__file__).parents[2] / "data"


def test_a_nexus_file_is_written_beside_the_tables_on_request(tmp_path: Path) -> None:
    spectrum = str(DATA / "samples" / "pristine_S2p.csv")
    assert (
        run_command(["fit", spectrum, "--out", str(tmp_path / "plain"), "--quiet", "--quick"]) == 0
    )
    assert not (tmp_path / "plain" / "data.nxs").exists()
    assert (
        run_command(
            ["fit", spectrum, "--out", str(tmp_path / "nexus"), "--quiet", "--quick", "--nexus"]
        )
        == 0
    )
    (series,) = read_spectra(tmp_path / "nexus" / "data.nxs")
    assert series.attrs["region"] == "S 2p"
    with h5py.File(tmp_path / "nexus" / "data.nxs") as file:
        assert "peak_0" in file["S_2p/fit"]


def test_scans_are_summed_on_request(tmp_path: Path, capsys) -> None:
    content = runpy.run_path(str(DATA / "reader_samples.py"))["specs_xy"]()
    path = tmp_path / "scans.xy"
    path.write_bytes(content)
    assert run_command(["read", str(path)]) == 0
    assert "--sum-scans" in capsys.readouterr().out
    assert run_command(["read", str(path), "--sum-scans", "--json"]) == 0
    assert '"spectra": 1,' in capsys.readouterr().out
