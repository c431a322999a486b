"""The comment lines in which CasaXPS keeps its calibration, regions and components.

They stand among the comments of a VAMAS block::

    Calib M = 281.1700 A = 284.8 BE ADD
    CASA region (*S 2p*) (*U 2 Tougaard*) 1320.746 1327.391 0.668 2 0 0 2684.4 -450 0 0 (*S 2p*) ...
    CASA comp (*S 2p*) (*GL(30)*) Area 5318 1e-20 3e5 -1 1 MFWHM 0.9 0.2 5 -1 1 Position 1324.9 ...

Energies there are kinetic and already shifted. Calibration lines add up: each was measured on the
axis the one before had moved. A quantity states its value, its limits, the index of the component
it follows (-1: none) and by what: a factor for areas and widths, a distance for positions. Other
words may stand in a calibration line; with ``Regions`` or ``Comps`` it moved those along, which are
then stated on the axis before it.
"""

import math
import re
from collections.abc import Sequence

from fitting.readers.spectra.published_fit import FitComponent, FitQuantity, FitRegion, PublishedFit


def split_comment(
    lines: Sequence[str], photon_energy: float
) -> tuple[PublishedFit | None, tuple[str, ...]]:
    """The fit that block comments of a VAMAS file hold, and the lines that are not part of it.

    Parameters
    ----------
    photon_energy
        To turn the kinetic energies of CasaXPS into binding energies (eV).
    """
    shifts: list[tuple[float, str]] = []
    regions: list[FitRegion] = []
    components: list[FitComponent] = []
    others: list[str] = []
    for line in lines:
        if found := _CALIBRATION.match(line):
            shifts.append((_shift_of_line(found), found[3]))
        elif found := _REGION.match(line):
            regions.append(_parse_region(found, photon_energy + _carried(shifts, "Regions")))
        elif found := _COMPONENT.match(line):
            components.append(_parse_component(found, photon_energy + _carried(shifts, "Comps")))
        else:
            others.append(line)
    if not (shifts or regions or components):
        return None, tuple(others)
    shift = math.fsum(shift for shift, _ in shifts) if shifts else None
    return PublishedFit("CasaXPS", shift, tuple(regions), tuple(components)), tuple(others)


def _carried(shifts: Sequence[tuple[float, str]], what: str) -> float:
    """Shifts (eV) that regions or components are not stated with, as they were moved along."""
    return math.fsum(shift for shift, words in shifts if what in words)


_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_FIVE = rf"((?:\s+{_NUMBER}){{5}})"
_CALIBRATION = re.compile(
    rf"\s*Calib\s+M\s*=\s*({_NUMBER})\s+A\s*=\s*({_NUMBER})((?:\s+Regions|\s+Comps)*)\s+(BE|KE)\s+ADD\s*$"
)
_REGION = re.compile(
    rf"\s*CASA region\s+\(\*(.*?)\*\)\s+\(\*(.*?)\*\)((?:\s+{_NUMBER}){{2,}})\s*"
    rf"(?:\(\*(.*?)\*\)((?:\s+{_NUMBER})*)|$)"
)
_COMPONENT = re.compile(
    rf"\s*CASA comp\s+\(\*(.*?)\*\)\s+\(\*(.*?)\*\)\s+"
    rf"Area{_FIVE}\s+MFWHM{_FIVE}\s+Position{_FIVE}(?:\s+RSF\s+({_NUMBER}))?"
    rf"(?:\s+MASS\s+({_NUMBER}))?(?:\s+INDEX\s+(-?\d+)\s*(?:\(\*(.*?)\*\))?)?"
    rf"(?:.*?UNCORRECTEDRSF\s+({_NUMBER}))?"
)


def _shift_of_line(found: re.Match[str]) -> float:
    """What a calibration line adds to the binding energy (eV)."""
    measured, agreed = float(found[1]), float(found[2])
    return agreed - measured if found[4] == "BE" else measured - agreed


def _parse_region(found: re.Match[str], photon_energy: float) -> FitRegion:
    # start and end (kinetic), RSF, points averaged at the ends, two end offsets, cross section
    numbers = [float(text) for text in found[3].split()]
    ends = sorted(photon_energy - energy for energy in numbers[:2])
    known = dict(enumerate(numbers))
    # mass, nought, RSF before its correction
    tail = dict(enumerate(float(text) for text in (found[5] or "").split()))
    return FitRegion(
        found[1],
        found[2],
        ends[0],
        ends[1],
        sensitivity_factor=known.get(2, math.nan),
        cross_section=tuple(numbers[6:10]),
        averaging=known.get(3, math.nan),
        end_offsets=tuple(numbers[4:6]),
        transition=found[4] or "",
        mass=tail.get(0, math.nan),
        uncorrected_factor=tail.get(2, math.nan),
    )


def _parse_component(found: re.Match[str], photon_energy: float) -> FitComponent:
    area, fwhm, kinetic = (_parse_quantity(found[group]) for group in (3, 4, 5))
    position = FitQuantity(
        photon_energy - kinetic.value,
        photon_energy - kinetic.high,
        photon_energy - kinetic.low,
        kinetic.follows,
        -kinetic.by,
    )
    if kinetic.follows is not None:
        position = FitQuantity(position.value, follows=position.follows, by=position.by)
    factor, mass, uncorrected = (float(found[i]) if found[i] else math.nan for i in (6, 7, 10))
    return FitComponent(
        found[1],
        found[2],
        area,
        fwhm,
        position,
        sensitivity_factor=factor,
        transition=found[9] or "",
        mass=mass,
        group=int(found[8]) if found[8] else -1,
        uncorrected_factor=uncorrected,
    )


def _parse_quantity(text: str) -> FitQuantity:
    value, low, high, follows, by = (float(number) for number in text.split())
    if follows < 0:
        return FitQuantity(value, low, high)
    return FitQuantity(value, low, high, int(follows), by)
