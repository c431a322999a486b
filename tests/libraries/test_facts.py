"""Every number of the bundled libraries has a source, says how it was seen, and is in the facts."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from libraries.loader import bundled_sources, catalogue
from libraries.sensitivity_sets import sensitivity_set, sensitivity_set_names
from libraries.species import TRUSTS, UNVERIFIED, Library, Position, Species
from libraries.start_values import is_unverified, positions_that_count, start_value
from libraries.trust_check import trust_findings

READ_FOR_THE_LIBRARY = {
    *("thermo_c", "thermo_co", "harwell_cobalt", "grosvenor2006", "pmc7643152", "pmc10583228"),
    *("xpsfitting_organic", "rao_lco", "harwell_nickel"),
}
"""Sources whose numbers were read for these files and stand in no table of facts."""
HANDBOOKS = {"moulder1992", "beamson1992", "nakamoto2009", "tuinstra1970"}
"""Sources known from memory, of the first version of the libraries."""
Facts = dict[str, set[float]]


@pytest.fixture(scope="module")
def facts(real_data: Callable[[str], Path]) -> Facts:
    """Every number of the tables of facts, by the key of its source."""
    found: Facts = {}
    for name in ("library/xps_positions", "library/raman_bands", "assignments"):
        for row in _rows_of(real_data, name):
            numbers = found.setdefault(row["source"], set())
            for field in ("position", "position_partner", "position_2p12"):
                numbers |= {float(row[field])} if row.get(field) else set()
            for field in ("region_low", "region_high"):
                numbers |= {float(row[field])} if row.get(field) else set()
    return found


def test_every_position_has_a_source_and_says_how_it_was_seen() -> None:
    known = catalogue()
    for library in known.libraries:
        assert trust_findings(library, known) == []
        for species, _, position in library.positions():
            assert position.source in bundled_sources(), (library.file, species.id)
            assert position.seen in TRUSTS, (library.file, species.id)


def test_every_number_is_one_of_the_facts(facts: Facts) -> None:
    for library, species, position in _bundled_positions():
        if position.source in READ_FOR_THE_LIBRARY | HANDBOOKS or not position.is_positioned:
            continue
        given = {position.value, position.partner} - {None}
        given |= set(position.region or ())
        told = facts[position.source]
        if position.source in ("wang2021", "su2025", "zeng2022"):
            told = told | {162.0, 165.0, 284.8, 112.0, 135.0}
        assert given <= told, (library.file, species.id, position)


def test_interfering_lines_are_those_of_the_facts(real_data: Callable[[str], Path]) -> None:
    told = {
        (row["window"], row["element"], row["line"], row["source"], *_span_of(row))
        for row in _rows_of(real_data, "library/interfering_lines")
    }
    lines = [(one.region, line) for one in catalogue().libraries for line in one.interferences]
    assert len(lines) > 180
    for region, line in lines:
        if line.source not in HANDBOOKS:
            ends = (line.low, line.high, line.strength)
            assert (region, line.element, line.line, line.source, *ends) in told


SETS = {
    "Scofield Al Ka": "scofield_al_ka",
    "Scofield Mg Ka": "scofield_mg_ka",
    "Kratos F 1s = 1": "kratos_f1s_al",
    "Kratos Ag La": "kratos_ag_la",
    "Avantage Al Ka": "avantage_al",
    "Wagner Al Ka": "wagner_al",
}
"""What the facts call the bundled sets of sensitivity factors."""


def test_sensitivity_factors_are_those_of_the_facts(real_data: Callable[[str], Path]) -> None:
    rows = list(_rows_of(real_data, "library/sensitivity"))
    told = {(row["set"], row["core_level"]): row for row in rows}
    assert set(SETS) == set(sensitivity_set_names())
    for name, key in SETS.items():
        factors = sensitivity_set(name)
        assert factors.source in bundled_sources()
        assert len(factors.factors) >= 60
        for level, one in factors.factors.items():
            row = told[key, level]
            assert str(factors.photon_energy) == row["photon_energy_eV"]
            # of Ti 2p the facts hold two numbers and say which is right
            if (key, level) != ("scofield_al_ka", "Ti 2p"):
                assert one.total == float(row["factor"])


def test_spin_orbit_constants_are_those_of_the_facts(real_data: Callable[[str], Path]) -> None:
    told = {
        (row["core_level"], row["source"], float(row["value"]))
        for row in _rows_of(real_data, "library/xps_core_levels")
        if row["value"] and row["quantity"] == "separation_eV"
    }
    for library in catalogue().libraries:
        level = library.core_level
        if level is not None and level.separation_source != "thermo_co":
            assert (library.region, level.separation_source, level.separation) in told


@pytest.mark.parametrize("region", catalogue().regions())
def test_pure_referenced_compounds_lie_within_the_bounds_of_their_species(region: str) -> None:
    inside = []
    for library, species, position in _bundled_positions():
        if library.region != region or not _is_pure_and_undoubted(position):
            continue
        band = next(band for band in species.bands if position in band.positions)
        start = start_value(library, species, band)
        inside.append(start.low <= (position.value or 0.0) <= start.high)
    assert not inside or sum(inside) / len(inside) >= 0.95


def test_no_default_model_rests_on_memory() -> None:
    known = catalogue()
    for region in known.regions():
        for name in known.default_model(region).species:
            _, species = known.find_species(region, name)
            assert not any(is_unverified(band) for band in species.bands), (region, name)


def test_a_number_from_memory_never_moves_one_that_was_read() -> None:
    for library in catalogue().libraries:
        for species in library.species:
            for band in species.bands:
                used = positions_that_count(band)
                assert len({position.seen == UNVERIFIED for position in used}) <= 1


@pytest.mark.parametrize(
    ("region", "species", "value"),
    [
        ("P 2p", "P2S5", 133.05),
        ("P 2p", "P2S7", 132.6),
        ("C 1s", "carbonate", 289.55),
        ("C 1s", "carbonate", 289.8),
        ("raman", "PS4", 432.0),
        ("raman", "carbon", 1310.0),
        ("raman", "carbon", 1600.0),
        ("S 2p", "sulfate", 167.5),
        ("S 2p", "sulfate", 169.7),
        ("S 2p", "sulfite", 165.6),
        ("Li 1s", "LiCl", 56.3),
        ("O 1s", "lattice_oxide", 528.8),
        ("O 1s", "lattice_oxide", 530.6),
    ],
)
def test_bounds_hold_what_is_published(region: str, species: str, value: float) -> None:
    library, found = catalogue().find_species(region, species)
    starts = [start_value(library, found, band) for band in found.bands]
    assert any(start.low < value < start.high for start in starts)


def test_a_doubtful_assignment_does_not_outrank_the_pure_compound() -> None:
    library, species = catalogue().find_species("P 2p", "P2S5")
    start = start_value(library, species, species.bands[0])
    assert start.low > 132.0
    assert "P4S10" in next(p.conflicts for p in species.bands[0].positions if p.value == 131.7)


def test_disputed_assignments_say_why() -> None:
    known = catalogue()
    for region, species in (("P 2p", "P-O-S"), ("S 2p", "P2S5"), ("O 1s", "oxidised_lattice_O")):
        assert known.find_species(region, species)[1].disputed


def test_the_sulfur_bands_of_raman_are_not_called_polysulfide_alone() -> None:
    _, species = catalogue().find_species("raman", "polysulfide")
    assert "S8" in species.name
    assert "layered_oxide" in next(b.shared_with for b in species.bands if b.name == "476")


def _is_pure_and_undoubted(position: Position) -> bool:
    return (
        position.is_reference_sample
        and bool(position.energy_reference)
        and not position.conflicts
        and position.value is not None
        and position.seen != UNVERIFIED
    )


def _bundled_positions() -> Iterator[tuple[Library, Species, Position]]:
    for library in catalogue().libraries:
        for species, _, position in library.positions():
            yield library, species, position


def _span_of(row: dict[str, str]) -> tuple[float | None, ...]:
    """From where to where a line lies, and its strength."""
    ends = (row["position_low"] or row["position"], row["position_high"] or row["position"])
    return tuple(float(text) if text else None for text in (*ends, row["times_the_window_line"]))


def _rows_of(real_data: Callable[[str], Path], name: str) -> list[dict[str, str]]:
    path = real_data(f"../facts/{name}.csv")
    if not path.is_file():
        pytest.skip("the tables of facts are not here")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
