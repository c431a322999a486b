"""What CasaXPS writes beside spectra: calibration, regions and components of its fit.

In VAMAS files they are comment lines of a block::

    Calib M = 281.1700 A = 284.8 BE ADD
    CASA region (*S 2p*) (*U 2 Tougaard*) 1320.746 1327.391 0.668 2 0 0 2684.4 -450 0 0 (*S 2p*) ...
    CASA comp (*S 2p*) (*GL(30)*) Area 5318 1e-20 3e5 -1 1 MFWHM 0.9 0.2 5 -1 1 Position 1324.9 ...

Energies there are kinetic and already shifted; here they are binding energies, shifted. Calibration
lines add up: each was measured on the axis the one before had moved. A quantity states its value,
its limits, the index of the component it follows (-1: none) and by what: a factor for areas and
widths, a distance for positions. Areas are in counts/s x eV.

``casaxps_fits`` gives all this for every spectrum of a series, so that a published fit can be
compared with. No exact round trip is promised: the Gaussian scale of LA is unpublished.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import xarray as xr

from fitting.readers.xps_spectra import spectrum_metadata
from fitting.series import FloatArray

METADATA_KEY = "casaxps"
"""Where readers put a ``CasaFit`` into the metadata of a spectrum, as JSON."""


@dataclass(frozen=True, slots=True)
class CasaQuantity:
    """One number of a component, with its limits and what it follows."""

    value: float = math.nan
    low: float = -math.inf
    high: float = math.inf
    follows: int | None = None
    """Index of the component it is linked to."""
    by: float = math.nan
    """Factor (area, FWHM) or distance in binding energy (position, eV) of the link."""


@dataclass(frozen=True, slots=True)
class CasaComponent:
    """One component: a single line, so that a doublet is two."""

    name: str
    line_shape: str
    """As CasaXPS writes it, such as "GL(30)"; empty where the file does not say."""
    area: CasaQuantity
    """Counts/s x eV."""
    fwhm: CasaQuantity
    """eV."""
    position: CasaQuantity
    """Binding energy with the charge shift (eV)."""
    sensitivity_factor: float = math.nan


@dataclass(frozen=True, slots=True)
class CasaRegion:
    """The range CasaXPS quantified, and its background."""

    name: str
    background: str
    low: float = math.nan
    """Binding energy with the charge shift (eV)."""
    high: float = math.nan
    sensitivity_factor: float = math.nan
    cross_section: tuple[float, ...] = ()
    """Parameters of a Tougaard background (B, C, D, T0)."""


@dataclass(frozen=True, slots=True)
class CasaCurves:
    """The curves of the fit, as text exports hold them: counts/s on the axis of the file."""

    energy: FloatArray
    """Binding energy as exported (eV), shape (m,)."""
    background: FloatArray
    """Shape (m,)."""
    envelope: FloatArray
    """Background and all components, shape (m,)."""
    components: FloatArray
    """Each without the background, in the order of ``CasaFit.components``; shape (k, m)."""


@dataclass(frozen=True, slots=True)
class CasaFit:
    """All that CasaXPS says of one spectrum."""

    shift: float | None = None
    """Charge shift, added to the binding energy (eV)."""
    regions: tuple[CasaRegion, ...] = ()
    components: tuple[CasaComponent, ...] = ()
    curves: CasaCurves | None = None


def casaxps_fits(series: xr.Dataset) -> tuple[CasaFit, ...]:
    """What CasaXPS says of each spectrum, in the order of the series; empty where nothing."""
    return tuple(_fit_from_json(entry.get(METADATA_KEY, {})) for entry in spectrum_metadata(series))


def split_comment(
    lines: Sequence[str], photon_energy: float
) -> tuple[CasaFit | None, tuple[str, ...]]:
    """The fit that block comments of a VAMAS file hold, and the lines that are not part of it.

    Parameters
    ----------
    photon_energy
        To turn the kinetic energies of CasaXPS into binding energies (eV).
    """
    shifts: list[float] = []
    regions: list[CasaRegion] = []
    components: list[CasaComponent] = []
    others: list[str] = []
    for line in lines:
        if found := _CALIBRATION.match(line):
            shifts.append(_shift(found))
        elif found := _REGION.match(line):
            regions.append(_region(found, photon_energy))
        elif found := _COMPONENT.match(line):
            components.append(_component(found, photon_energy))
        else:
            others.append(line)
    if not (shifts or regions or components):
        return None, tuple(others)
    shift = math.fsum(shifts) if shifts else None
    return CasaFit(shift, tuple(regions), tuple(components)), tuple(others)


def fit_to_json(fit: CasaFit) -> dict[str, Any]:
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


_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_FIVE = rf"((?:\s+{_NUMBER}){{5}})"
_CALIBRATION = re.compile(
    rf"\s*Calib\s+M\s*=\s*({_NUMBER})\s+A\s*=\s*({_NUMBER})\s+(BE|KE)\s+ADD\s*$"
)
_REGION = re.compile(
    rf"\s*CASA region\s+\(\*(.*?)\*\)\s+\(\*(.*?)\*\)((?:\s+{_NUMBER}){{2,}})\s*(?:\(\*|$)"
)
_COMPONENT = re.compile(
    rf"\s*CASA comp\s+\(\*(.*?)\*\)\s+\(\*(.*?)\*\)\s+"
    rf"Area{_FIVE}\s+MFWHM{_FIVE}\s+Position{_FIVE}(?:\s+RSF\s+({_NUMBER}))?"
)


def _shift(found: re.Match[str]) -> float:
    """What a calibration line adds to the binding energy (eV)."""
    measured, agreed = float(found[1]), float(found[2])
    return agreed - measured if found[3] == "BE" else measured - agreed


def _region(found: re.Match[str], photon_energy: float) -> CasaRegion:
    # start and end (kinetic), RSF, points averaged at the ends, two end offsets, cross section
    numbers = [float(text) for text in found[3].split()]
    ends = sorted(photon_energy - energy for energy in numbers[:2])
    factor = numbers[2] if len(numbers) > 2 else math.nan
    return CasaRegion(found[1], found[2], ends[0], ends[1], factor, tuple(numbers[6:10]))


def _component(found: re.Match[str], photon_energy: float) -> CasaComponent:
    area, fwhm, kinetic = (_quantity(found[group]) for group in (3, 4, 5))
    position = CasaQuantity(
        photon_energy - kinetic.value,
        photon_energy - kinetic.high,
        photon_energy - kinetic.low,
        kinetic.follows,
        -kinetic.by,
    )
    if kinetic.follows is not None:
        position = CasaQuantity(position.value, follows=position.follows, by=position.by)
    factor = float(found[6]) if found[6] else math.nan
    return CasaComponent(found[1], found[2], area, fwhm, position, factor)


def _quantity(text: str) -> CasaQuantity:
    value, low, high, follows, by = (float(number) for number in text.split())
    if follows < 0:
        return CasaQuantity(value, low, high)
    return CasaQuantity(value, low, high, int(follows), by)


def _fit_from_json(plain: Mapping[str, Any]) -> CasaFit:
    curves = plain.get("curves")
    return CasaFit(
        shift=plain.get("shift"),
        regions=tuple(
            CasaRegion(**{**region, "cross_section": tuple(region.get("cross_section", ()))})
            for region in plain.get("regions", ())
        ),
        components=tuple(_component_from_json(part) for part in plain.get("components", ())),
        curves=CasaCurves(**{name: np.array(values) for name, values in curves.items()})
        if curves
        else None,
    )


def _component_from_json(plain: Mapping[str, Any]) -> CasaComponent:
    quantities = {name: CasaQuantity(**plain[name]) for name in ("area", "fwhm", "position")}
    return CasaComponent(**{**plain, **quantities})
