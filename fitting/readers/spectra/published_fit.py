"""The fit another program left beside a spectrum, so that ours can be compared with it.

CasaXPS writes its regions, components and calibration into VAMAS comments and text exports,
Avantage and KherveFitting write theirs into workbooks. Readers keep what they find in the metadata
of a spectrum; ``published_fits`` gives it back for every spectrum of a series. Energies are binding
energies with the charge shift of that program, areas are in counts/s x eV.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xarray as xr

from fitting.data.series import FloatArray
from fitting.readers.spectra.xps_spectra import spectrum_metadata

FIT_KEY = "published fit"
"""Where readers put a ``PublishedFit`` into the metadata of a spectrum, as JSON."""


@dataclass(frozen=True, slots=True)
class FitQuantity:
    """One number of a component, with its limits and what it follows."""

    value: float = math.nan
    low: float = -math.inf
    high: float = math.inf
    follows: int | None = None
    """Index of the component it is linked to."""
    by: float = math.nan
    """Factor (area, FWHM) or distance in binding energy (position, eV) of the link."""


@dataclass(frozen=True, slots=True)
class FitComponent:
    """One component: a single line, so that a doublet is two."""

    name: str
    line_shape: str
    """As the program writes it, such as "GL(30)"; empty where the file does not say."""
    area: FitQuantity
    """Counts/s x eV."""
    fwhm: FitQuantity
    """eV."""
    position: FitQuantity
    """Binding energy with the charge shift (eV)."""
    sensitivity_factor: float = math.nan
    transition: str = ""
    """What the sensitivity factor is of, such as "S 2p"."""
    mass: float = math.nan
    """Of its atom (u)."""
    group: int = -1
    """CasaXPS' index of components that are drawn as one."""
    uncorrected_factor: float = math.nan
    """The sensitivity factor before the correction for the escape depth."""


@dataclass(frozen=True, slots=True)
class FitRegion:
    """The range that was quantified, and its background."""

    name: str
    background: str
    low: float = math.nan
    """Binding energy with the charge shift (eV)."""
    high: float = math.nan
    sensitivity_factor: float = math.nan
    cross_section: tuple[float, ...] = ()
    """Parameters of a Tougaard background (B, C, D, T0)."""
    averaging: float = math.nan
    """Width of the averages at the ends, as CasaXPS counts it (points)."""
    end_offsets: tuple[float, ...] = ()
    """Part of the level at either end that is taken off (%)."""
    transition: str = ""
    mass: float = math.nan
    """Of its atom (u)."""
    uncorrected_factor: float = math.nan

    @property
    def points_averaged(self) -> int:
        """Points on either side of an end in its average: for a width of 2, as exported, one."""
        return int(self.averaging) // 2 if self.averaging >= 0 else 1


@dataclass(frozen=True, slots=True)
class FitCurves:
    """The curves of the fit, as text exports hold them: counts/s on the axis of the file."""

    energy: FloatArray
    """Binding energy as exported (eV), shape (m,)."""
    background: FloatArray
    """Shape (m,)."""
    envelope: FloatArray
    """Background and all components, shape (m,)."""
    components: FloatArray
    """Each without the background, in the order of ``PublishedFit.components``; shape (k, m)."""


@dataclass(frozen=True, slots=True)
class PublishedFit:
    """All that another program says of one spectrum."""

    program: str = ""
    """Which program it was; empty where there is no fit."""

    shift: float | None = None
    """Charge shift, added to the binding energy (eV)."""
    regions: tuple[FitRegion, ...] = ()
    components: tuple[FitComponent, ...] = ()
    curves: FitCurves | None = None


_TUPLES = ("cross_section", "end_offsets")


def published_fits(series: xr.Dataset) -> tuple[PublishedFit, ...]:
    """The fit beside each spectrum, in the order of the series; empty where there is none."""
    return tuple(_fit_from_json(entry.get(FIT_KEY, {})) for entry in spectrum_metadata(series))


def component_on_curve(name: str, energy: FloatArray, curve: FloatArray) -> FitComponent:
    """A component that is known by its curve only.

    Its area is by the trapezoidal rule, its position that of the maximum; a curve that is zero or
    incomplete tells neither.

    Parameters
    ----------
    energy, curve : shape (m,)
        Ascending energies (eV); counts/s without the background.
    """
    if not (np.all(np.isfinite(curve)) and np.max(curve) > 0):
        return FitComponent(name, "", FitQuantity(), FitQuantity(), FitQuantity())
    fine = np.linspace(energy[0], energy[-1], 20 * energy.size)
    above = fine[np.interp(fine, energy, curve) >= np.max(curve) / 2]
    return FitComponent(
        name,
        "",
        area=FitQuantity(float(np.trapezoid(curve, energy))),
        fwhm=FitQuantity(float(np.ptp(above))),
        position=FitQuantity(float(energy[np.argmax(curve)])),
    )


def fit_to_json(fit: PublishedFit) -> dict[str, Any]:
    """The fit as plain values for the metadata of a spectrum; what is not known is left out."""
    plain: dict[str, Any] = _known_only(asdict(fit))
    if fit.curves is not None:
        plain["curves"] = {
            "energy": fit.curves.energy.tolist(),
            "background": fit.curves.background.tolist(),
            "envelope": fit.curves.envelope.tolist(),
            "components": fit.curves.components.tolist(),
        }
    return plain


def _known_only(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _known_only(item) for name, item in value.items() if _is_known(item)}
    return [_known_only(item) for item in value] if isinstance(value, tuple) else value


def _is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _fit_from_json(plain: Mapping[str, Any]) -> PublishedFit:
    curves = plain.get("curves")
    return PublishedFit(
        program=plain.get("program", ""),
        shift=plain.get("shift"),
        regions=tuple(
            FitRegion(**{**region, **{name: tuple(region.get(name, ())) for name in _TUPLES}})
            for region in plain.get("regions", ())
        ),
        components=tuple(_component_from_json(part) for part in plain.get("components", ())),
        curves=FitCurves(**{name: np.array(values) for name, values in curves.items()})
        if curves
        else None,
    )


def _component_from_json(plain: Mapping[str, Any]) -> FitComponent:
    quantities = {name: FitQuantity(**plain[name]) for name in ("area", "fwhm", "position")}
    return FitComponent(**{**plain, **quantities})
