"""How spectra are measured: the settings that a reader of the results needs, each with its unit.

Which of them a report asks for follows the lists of what to state with XPS data (ISO 16243; Major
et al. 2020, doi 10.1116/6.0000377) and, for Raman, what intensities and positions depend on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fitting.data.techniques import TechniqueName

SettingValue = float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that is set, or that is so, while spectra are measured."""

    name: str
    label: str
    techniques: tuple[TechniqueName, ...]
    unit: str = ""
    """Of a number; empty for a text, and for a count."""
    is_number: bool = False
    is_asked: bool = True
    """Whether a report lists it as missing where nobody tells it."""
    told_by: str = ""
    """Another setting that says the same, so that this one is not missing where that is known."""
    hint: str = ""
    """Such as what to write."""


_XPS: tuple[TechniqueName, ...] = ("xps",)
_RAMAN: tuple[TechniqueName, ...] = ("raman",)
_BOTH: tuple[TechniqueName, ...] = ("xps", "raman")

SETTINGS: Mapping[str, Setting] = {
    one.name: one
    for one in (
        Setting("instrument", "Instrument", _BOTH, hint="maker and model"),
        Setting("source", "X-ray source", _XPS, hint="such as Al Kα, monochromatic"),
        Setting("photon_energy", "Photon energy", _XPS, "eV", True),
        Setting("source_power", "Power of the source", _XPS, "W", True),
        Setting("pass_energy", "Pass energy", _XPS, "eV", True),
        Setting("spot", "Analysed area", _XPS, hint="such as 300 x 700 µm"),
        Setting("step", "Step", _XPS, "eV", True),
        Setting("dwell", "Dwell time of a point in one scan", _XPS, "s", True,
                told_by="point_time"),
        Setting("scans", "Scans", _XPS, is_number=True, told_by="point_time"),
        Setting("point_time", "Time of a point, all scans added", _XPS, "s", True, False),
        Setting("take_off_angle", "Take-off angle from the surface", _XPS, "°", True),
        Setting("neutraliser", "Charge neutraliser", _XPS, hint="on or off, and its settings"),
        Setting("work_function", "Work function of the analyser", _XPS, "eV", True, False),
        Setting("lens_mode", "Lens mode", _XPS, is_asked=False),
        Setting("scan_mode", "Scan mode", _XPS, is_asked=False,
                hint="such as fixed analyser transmission"),
        Setting("analyser", "Analyser", _XPS, is_asked=False, hint="such as hemispherical"),
        Setting("laser", "Laser", _RAMAN, "nm", True),
        Setting("power", "Laser power", _RAMAN, "mW", True, hint="on the sample"),
        Setting("filter", "Neutral density filter", _RAMAN, is_asked=False),
        Setting("objective", "Objective", _RAMAN, hint="magnification / numerical aperture"),
        Setting("grating", "Grating", _RAMAN, hint="lines per mm"),
        Setting("exposure", "Exposure of one accumulation", _RAMAN, "s", True,
                told_by="spectrum_time"),
        Setting("accumulations", "Accumulations", _RAMAN, is_number=True, told_by="spectrum_time"),
        Setting("spectrum_time", "Time of a spectrum, all accumulations", _RAMAN, "s", True, False),
        Setting("geometry", "Scattering geometry", _RAMAN, is_asked=False,
                hint="such as backscattering, or Porto's notation"),
        Setting("detector", "Detector", _RAMAN, is_asked=False),
        Setting("calibration", "Calibration", _BOTH,
                hint="of the axis: against what, and when"),
    )
}  # fmt: skip
"""By name, in the order of a report."""


def settings_for(technique: TechniqueName) -> tuple[Setting, ...]:
    """The settings of a technique."""
    return tuple(one for one in SETTINGS.values() if technique in one.techniques)


def format_setting(setting: Setting, value: SettingValue) -> str:
    """A value with its unit."""
    if isinstance(value, str):
        return value
    space = "" if setting.unit == "°" else " "
    return f"{value:g}{space}{setting.unit}".strip()
