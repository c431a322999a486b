"""A fit as the comment lines in which CasaXPS keeps it; ``casaxps_comments`` reads them."""

from collections.abc import Iterator, Sequence
from math import isfinite

from fitting.readers.spectra.published_fit import (
    FitComponent,
    FitQuantity,
    FitRegion,
    PublishedFit,
)

_AGREED = 284.8
"""Energy (eV) that a calibration is written for: only its distance matters."""
_LARGEST = 1e8


def write_comment_lines(fit: PublishedFit, photon_energy: float) -> Iterator[str]:
    """The lines of a block, counts of what follows included.

    Parameters
    ----------
    photon_energy
        From which kinetic energies are reckoned (eV).
    """
    yield "Casa Info Follows"
    shifts = [fit.shift] if fit.shift else []
    yield str(len(shifts))
    for shift in shifts:
        yield f"Calib M = {_AGREED - shift:.10g} A = {_AGREED:g} BE ADD"
    # no annotations
    yield "0"
    yield str(len(fit.regions))
    for region in fit.regions:
        yield _write_region(region, photon_energy)
    yield str(len(fit.components))
    for component in fit.components:
        yield _write_component(component, photon_energy)


def _write_region(region: FitRegion, photon_energy: float) -> str:
    ends = (photon_energy - region.high, photon_energy - region.low)
    numbers = (
        *ends,
        _known(region.sensitivity_factor, 1.0),
        _known(region.averaging, 2.0),
        *_filled(region.end_offsets, 2),
        *_filled(region.cross_section, 4),
    )
    tail = _write_tail(region.transition, region.mass, 0, region.uncorrected_factor)
    name = _clean(region.name)
    return f"CASA region (*{name}*) (*{region.background}*) {_join(numbers)} {tail}"


def _write_component(component: FitComponent, photon_energy: float) -> str:
    position = component.position
    turned = FitQuantity(
        photon_energy - position.value,
        photon_energy - position.high,
        photon_energy - position.low,
        position.follows,
        -position.by,
    )
    factor = _known(component.sensitivity_factor, 1.0)
    return (
        f"CASA comp (*{_clean(component.name)}*) (*{component.line_shape}*) "
        f"Area {_write_quantity(component.area)} "
        f"MFWHM {_write_quantity(component.fwhm)} "
        f"Position {_write_quantity(turned)} "
        f"RSF {factor:.8g} MASS {_known(component.mass, 0.0):.8g} INDEX {component.group} "
        f"(*{_clean(component.transition)}*) CONST (**) "
        f"UNCORRECTEDRSF {_known(component.uncorrected_factor, factor):.8g}"
    )


def _write_quantity(quantity: FitQuantity) -> str:
    """Value, limits, index of what it follows, and by what."""
    if quantity.follows is not None:
        return _join((quantity.value, 0.0, 0.0, quantity.follows, quantity.by))
    low = quantity.low if isfinite(quantity.low) else 0.0
    high = quantity.high if isfinite(quantity.high) else _LARGEST
    return _join((quantity.value, low, high, -1, 1.0))


def _write_tail(name: str, mass: float, number: int, factor: float) -> str:
    return f"(*{_clean(name)}*) {_known(mass, 0.0):.8g} {number} {_known(factor, 1.0):.8g}"


def _filled(numbers: Sequence[float], count: int) -> tuple[float, ...]:
    return (*numbers, *(0.0,) * count)[:count]


def _clean(name: str) -> str:
    """A name on one line, without the marks that end one."""
    return " ".join(name.replace("(*", "(").replace("*)", ")").split())


def _known(number: float, otherwise: float) -> float:
    return number if isfinite(number) else otherwise


def _join(numbers: Sequence[float]) -> str:
    return " ".join(f"{number:.12g}" for number in numbers)
