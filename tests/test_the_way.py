"""The whole way from the command line: the example's truth comes back, promises hold."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.__main__ import main
from fitting.simulation.example import RAMAN_ONSET, example_truth, write_example

TABLES = ("spectra", "peaks", "species", "ratios", "atomic_percent", "onsets", "audit")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``thioscope demo`` writes."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert main(["demo", "--quiet", "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example(tmp_path_factory.mktemp("example"))


def _table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def _name(source: str) -> str:
    """The file's name, by which the example knows its truth; tables say its folder too."""
    return Path(source).name


def _with_source(folder: Path, name: str) -> pd.DataFrame:
    keys = ["spectrum", "region"]
    return _table(folder, name).merge(_table(folder, "spectra")[[*keys, "source"]], on=keys)


def _pulls(value: pd.Series, truth: list[float], stderr: pd.Series) -> np.ndarray:
    pulls = (value.to_numpy() - np.array(truth)) / stderr.to_numpy()
    assert np.isfinite(pulls).mean() > 0.9, "hardly any may be without an error"
    return pulls[np.isfinite(pulls)]


def test_the_fractions_of_the_example_are_those_that_went_into_it(demo: Path) -> None:
    truth = {truth.file: truth.fractions for truth in example_truth()}
    table = _with_source(demo, "species")
    expected = [truth[_name(row.source)].get(row.species, 0.0) for row in table.itertuples()]
    pulls = _pulls(table.fraction_percent, expected, table.fraction_stderr)
    put_in = {(file, species) for file, fractions in truth.items() for species in fractions}
    assert put_in <= set(zip(table.source.map(_name), table.species, strict=True))
    assert np.mean(np.abs(pulls) <= 2) >= 0.9
    assert np.max(np.abs(pulls)) < 5


def test_the_ratios_of_the_example_are_those_that_went_into_it(demo: Path) -> None:
    truth = {truth.file: truth.areas for truth in example_truth()}
    table = _with_source(demo, "ratios")
    is_put_in = [row.denominator in truth[_name(row.source)] for row in table.itertuples()]
    table = table[is_put_in]
    expected = [
        truth[_name(row.source)].get(row.numerator, 0.0) / truth[_name(row.source)][row.denominator]
        for row in table.itertuples()
    ]
    pulls = _pulls(table.ratio, expected, table.ratio_stderr)
    assert np.mean(np.abs(pulls) <= 2) >= 0.9
    assert np.max(np.abs(pulls)) < 5
    inside = (table.ratio_low95 <= expected) & (table.ratio_high95 >= expected)
    assert inside.mean() >= 0.9


def test_the_charge_of_every_sample_is_found_within_its_error(demo: Path) -> None:
    shifts = {truth.file: truth.shift for truth in example_truth() if truth.region != "raman"}
    table = _table(demo, "spectra").query("region != 'raman'")
    for row in table.itertuples():
        assert abs(row.charge_shift - shifts[_name(row.source)]) < 4 * row.charge_shift_stderr


def test_the_onset_of_the_example_lies_in_its_interval(demo: Path) -> None:
    table = _table(demo, "onsets").query("branch == 'charge' and region == 'raman'")
    assert set(zip(table.species, table.direction, strict=True)) == {
        ("PS4", "fades"),
        ("polysulfide", "appears"),
    }
    for row in table.itertuples():
        half = (row.onset_high95 - row.onset_low95) / 2
        assert abs(row.onset_V - RAMAN_ONSET) < 2 * half


def test_spectra_are_numbered_by_voltage_and_carry_branch_and_status(demo: Path) -> None:
    raman = _table(demo, "spectra").query("region == 'raman'")
    assert raman.spectrum.tolist() == list(range(len(raman)))
    assert raman.voltage_V.is_monotonic_increasing
    assert set(raman.branch.dropna()) == {"charge", "discharge"}
    assert set(raman.status) <= {"converged", "at_bound"}


def test_everything_promised_is_written(demo: Path) -> None:
    for name in TABLES:
        assert (demo / f"{name}.csv").is_file()
    for name in ("tables.xlsx", "project.thio", "recipe.json"):
        assert (demo / name).stat().st_size > 0
    figures = {path.name for path in (demo / "figures").iterdir()}
    assert {"S_2p_fits.svg", "S_2p_fits.png", "raman_species.svg", "raman_map.png"} <= figures


def test_the_recipe_that_was_written_gives_the_same_tables(
    demo: Path, example: Path, tmp_path: Path
) -> None:
    words = ["--model", str(demo / "recipe.json"), "--quiet", "--out", str(tmp_path / "again")]
    assert main(["fit", str(example), *words]) == 0
    for name in TABLES:
        again = (tmp_path / "again" / f"{name}.csv").read_text()
        assert again == (demo / f"{name}.csv").read_text(), name


def test_a_broken_file_among_good_ones_is_listed_and_the_others_are_fitted(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spectra = tmp_path / "spectra"
    shutil.copytree(example / "xps", spectra)
    (spectra / "empty.vms").touch()
    (spectra / "binary.txt").write_bytes(bytes(range(256)) * 20)
    out = tmp_path / "out"
    assert main(["fit", str(spectra), "--out", str(out), "--json", "--quiet", "--quick"]) == 1
    said = capsys.readouterr()
    for name in ("empty.vms", "binary.txt"):
        assert name in said.err
    summary = json.loads(said.out)
    assert {entry["file"] for entry in summary["unread"]} == {"empty.vms", "binary.txt"}
    assert summary["regions"]["S 2p"] == {"spectra": 3, "converged": 3}
    table = _table(out, "spectra")
    assert set(table.source[table.status == "not_read"]) == {"empty.vms", "binary.txt"}
    assert table.message.notna().all()


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    assert main(["fit", str(example), "--out", str(tmp_path)]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--region", "S 3p"], "S 3p"),
        (["--model", "argyrodit S 2p"], "argyrodite S 2p"),
        (["--region", "S 2p", "--species", "PS4,unobtainium"], "unobtainium"),
        (["--charge-reference", "C 1s"], "C 1s=284.8"),
        (["--voltage-scale", "RHE"], "--voltage-offset"),
        (["--voltage", "none.csv"], "none.csv"),
        (["--library", "none.toml"], "none.toml"),
        (["--model", "none.json"], "none.json"),
    ],
)
def test_wrong_use_is_told_in_a_sentence_and_writes_nothing(
    words: list[str],
    said: str,
    example: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    assert main(["fit", str(example / "xps"), "--out", str(out), "--quiet", *words]) == 2
    message = capsys.readouterr().err
    assert said in message
    assert "Traceback" not in message
    assert not out.exists()


def test_nothing_readable_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("Measured on Monday.\n")
    assert main(["fit", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "notes.txt" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_side_table_goes_before_what_file_names_say(example: Path, tmp_path: Path) -> None:
    table = tmp_path / "voltages.csv"
    names = sorted(path.name for path in (example / "xps").iterdir())
    table.write_text("file,voltage\n" + "".join(f"{name},3.21\n" for name in names))
    words = [
        "--voltage",
        str(table),
        "--region",
        "S 2p",
        "--quiet",
        "--quick",
        "--out",
        str(tmp_path / "o"),
    ]
    assert main(["fit", str(example / "xps"), *words]) == 0
    assert set(_table(tmp_path / "o", "spectra").voltage_V) == {3.21}


def test_a_model_of_chosen_species_has_those_and_no_others(example: Path, tmp_path: Path) -> None:
    words = ["--region", "S 2p", "--species", "PS4,polysulfide", "--background", "linear"]
    out = tmp_path / "out"
    assert main(["fit", str(example / "xps"), *words, "--quiet", "--quick", "--out", str(out)]) == 0
    assert set(_table(out, "species").species) == {"PS4", "polysulfide"}
    spectra = _table(out, "spectra")
    assert set(spectra.region) == {"S 2p", "P 2p", "C 1s"}
    assert set(spectra.region[spectra.status != "not_fitted"]) == {"S 2p"}


def test_energies_stay_as_measured_without_a_charge_reference(
    example: Path, tmp_path: Path
) -> None:
    words = ["--region", "C 1s", "--charge-reference", "none", "--quiet", "--quick"]
    out = tmp_path / "out"
    main(["fit", str(example / "xps"), *words, "--out", str(out)])
    assert (_table(out, "spectra").axis_offset == 0).all()


def test_read_tells_what_is_in_the_files(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--json", str(example)]) == 0
    rows = json.loads(capsys.readouterr().out)["series"]
    assert {row["region"] for row in rows} == {"raman", "C 1s", "S 2p", "P 2p"}
    assert {row["voltage_high"] for row in rows if row["technique"] == "xps"} == {2.31, 2.8, 4.3}


def test_read_lists_what_it_cannot_read_and_goes_on(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.wdf").write_bytes(b"WDF1" + bytes(100))
    good = next((example / "xps").iterdir())
    assert main(["read", str(tmp_path / "bad.wdf"), str(good)]) == 1
    said = capsys.readouterr()
    assert "bad.wdf" in said.err
    assert good.name in said.out


@pytest.mark.parametrize("words", [["library"], ["library", "list"], ["library", "show", "S 2p"]])
def test_the_library_can_be_read_from_the_command_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    assert "PS4" in capsys.readouterr().out


def test_a_library_file_is_checked_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\ntechniqe = "xps"\n')
    assert main(["library", "check", str(path)]) == 1
    assert "techniqe" in capsys.readouterr().out


def test_every_real_file_is_read_or_refused_with_a_sentence(
    real_data: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", "--json", str(real_data(""))]) == 1
    said = json.loads(capsys.readouterr().out)
    for entry in said["unread"]:
        assert entry["file"] in entry["reason"]
        assert entry["reason"].endswith((".", "?", ")"))
    assert len(said["series"]) > 60


def _many_lines() -> bytes:
    """10^6 lines that are a spectrum of no region."""
    return b"".join(b"%d %d\n" % (index, index % 97) for index in range(1_000_000))


_BAD_CONTENTS = {
    "empty.csv": b"",
    "truncated.vms": b"VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4\n",
    "binary.dat": bytes(range(256)) * 50,
    "nothing_but_nan.csv": b"energy,counts\n" + b"".join(b"%d,nan\n" % x for x in range(160, 175)),
    "one_column.txt": b"\n".join(b"%d" % x for x in range(200)),
    "words.csv": b"the,quick\nbrown,fox\n" * 20,
    "constant_axis.csv": b"binding energy (eV),counts\n" + b"162.0,5\n" * 50,
    "utf16_words.txt": "S 2p is missing here".encode("utf-16"),
    "many_lines.txt": _many_lines(),
}


@pytest.fixture(scope="module")
def bad_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, content in _BAD_CONTENTS.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", _BAD_CONTENTS)
def test_a_bad_file_is_refused_with_its_name_and_what_to_do(
    name: str, bad_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["fit", str(bad_folder / name), "--out", str(out), "--quiet"]) == 2
    message = capsys.readouterr().err
    assert name in message
    assert "Traceback" not in message
    assert not out.exists()


def test_good_files_are_fitted_beside_all_the_bad_ones(
    example: Path, bad_folder: Path, tmp_path: Path
) -> None:
    words = [str(bad_folder), str(example / "xps"), "--quiet", "--quick"]
    words += ["--out", str(tmp_path / "out")]
    assert main(["fit", *words]) == 1
    table = _table(tmp_path / "out", "spectra")
    assert set(table.source[table.status == "not_read"]) == set(_BAD_CONTENTS)
    # bridged thiophosphate, of which the example has none, ends at zero
    assert table.status.isin(["converged", "at_bound"]).sum() == 9


def test_a_missing_path_is_told_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", str(tmp_path / "gone"), "--out", str(tmp_path / "out")]) == 2
    assert "gone" in capsys.readouterr().err


def test_swapped_columns_and_negative_counts_end_in_a_sentence_or_a_fit(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    energies = np.arange(157.0, 173.0, 0.1)
    counts = np.random.default_rng(3).poisson(800 + 3000 * np.exp(-((energies - 161.5) ** 2)))
    swapped = "counts,binding energy (eV)\n"
    swapped += "".join(f"{y},{x:.1f}\n" for x, y in zip(energies, counts, strict=True))
    negative = "binding energy (eV),counts\n"
    negative += "".join(f"{x:.1f},{y - 900}\n" for x, y in zip(energies, counts, strict=True))
    for name, text in (("swapped_S2p.csv", swapped), ("negative_S2p.csv", negative)):
        (tmp_path / name).write_text(text)
        code = main(
            ["fit", str(tmp_path / name), "--quiet", "--quick", "--out", str(tmp_path / name[:4])]
        )
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert code == 0 or name in said.err


def test_results_among_the_spectra_are_not_taken_for_spectra(example: Path, tmp_path: Path) -> None:
    spectra = tmp_path / "spectra"
    shutil.copytree(example / "xps", spectra)
    for _ in range(2):
        words = [
            "--region",
            "S 2p",
            "--quiet",
            "--quick",
            "--overwrite",
            "--out",
            str(spectra / "results"),
        ]
        assert main(["fit", str(spectra), *words]) == 0
    assert len(_table(spectra / "results", "spectra")) == 9
