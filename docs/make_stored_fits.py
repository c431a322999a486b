"""Write docs/reference/stored-fits.md: every fit of the folder of real files, taken over.

    THIOSCOPE_TEST_DATA=FOLDER python docs/make_stored_fits.py

The folder is described in CONTRIBUTING.md.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fitting.data.result import is_taken_over
from fitting.exchange.area_differences import find_area_differences
from fitting.exchange.curve_comparison import compare_curves
from fitting.exchange.taken_series import TakenSeries, take_series
from fitting.readers.spectra import read_spectra
from fitting.readers.spectra.published_fit import published_fits

PAGE = Path(__file__).parent / "reference" / "stored-fits.md"
_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data"
FILES = (
    "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_C_1s.csv",
    "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_F_1s.csv",
    "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_N_1s.csv",
    "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_Na_1s.csv",
    "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_O_1s.csv",
    "xps_casaxps_csv/20240228_Au_MPPipTFSIIol3_S_2p.csv",
    "xps_vamas_casaxps_text/FeO_analyzed_lineshapes_cols.txt",
    "xps_vamas_casaxps_text/FeO_analyzed.vms",
    "xps_kratos_vamas/assigned.vms",
    "xps_thermo_avantage/Hard_carbon_Thermo.xlsx",
    "xps_thermo_avantage/Tougaard_Fit_S2p_KherveFitting.xlsx",
)
_HEAD = """\
# Fits taken over

<!-- Written by docs/make_stored_fits.py; a change here is lost. -->

A VAMAS file that CasaXPS has saved holds its regions and components. `thioscope fit --take-fit` and
Fit, Take over CasaXPS fit make a model of ours of them and keep their values as the result: nothing
is fitted, and no errors are known. `--refit` takes the model and fits it to the data, within the
limits and links of CasaXPS. Exports as text are taken over as well, and tables of Avantage and
KherveFitting: a component that is known as a curve only becomes the Gaussian-Lorentzian line that
is nearest.

| CasaXPS | here |
|---|---|
| GL(m), SGL(m) | `gl-product`, `sgl-sum` with `mixing` m / 100: exact |
| LA(α, β, m), LA(α, m), LA(m) | `la`, `broadening` m / 150, known to 25 in 150 |
| LF(α, β, w, n, m) | `lf`; its Gaussian is known for n = 100, m = 6 |
| GL, SGL with a tail; H, F, A, DS, TLA | the GL or SGL in it, else GL(30): see below |
| Shirley, Linear, U 2 and U 3 Tougaard | static backgrounds between the ends of the region |
| other backgrounds | Shirley: see below |
| width of the average at the ends | `ends`, half of it: points on either side of an end |
| A * 0.5, P + 1.16, F * 1 | a doublet, where all three hold of one component; else ties |
| limits, fixed values | bounds, fixed |
| calibration | the charge shift of the series |
| RSF, mass, index | kept in the file's metadata, and handed back |

What has no exact counterpart is named in a note of the project, with how far areas would go if they
were fitted to the data with the line that stands for it. The position and width of LF are those of
its core in CasaXPS, of the line's maximum here: 709.05 and 3.86 eV there are 710.01 and 4.66 eV.

What was found in LA components of public files: m is 150 ± 25 times the Gaussian's width in widths
of the Lorentzian; three fits that were made again with trial units come out as stored at 140, 156
and 175 (m 70 to 130). The three-parameter Tougaard background with a gap meets an exported one to
7e-5 of the peak.

## What was met

Every fit in the folder of real files. Where curves were exported, the envelope of the model that
was taken over is compared with the exported one (root mean square over its maximum), and each
component of more than 2 % of the largest by its area in the range and its maximum. Where there are
no curves, the last column tells how far areas go, over all of them, when they are fitted to the
data with everything else as it is stored.

| file | region | spectra | background | envelope | area | position | areas on the data |
|---|---|---|---|---|---|---|---|
"""
_WHY = """
Why some differ: the S 2p, C 1s and Na 1s of the ionic liquid were fitted in regions that a text
export does not tell, with backgrounds of their own; Avantage's Smart background and its asymmetric
line of sp2 carbon have no counterpart here, nor has KherveFitting's background. Areas on the data
of LA components go with the unit of m; those of Mo 3d overlap by more than their widths.
"""


def describe_taken(taken: TakenSeries, file: str) -> Iterator[str]:
    """Rows of the table: one for each series."""
    analysis = taken.analysis
    assert analysis.result is not None
    rows = np.flatnonzero(is_taken_over(analysis.result))
    found = [one for row in rows if (one := compare_curves(taken, int(row)))]
    cells = ["", "", ""]
    if found:
        cells = [
            f"{max(one.envelope for one in found):.2%}",
            f"{max(one.area for one in found):.1%}",
            f"{max(one.position for one in found):.3f} eV",
        ]
    differences = [
        abs(one) for row in rows for one in find_area_differences(taken, int(row)).values()
    ]
    regions = {r.background for fit in published_fits(analysis.series) for r in fit.regions}
    kind = ", ".join(sorted(filter(None, regions))) or f"as {analysis.model.background.kind}"
    yield (
        f"| {file} | {analysis.region} | {rows.size} | {kind} | {' | '.join(cells)} | "
        f"{max(differences):.1%} |\n"
    )


def make_page(folder: Path) -> str:
    """The page for a folder of real files."""
    rows = []
    for name in FILES:
        for series in read_spectra(folder / name):
            taken = take_series(series)
            if taken is not None:
                rows += describe_taken(taken, Path(name).name)
    return _HEAD + "".join(rows) + _WHY


if __name__ == "__main__":
    data = Path(os.environ.get("THIOSCOPE_TEST_DATA", _BESIDE_THE_CHECKOUT))
    PAGE.write_text(make_page(data), encoding="utf-8")
