"""Whole files of every kind that the program opens, small, to be damaged."""

import json
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.sulfur_series import REGION, sulfur_analysis
from fitting.output.manifest import MANIFEST_FILE
from fitting.output.vamas import write_vamas
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project
from fitting.projects.recipe import RecipeBook, write_recipes
from fitting.saving.project_file import save_project

_TESTS = Path(__file__).parents[2] / "tests"
_LIBRARIES = Path(__file__).parents[2] / "libraries"
_SPECTRA = 4
_LARGEST = 1 << 20
"""Of further files (bytes)."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole file."""

    name: str
    kind: str
    """``spectra`` (of impedances too), ``record``, ``project``, ``recipe``, ``library``,
    ``manifest``."""
    content: bytes


def collect_seeds(scratch: Path, further: Path | None = None) -> list[Seed]:
    """Seeds of every kind.

    Parameters
    ----------
    scratch
        Where files are made.
    further
        A folder of whole files that are damaged as well.
    """
    return [
        *_make_spectra(scratch),
        *_make_impedances(),
        *_make_records(),
        *_make_projects(scratch),
        *(Seed(path.name, "library", path.read_bytes()) for path in _LIBRARIES.rglob("*.toml")),
        *_list_further(further),
    ]


def _make_spectra(scratch: Path) -> list[Seed]:
    samples = runpy.run_path(str(_TESTS / "data" / "reader_samples.py"))["samples"]()
    seeds = [
        Seed(name, "spectra", content)
        for files in samples.values()
        for name, content in files.items()
    ]
    write_vamas(_make_project(), scratch / "components.vms")
    return [*seeds, Seed("components.vms", "spectra", (scratch / "components.vms").read_bytes())]


def _make_impedances() -> list[Seed]:
    """One sweep as text of four programs."""
    frequency = np.geomspace(1e6, 0.1, 25)
    z = 60 + 200 / (1 + (2j * np.pi * frequency * 6e-4) ** 0.85)
    rows = list(enumerate(zip(frequency, z.real, z.imag, strict=True)))
    columns = "".join(f"{f:.6g},{re:.6g},{-im:.6g}\n" for _, (f, re, im) in rows)
    gamry = "".join(f"\t{n}\t{n}\t{f:.6g}\t{re:.6g}\t{im:.6g}\n" for n, (f, re, im) in rows)
    zplot = "".join(f"{f:.6g}\t10\t0\t{n}\t{re:.6g}\t{im:.6g}\n" for n, (f, re, im) in rows)
    ec_lab = "".join(f"{f:.6e}\t{re:.6e}\t{-im:.6e}\t{n}\n" for n, (f, re, im) in rows)
    texts = {
        "cell_2.55V.csv": f"freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm\n{columns}",
        "eis.DTA": "EXPLAIN\nTAG\tEISPOT\nDATE\tLABEL\t5/28/2025\tDate\nTIME\tLABEL\t14:23:16\tT\n"
        f"ZCURVE\tTABLE\n\tPt\tTime\tFreq\tZreal\tZimag\n\t#\ts\tHz\tohm\tohm\n{gamry}",
        "sweep.z": f"ZPLOT2 ASCII\nDate: 5-28-2025\nTime: 14:23:16\nEnd Comments\n{zplot}",
        "peis.mpt": "EC-Lab ASCII FILE\nNb header lines : 4\n\n"
        f"freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\ttime/s\n{ec_lab}",
    }
    return [Seed(name, "spectra", text.encode()) for name, text in texts.items()]


def _make_records() -> list[Seed]:
    """Texts of all cyclers, a binary of EC-Lab and a Gamry curve."""
    seeds = [
        Seed(path.name, "record", path.read_bytes())
        for path in sorted((_TESTS / "data" / "samples").glob("record_*"))
    ]
    rows = "".join(f"\t{row}\t{10 * row}\t{2 + row / 99:.4f}\t1e-4\n" for row in range(99))
    gamry = f"EXPLAIN\nTAG\tPWR800\nCURVE\tTABLE\n\tPt\tT\tVf\tIm\n\t#\ts\tV\tA\n{rows}"
    table = "file;voltage\n" + "".join(f"S2p_{row}.txt;{2 + row / 9:.3f}\n" for row in range(20))
    made = {
        "curve.DTA": gamry.encode(),
        "cell.mpr": _make_mpr(),
        "voltages.csv": table.encode(),
    }
    return [*seeds, *(Seed(name, "record", content) for name, content in made.items())]


def _make_mpr() -> bytes:
    names: dict[str, Any] = runpy.run_path(
        str(_TESTS / "fitting" / "readers" / "records" / "test_ec_lab_binary.py")
    )
    make: Callable[..., bytes] = names["make_mpr"]
    return make(names["GCPL"], names["TECHNIQUE_ROWS"])


def _make_projects(scratch: Path) -> list[Seed]:
    """Projects of all formats, recipes, and what an export says of itself."""
    write_recipes(RecipeBook({REGION: _make_project().analyses[REGION].recipe}), scratch / "r.json")
    save_project(_make_project(), scratch / "fitted.thio")
    manifest = {"program": "0", "partial": False, "files": {"a.csv": "0" * 64, "b/c.svg": "1" * 64}}
    former = sorted((_TESTS / "data" / "projects").glob("*.thio"))
    return [
        Seed("fitted.thio", "project", (scratch / "fitted.thio").read_bytes()),
        *(Seed(path.name, "project", path.read_bytes()) for path in former),
        Seed("recipe.json", "recipe", (scratch / "r.json").read_bytes()),
        Seed(MANIFEST_FILE, "manifest", json.dumps(manifest).encode()),
    ]


def _make_project() -> Project:
    files = [f"{number}.txt" for number in range(_SPECTRA)]
    analysis = sulfur_analysis(_SPECTRA, sample="LPSC", source=files)
    return Project({REGION: with_fit(analysis, fit_analysis(analysis))}, notes=("kept",))


def _list_further(folder: Path | None) -> list[Seed]:
    files = sorted(folder.rglob("*")) if folder else []
    return [
        Seed(path.name, "spectra", path.read_bytes())
        for path in files
        if path.is_file() and path.stat().st_size < _LARGEST
    ]
