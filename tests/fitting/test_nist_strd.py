"""The minimiser of the reference solver on the certified problems of NIST, from both starts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy import arctan, cos, exp, pi, sin

from fitting.solvers.numpy.least_squares import LeastSquares, covariance_of, minimise_function

FOLDER = Path(__file__).parents[1] / "data" / "nist_strd"
Function = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _gauss(b: np.ndarray, x: np.ndarray) -> np.ndarray:
    bells = b[2] * exp(-(((x - b[3]) / b[4]) ** 2)) + b[5] * exp(-(((x - b[6]) / b[7]) ** 2))
    return b[0] * exp(-b[1] * x) + bells


def _enso(b: np.ndarray, x: np.ndarray) -> np.ndarray:
    total = b[0] + b[1] * cos(2 * pi * x / 12) + b[2] * sin(2 * pi * x / 12)
    total = total + b[4] * cos(2 * pi * x / b[3]) + b[5] * sin(2 * pi * x / b[3])
    return total + b[7] * cos(2 * pi * x / b[6]) + b[8] * sin(2 * pi * x / b[6])


def _lanczos(b: np.ndarray, x: np.ndarray) -> np.ndarray:
    return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x)


def _cubics(b: np.ndarray, x: np.ndarray) -> np.ndarray:
    above = b[0] + x * (b[1] + x * (b[2] + x * b[3]))
    return above / (1 + x * (b[4] + x * (b[5] + x * b[6])))


def _chwirut(b: np.ndarray, x: np.ndarray) -> np.ndarray:
    return exp(-b[0] * x) / (b[1] + b[2] * x)


FUNCTIONS: dict[str, Function] = {
    "Bennett5": lambda b, x: b[0] * (b[1] + x) ** (-1 / b[2]),
    "BoxBOD": lambda b, x: b[0] * (1 - exp(-b[1] * x)),
    "Chwirut1": _chwirut,
    "Chwirut2": _chwirut,
    "DanWood": lambda b, x: b[0] * x ** b[1],
    "ENSO": _enso,
    "Eckerle4": lambda b, x: b[0] / b[1] * exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
    "Gauss1": _gauss,
    "Gauss2": _gauss,
    "Gauss3": _gauss,
    "Hahn1": _cubics,
    "Kirby2": lambda b, x: (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4])),
    "Lanczos1": _lanczos,
    "Lanczos2": _lanczos,
    "Lanczos3": _lanczos,
    "MGH09": lambda b, x: b[0] * x * (x + b[1]) / (x * (x + b[2]) + b[3]),
    "MGH10": lambda b, x: b[0] * exp(b[1] / (x + b[2])),
    "MGH17": lambda b, x: b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]),
    "Misra1a": lambda b, x: b[0] * (1 - exp(-b[1] * x)),
    "Misra1b": lambda b, x: b[0] * (1 - (1 + b[1] * x / 2) ** -2),
    "Misra1c": lambda b, x: b[0] * (1 - (1 + 2 * b[1] * x) ** -0.5),
    "Misra1d": lambda b, x: b[0] * b[1] * x / (1 + b[1] * x),
    "Nelson": lambda b, x: b[0] - b[1] * x[:, 0] * exp(-b[2] * x[:, 1]),
    "Rat42": lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)),
    "Rat43": lambda b, x: b[0] / (1 + exp(b[1] - b[2] * x)) ** (1 / b[3]),
    "Roszman1": lambda b, x: b[0] - b[1] * x - arctan(b[2] / (x - b[3])) / pi,
    "Thurber": _cubics,
}


@dataclass(frozen=True)
class Problem:
    """One certified problem."""

    function: Function
    starts: tuple[np.ndarray, np.ndarray]
    certified: np.ndarray
    errors: np.ndarray
    """Certified standard deviations."""
    x: np.ndarray
    y: np.ndarray

    def least_squares(self) -> LeastSquares:
        unbounded = np.full(self.certified.size, np.inf)
        return LeastSquares(self._residual, self._jacobian, -unbounded, unbounded)

    def _residual(self, b: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self.y - self.function(b, self.x)

    def _jacobian(self, b: np.ndarray) -> np.ndarray:
        """By complex step: exact to rounding for functions that are analytic."""
        step = 1e-30
        moved = b + 1j * step * np.eye(b.size)
        columns = [self.function(row, self.x.astype(complex)).imag for row in moved]
        return -np.column_stack(columns) / step


def load(name: str) -> Problem:
    lines = (FOLDER / f"{name}.dat").read_text().splitlines()
    rows = [line.partition("=")[2].split() for line in lines[:60] if re.match(r"\s*b\d+\s*=", line)]
    table = np.array([row for row in rows if len(row) == 4], dtype=float)
    data = np.array([line.split() for line in lines[60:] if line.strip()], dtype=float)
    y, x = data[:, 0], data[:, 1:]
    return Problem(
        function=FUNCTIONS[name],
        starts=(table[:, 0], table[:, 1]),
        certified=table[:, 2],
        errors=table[:, 3],
        x=x if x.shape[1] > 1 else x[:, 0],
        y=np.log(y) if name == "Nelson" else y,
    )


def digits(found: np.ndarray, certified: np.ndarray) -> float:
    """Right digits of the worst parameter."""
    return float(np.min(-np.log10(np.maximum(np.abs(found / certified - 1), 1e-11))))


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_certified_parameters_are_found_to_six_digits(name: str, start: int) -> None:
    problem = load(name)
    found = minimise_function(
        problem.least_squares(), problem.starts[start], tolerance=1e-15, max_evaluations=20_000
    )
    assert digits(found.free, problem.certified) >= 6


@pytest.mark.parametrize("name", ["Gauss1", "Gauss2", "Gauss3", "Eckerle4", "Thurber"])
def test_standard_errors_are_the_certified_ones(name: str) -> None:
    problem = load(name)
    residual = problem.y - problem.function(problem.certified, problem.x)
    jacobian = problem.least_squares().jacobian(problem.certified)
    held = np.zeros(problem.certified.size, dtype=bool)
    covariance, *_ = covariance_of(jacobian, float(residual @ residual), held)
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), problem.errors, rtol=1e-6)
