"""Measure the fit of impedance spectra: ``python -m benchmarks.impedance``.

Seconds for many spectra of 60 frequencies with a circuit of three arcs; and how often the profile
intervals of the four resistances of giraldo2021 (Tables 2 and 3; every cell with all of them) hold
the truth at 1 % noise.
"""

import time

import numpy as np

from benchmarks.command import Figures, Size, benchmark_parser, parse, publish
from fitting.data.series import FloatArray
from fitting.impedance.circuit import parse_circuit
from fitting.impedance.circuit_fit import fit_circuit, settle_fit
from fitting.impedance.circuit_function import CircuitFunction, compile_circuit
from fitting.impedance.least_squares import weigh_sweeps
from fitting.impedance.profile import profile_parameter

_NOISE = 0.01
_CELLS = {
    "simple B1": ((244.5, 5e-8), (49.1, 6e-5), (543.0, 8e-4), (164.1, 0.22)),
    "simple B2": ((167.0, 5e-8), (87.2, 2e-4), (858.4, 2e-3), (179.3, 0.96)),
    "simple B3": ((195.1, 3e-8), (36.9, 6e-5), (525.8, 1e-3), (240.9, 0.04)),
    "solution uncoated": ((189.0, 5e-8), (113.7, 9e-5), (295.9, 8e-4), (81.0, 0.06)),
    "solution B2": ((250.8, 6e-8), (114.8, 6e-5), (195.1, 7e-4), (128.2, 0.04)),
    "LPSCl B1, 2": ((186.6, 5e-8), (19.4, 3e-5), (107.0, 4e-4), (86.0, 0.08)),
    "LPSCl B2, 2": ((171.6, 5e-8), (19.4, 7e-6), (150.2, 3e-4), (57.4, 0.07)),
    "LPSCl B2, 10": ((184.0, 3e-8), (23.9, 1e-5), (214.9, 5e-4), (61.1, 0.08)),
    "LPSCl B2, 29": ((202.0, 5e-8), (37.6, 3e-5), (252.6, 8e-4), (56.6, 0.06)),
    "LPSCl B2, 130": ((231.9, 4e-8), (50.0, 6e-5), (379.0, 1e-3), (52.3, 0.14)),
}
"""Resistance (Ohm) and time constant (s) of SE, grain boundary, SE/cathode, SE/anode."""
_EXPONENTS = (0.95, 0.85, 0.8, 0.8)
_FOUR_ARCS = "(R_SE|Q_SE)-(R_GB|Q_GB)-(R_cat|Q_cat)-(R_an|Q_an)"


def main() -> None:
    """Measure both."""
    sizes = {
        "spectra": Size(1000, 50, "spectra that are timed"),
        "rounds": Size(5, 1, "rounds of the timing; the least counts"),
        "replicas": Size(100, 5, "spectra of each cell"),
    }
    options = parse(benchmark_parser(__doc__, **sizes))
    figures: Figures = {"spectra": options.spectra, "replicas": options.replicas}
    figures["seconds"] = min(_time_fit(options.spectra) for _ in range(options.rounds))
    figures["coverage"] = {
        name: _measure_coverage(cell, options.replicas) for name, cell in _CELLS.items()
    }
    hits = list(figures["coverage"].values())
    figures["coverage of all"] = float(np.mean(hits))
    publish("impedance", figures, options, _write_table)


def _time_fit(count: int) -> float:
    random = np.random.default_rng(0)
    frequency = np.geomspace(1e6, 1e-2, 60)
    columns = [np.log(random.uniform(50, 200, count))]
    for decade in (-5.0, -3.0, -1.0):
        columns += [
            np.log(random.uniform(20, 400, count)),
            np.log(10 ** random.uniform(decade - 0.3, decade + 0.3, count)),
            random.uniform(0.75, 0.98, count),
        ]
    function = compile_circuit(parse_circuit("R-(R|Q)-(R|Q)-(R|Q)"))
    measured = _simulate(function, np.column_stack(columns), frequency, random)
    data = weigh_sweeps(np.broadcast_to(frequency, measured.shape), measured)
    began = time.perf_counter()
    fit_circuit(function, data)
    return time.perf_counter() - began


def _measure_coverage(cell: tuple[tuple[float, float], ...], count: int) -> list[float]:
    """Share of intervals of each resistance that hold the truth."""
    function = compile_circuit(parse_circuit(_FOUR_ARCS))
    frequency = np.geomspace(1e6, 1e-2, 81)
    theta = np.array(
        [
            value
            for (resistance, delay), exponent in zip(cell, _EXPONENTS, strict=True)
            for value in (np.log(resistance), np.log(delay), exponent)
        ]
    )
    random = np.random.default_rng(1)
    measured = _simulate(function, np.tile(theta, (count, 1)), frequency, random)
    data = weigh_sweeps(np.broadcast_to(frequency, measured.shape), measured)
    fitted, others = settle_fit(fit_circuit(function, data))
    shares = []
    for block in function.blocks:
        found = profile_parameter(fitted, block.first, others)
        truth = theta[block.first]
        shares.append(float(np.mean((found.low <= truth) & (truth <= found.high))))
    return shares


def _simulate(
    function: CircuitFunction, theta: FloatArray, frequency: FloatArray, random: np.random.Generator
) -> np.ndarray:
    log_omega = np.broadcast_to(np.log(2 * np.pi * frequency), (len(theta), frequency.size))
    ideal = function.respond(theta, log_omega)[0]
    scatter = random.normal(size=(2, *ideal.shape))
    return np.asarray(ideal + _NOISE * np.abs(ideal) * (scatter[0] + 1j * scatter[1]))


def _write_table(figures: Figures) -> str:
    lines = [f"{figures['spectra']} spectra of three arcs: {figures['seconds']:.2f} s"]
    for name, shares in figures["coverage"].items():
        cells = "  ".join(f"{100 * share:5.1f}" for share in shares)
        lines.append(f"{name:18}  {cells}  % of the intervals hold the truth")
    lines.append(f"all: {100 * figures['coverage of all']:.1f} %")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
