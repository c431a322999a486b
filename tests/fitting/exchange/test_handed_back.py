"""Fits handed back to CasaXPS, and taken over again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from fitting.data.series import ENERGY, make_series
from fitting.exchange.casaxps_lines import write_comment_lines
from fitting.exchange.handed_back import hand_back_fit
from fitting.exchange.taken_series import TakenSeries, take_series
from fitting.models.model import Background, Model, Parameter, Peak, Tie
from fitting.output.vamas import write_vamas
from fitting.projects.project import Analysis, Project, with_analysis
from fitting.projects.recipe import Recipe
from fitting.readers.spectra import read_spectra
from fitting.readers.spectra.casaxps_comments import split_comment
from fitting.readers.spectra.published_fit import FIT_KEY, fit_to_json, published_fits
from fitting.readers.spectra.xps_spectra import XpsSpectrum, series_of

GRID = np.round(np.arange(155.0, 172.0, 0.1), 4)
HV = 1486.69

shapes = st.sampled_from(["GL(30)", "GL(85)", "SGL(20)", "LA(1.53,243)", "LF(0.54,10,80,100,6)"])
numbers = st.floats(0.1, 1.0)


@st.composite
def comments(draw: st.DrawFn) -> list[str]:
    """What CasaXPS could write: lines, doublets, links, fixed values, a calibration."""
    kind = draw(st.sampled_from(["Shirley", "Linear", "U 2 Tougaard", "U 3 Tougaard"]))
    section = "335.4 551 436 3" if "3" in kind else "2866 -1643 0 0"
    width = draw(st.sampled_from([2, 4]))
    lines = ["Calib M = 283.1 A = 284.8 BE ADD"] if draw(st.booleans()) else []
    lines.append(
        f"CASA region (*S 2p*) (*{kind}*) 1318.69 1327.69 0.668 {width} 0 0 {section} "
        "(*S 2p*) 32.06 0 0.668"
    )
    index = 0
    for number in range(draw(st.integers(1, 3))):
        shape = draw(shapes)
        area, fwhm, place = 1000 * draw(numbers), 0.5 + draw(numbers), 1325 - 4 * draw(numbers)
        fixed = draw(st.booleans())
        limits = f"{place} {place}" if fixed else f"{place - 0.5} {place + 0.7}"
        link = f"{draw(st.integers(0, index - 1))} 0.3" if index and draw(st.booleans()) else "-1 1"
        tail = "RSF 0.668 MASS 32.06 INDEX -1 (*S 2p*) CONST (**) UNCORRECTEDRSF 0.668"
        lines.append(
            f"CASA comp (*state {number % 2}*) (*{shape}*) Area {area} 0 1e6 {link} "
            f"MFWHM {fwhm} 0.2 3 -1 1 Position {place} {limits} -1 1 {tail}"
        )
        if draw(st.booleans()):
            lines.append(
                f"CASA comp (*state {number % 2}*) (*{shape}*) Area {area / 2} 0 1e6 {index} 0.5 "
                f"MFWHM {fwhm} 0.2 3 {index} 1 Position {place - 1.16} 0 0 {index} -1.16 {tail}"
            )
            index += 1
        index += 1
    return lines


def series_with(lines: list[str]) -> xr.Dataset:
    fit, _ = split_comment(lines, HV)
    assert fit is not None
    counts = np.round(2000.0 + 1500.0 * np.exp(-0.5 * (GRID - 162.0) ** 2))
    spectrum = XpsSpectrum(
        region="S 2p", energy=GRID, values=counts, kind="counts", sample="a", label="S 2p",
        seconds=0.5, charge_shift=fit.shift, shift_origin="CasaXPS calibration",
        metadata={"source energy": HV, FIT_KEY: fit_to_json(fit)},
    )  # fmt: skip
    (series,) = series_of(Path("a.vms"), [spectrum])
    return series


def taken_again(taken: TakenSeries, path: Path) -> TakenSeries:
    write_vamas(with_analysis(Project(), taken.analysis), path)
    (series,) = read_spectra(path)
    again = take_series(series)
    assert again is not None
    return again


def assert_same(one: Model, other: Model) -> None:
    assert [(p.name, p.species, p.line_shape) for p in one.peaks] == [
        (p.name, p.species, p.line_shape) for p in other.peaks
    ]
    assert one.background.kind == other.background.kind
    found = dict(other.parameters())
    for name, mine in one.parameters():
        for field in ("value", "min", "max"):
            assert getattr(found[name], field) == pytest.approx(
                getattr(mine, field), rel=1e-6, abs=1e-6
            ), (name, field)
        assert found[name].vary == mine.vary
    ties = {tie.target: tie for tie in other.ties}
    assert set(ties) == {tie.target for tie in one.ties}
    for tie in one.ties:
        assert ties[tie.target].source == tie.source
        assert ties[tie.target].factor == pytest.approx(tie.factor, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(lines=comments())
def test_a_fit_handed_back_and_taken_again_is_the_same(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    taken = take_series(series_with(lines))
    assert taken is not None
    again = taken_again(taken, tmp_path_factory.mktemp("back") / "back.vms")
    assert_same(taken.analysis.model, again.analysis.model)
    first, second = taken.analysis, again.analysis
    assert first.result is not None
    assert second.result is not None
    np.testing.assert_allclose(
        second.result["value"].values, first.result["value"].values, rtol=1e-6, atol=1e-6
    )
    np.testing.assert_allclose(
        second.result["chi_square"].values, first.result["chi_square"].values, rtol=1e-4
    )
    np.testing.assert_allclose(
        second.series["intensity"].values, first.series["intensity"].values, rtol=1e-9
    )
    assert second.series["axis_offset"].item() == pytest.approx(first.series["axis_offset"].item())


def test_a_fit_of_ours_says_what_casaxps_has_no_counterpart_for(tmp_path: Path) -> None:
    shape = {"mixing": Parameter(0.4, 0.0, 1.0)}
    peak = Peak(
        "PS4",
        "PS4",
        "voigt",
        {
            "area": Parameter(500.0, 0.0),
            "position": Parameter(161.5, 161.0, 162.0),
            "fwhm": Parameter(1.1, 0.5, 2.0),
            **shape,
            "separation": Parameter(1.18, vary=False),
            "area_ratio": Parameter(0.5, vary=False),
        },
    )
    shirley = {"offset": Parameter(0.0), "slope": Parameter(0.0), "factor": Parameter(0.01, 0.0)}
    model = Model((peak,), Background("shirley", shirley), (Tie("PS4.mixing", "PS4.fwhm", 0.3),))
    counts = 2000.0 + 0.0 * GRID
    series = make_series(
        ENERGY, GRID, counts, region="S 2p", sigma=np.sqrt(counts), noise="given", unit="counts/s"
    )
    analysis = Analysis(series, Recipe(model))
    doubts = hand_back_fit(analysis, 0).doubts
    assert set(doubts) == {"PS4", "background"}
    said = write_vamas(with_analysis(Project(), analysis), tmp_path / "a.vms")
    assert len(said) == 2
    (read,) = read_spectra(tmp_path / "a.vms")
    main, partner = published_fits(read)[0].components
    assert main.area.value + partner.area.value == pytest.approx(500.0)
    assert (partner.position.follows, partner.position.by) == (0, 1.18)
    assert read["energy"].values == pytest.approx(GRID, abs=1e-6)


def test_lines_of_a_comment_are_laid_out_as_casaxps_does(
    real_data: Callable[[str], Path],
) -> None:
    """Word for word up to the numbers' digits, and the numbers to the digits CasaXPS writes."""
    path = real_data("xps_kratos_vamas/assigned.vms")
    text = path.read_text(encoding="latin-1").splitlines()
    starts = [index for index, line in enumerate(text) if line.startswith("CASA region (*S 2p*)")]
    for start in starts:
        count = int(text[start + 1])
        theirs = [text[start], text[start + 1], *text[start + 2 : start + 2 + count]]
        fit, _ = split_comment(theirs, HV)
        assert fit is not None
        ours = list(write_comment_lines(fit, HV))[4:]
        assert len(ours) == len(theirs)
        for mine, other in zip(ours, theirs, strict=True):
            words, wanted = mine.split(), other.split()
            assert len(words) == len(wanted)
            follows = "Area" in wanted and wanted[wanted.index("Area") + 4] != "-1"
            for place, (word, expected) in enumerate(zip(words, wanted, strict=True)):
                try:
                    number = float(expected)
                except ValueError:
                    assert word == expected
                    continue
                # limits of what follows another say nothing
                if not follows or abs(float(word) - number) < 1e-4 * max(abs(number), 1.0):
                    assert float(word) == pytest.approx(number, rel=1e-6, abs=2e-4), place
