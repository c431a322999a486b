"""Write docs/formats.md: what every file of the folder of real files gave, and how it was checked.

    THIOSCOPE_TEST_DATA=FOLDER python docs/make_formats.py

The folder is described in CONTRIBUTING.md. A test holds the page against what this writes.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.errors import UnreadableFileError
from fitting.data.series import SPECTRUM, axis_of, get_column
from fitting.readers.options import ReadOptions
from fitting.readers.spectra import SPECTRUM_FORMATS, read_spectra

PAGE = Path(__file__).parent / "formats.md"
_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data"

_HEAD = """\
# Formats

<!-- Written by docs/make_formats.py; a change here is lost. -->

What a file is, is told by its content, never by its extension. What is not read ends in one
sentence that says what to export instead. Every reader is fuzzed: cut anywhere, bytes changed,
decimal marks and lines exchanged, it gives spectra or a sentence with the file's name.
"""
_EXTRAS = """\
All readers are our own and need nothing that the program does not bring, but for two: Thermo
`.vgd` takes `vgd-reader` (MIT), `.xls` takes `xlrd` (BSD). Without them the message has the line
that installs them. `.vgd`, `.xls`, JCAMP-DX, NeXus, netCDF, MultiPak text, SPECS `.xy` and the
Raman text of WiRE series were tried with files made after their layout only: no real one was at
hand. If a file of yours is not read as it should be, it is wanted.

A package of your own may add a format: an entry point of the group `thioscope.spectra` names a
`fitting.readers.spectra.SpectrumFormat`. It is asked before the formats above; where it fails, a
sentence says so and the file is read as if it were not there.

```toml
[project.entry-points."thioscope.spectra"]
my-format = "my_package.my_format:FORMAT"
```
"""
_NEXUS = """\
## NeXus and netCDF

`thioscope fit --nexus` and File, Save as NeXus write `data.nxs`: an entry for each region with the
names of NXxps or NXraman, and the fit under those of NXfit; `pynx validate` of pynxtools finds it
valid. What a definition requires and nothing tells is a placeholder that the entry lists. Entries
of pynxtools-xps (NXmpes, NXxps) are read with every scan they keep; of pynxtools-raman, Raman
shifts or wavelengths with a laser line. A netCDF file is read where it holds `intensity` and
`sigma` over `spectrum` and `energy` or `shift`, as
`series.to_netcdf(path, engine="h5netcdf")` writes them.

## Counts and rates

XPS is in counts/s where the file tells the counting time: counts/s = counts / (dwell x scans).
Files in counts without a time do not join files in counts/s; the message says so. Export them with
their dwell time and number of sweeps (VAMAS), or all of them without.

## Scans

Scans are spectra of their own until they are summed: `--sum-scans`, or a right click on the region.
How far they move is said when they are read, and by the audit (`scan-drift`).
"""


_REAL_FILES = "## Real files"


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison of what was read with another source."""

    file: str
    what: str
    found: float
    """The largest difference."""
    limit: float


def main() -> None:
    """Write the page; fail if a check does."""
    folder = Path(os.environ.get("THIOSCOPE_TEST_DATA", _BESIDE_THE_CHECKOUT))
    if not folder.is_dir():
        PAGE.write_text(page_without_files(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        print("There is no folder of real files: what the page says of them stays as it was.")
        return
    PAGE.write_text(page(folder), encoding="utf-8")
    failed = [check for check in checks(folder) if not check.found <= check.limit]
    if failed:
        raise SystemExit(f"{len(failed)} checks fail: {failed}")


def page(folder: Path) -> str:
    """The whole page."""
    parts = (_HEAD, _formats(), _EXTRAS, _files(folder), _checks(folder), _NEXUS)
    return "\n".join(parts)


def page_without_files(stored: str) -> str:
    """The page, with what it says of real files as it is stored."""
    begin, end = stored.index(_REAL_FILES), stored.index(_NEXUS.partition("\n")[0])
    return "\n".join((_HEAD, _formats(), _EXTRAS, stored[begin:end] + _NEXUS))


def checks(folder: Path) -> list[Check]:
    """Every comparison with a twin file or a number read out by other means."""
    reference = json.loads((folder / "reference_values.json").read_text())
    return [
        *_kratos(folder, reference["xps_kratos_vamas/assigned.vms"]["blocks"]),
        *_casaxps(folder, reference["xps_casaxps_csv"]),
        *_scienta(folder),
        *_renishaw(folder),
        *_phi(folder),
        *_iron(folder),
    ]


def _formats() -> str:
    lines = ["| format | files | not told, or not read | read by |", "|---|---|---|---|"]
    lines += [
        f"| {one.name} | {' '.join(one.extensions)} | {one.limits} | `{one.read.__module__}` |"
        for one in SPECTRUM_FORMATS
    ]
    return "\n".join([*lines, ""])


def _files(folder: Path) -> str:
    """A row for every file: what was read, or why it was not."""
    lines = [_REAL_FILES, "", "| file | reader | what was read |", "|---|---|---|"]
    for path in sorted(folder.glob("*/*")):
        name = f"{path.parent.name}/{path.name}"
        try:
            series = read_spectra(path)
        except UnreadableFileError as error:
            reason = str(error).removeprefix(f"{path.name}: ").replace("|", "/")
            lines.append(f"| {name} | | {reason} |")
        else:
            found = "; ".join(map(_described, series))
            lines.append(f"| {name} | {series[0].attrs['reader']} | {found} |")
    return "\n".join([*lines, ""])


def _described(series: xr.Dataset) -> str:
    axis, attrs = axis_of(series), series.attrs
    size = f"{series.sizes[SPECTRUM]} x {series.sizes[axis]}"
    return f"{attrs['region']} {size} ({attrs['unit']}, noise {attrs['noise']})"


def _checks(folder: Path) -> str:
    lines = [
        "## Checks", "", "| file | compared | largest difference | limit |", "|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {one.file} | {one.what} | {_shown(one.found)} | {one.limit:g} |"
        for one in checks(folder)
    ]
    return "\n".join([*lines, ""])


def _shown(difference: float) -> str:
    """Differences of rounding alone look the same on every machine."""
    return "0" if difference < 1e-9 else f"{difference:.1g}"


def _one(folder: Path, name: str, **options: Any) -> xr.Dataset:
    return read_spectra(folder / name, ReadOptions(**options))[0]


def _rows_by_label(series: list[xr.Dataset]) -> Mapping[tuple[str, str], tuple[xr.Dataset, int]]:
    return {
        (str(sample), str(label)): (one, row)
        for one in series
        for row, (sample, label) in enumerate(
            zip(get_column(one, "sample"), get_column(one, "label"), strict=True)
        )
    }


def _kratos(folder: Path, blocks: list[Mapping[str, Any]]) -> Iterator[Check]:
    name = "xps_kratos_vamas/assigned.vms"
    rows = _rows_by_label(read_spectra(folder / name))
    counts, rates, shifts, times = [], [], [], []
    for block in blocks:
        series, row = rows[block["sample"], block["block"]]
        rate = series["intensity"].values[row]
        seconds = float(series["seconds_per_point"].values[row])
        measured = rate[np.isfinite(rate)]
        first = measured[::-1][:3] * seconds
        counts.append(np.max(np.abs(first - block["raw_counts_first3"])))
        rates.append(abs(np.nanmax(rate) / block["cps_max"] - 1))
        shifts.append(abs(float(series["charge_shift"].values[row]) - block["casa_BE_shift_eV"]))
        times.append(abs(seconds / (block["dwell_s"] * block["scans"]) - 1))
    count = f"{len(blocks)} blocks"
    yield Check(
        name, f"counts/s x dwell x scans: the counts in the file, {count}", max(counts), 0.5
    )
    yield Check(name, f"largest counts/s, {count} (relative)", max(rates), 1e-4)
    yield Check(name, f"counting time = dwell x scans, {count} (relative)", max(times), 1e-6)
    yield Check(name, f"charge shift of CasaXPS, {count} (eV)", max(shifts), 1e-4)


def _casaxps(folder: Path, reference: Mapping[str, Mapping[str, Any]]) -> Iterator[Check]:
    for name, expected in reference.items():
        series = _one(folder, f"xps_casaxps_csv/{name}")
        rate = series["intensity"].values[0]
        difference = max(
            abs(rate[-1] - expected["raw_first"]), abs(rate.max() - expected["raw_max"])
        )
        yield Check(f"xps_casaxps_csv/{name}", "first and largest counts/s", difference, 0.06)


def _scienta(folder: Path) -> Iterator[Check]:
    for number in range(1, 6):
        stem = f"xps_scienta/Cu-HHTP_000{number}"
        text = _one(folder, f"{stem}.txt")
        wave = _one(folder, f"{stem}Cu-HHTP__00{number}.ibw")
        yield _twin(f"{stem}.txt and .ibw", text, wave, 2e-5)


def _renishaw(folder: Path) -> Iterator[Check]:
    for stem in ("raman_wdf/nCal_Qontor785_z005H12_100_1x3s", "raman_wdf/raman_example"):
        wdf, text = _one(folder, f"{stem}.wdf"), _one(folder, f"{stem}.txt")
        yield _twin(f"{stem}.wdf and .txt", wdf, text, 1e-5)
    stem = "raman_wdf/nCal_Qontor785_z005H12_100_1x3s"
    areas = [
        float(_one(folder, f"{stem}.{kind}")["intensity"].integrate("shift").item())
        for kind in ("wdf", "spc")
    ]
    what = "area (relative; WiRE interpolates onto even steps)"
    yield Check(f"{stem}.wdf and .spc", what, abs(areas[1] / areas[0] - 1), 2e-3)


def _phi(folder: Path) -> Iterator[Check]:
    for name in ("SnO2_10nm.spe", "SnO2_10nm_1.pro"):
        counts = [
            (one["intensity"] * one["seconds_per_point"]).values
            for one in read_spectra(folder / "xps_phi_depth_profile" / name)
        ]
        off = max(float(np.max(np.abs(values - np.round(values)))) for values in counts)
        what = "counts/s x counting time: whole numbers, all regions"
        yield Check(f"xps_phi_depth_profile/{name}", what, off, 0.05)


def _iron(folder: Path) -> Iterator[Check]:
    stem = "xps_vamas_casaxps_text/FeO_analyzed"
    vamas, text = _one(folder, f"{stem}.vms"), _one(folder, f"{stem}_lineshapes_cols.txt")
    yield _twin(f"{stem}.vms and its CasaXPS text", vamas, text, 2e-5)


def _twin(name: str, one: xr.Dataset, other: xr.Dataset, limit: float) -> Check:
    """The same scan in two formats, relative to its largest value."""
    first, second = one["intensity"].values[0], other["intensity"].values[0]
    is_same_size = first.size == second.size
    difference = float(np.max(np.abs(first - second)) / np.max(first)) if is_same_size else np.inf
    return Check(name, f"the same scan, {first.size} points (relative)", difference, limit)


if __name__ == "__main__":
    main()
