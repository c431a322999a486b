"""The bundled example: simulated spectra of a sulfide cathode composite, with their truth.

Nothing here was measured. An in situ Raman series follows a cell through its first charge and a
part of the discharge; an XPS set has C 1s, S 2p and P 2p of three states. Band and line positions
are stated here, so that the example stays as it is where the library grows; the shares of the
charged and discharged state are of the size that su2025 and wang2021 report. The same numbers come
out on every machine.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.regions import RAMAN
from fitting.data.series import FloatArray, axis_of
from fitting.models.from_library import model_from_species
from fitting.models.model import Model
from fitting.simulation.series import simulate_series

RAMAN_ONSET = 2.75
"""Potential (V vs Li+/Li) from which PS4 fades and polysulfide grows in the Raman series."""
_SEED = 20261121
_SPECTRA, _TRUTH = "spectra", "truth"
_NOTE = "simulated, not measured"

_CHARGE = np.concatenate([[2.31], np.arange(2.55, 4.301, 0.07)])
_DISCHARGE = np.arange(4.0, 2.79, -0.2)
_FIRST_SPECTRUM = datetime(2026, 9, 7)
_RAMAN_GRID = np.arange(110.0, 720.0, 1.2)
_PS4_BANDS = {"203": (0.20, 13.0), "269": (0.14, 14.0), "428": (1.0, 11.0), "577": (0.16, 15.0)}
_PS4_BANDS |= {"602": (0.09, 14.0)}
_POLYSULFIDE_BANDS = {"156": (0.45, 17.0), "223": (0.35, 18.0), "476": (1.0, 21.0)}
"""Area relative to the strongest band, and fwhm (1/cm)."""
_PS4_AREA, _POLYSULFIDE_AREA = 2.4e5, 1.1e5
"""Areas of the strongest bands (counts x 1/cm): of PS4 before, of polysulfide after all."""
_FADED = 0.5
"""Part of PS4 that is gone at the end of charge."""

_PASS_SECONDS = 2.0
"""Counting time of each XPS point, all sweeps added (s)."""
_PHOTON_ENERGY = 1486.6


@dataclass(frozen=True, slots=True)
class _State:
    """One XPS sample: how it charged, and its species' areas in counts/s x eV."""

    name: str
    voltage: float
    shift: float
    """What its energies have to be moved by (eV)."""
    areas: Mapping[str, Mapping[str, float]]


_CARBON = {"C-C": 5200.0, "C-O": 1300.0, "C=O": 420.0, "O-C=O": 610.0}
_STATES = (
    _State(
        "pristine_OCV",
        2.31,
        -1.32,
        {
            "C 1s": _CARBON,
            "S 2p": {"PS4": 8800.0, "polysulfide": 420.0, "sulfite": 110.0, "sulfate": 170.0},
            "P 2p": {"PS4": 1560.0, "phosphate": 90.0},
        },
    ),
    _State(
        "charged",
        4.3,
        0.41,
        {
            "C 1s": {**_CARBON, "O-C=O": 900.0},
            "S 2p": {"PS4": 3300.0, "polysulfide": 3663.0, "sulfite": 760.0, "sulfate": 980.0},
            "P 2p": {"PS4": 560.0, "phosphate": 790.0},
        },
    ),
    _State(
        "discharged",
        2.8,
        -2.68,
        {
            "C 1s": {**_CARBON, "C-O": 1700.0},
            "S 2p": {"PS4": 3700.0, "polysulfide": 3589.0, "sulfite": 690.0, "sulfate": 900.0},
            "P 2p": {"PS4": 630.0, "phosphate": 740.0},
        },
    ),
)
_XPS: Mapping[str, tuple[FloatArray, float, float]] = {
    "C 1s": (np.arange(277.0, 296.01, 0.1), 900.0, 1.35),
    "S 2p": (np.arange(155.0, 175.01, 0.1), 700.0, 1.25),
    "P 2p": (np.arange(126.0, 141.01, 0.1), 420.0, 1.35),
}
"""Grid (eV, before charging), background (counts/s) and fwhm (eV) of each region."""
_POSITIONS: Mapping[str, Mapping[str, float]] = {
    "C 1s": {"C-C": 284.8, "C-O": 286.3, "C=O": 287.7, "O-C=O": 288.8},
    "S 2p": {"PS4": 161.3, "polysulfide": 162.9, "sulfite": 166.8, "sulfate": 168.8},
    "P 2p": {"PS4": 131.7, "phosphate": 133.5},
    RAMAN: {
        "PS4 203": 204.0,
        "PS4 269": 270.5,
        "PS4 428": 424.5,
        "PS4 577": 575.0,
        "PS4 602": 602.0,
        "polysulfide 156": 156.0,
        "polysulfide 223": 223.0,
        "polysulfide 476": 473.0,
    },
}
"""Where the lines lie (eV, 1/cm)."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What went into one spectrum."""

    file: str
    region: str
    voltage: float
    shift: float
    """Charge shift that puts it right (eV); 0 for Raman."""
    areas: Mapping[str, float]
    """Of each species, in counts x 1/cm or counts/s x eV."""

    @property
    def fractions(self) -> dict[str, float]:
        """Share of each species in the region's area, in percent."""
        total = sum(self.areas.values())
        return {species: 100.0 * area / total for species, area in self.areas.items()}


def write_example(folder: Path) -> Path:
    """Write the spectra and, beside them, their truth; the folder of the spectra is returned."""
    rng = np.random.default_rng(_SEED)
    spectra = folder / _SPECTRA
    truths = [*_write_raman(spectra / "raman_in_situ", rng), *_write_xps(spectra / "xps", rng)]
    _write_truth(truths, folder / _TRUTH / "truth.csv")
    return spectra


def example_truth() -> list[Truth]:
    """What went into every spectrum of the example."""
    raman = [_raman_truth(branch, voltage) for branch, voltage in _raman_states()]
    xps = [_xps_truth(state, region) for state in _STATES for region in _XPS]
    return raman + xps


def _raman_states() -> Iterator[tuple[str, float]]:
    yield from (("charge" if index else "OCV", float(v)) for index, v in enumerate(_CHARGE))
    yield from (("discharge", float(voltage)) for voltage in _DISCHARGE)


def _raman_truth(branch: str, voltage: float) -> Truth:
    """Reaction goes on from its onset to the end of charge and hardly back on discharge."""
    end = float(_CHARGE[-1])
    reached = voltage if branch != "discharge" else end - 0.1 * (end - voltage)
    progress = max(0.0, (reached - RAMAN_ONSET) / (end - RAMAN_ONSET))
    ps4 = _PS4_AREA * (1 - _FADED * progress) * sum(area for area, _ in _PS4_BANDS.values())
    polysulfide = _POLYSULFIDE_AREA * progress * sum(a for a, _ in _POLYSULFIDE_BANDS.values())
    name = f"LPSCl-composite_{branch}_{voltage:.2f}V.txt"
    return Truth(name, RAMAN, voltage, 0.0, {"PS4": ps4, "polysulfide": polysulfide})


def _write_raman(folder: Path, rng: np.random.Generator) -> Iterator[Truth]:
    folder.mkdir(parents=True, exist_ok=True)
    model = model_from_species(RAMAN, ["PS4", "polysulfide"])
    for index, (branch, voltage) in enumerate(_raman_states()):
        truth = _raman_truth(branch, voltage)
        series = simulate_series(
            model,
            _raman_values(truth),
            _RAMAN_GRID,
            rng,
            region=RAMAN,
            smooth=_fluorescence_at(_RAMAN_GRID, voltage),
        )
        counts = series["intensity"].values[0]
        if index % 9 == 4:
            counts[rng.integers(counts.size)] += 4000.0  # a cosmic ray
        _write_labspec(folder / truth.file, counts, index)
        yield truth


def _raman_values(truth: Truth) -> dict[str, float]:
    values = _position_values(RAMAN)
    for species, bands in (("PS4", _PS4_BANDS), ("polysulfide", _POLYSULFIDE_BANDS)):
        whole = sum(area for area, _ in bands.values())
        for band, (area, fwhm) in bands.items():
            values[f"{species} {band}.area"] = truth.areas[species] * area / whole
            values[f"{species} {band}.fwhm"] = fwhm
            values[f"{species} {band}.mixing"] = 0.6
    return values


def _fluorescence_at(shift: FloatArray, voltage: float) -> FloatArray:
    """A smooth slope that brightens a little with voltage (counts)."""
    shape = 700.0 + 900.0 * np.exp(-(shift - 110.0) / 420.0) + 0.35 * (shift - 110.0)
    return np.asarray(shape * (1.0 + 0.06 * (voltage - 2.5)))


def _write_labspec(path: Path, counts: FloatArray, index: int) -> None:
    started = _FIRST_SPECTRUM + index * timedelta(minutes=30)
    lines = [
        f"#Title=\t{_NOTE}",
        "#Acq. time (s)=\t60",
        "#Accumulations=\t5",
        "#Laser (nm)=\t532",
        f"#Acquired=\t{started:%d.%m.%Y %H:%M:%S}",
        "#AxisType[1]=\tSpectr",
        "#AxisUnit[1]=\t1/cm",
    ]
    lines += [f"{x:.1f}\t{y:.0f}" for x, y in zip(_RAMAN_GRID, counts, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="latin-1")


def _xps_truth(state: _State, region: str) -> Truth:
    name = f"NCM-LPSCl_{state.name}_{state.voltage:.2f}V_{region.replace(' ', '')}.csv"
    return Truth(name, region, state.voltage, state.shift, state.areas[region])


def _write_xps(folder: Path, rng: np.random.Generator) -> Iterator[Truth]:
    folder.mkdir(parents=True, exist_ok=True)
    for state in _STATES:
        for region, (grid, level, fwhm) in _XPS.items():
            truth = _xps_truth(state, region)
            model = model_from_species(region, list(truth.areas))
            series = simulate_series(
                model,
                _xps_values(model, truth, level, fwhm),
                grid,
                rng,
                region=region,
                axis_offset=state.shift,
            )
            _write_casaxps(folder / truth.file, series)
            yield truth


def _xps_values(model: Model, truth: Truth, level: float, fwhm: float) -> dict[str, float]:
    """Parameters in counts, of which the file shows counts per second."""
    values = {f"{species}.area": _PASS_SECONDS * area for species, area in truth.areas.items()}
    values |= {f"{peak.name}.fwhm": fwhm for peak in model.peaks}
    values |= _position_values(truth.region)
    return {**values, "background.offset": _PASS_SECONDS * level, "background.factor": 0.035}


def _position_values(region: str) -> dict[str, float]:
    return {f"{peak}.position": value for peak, value in _POSITIONS[region].items()}


def _write_casaxps(path: Path, series: xr.Dataset) -> None:
    """As CasaXPS exports rows of tabulated values: binding energy, counts per second."""
    region = series.attrs["region"]
    lines = [
        f"{_NOTE},,",
        ",,",
        f"Characteristic Energy eV,{_PHOTON_ENERGY},Acquisition Time s,{_PASS_SECONDS:g}",
        f"BE_{region},CPS_{region}",
    ]
    energy, counts = series[axis_of(series)].values, series["intensity"].values[0]
    rows = zip(energy[::-1], counts[::-1] / _PASS_SECONDS, strict=True)
    lines += [f"{x:.2f},{y:.1f}" for x, y in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_truth(truths: Sequence[Truth], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("source", "region", "voltage_V", "shift_eV", "species", "area", "fraction_percent")
        )
        for truth in truths:
            where = (truth.file, truth.region, f"{truth.voltage:.2f}", f"{truth.shift:g}")
            for species, fraction in truth.fractions.items():
                writer.writerow((*where, species, f"{truth.areas[species]:g}", f"{fraction:.6f}"))
