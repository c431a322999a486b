"""Escape depths against the numbers that were worked out for the collection of facts."""

import csv

import numpy as np
import pytest

from fitting.quantities.escape_depth import attenuation_length, escape_depths, mean_free_path
from libraries.materials import find_material, material_names

NAMES = {"LiNiO2": "LiNiO2 (for NMC)", "hydrocarbon": "adventitious carbon (CH2)n"}


def test_tpp_2m_gives_the_numbers_of_the_facts(real_data) -> None:
    path = real_data("../facts/library/depth_formulas.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "imfp_tpp2m"]
    told = {(row["material"], float(row["kinetic_energy_eV"])): float(row["value"]) for row in rows}
    assert len(told) == 8 * len(material_names())
    for name in material_names():
        material = find_material(name)
        for (known, energy), value in told.items():
            if known == NAMES.get(name, name):
                assert float(mean_free_path(np.array(energy), material)) == pytest.approx(
                    value, abs=0.1
                )


def test_s4_is_longer_in_light_materials_and_at_high_energies() -> None:
    argyrodite, oxide = find_material("Li6PS5Cl"), find_material("LiNbO3")
    low, high = attenuation_length(np.array([500.0, 1300.0]), argyrodite)
    assert low < high
    assert high > attenuation_length(np.array(1300.0), oxide)
    # (0.65 + 0.007 1000^0.93) / 10.6^0.38 nm, by hand
    assert float(attenuation_length(np.array(1000.0), argyrodite)) == pytest.approx(20.25, abs=0.1)


@pytest.mark.parametrize("kind", ["none", "KE^0.6", "S4", "TPP-2M"])
def test_escape_depths_never_fall_with_the_energy(kind) -> None:
    found = escape_depths(kind, np.linspace(200.0, 1500.0, 50), find_material())
    assert np.all(np.diff(found) >= 0)
