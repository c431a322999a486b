"""Materials that electrons come through: what formulas for their escape depth need."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from libraries.errors import LibraryError
from libraries.schema import did_you_mean

_FILE = Path(__file__).parent / "materials.csv"
DEFAULT_MATERIAL = "Li6PS5Cl"


@dataclass(frozen=True, slots=True)
class Material:
    """One material; see ``materials.csv``."""

    name: str
    valence_electrons: float
    """Of one formula unit."""
    molar_mass: float
    """Of one formula unit (g/mol)."""
    density: float
    """g/cm3."""
    band_gap: float
    """eV."""
    mean_atomic_number: float
    seen: str
    """How far density and gap can be trusted, in the words of ``SOURCES.md``."""
    note: str


def find_material(name: str = DEFAULT_MATERIAL) -> Material:
    """A material by its name.

    Raises
    ------
    LibraryError
        If there is none of that name.
    """
    found = _load_materials()
    if name not in found:
        raise LibraryError(f"There is no material {name!r}. {did_you_mean(name, found)}")
    return found[name]


def material_names() -> tuple[str, ...]:
    """Names of all materials."""
    return tuple(_load_materials())


@cache
def _load_materials() -> dict[str, Material]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row][1:]
    return {
        name: Material(
            name,
            float(electrons),
            float(mass),
            float(density),
            float(gap),
            float(number),
            seen,
            note,
        )
        for name, electrons, mass, density, gap, number, seen, note in rows
    }
