"""Charge reference: one line of each sample is put at its agreed energy, all regions follow.

A sample that was measured in several states (voltages, cycles, depths, rounds of measurement) has a
shift for each.

The line is fitted with the library's default model of its region, so that its neighbours (C-O and
C=O beside C-C) do not pull it. Before the fit the strongest line is taken for the reference line,
wherever charging has moved it; for another species' line only where that fits clearly better, and
does not contradict the neighbouring spectra of the sample.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import RecipeError
from fitting.data.joining.scans import scan_groups
from fitting.data.series import (
    SPECTRUM,
    FloatArray,
    get_column,
    set_coordinates,
)
from fitting.data.techniques import TECHNIQUES, technique_of
from fitting.electrochemistry.measurement_states import State, common_states
from fitting.models.from_library import model_from_library
from fitting.preprocessing.axis import CropAxis
from fitting.referencing.charge_shifts import (
    Assignment,
    assign_shifts,
    mean_shift,
)
from fitting.referencing.charge_shifts import ChargeShift as ChargeShift
from fitting.referencing.contested import CONTESTED, describe_contest, disagree
from fitting.referencing.hypotheses import (
    Readings,
    Verdict,
    gather_readings,
    weigh_hypotheses,
)
from fitting.referencing.neighbours import read_as_neighbours_do
from fitting.referencing.reference_line import (
    LineReading,
    ReferenceLine,
    moved_by,
    read_line,
)
from libraries.catalogue import Catalogue
from libraries.loader import catalogue as bundled_catalogue


@dataclass(frozen=True, slots=True)
class ChargeReference:
    """The line that is put at an agreed energy."""

    region: str = "C 1s"
    species: str = "C-C"
    """Id of the library entry whose main line is the reference."""
    position: float = 284.8
    """Agreed binding energy (eV)."""

    def __post_init__(self) -> None:
        if not 0 < self.position < np.inf:
            raise RecipeError(
                f"The charge reference {self.species} must lie at a positive binding energy, "
                f"not at {self.position:g} eV."
            )

    @property
    def words(self) -> str:
        """Such as "C-C in C 1s at 284.8 eV"."""
        return f"{self.species} in {self.region} at {self.position:g} eV"


def parse_charge_reference(text: str, catalogue: Catalogue | None = None) -> ChargeReference | None:
    """The reference that "C 1s=284.8", "PS4=161.5" or "none" means.

    Parameters
    ----------
    catalogue
        Libraries that know the species; the bundled ones if left out.

    Raises
    ------
    RecipeError
        If the text has another form or names no region or species of the library.
    """
    if text.strip().lower() == "none":
        return None
    name, equals, number = text.partition("=")
    try:
        position = float(number)
    except ValueError:
        equals = ""
    if not equals:
        raise RecipeError(
            f'The charge reference {text!r} cannot be read. Say "C 1s=284.8", "PS4=161.5" or none.'
        )
    return _reference_named(name.strip(), position, catalogue or bundled_catalogue())


def apply_charge_reference(
    series: Sequence[xr.Dataset],
    reference: ChargeReference,
    catalogue: Catalogue | None = None,
    known: Mapping[State, ChargeShift] | None = None,
) -> tuple[list[xr.Dataset], list[str]]:
    """Shift all XPS spectra of each sample so that its reference line is at the agreed energy.

    A shift that a file brought along is replaced, not added to.

    Parameters
    ----------
    series
        All XPS series of the project: together they tell which spectra are of one state.
    catalogue
        Libraries whose default model finds the line; the bundled ones if left out.
    known
        Shifts found before; the line is fitted in all other states.

    Returns
    -------
    The series in their order, and sentences: the shift of every sample, and which samples have
    no reference line. Their spectra stay where they were.
    """
    states = common_states(series)
    libraries = catalogue or bundled_catalogue()
    line = _line_of(reference, libraries)
    found, findings = _find_shifts(series, states, reference, line, known or {}, libraries)
    xps = [_is_xps(one) for one in series]
    wanted = [s for of_one, is_xps in zip(states, xps, strict=True) if is_xps for s in of_one]
    assigned = assign_shifts(wanted, {**(known or {}), **found})
    shifted = [
        _shift_series(one, of_one, assigned, reference.words) if is_xps else one
        for one, of_one, is_xps in zip(series, states, xps, strict=True)
    ]
    return shifted, [*findings, *_list_findings(wanted, assigned, reference.region)]


def remove_charge_reference(series: xr.Dataset) -> xr.Dataset:
    """Put the energies of a series back to where they were measured."""
    if not np.isfinite(get_column(series, "charge_shift").astype(float)).any():
        return series
    unknown = np.full(series.sizes[SPECTRUM], np.nan)
    return set_coordinates(
        _without_shift(series),
        charge_shift=unknown,
        charge_shift_stderr=unknown,
        charge_reference="",
    )


def speaks_of_missing_line(note: str, region: str) -> bool:
    """Whether a note says that spectra have no line of their own; the line may come later."""
    return any(words.format(region) in note for words in (_NO_LINE, _NEAREST_LINE))


def find_charge_shifts(
    series: Sequence[xr.Dataset], reference: ChargeReference, catalogue: Catalogue | None = None
) -> tuple[dict[State, ChargeShift], list[str]]:
    """The shift of every state that has the reference line, and a sentence about each."""
    libraries = catalogue or bundled_catalogue()
    line = _line_of(reference, libraries)
    return _find_shifts(series, common_states(series), reference, line, {}, libraries)


def _reference_named(name: str, position: float, catalogue: Catalogue) -> ChargeReference:
    """A reference by its region, or by a species that a default model has nearest to there."""
    regions = [
        library.region
        for library in catalogue.libraries
        if TECHNIQUES[library.technique].has_core_levels
    ]
    if name in regions:
        return ChargeReference(name, catalogue.default_model(name).species[0], position)
    having = [region for region in regions if name in catalogue.default_model(region).species]
    if not having:
        raise RecipeError(
            f"{name!r} cannot be a charge reference: no default model has it. Choose C 1s, PS4, or "
            "another species of a default model."
        )
    nearest = min(
        having, key=lambda region: abs(_nominal_position(region, name, catalogue) - position)
    )
    return ChargeReference(nearest, name, position)


def _nominal_position(region: str, species: str, catalogue: Catalogue) -> float:
    """Where the library expects the main line of a species (eV)."""
    model = model_from_library(catalogue.default_model(region), catalogue)
    return dict(model.parameters())[f"{species}.position"].value


def _line_of(reference: ChargeReference, catalogue: Catalogue) -> ReferenceLine:
    named = catalogue.default_model(reference.region)
    if reference.species not in named.species:
        raise RecipeError(
            f"{reference.species} cannot be the charge reference: the model {named.name!r} has "
            f"only {', '.join(named.species)}."
        )
    model = model_from_library(named, catalogue)
    ordered = sorted(model.peaks, key=lambda peak: peak.species != reference.species)
    species = dict.fromkeys(peak.species for peak in ordered)
    expected = tuple(_nominal_position(reference.region, one, catalogue) for one in species)
    return ReferenceLine(
        reference.species, reference.position, model, CropAxis(*named.crop), expected
    )


def _find_shifts(
    series: Sequence[xr.Dataset],
    states: Sequence[Sequence[State]],
    reference: ChargeReference,
    line: ReferenceLine,
    known: Mapping[State, ChargeShift],
    catalogue: Catalogue,
) -> tuple[dict[State, ChargeShift], list[str]]:
    """The shifts that are not known yet; nan for a state whose lines contradict each other."""
    readings, findings = _read_lines(series, states, reference.region, line, known)
    readings.sort(key=lambda one: one[0].time)
    taken = read_as_neighbours_do([(state, reading) for state, reading, _ in readings])
    found: dict[State, dict[str, list[ChargeShift]]] = {}
    lines: dict[State, list[LineReading]] = {}
    for (state, shift), (_, reading, spectrum) in zip(taken, readings, strict=True):
        found.setdefault(state, {}).setdefault(spectrum, []).append(shift)
        lines.setdefault(state, []).append(reading)
    shifts = {}
    agreed: dict[State, Readings] = {}
    for state, of_spectra in found.items():
        # scans of one spectrum may drift; other spectra of the state must agree
        means = [mean_shift(scans) for scans in of_spectra.values()]
        if disagree(means):
            shifts[state] = ChargeShift(np.nan, np.nan)
            findings.append(describe_contest(state, reference.region, means))
        else:
            every = [shift for scans in of_spectra.values() for shift in scans]
            agreed[state] = gather_readings(lines[state], mean_shift(every))
    if reference == ChargeReference():
        measured = [_without_shift(one) if _is_xps(one) else one for one in series]
        verdicts = weigh_hypotheses(agreed, measured, states, catalogue)
    else:
        verdicts = {state: Verdict(one.chosen) for state, one in agreed.items()}
    for state, verdict in verdicts.items():
        shifts[state] = verdict.shift
        if np.isfinite(verdict.shift.value):
            findings.append(_describe_shift(state, verdict.shift, reference))
        findings.extend([verdict.finding] if verdict.finding else [])
    return shifts, findings


def _read_lines(
    series: Sequence[xr.Dataset],
    states: Sequence[Sequence[State]],
    region: str,
    line: ReferenceLine,
    known: Mapping[State, ChargeShift],
) -> tuple[list[tuple[State, LineReading, str]], list[str]]:
    """The line in every spectrum of an unknown state, with the spectrum's name; and failures."""
    readings: list[tuple[State, LineReading, str]] = []
    failures: list[str] = []
    for one, of_one in zip(series, states, strict=True):
        if one.attrs["region"] != region:
            continue
        for index, (state, name) in enumerate(zip(of_one, _names_of_spectra(one), strict=True)):
            if state in known:
                continue
            reading = read_line(_without_shift(one.isel({SPECTRUM: [index]})), line)
            if reading is not None:
                readings.append((state, reading, name))
                continue
            failures.append(
                f"{state.words}: its {region} could not be fitted, so it gives no charge reference."
            )
    return readings, failures


def _names_of_spectra(series: xr.Dataset) -> list[str]:
    """What spectrum every row is, the same for scans of one."""
    names = [""] * series.sizes[SPECTRUM]
    for spectrum, rows in scan_groups(series).items():
        for row in rows:
            names[row] = f"{spectrum} {rows[0]} {series.attrs.get('sources', '')}"
    return names


def _describe_shift(state: State, shift: ChargeShift, reference: ChargeReference) -> str:
    return (
        f"{state.words}: energies shifted by {shift.value:+.3f} ± {shift.stderr:.3f} eV, "
        f"{reference.species} in {reference.region} to {reference.position:g} eV."
    )


_NO_LINE = "no {} line to refer to"
_NEAREST_LINE = "rounds without a {} line take the charge shift of the nearest in time"


def _list_findings(
    states: Iterable[State], assigned: Mapping[State, Assignment], region: str
) -> list[str]:
    """Sentences about spectra without a reference line of their own."""
    found: dict[str, None] = {}
    for state in states:
        if state not in assigned:
            found[
                f"{state.words}: {_NO_LINE.format(region)}, so its energies stay as "
                "they were, and its positions are not put into a table with the others. Measure "
                "one, or choose another charge reference."
            ] = None
        elif assigned[state].is_nearest:
            found[
                f"{state.sample or 'Spectra without a sample name'}: "
                f"{_NEAREST_LINE.format(region)}; its error has the typical drift over that time "
                "in it."
            ] = None
    return list(found)


def _is_xps(series: xr.Dataset) -> bool:
    return technique_of(series).has_core_levels


def _without_shift(series: xr.Dataset) -> xr.Dataset:
    return moved_by(series, -_old_shift(series))


def _old_shift(series: xr.Dataset) -> FloatArray:
    return np.asarray(np.nan_to_num(get_column(series, "charge_shift").astype(float)))


def _shift_series(
    series: xr.Dataset,
    states: Sequence[State],
    assigned: Mapping[State, Assignment],
    words: str,
) -> xr.Dataset:
    """The series with the shift of each spectrum's state in place of the one it had."""
    value = get_column(series, "charge_shift").astype(float).copy()
    stderr = get_column(series, "charge_shift_stderr").astype(float).copy()
    references = get_column(series, "charge_reference").copy()
    for index, state in enumerate(states):
        if state in assigned:
            shift = assigned[state].shift
            value[index], stderr[index] = shift.value, shift.stderr
            references[index] = words if np.isfinite(shift.value) else CONTESTED
    moved = moved_by(series, np.nan_to_num(value) - _old_shift(series))
    return set_coordinates(
        moved, charge_shift=value, charge_shift_stderr=stderr, charge_reference=references
    )
