"""Resistances stand beside species: on one axis, and in a table of correlations."""

from dataclasses import replace

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest

from fitting.impedance.analysis import ImpedanceAnalysis, ImpedanceRecipe
from fitting.impedance.series import Sweep, make_sweeps
from fitting.output.figures.impedance import choose_impedance_axis, impedance_figures
from fitting.output.report.impedance_section import describe_impedance
from fitting.output.tables.correlations import find_correlations
from fitting.pipeline.impedance import run_impedance
from fitting.pipeline.kept_project import keep_events
from fitting.projects.project import Project

_FREQUENCY = np.geomspace(1e5, 0.1, 25)
_CYCLES = (2.0, 10.0, 29.0)


@pytest.fixture(scope="module")
def analysis() -> ImpedanceAnalysis:
    s = 2j * np.pi * _FREQUENCY
    random = np.random.default_rng(0)
    sweeps = []
    for cycle in _CYCLES:
        ideal = 60 + 10 * cycle / (1 + (s * 1e-2) ** 0.9)
        scatter = random.normal(size=(2, s.size))
        noisy = ideal * (1 + 0.002 * (scatter[0] + 1j * scatter[1]))
        sweeps.append(Sweep(_FREQUENCY, noisy, cycle=cycle, voltage=3.8))
    series = make_sweeps(sweeps, sample="cell", reader="test")
    project = Project(impedance=ImpedanceAnalysis(series, ImpedanceRecipe("R_SE-(R_int|Q_int)")))
    found = keep_events(project, run_impedance(project)).impedance
    assert found is not None
    return found


def _species(shares: list[float], sample: str = "cell") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sample": sample,
            "voltage_V": 3.8,
            "cycle": _CYCLES[: len(shares)],
            "branch": "",
            "time_s": np.nan,
            "region": "S 2p",
            "species": "sulfate",
            "fraction_percent": shares,
            "fraction_stderr": 1.0,
        }
    )


def test_resistances_and_species_are_drawn_along_one_axis(analysis: ImpedanceAnalysis) -> None:
    figures = impedance_figures(analysis, _species([5.0, 9.0, 20.0]))
    assert choose_impedance_axis(analysis).kind == "cycle"
    above, below = figures["impedance_resistances"].axes
    assert above.get_xlim() == below.get_xlim()
    assert above.get_ylabel() == "Resistance (Ω)"
    assert below.get_legend_handles_labels()[1] == ["sulfate, S 2p"]
    assert len(impedance_figures(analysis)["impedance_resistances"].axes) == 1
    assert impedance_figures(None) == {}
    assert impedance_figures(replace(analysis, result=None)) == {}


def test_an_ohm_is_as_long_on_both_axes_of_a_nyquist_plot(analysis: ImpedanceAnalysis) -> None:
    figure = impedance_figures(analysis)["impedance_nyquist"]
    (axes,) = figure.axes
    width, height = axes.get_window_extent().size
    assert np.ptp(axes.get_xlim()) / width == pytest.approx(np.ptp(axes.get_ylim()) / height)
    for line in axes.lines:
        assert np.nanmax(line.get_ydata()) < axes.get_ylim()[1]


def test_methods_say_circuit_and_what_is_not_to_be_trusted(analysis: ImpedanceAnalysis) -> None:
    ((heading, text),) = describe_impedance(analysis)
    assert heading == "Impedance"
    assert "3 of 3 impedance spectra" in text
    assert "R_SE-(R_int|Q_int)" in text
    assert "0 of 3 spectra are not" in text


@pytest.mark.parametrize("sample", ["cell", "another"])
def test_correlation_of_share_and_resistance_has_an_interval(sample: str) -> None:
    count = 12
    random = np.random.default_rng(1)
    shares = np.linspace(1, 30, count)
    state = {"voltage_V": np.linspace(2.5, 4.3, count), "cycle": np.nan, "branch": "charge"}
    species = pd.DataFrame(
        {**state, "sample": sample, "region": "S 2p", "species": "sulfate",
         "fraction_percent": shares}
    )  # fmt: skip
    values = np.exp(0.1 * shares + random.normal(0, 0.3, count))
    resistances = pd.DataFrame({**state, "sample": "cell", "quantity": "R1", "value": values})
    (found,) = find_correlations(species, resistances)
    assert found.states == count
    assert found.correlation == pytest.approx(np.corrcoef(shares, np.log(values))[0, 1])
    # the interval is that of Fisher: artanh r +- 1.96 / sqrt(n - 3)
    assert np.arctanh(found.high95) - np.arctanh(found.low95) == pytest.approx(
        2 * 1.96 / 3, rel=1e-3
    )
    assert find_correlations(species[:4], resistances) == []
