"""How the spectra were measured, under the names of NXxps and NXraman."""

import re
from collections.abc import Mapping

import h5py
import numpy as np

from fitting.data.acquisition import SettingValue
from fitting.output.nexus.groups import make_group, write_array, write_choice
from fitting.output.nexus.placeholders import NOT_TOLD, Placeholders, single_value
from fitting.projects.acquisition import KnownSetting

Settings = Mapping[str, KnownSetting]

_FIXED = re.compile(r"fat|cae|swept|fixed.*analy[sz]er.*|constant.*analy[sz]er.*", re.IGNORECASE)
_RATIO = re.compile(r"frr|crr|fixed.*ratio|constant.*ratio", re.IGNORECASE)
_SCAN_MODES = ("fixed_analyzer_transmission", "fixed_retardation_ratio")
_HEMISPHERES = re.compile(r"hemispher|phoibos|\bhsa|scienta|\bR[34]000|\bDA30", re.IGNORECASE)
_SCHEMES = ("hemispherical", "cylindrical mirror", "tof", "double hemispherical", "retarding grid",
            "display mirror")  # fmt: skip
_TUBES = re.compile(r"\b(al|mg|ag|cr|ga|cu|ti|zr)\b", re.IGNORECASE)


def write_settings(group: h5py.Group, settings: Settings) -> None:
    """Every setting that is known, with its unit and who tells it."""
    for name, known in settings.items():
        if not known.values:
            continue
        if known.setting.is_number:
            made = write_array(group, name, np.array(known.values, float), known.setting.unit)
        else:
            made = group.create_dataset(name, data=known.words, dtype=h5py.string_dtype())
        made.attrs.update(long_name=known.setting.label, told_by=known.origin)


def write_xps_instrument(group: h5py.Group, settings: Settings, found: Placeholders) -> None:
    """Source, beam and analyser of NXxps."""
    _write_maker(group, settings)
    beam = make_group(group, "beam_probe", "NXbeam")
    energy = single_value(settings["photon_energy"])
    found.write_value(beam, "incident_energy", energy, np.nan).attrs["units"] = "eV"
    _write_source(group, settings)
    analyser = make_group(group, "electronanalyzer", "NXelectronanalyzer")
    work_function = single_value(settings["work_function"])
    found.write_value(analyser, "work_function", work_function, np.nan).attrs["units"] = "eV"
    column = make_group(analyser, "collectioncolumn", "NXcollectioncolumn")
    found.write_value(column, "scheme", None, "non-dispersive")
    _write_known(column, "lens_mode", settings["lens_mode"])
    _write_dispersion(analyser, settings, found)
    detector = make_group(analyser, "detector", "NXelectron_detector")
    counting = settings["point_time"]
    if single_value(counting) is not None:
        write_array(detector, "count_time", single_value(counting), "s")


def write_raman_instrument(group: h5py.Group, settings: Settings, found: Placeholders) -> None:
    """Laser, detector and geometry of NXraman."""
    _write_maker(group, settings)
    found.write_value(group, "scattering_configuration", _text(settings["geometry"]), NOT_TOLD)
    beam = make_group(group, "beam_incident", "NXbeam")
    laser = single_value(settings["laser"])
    found.write_value(beam, "wavelength", laser, np.nan).attrs["units"] = "nm"
    # what a file calls its laser line is the nominal one
    beam["parameter_reliability"] = "nominal"
    detector = make_group(group, "detector_spectrometer", "NXdetector")
    found.write_value(detector, "detector_channel_type", None, "multichannel")
    name = _text(settings["detector"])
    if name is not None:
        detector["description"] = name
    seconds = single_value(settings["spectrum_time"])
    if seconds is not None:
        write_array(detector, "count_time", seconds, "s")


def _write_dispersion(analyser: h5py.Group, settings: Settings, found: Placeholders) -> None:
    dispersion = make_group(analyser, "energydispersion", "NXenergydispersion")
    scheme = _find_scheme(_text(settings["analyser"]) or _text(settings["instrument"]) or "")
    found.write_value(dispersion, "scheme", scheme, _SCHEMES[0])
    mode = _text(settings["scan_mode"])
    if mode is None:
        field = found.write_value(dispersion, "energy_scan_mode", None, NOT_TOLD)
        field.attrs["custom"] = True
    else:
        is_fixed, is_ratio = _FIXED.fullmatch(mode), _RATIO.fullmatch(mode)
        known = _SCAN_MODES[0] if is_fixed else _SCAN_MODES[1] if is_ratio else mode
        write_choice(dispersion, "energy_scan_mode", known, _SCAN_MODES)
    _write_known(dispersion, "pass_energy", settings["pass_energy"])


def _write_source(group: h5py.Group, settings: Settings) -> None:
    """The source, where it is told; what kind it is only where its anode is."""
    name = _text(settings["source"])
    if name is None or not _TUBES.search(name):
        return
    source = make_group(group, "source_probe", "NXsource")
    source["type"] = "Fixed Tube X-ray"
    source["name"] = name
    source["probe"] = "x-ray"
    source["associated_beam"] = "../beam_probe"
    _write_known(source, "power", settings["source_power"])


def _write_maker(group: h5py.Group, settings: Settings) -> None:
    model = _text(settings["instrument"])
    if model is not None:
        make_group(group, "device_information", "NXfabrication")["model"] = model


def _find_scheme(analyser: str) -> str | None:
    told = [one for one in _SCHEMES if one in analyser.lower()]
    if told:
        return max(told, key=len)
    return _SCHEMES[0] if _HEMISPHERES.search(analyser) else None


def _write_known(group: h5py.Group, name: str, known: KnownSetting) -> None:
    value: SettingValue | None = single_value(known)
    if isinstance(value, str):
        group[name] = value
    elif value is not None:
        write_array(group, name, value, known.setting.unit)


def _text(known: KnownSetting) -> str | None:
    """The words of a setting; several where spectra differ."""
    return known.words or None
