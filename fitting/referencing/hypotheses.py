"""Readings of the carbon line against each other, by what the other core levels then say.

The strongest line of C 1s may be adventitious carbon, the sp2 carbon of a composite, or carbon with
oxygen beside a weaker reference line; the thiophosphate and the chloride of the electrolyte tell
them apart where they disagree by more than their own positions vary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from fitting.data.errors import SeriesError
from fitting.data.result import is_fitted
from fitting.data.series import FloatArray
from fitting.electrochemistry.measurement_states import State
from fitting.fits.each import fit_all_spectra
from fitting.models.from_library import model_from_library
from fitting.preprocessing.axis import CropAxis, crop_axis
from fitting.referencing.charge_shifts import ChargeShift, assign_shifts, mean_shift
from fitting.referencing.contested import LARGEST_SPREAD
from fitting.referencing.reference_line import CLEARLY_BETTER, LineReading, moved_by
from libraries.catalogue import Catalogue

CARBON_AMBIGUITY = 0.4
"""Adventitious carbon (284.8 eV, moulder1992) over sp2 carbon (284.4 eV, thermo_c) (eV)."""
NARROW = 0.52
"""Half width of a carbon line on its low side below which it may be that of sp2 carbon (eV)."""
WITNESSES = {"S 2p": "PS4", "P 2p": "PS4", "Cl 2p": "chloride"}
"""Species of the electrolyte that lie where the library has them, by region."""
LEAST_SHARE = 0.1
"""Part of its region that a witness has at least, to be one."""
_SPREAD_OF_SOURCES = 0.2
"""Sources place PS4 within this of the library's start value (eV)."""
_WORTH_SAYING = 0.05
"""Ambiguity that is told in a sentence (eV)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What the carbon line of one state asks for."""

    usual: ChargeShift
    """Its strongest line is the reference line."""
    chosen: ChargeShift
    """What the C 1s spectra alone say: the same, or another species' line is the strongest."""
    half_width: float
    """Of the strongest line on its low side (eV)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The shift that the evidence leaves; nan where it does not decide."""

    shift: ChargeShift
    finding: str = ""
    """What was weighed, as a sentence; empty where nothing was in doubt."""


@dataclass(frozen=True, slots=True)
class WitnessReading:
    """What one core level says to one shift."""

    region: str
    is_there: bool
    """The witness is found where the library has it."""
    off: float
    """Its position less that of the library (eV); nan where it is not there."""
    chi_square: float


def gather_readings(lines: Sequence[LineReading], chosen: ChargeShift) -> Readings:
    """The readings of all spectra of one state, of which one shift was chosen."""
    usual = mean_shift([ChargeShift(one.first.shift, one.first.stderr) for one in lines])
    return Readings(usual, chosen, float(np.median([one.half_width for one in lines])))


def weigh_hypotheses(
    readings: Mapping[State, Readings],
    series: Sequence[xr.Dataset],
    states: Sequence[Sequence[State]],
    catalogue: Catalogue,
) -> dict[State, Verdict]:
    """The shift of every state, by its carbon line and by its other core levels.

    Parameters
    ----------
    series
        All series of the project, with their energies as measured.
    states
        Of every spectrum of each series.
    """
    usual = {state: one.usual for state, one in readings.items()}
    to_usual = _hear_witnesses(usual, series, states, catalogue)
    chosen = {
        state: one.chosen for state, one in readings.items() if one.chosen.value != one.usual.value
    }
    to_chosen = _hear_witnesses(chosen, series, states, catalogue)
    return {
        state: _weigh_state(state, one, to_usual.get(state, []), to_chosen.get(state, []))
        for state, one in readings.items()
    }


def _hear_witnesses(
    shifts: Mapping[State, ChargeShift],
    series: Sequence[xr.Dataset],
    states: Sequence[Sequence[State]],
    catalogue: Catalogue,
) -> dict[State, list[WitnessReading]]:
    """What the core levels of each state say to its shift."""
    heard: dict[State, list[WitnessReading]] = {}
    for one, of_one in zip(series, states, strict=True):
        region = str(one.attrs["region"])
        if region not in WITNESSES or region not in catalogue.regions():
            continue
        assigned = assign_shifts(of_one, shifts)
        rows = [row for row, state in enumerate(of_one) if state in assigned]
        if not rows:
            continue
        moves = np.array([assigned[of_one[row]].shift.value for row in rows])
        for row, said in zip(rows, _examine_region(one, rows, moves, catalogue), strict=True):
            if said is None:
                continue
            for state in _givers(of_one[row], shifts):
                heard.setdefault(state, []).append(said)
    return heard


def _givers(state: State, shifts: Mapping[State, ChargeShift]) -> list[State]:
    """The states whose shift a state gets: itself, or those of its round."""
    if state in shifts:
        return [state]
    given = assign_shifts([state], shifts)[state].shift
    return [one for one, shift in shifts.items() if one.sample == state.sample and shift == given]


def _examine_region(
    series: xr.Dataset, rows: Sequence[int], moves: FloatArray, catalogue: Catalogue
) -> list[WitnessReading | None]:
    """Fit spectra that are moved (eV) by the default model; ``None`` where that fails."""
    region = str(series.attrs["region"])
    named = catalogue.default_model(region)
    species = WITNESSES[region]
    nothing: list[WitnessReading | None] = [None] * len(rows)
    if species not in named.species:
        return nothing
    model = model_from_library(named, catalogue)
    moved = moved_by(series.isel(spectrum=list(rows)), moves)
    try:
        result = fit_all_spectra(crop_axis(moved, CropAxis(*named.crop)), model)
    except SeriesError:
        return nothing
    expected = dict(model.parameters())[f"{species}.position"]
    areas = [result["value"].sel(parameter=f"{peak.name}.area").values for peak in model.peaks]
    shares = result["value"].sel(parameter=f"{species}.area").values / np.sum(areas, axis=0)
    found = result["value"].sel(parameter=f"{species}.position").values
    edge = np.minimum(found - expected.min, expected.max - found)
    there = (shares > LEAST_SHARE) & (edge > 1e-3)
    chi_square = result["reduced_chi_square"].values
    return [
        WitnessReading(
            region,
            bool(there[k]),
            float(found[k] - expected.value) if there[k] else np.nan,
            float(chi_square[k]),
        )
        if fitted
        else None
        for k, fitted in enumerate(is_fitted(result))
    ]


def _weigh_state(
    state: State,
    readings: Readings,
    to_usual: Sequence[WitnessReading],
    to_chosen: Sequence[WitnessReading],
) -> Verdict:
    usual, chosen = readings.usual, readings.chosen
    if abs(chosen.value - usual.value) <= LARGEST_SPREAD or not (to_usual and to_chosen):
        return _allow_for_sp2(state, chosen, readings, to_chosen or to_usual)
    first, second = _support(to_usual), _support(to_chosen)
    if second > first or (second == first > 0 and _clearly_better(to_chosen, to_usual)):
        return _allow_for_sp2(state, chosen, readings, to_chosen)
    if first > second or _clearly_better(to_usual, to_chosen):
        return _allow_for_sp2(state, usual, readings, to_usual)
    return Verdict(ChargeShift(np.nan, np.nan), _describe_doubt(state, readings, first, second))


def _support(said: Sequence[WitnessReading]) -> float:
    """Part of the witnesses that are where the library has them."""
    return float(np.mean([one.is_there for one in said]))


def _clearly_better(said: Sequence[WitnessReading], than: Sequence[WitnessReading]) -> bool:
    fits, others = (np.mean([one.chi_square for one in each]) for each in (said, than))
    return bool(fits < CLEARLY_BETTER * others)


def _allow_for_sp2(
    state: State, shift: ChargeShift, readings: Readings, said: Sequence[WitnessReading]
) -> Verdict:
    """The shift, with the ambiguity of carbon in its error where the line may be sp2 carbon's."""
    allowance = _allowance(readings, said)
    stderr = float(np.hypot(shift.stderr, allowance))
    if allowance < _WORTH_SAYING:
        return Verdict(ChargeShift(shift.value, stderr))
    reason = (
        f"is narrow ({readings.half_width:.2f} eV from its top to half its height)"
        if readings.half_width < NARROW
        else f"puts the electrolyte {_median_off(said):+.2f} eV from where the library has it"
    )
    return Verdict(
        ChargeShift(shift.value, stderr),
        f"{state.words}: its C 1s line may be sp2 carbon at 284.4 eV, as it {reason}: shift "
        f"{shift.value:+.2f} eV as adventitious, {shift.value - CARBON_AMBIGUITY:+.2f} eV as sp2 "
        f"carbon. The difference is in the error of the shift ({stderr:.2f} eV).",
    )


def _allowance(readings: Readings, said: Sequence[WitnessReading]) -> float:
    """How far the line may be from adventitious carbon's (eV).

    Grows from 0 where the electrolyte lies as far above the library as its sources scatter, so that
    shifts along a series do not jump.
    """
    if readings.half_width < NARROW:
        return CARBON_AMBIGUITY
    beyond = 2.0 * (_median_off(said) - _SPREAD_OF_SOURCES)
    return float(np.clip(beyond, 0.0, CARBON_AMBIGUITY))


def _median_off(said: Sequence[WitnessReading]) -> float:
    """How far the electrolyte lies above the library (eV); 0 where no witness is in place."""
    off = [one.off for one in said if one.is_there]
    return float(np.median(off)) if off else 0.0


def _describe_doubt(state: State, readings: Readings, first: float, second: float) -> str:
    return (
        f"{state.words}: hypotheses of its charge shift disagree and no core level decides: "
        f"{readings.usual.value:+.2f} eV (strongest C 1s line is C-C; {first:.0%} of the "
        f"electrolyte's lines are in place), {readings.chosen.value:+.2f} eV (it is another "
        f"species' line; {second:.0%} in place), "
        f"{readings.usual.value - CARBON_AMBIGUITY:+.2f} eV (sp2 carbon), 0 (none). It is left "
        "out. Choose another charge reference, such as PS4=161.5, Cl 2p=198.5 or none."
    )
