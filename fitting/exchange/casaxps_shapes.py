"""Line shapes as CasaXPS names them, as ours, and back.

GL(m) and SGL(m) have an exact counterpart. LA(a, b, m) has one but for the unit of m, the width of
its Gaussian: fitted again with trial units, three stored fits of public files come out as stored at
140, 156 and 175 parts of the width of the Lorentzian, so that 150 +- 25 is taken; LA(m) alone is
LA(1, 1, 1401 - 14.01 m), a Voigt line (N. Fairley et al., J. Vac. Sci. Technol. A 41 (2023) 013203,
supplement). LF is known for one setting from curves: see its page. The nearest line stands for all
others, which is said.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from fitting.models.line_shapes.lf import LF_LINE

LA_UNIT = 150.0
"""m of LA over the width of the Gaussian in widths of the Lorentzian."""
_LA_WHOLE = 1401.0
_WIDEST = 10.0
_LF_LORENTZIAN, _LF_GAUSSIAN = 0.472, 0.817
"""Widths over the stated one, of LF(a, b, w, 100, 6)."""
_LF_KNOWN = (100.0, 6.0)
_NAME = re.compile(r"\s*([A-Za-z]+)\s*\(([^()]*)\)\s*(.*)$")
_BASE = re.compile(r"\b(S?GL)\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class TakenShape:
    """One of our line shapes that stands for another program's."""

    line_shape: str
    parameters: Mapping[str, float]
    doubt: str = ""
    """What is not the same, as the end of a sentence; empty where nothing is."""
    width: float = 1.0
    """Our width over the stated one."""
    shift: float = 0.0
    """Our position minus the stated one, in stated widths."""


def read_casaxps_shape(text: str) -> TakenShape:
    """The line shape of a name such as "GL(30)"."""
    found = _NAME.match(text)
    if not found:
        return _stand_in(text)
    name, rest = found[1].upper(), found[3]
    numbers = _parse_numbers(found[2])
    reader = _READERS.get(name)
    taken = reader(numbers) if reader and numbers and not rest else None
    return taken or _stand_in(text)


def write_casaxps_shape(line_shape: str, parameters: Mapping[str, float]) -> tuple[str, str]:
    """The name of a line shape in CasaXPS, and what is not the same; empty where nothing is."""
    writer = _WRITERS.get(line_shape)
    if writer is not None:
        return writer(parameters)
    mixing = parameters.get("mixing", 0.3)
    return f"SGL({_number(100.0 * mixing)})", f"{line_shape} has no counterpart; SGL stands for it"


def _parse_numbers(text: str) -> list[float]:
    """Numbers between commas; none if one of them is not a number."""
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        return []


def _read_mixed(line_shape: str) -> Callable[[list[float]], TakenShape | None]:
    def read(numbers: list[float]) -> TakenShape | None:
        if len(numbers) != 1 or not 0.0 <= numbers[0] <= 100.0:
            return None
        return TakenShape(line_shape, {"mixing": numbers[0] / 100.0})

    return read


def _read_la(numbers: list[float]) -> TakenShape | None:
    match numbers:
        case [m]:
            alpha, beta, m = 1.0, 1.0, _LA_WHOLE * (1.0 - m / 100.0)
        case [alpha, m]:
            beta = alpha
        case [alpha, beta, m]:
            pass
        case _:
            return None
    return _make_la(alpha, beta, m)


def _make_la(alpha: float, beta: float, m: float) -> TakenShape | None:
    broadening = m / LA_UNIT
    doubt = "the unit of its m is known to 25 in 150" if m else ""
    if not (min(alpha, beta) >= 0.55 and max(alpha, beta) <= 12.0 and 0.0 <= broadening <= _WIDEST):
        return None
    return TakenShape("la", {"alpha": alpha, "beta": beta, "broadening": broadening}, doubt)


def _read_lf(numbers: list[float]) -> TakenShape | None:
    if len(numbers) not in (4, 5) or not 0.3 <= min(numbers[:2]) <= max(numbers[:2]) <= 12.0:
        return None
    alpha, beta, w = numbers[:3]
    broadening = _LF_GAUSSIAN / _LF_LORENTZIAN
    shape = {
        "alpha": alpha,
        "beta": beta,
        "damping": float(np.clip(0.5 * w, 5.0, 500.0)),
        "broadening": broadening,
    }
    is_known = tuple(numbers[3:]) == _LF_KNOWN
    # CasaXPS states where the core lies, ours where the line has its maximum
    top, half_width = LF_LINE.find_frame(*shape.values())
    return TakenShape(
        "lf",
        shape,
        "" if is_known else "its Gaussian is known for LF(a, b, w, 100, 6) only",
        width=_LF_LORENTZIAN * half_width,
        shift=0.5 * _LF_LORENTZIAN * top,
    )


def _stand_in(text: str) -> TakenShape:
    """The nearest line for one that is not known: its base, else a product form."""
    base = _BASE.search(text)
    if base:
        taken = _READERS[base[1]](_parse_numbers(base[2])[:1])
        if taken is not None:
            shape = f"{base[1]}({base[2]})"
            return TakenShape(
                taken.line_shape, taken.parameters, f"only its {shape} is taken, without the tail"
            )
    return TakenShape(
        "gl-product", {"mixing": 0.3}, f"{text or 'its line shape'} is not known; GL(30) is taken"
    )


_READERS: Mapping[str, Callable[[list[float]], TakenShape | None]] = {
    "GL": _read_mixed("gl-product"),
    "SGL": _read_mixed("sgl-sum"),
    "LA": _read_la,
    "LF": _read_lf,
}


def _number(value: float) -> str:
    return f"{value:.8g}"


def _write_mixed(name: str) -> Callable[[Mapping[str, float]], tuple[str, str]]:
    return lambda shape: (f"{name}({_number(100.0 * shape['mixing'])})", "")


def _write_by_area(shape: Mapping[str, float]) -> tuple[str, str]:
    """SGL mixes heights, a pseudo-Voigt line areas: the same curves."""
    lorentzian, gaussian = (
        shape["mixing"] / np.pi,
        (1.0 - shape["mixing"]) * np.sqrt(np.log(2.0) / np.pi),
    )
    return f"SGL({_number(100.0 * lorentzian / (lorentzian + gaussian))})", ""


def _write_la(shape: Mapping[str, float]) -> tuple[str, str]:
    numbers = (shape["alpha"], shape["beta"], LA_UNIT * shape["broadening"])
    doubt = "the unit of m of LA is known to 25 in 150" if shape["broadening"] else ""
    return f"LA({','.join(map(_number, numbers))})", doubt


def _write_lf(shape: Mapping[str, float]) -> tuple[str, str]:
    numbers = (shape["alpha"], shape["beta"], 2.0 * shape["damping"], *_LF_KNOWN)
    is_known = abs(shape["broadening"] - _LF_GAUSSIAN / _LF_LORENTZIAN) < 1e-3
    doubt = "" if is_known else "the Gaussian of LF is known for LF(a, b, w, 100, 6) only"
    return f"LF({','.join(map(_number, numbers))})", doubt


_WRITERS: Mapping[str, Callable[[Mapping[str, float]], tuple[str, str]]] = {
    "gaussian": lambda _: ("GL(0)", ""),
    "lorentzian": lambda _: ("GL(100)", ""),
    "gl-product": _write_mixed("GL"),
    "sgl-sum": _write_mixed("SGL"),
    "pseudo-voigt": _write_by_area,
    "la": _write_la,
    "lf": _write_lf,
}
