"""How deep electrons come from: mean free path or attenuation length by kinetic energy.

Only ratios between energies matter for atomic percent. TPP-2M (tanuma1994) is stated for 50 to
2000 eV; S4 (seah2012) is a curve through such numbers; ``KE^0.6`` is the custom of some programs.
"""

from collections.abc import Callable, Mapping

import numpy as np

from fitting.data.errors import RecipeError
from fitting.data.series import FloatArray
from libraries.materials import Material

NONE = "none"
_CONVENTION = 0.6
"""Power of the kinetic energy, as used with cross sections (KherveFitting, Avantage)."""


def escape_depths(kind: str, kinetic_energy: FloatArray, material: Material) -> FloatArray:
    """Depths, up to a factor that all energies have in common.

    Parameters
    ----------
    kind
        A name in ``ESCAPE_DEPTHS``; ``NONE`` for the same depth at all energies.
    kinetic_energy
        eV.
    """
    if kind not in ESCAPE_DEPTHS:
        raise RecipeError(
            f"There is no escape depth {kind!r}. Choose one of: {', '.join(ESCAPE_DEPTHS)}."
        )
    return ESCAPE_DEPTHS[kind](np.asarray(kinetic_energy, dtype=float), material)


def mean_free_path(kinetic_energy: FloatArray, material: Material) -> FloatArray:
    """Inelastic mean free path (angstrom) by TPP-2M.

    Parameters
    ----------
    kinetic_energy
        eV, 50 to 2000.
    """
    density, gap = material.density, material.band_gap
    electrons = material.valence_electrons * density / material.molar_mass
    plasmon = 28.8 * np.sqrt(electrons)
    beta = -0.10 + 0.944 / np.hypot(plasmon, gap) + 0.069 * density**0.1
    gamma = 0.191 / np.sqrt(density)
    third, fourth = 1.97 - 0.91 * electrons, 53.4 - 20.8 * electrons
    bracket = beta * np.log(gamma * kinetic_energy)
    bracket = bracket - third / kinetic_energy + fourth / kinetic_energy**2
    return np.asarray(kinetic_energy / (plasmon**2 * bracket))


def attenuation_length(kinetic_energy: FloatArray, material: Material) -> FloatArray:
    """Effective attenuation length (angstrom) by S4.

    Parameters
    ----------
    kinetic_energy
        eV.
    """
    power = 0.65 + 0.007 * kinetic_energy**0.93
    return np.asarray(10.0 * power / material.mean_atomic_number**0.38)


ESCAPE_DEPTHS: Mapping[str, Callable[[FloatArray, Material], FloatArray]] = {
    NONE: lambda energy, _: np.ones_like(energy),
    "TPP-2M": mean_free_path,
    "S4": attenuation_length,
    "KE^0.6": lambda energy, _: np.asarray(energy**_CONVENTION),
}
"""By name; all but the first take the depth into account."""
