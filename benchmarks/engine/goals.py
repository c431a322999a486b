"""The bar: every figure with the least that it must reach, and whether it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.command import kept

_FASTER = "times faster, per core"
_SHARES = "agreement"


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the bar."""

    says: str
    read: Callable[[dict[str, Any]], float]
    """Raises KeyError where the figure was not measured."""
    floor: float
    unit: str = "times"
    is_ceiling: bool = False
    """Whether the figure must stay below."""

    def line(self, figures: dict[str, Any]) -> str:
        """What was measured beside what must be reached."""
        try:
            value = self.read(figures)
        except KeyError:
            return f"{self.says:58} {'-':>9} {self.unit:8} not measured: {_why(self.says)}"
        met = value <= self.floor if self.is_ceiling else value >= self.floor
        sign = "at most" if self.is_ceiling else "at least"
        verdict = "met" if met else "MISSED"
        return f"{self.says:58} {value:9.4g} {self.unit:8} {sign} {self.floor:g}: {verdict}"


def goals_table(figures: dict[str, Any]) -> list[str]:
    """A line for each goal; what other benchmarks keep is read from their results."""
    every = {**figures, **{name: kept(name) for name in ("joint", "baselines", "window")}}
    return [goal.line(every) for goal in GOALS]


def _at(*path: str) -> Callable[[dict[str, Any]], float]:
    def read(figures: dict[str, Any]) -> float:
        found: Any = figures
        for key in path:
            found = found[key]
        return float(found)

    return read


def _percent(*path: str) -> Callable[[dict[str, Any]], float]:
    return lambda figures: 100.0 * _at(*path)(figures)


def _why(says: str) -> str:
    if "fityk" in says:
        return "its command-line program cfityk is not installed"
    return next(
        (f"{name} is not installed" for name in ("fitspy", "SPECTROview") if name in says),
        "run the benchmark it comes from",
    )


def _shown_again(figures: dict[str, Any]) -> float:
    return _at("refit", "ms")(figures) + _at("window", "redraw", "median")(figures)


GOALS = (
    Goal("W1p, lmfit stock, per core", _at("W1p", _FASTER, "lmfit stock"), 1400.0),
    Goal("W1p, lmfit lean, per core", _at("W1p", _FASTER, "lmfit lean"), 200.0),
    Goal("W1, lmfit stock, per core", _at("W1", _FASTER, "lmfit stock"), 1000.0),
    Goal("W2, lmfit stock, per core", _at("W2", _FASTER, "lmfit stock"), 14000.0),
    Goal("W1p, fitspy with 4 processes, 4 threads", _at("fitspy", "W1p"), 350.0),
    Goal("W1, fitspy with 4 processes, 4 threads", _at("fitspy", "W1"), 800.0),
    Goal("W2, fitspy with 4 processes, 4 threads", _at("fitspy", "W2"), 3000.0),
    Goal("W1p, SPECTROview's engine, 4 threads", _at("spectroview", "W1p"), 100.0),
    Goal("W1p, fityk mpfit, per core", _at("fityk", "W1p"), 22.0),
    Goal("W1, fityk mpfit, per core", _at("fityk", "W1"), 28.0),
    Goal("W2, fityk mpfit, per core", _at("fityk", "W2"), 15.0),
    *(
        Goal(f"{name}, share of the processor's limit", _percent("limit", name), 30.0, "%")
        for name in ("W1p", "W1", "W2")
    ),
    Goal("W3 joint, 40 spectra, lmfit", _at("joint", "times faster than lmfit, 40 spectra"), 200.0),
    Goal("W3 joint, 200 spectra with Shirley", _at("joint", "ms, fastest", "W3"), 60.0, "ms", True),
    Goal("asls, pybaselines, per core", _at("baselines", "asls", _FASTER), 12.0),
    Goal("arpls, pybaselines, per core", _at("baselines", "arpls", _FASTER), 5.0),
    Goal("W1p, not worse than lmfit", _percent("W1p", _SHARES, "not worse than lmfit"), 99.9, "%"),
    Goal("W2, not worse than lmfit", _percent("W2", _SHARES, "not worse than lmfit"), 99.0, "%"),
    Goal(
        "W1, several starts, not worse than lmfit",
        _percent("W1", _SHARES, "not worse, several starts"),
        98.0,
        "%",
    ),
    Goal("W1, several starts over one", _at("several starts", "W1"), 12.0, "times", True),
    *(
        Goal(
            f"{name}, a restart lowers nothing",
            _percent(name, _SHARES, "restart lowers nothing"),
            least,
            "%",
        )
        for name, least in (("W1p", 100.0), ("W2", 100.0), ("W1", 99.7))
    ),
    *(
        Goal(
            f"{name}, a restart moves nothing",
            _percent(name, _SHARES, "restart moves nothing"),
            99.9,
            "%",
        )
        for name in ("W1p", "W2")
    ),
    Goal(
        "2000 spectra, series to result",
        _at("whole path", "weights of the data, s"),
        2.0,
        "s",
        True,
    ),
    Goal(
        "the same over the kernel alone",
        _at("whole path", "whole path over kernel"),
        2.0,
        "times",
        True,
    ),
    Goal("memory taken by 20 000 spectra", _at("memory", "MB"), 100.0, "MB", True),
    Goal("refit of one W1p spectrum and redraw", _shown_again, 16.0, "ms", True),
    Goal("window visible", _at("window", "startup", "visible"), 1.0, "s", True),
)
