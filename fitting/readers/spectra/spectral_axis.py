"""An axis of plain numbers as binding energy or Raman shift, by what tells it.

Which axis it is, is asked of the clues in ``table_words``; what stays open is asked of the user,
not guessed. A region that is named is held against its energies: where they disagree, the scale in
which they agree is offered.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from fitting.data.errors import UnreadableFileError
from fitting.data.regions import SURVEY, fits_region, region_from_range, region_windows
from fitting.data.series import ENERGY, SHIFT, FloatArray
from fitting.readers.evidence import Evidence, Source, decide, describe_guesses
from fitting.readers.spectra.headings import photon_energy_of
from fitting.readers.spectra.raman_axis import find_shifts
from fitting.readers.spectra.table_words import AXIS, SCALE, TableWords, told_regions

_LINES = {"Al K alpha": 1486.6, "Mg K alpha": 1253.6, "Ag L alpha": 2984.3}
"""Energies (eV) of the usual X-ray lines, to say what a kinetic axis seems to come from."""
_LOWEST_SURVEY = 100.0
"""A survey that starts below this (eV) is in binding energy: slow electrons are not measured."""
_UNIT = re.compile(r"(?<![A-Za-z])(?P<prefix>[mk])eV\b")
_FACTORS = {"m": 1e-3, "k": 1e3}


@dataclass(frozen=True, slots=True)
class SpectralAxis:
    """An axis found out."""

    name: str
    """``ENERGY`` or ``SHIFT``."""
    positions: FloatArray
    evidence: Mapping[str, Evidence[str] | None]
    """What told the axis and, of energies, their scale."""
    note: str = ""
    """How the positions came about where they are not as written."""

    @property
    def warnings(self) -> list[str]:
        """What was guessed."""
        return describe_guesses(self.evidence)


def spectral_axis(words: TableWords) -> SpectralAxis:
    """The axis that a column of a file is.

    Raises
    ------
    UnreadableFileError
        If it cannot be told, or needs the photon energy or the laser line to be given.
    """
    told = decide(AXIS, words)
    if told is None:
        raise UnreadableFileError(
            f"{words.path.name}: the file does not say whether its axis "
            f"({_format_range(words.positions)}) is binding energy or Raman shift. Say it with "
            "--technique raman or --technique xps, or in the first line, such as: Raman shift "
            "(1/cm), counts."
        )
    if told.value == "other":
        raise UnreadableFileError(
            f"{words.path.name}: the first column is {words.axis_heading!r}, so this is not a "
            "spectrum, whose axis is an energy or a Raman shift. Give a potentiostat record with "
            "--voltage."
        )
    axis = {"axis": Evidence(told.source, "Raman shift", told.words)}
    if told.value in ("shift", "wavelength"):
        raman = find_shifts(words, told.value)
        return SpectralAxis(SHIFT, raman.shifts, {**axis, "laser line": raman.evidence}, raman.note)
    axis = {"axis": Evidence(told.source, "energy", told.words)}
    return _energy_axis(_in_electronvolts(words), axis)


def _in_electronvolts(words: TableWords) -> TableWords:
    """The table with its axis in eV where the heading says meV or keV."""
    unit = _UNIT.search(words.axis_heading)
    if unit is None:
        return words
    return replace(words, positions=words.positions * _FACTORS[unit["prefix"]])


def _energy_axis(words: TableWords, evidence: Mapping[str, Evidence[str] | None]) -> SpectralAxis:
    told = decide(SCALE, words)
    if told is None:
        return _unnamed_energy(words, evidence)
    positions = _on_scale(words, told.value)
    if _is_contradicted(words, positions):
        answer = words.options.energy_scale
        if answer is None or answer == told.value:
            raise _disagreement(words, positions, told.words)
        # the file's words are wrong, and the user has said so
        told = Evidence(Source.ANSWER, answer, "your answer (--energy-scale)")
        positions = _on_scale(words, answer)
        if _is_contradicted(words, positions):
            raise _disagreement(words, positions, told.words)
    scale: Evidence[str] = Evidence(told.source, told.value, told.words)
    return SpectralAxis(ENERGY, positions, {**evidence, "energy scale": scale})


def _on_scale(words: TableWords, scale: str) -> FloatArray:
    """The positions as binding energies."""
    if scale == "binding":
        return words.positions
    if scale == "negative":
        return np.asarray(-words.positions)
    photon_energy = photon_energy_of(words.header) or words.options.photon_energy
    if photon_energy is None:
        raise UnreadableFileError(
            f"{words.path.name}: the axis is kinetic energy ({_format_range(words.positions)}), "
            "and the file does not state the photon energy. Give it with --photon-energy, 1486.6 "
            "for Al K alpha."
        )
    return np.asarray(photon_energy - words.positions)


def _is_contradicted(words: TableWords, energies: FloatArray) -> bool:
    """Whether binding energies can be those of none of the regions that words name."""
    low, high = float(energies.min()), float(energies.max())
    fits = [fits_region(low, high, region) for region in told_regions(words)]
    if fits:
        return all(fit is False for fit in fits)
    # of no named region: energies below zero are those of no core level
    return high < 0 and bool(_list_offers(words))


def _disagreement(words: TableWords, energies: FloatArray, told_by: str) -> UnreadableFileError:
    regions = " and ".join(told_regions(words)) or "any core level"
    offers = _list_offers(words)
    way_out = (
        f"They are so {' or '.join(offers)}."
        if offers
        else "Correct the name, or the axis of the file."
    )
    return UnreadableFileError(
        f"{words.path.name}: {_format_range(energies)} eV are not the binding energies of "
        f"{regions}, although the scale is told by {told_by}. {way_out}"
    )


def _list_offers(words: TableWords) -> list[str]:
    """The scales in which the energies are those of the named regions, with how to say it."""
    values, regions = words.positions, told_regions(words)
    hv = photon_energy_of(words.header) or words.options.photon_energy
    lines = {"the photon energy": hv} if hv else _LINES
    offers = [
        f"as kinetic energy of {name} (--energy-scale kinetic --photon-energy {energy:g})"
        for name, energy in lines.items()
        if _fits_any(energy - values, regions)
    ]
    if _fits_any(-values, regions):
        offers.append("without the minus sign (--energy-scale negative)")
    if _fits_any(values, regions):
        offers.append("as binding energy (--energy-scale binding)")
    if _fits_any(values * 1e-3, regions):
        offers.append("in meV (say so in the heading: Binding energy (meV))")
    return offers


def _fits_any(energies: FloatArray, regions: tuple[str, ...]) -> bool:
    low, high = float(energies.min()), float(energies.max())
    if regions:
        return any(fits_region(low, high, region) for region in regions)
    return region_from_range(low, high) in region_windows()


def _unnamed_energy(
    words: TableWords, evidence: Mapping[str, Evidence[str] | None]
) -> SpectralAxis:
    """Energies of which nothing says whether they are binding or kinetic."""
    values, regions = words.positions, told_regions(words)
    stated, given = photon_energy_of(words.header), words.options.photon_energy
    if _is_of_regions(values, regions):
        return SpectralAxis(ENERGY, values, evidence)
    if given is not None:
        told = Evidence(Source.ANSWER, "kinetic", "your answer (--photon-energy)")
        positions = np.asarray(given - values)
        if _is_contradicted(words, positions):
            raise _disagreement(words, positions, told.words)
        return SpectralAxis(ENERGY, positions, {**evidence, "energy scale": told})
    if stated is not None and _is_of_regions(stated - values, regions):
        told = Evidence(Source.NUMBERS, "kinetic", f"its range and the photon energy {stated:g} eV")
        return SpectralAxis(ENERGY, np.asarray(stated - values), {**evidence, "energy scale": told})
    _refuse_other_scales(words)
    words_of_range = f"its range ({_format_range(values)})"
    told = Evidence(Source.NUMBERS, "binding", words_of_range)
    return SpectralAxis(ENERGY, values, {**evidence, "energy scale": told})


def _is_of_regions(energies: FloatArray, regions: tuple[str, ...]) -> bool:
    """Whether energies are in the window of a region, one that is named if any is."""
    by_range = region_from_range(float(energies.min()), float(energies.max()))
    return by_range in region_windows() and (not regions or by_range in regions)


def _refuse_other_scales(words: TableWords) -> None:
    """Raise if the energies are those of the region in another scale only."""
    values, regions = words.positions, told_regions(words)
    line = next((hv for hv in _LINES.values() if _fits_any(hv - values, regions)), None)
    is_survey = region_from_range(float(values.min()), float(values.max())) == SURVEY
    is_binding = bool(regions) and _fits_any(values, regions)
    if not is_binding and (line or (is_survey and values.min() > _LOWEST_SURVEY)):
        raise UnreadableFileError(
            f"{words.path.name}: the axis ({_format_range(values)}) seems to be kinetic energy. "
            f"Give the photon energy with --photon-energy, such as {line or 1486.6:g}, or name the "
            "column Binding energy (eV)."
        )
    if _is_contradicted(words, values):
        raise _disagreement(words, values, "nothing")


def _format_range(values: FloatArray) -> str:
    return f"{values.min():g} to {values.max():g}"
