"""Time and memory of opening large files: ``python -m benchmarks.readers``.

Both must grow with the size and no faster.
WDF maps (to 2205 spectra of 1015 points) and LabSpec text maps (to 50 MB) are written with a fixed
seed, at a ninth, a third and the whole of their size. Each is read in a process of its own: the
shortest of the rounds, and the most memory above that of the imports. "preview" is the way of the
window: read, look for voltages, fill the table.
"""

import json
import struct
import tempfile
import time
from argparse import SUPPRESS
from pathlib import Path

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, in_a_process, parse, publish
from benchmarks.memory import most_megabytes
from benchmarks.window.screen import show_nothing

SHARES = (9, 3, 1)
_POINTS = 1015
_WDF_SPECTRA = 2205
_TEXT_SPECTRA = 7400
"""A LabSpec map of so many spectra has 50 MB."""
_WAYS = ("read", "preview")


def main() -> None:
    """Write the files, open each in both ways."""
    parser = benchmark_parser(__doc__, rounds=Size(3, 1, "rounds"))
    parser.add_argument("--open", nargs=2, metavar=("WAY", "FILE"), help=SUPPRESS)
    options = parse(parser)
    if options.open:
        print(json.dumps(_open(*options.open)))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for file in _write(Path(folder)) for row in _measure(file, options.rounds)]
    publish("readers", {"rounds": options.rounds, "rows": rows}, options, _table)


def _write(folder: Path) -> list[Path]:
    """Three sizes of either kind."""
    files = []
    for share in SHARES:
        files.append(_write_wdf(folder / f"map_{share}.wdf", _WDF_SPECTRA // share))
        files.append(_write_text(folder / f"map_{share}.txt", _TEXT_SPECTRA // share))
    return files


def _spectra(count: int) -> np.ndarray:
    counts = np.random.default_rng(3).poisson(800.0, (count, _POINTS))
    counts[:, 400:440] += 500
    return counts


def _write_wdf(path: Path, count: int) -> Path:
    header = bytearray(512)
    struct.pack_into("<4sIQ", header, 0, b"WDF1", 1, 512)
    struct.pack_into("<IQQI", header, 60, _POINTS, count, count, 1)
    struct.pack_into("<II", header, 84, 1, _POINTS)
    struct.pack_into("<IIQQIf", header, 128, 1, 2, 0, 0, 6, 18797.0)
    axis = struct.pack("<II", 1, 1) + np.linspace(1800, 100, _POINTS).astype("<f4").tobytes()
    data = _spectra(count).astype("<f4").tobytes()
    with path.open("wb") as file:
        file.write(header)
        for name, body in ((b"DATA", data), (b"XLST", axis)):
            file.write(struct.pack("<4sIQ", name, 0, 16 + len(body)))
            file.write(body)
    return path


def _write_text(path: Path, count: int) -> Path:
    """A LabSpec map: two positions before each spectrum, shifts in the first line."""
    shifts = "\t".join(f"{shift:.6g}" for shift in np.linspace(100, 1800, _POINTS))
    with path.open("w", encoding="latin-1") as file:
        file.write(f"#Acq. time (s)=\t2\n#Laser (nm)=\t532\n\t\t{shifts}\n")
        for number, counts in enumerate(_spectra(count)):
            place = f"{number // 100}\t{number % 100}"
            file.write(f"{place}\t" + "\t".join(f"{value}.25" for value in counts) + "\n")
    return path


def _measure(path: Path, rounds: int) -> list[Figures]:
    rows = []
    for way in _WAYS:
        runs = [in_a_process("benchmarks.readers", "--open", way, str(path)) for _ in range(rounds)]
        rows.append(
            {
                "file": path.suffix,
                "way": way,
                "megabytes": round(path.stat().st_size / 1e6, 1),
                "spectra": runs[0]["spectra"],
                "seconds": round(min(run["seconds"] for run in runs), 3),
                "memory_megabytes": round(max(run["memory"] for run in runs)),
            }
        )
    return rows


def _open(way: str, name: str) -> dict[str, float]:
    """Open one file in this process."""
    from app.opening.preview_table import PreviewModel
    from fitting.pipeline.files import read_files
    from fitting.pipeline.voltages import with_voltages
    from fitting.projects.reading import Reading

    show_nothing()
    before = most_megabytes()
    begun = time.perf_counter()
    reading = sum(read_files([Path(name)]), Reading())
    if way == "preview":
        from PySide6.QtWidgets import QApplication

        application = QApplication([])
        PreviewModel().set_reading(with_voltages(reading))
        application.processEvents()
    seconds = time.perf_counter() - begun
    spectra = sum(one.sizes["spectrum"] for one in reading.series)
    if not spectra:
        raise SystemExit(str(reading.unread))
    return {"seconds": seconds, "memory": most_megabytes() - before, "spectra": spectra}


def _table(figures: Figures) -> str:
    lines = ["file  way      MB     spectra  seconds  s/MB    memory (MB)"]
    lines += [
        f"{row['file']:5} {row['way']:8} {row['megabytes']:<6} {row['spectra']:<8} "
        f"{row['seconds']:<8} {row['seconds'] / row['megabytes']:<7.3f} {row['memory_megabytes']}"
        for row in figures["rows"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
