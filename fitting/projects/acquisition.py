"""How the spectra of a project were measured: from the files, the spectra, or the user's word.

What the user states is kept with the project under the name of a setting, or of a technique or
region and a setting: ``pass_energy``, ``raman.instrument``, ``C 1s.pass_energy``. It goes before
what a file says, because only a file can hold another's template.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from fitting.data.acquisition import (
    SETTINGS,
    Setting,
    SettingValue,
    format_setting,
    settings_for,
)
from fitting.data.errors import ThioscopeError
from fitting.data.series import axis_of, get_column
from fitting.data.techniques import technique_of
from fitting.readers.acquisition import read_settings

STATED, FILES, SPECTRA = "stated by the user", "the files", "the spectra"
_ALIKE = 1e-4
"""Values of one column are one value within this part."""


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """What is known of one setting of a region."""

    setting: Setting
    values: tuple[SettingValue, ...]
    """Each once; several where spectra differ, none where nobody tells it."""
    origin: str
    """Who tells it; empty where nobody does."""
    in_files: tuple[SettingValue, ...]
    """What the files say, if the user says something else."""
    is_missing: bool
    """Whether a report asks for it, and nothing tells it."""

    @property
    def words(self) -> str:
        """The values with their unit."""
        return ", ".join(format_setting(self.setting, value) for value in self.values)


def find_settings(
    series: xr.Dataset, stated: Mapping[str, SettingValue]
) -> Mapping[str, KnownSetting]:
    """What is known of every setting of the technique of a series, by its name."""
    technique, region = technique_of(series).name, str(series.attrs["region"])
    by_file, by_spectrum = read_settings(series), _settings_of_spectra(series)
    found: dict[str, KnownSetting] = {}
    for one in settings_for(technique):
        values = _stated_values(one.name, region, technique, stated)
        origin, in_files = STATED, by_file.get(one.name, ())
        if not values:
            values, origin, in_files = in_files, FILES, ()
        if not values:
            values, origin = by_spectrum.get(one.name, ()), SPECTRA
        is_differing = bool(in_files) and in_files != values
        found[one.name] = KnownSetting(
            one, values, origin if values else "", in_files if is_differing else (), False
        )
    known = {name for name, one in found.items() if one.values}
    return {
        name: KnownSetting(
            one.setting,
            one.values,
            one.origin,
            one.in_files,
            one.setting.is_asked and not {name, one.setting.told_by} & known,
        )
        for name, one in found.items()
    }


def read_statements(texts: Sequence[str]) -> dict[str, SettingValue]:
    """Statements from a command line: ``KEY=VALUE``, or the name of a file of them (TOML).

    Raises
    ------
    ThioscopeError
        If one is of no setting, is no number where one is asked for, or the file cannot be read.
    """
    found: dict[str, SettingValue] = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if sign:
            found.update(_check_statement(key.strip(), value.strip(), text))
        else:
            found.update(_read_file(Path(text)))
    return found


def check_statements(plain: Mapping[str, object], where: str) -> dict[str, SettingValue]:
    """Statements as they are kept, such as in a project file; unknown settings are kept too.

    Raises
    ------
    ThioscopeError
        If one is neither a number nor a text.
    """
    found: dict[str, SettingValue] = {}
    for key, value in plain.items():
        if not isinstance(value, int | float | str) or isinstance(value, bool):
            raise ThioscopeError(f"{where}: {key} is neither a number nor a text.")
        found[str(key)] = value if isinstance(value, str) else float(value)
    return found


def _stated_values(
    name: str, region: str, technique: str, stated: Mapping[str, SettingValue]
) -> tuple[SettingValue, ...]:
    for key in (f"{region}.{name}", f"{technique}.{name}", name):
        if key in stated:
            return (stated[key],)
    return ()


def _settings_of_spectra(series: xr.Dataset) -> dict[str, tuple[SettingValue, ...]]:
    """What the numbers themselves tell."""
    steps = np.diff(series[axis_of(series)].values)
    is_even = bool(np.ptp(steps) <= 0.02 * np.median(steps))
    return {
        "step": (_round(float(np.median(steps))),) if is_even else (),
        "point_time": _distinct_numbers(series, "seconds_per_point"),
        "spectrum_time": _distinct_numbers(series, "exposure"),
    }


def _distinct_numbers(series: xr.Dataset, column: str) -> tuple[float, ...]:
    values = get_column(series, column).astype(float)
    distinct: list[float] = []
    for value in np.sort(values[np.isfinite(values) & (values > 0)]):
        if not distinct or value > distinct[-1] * (1 + _ALIKE):
            distinct.append(_round(float(value)))
    return tuple(distinct)


def _round(number: float) -> float:
    return float(f"{number:.4g}")


def _read_file(path: Path) -> dict[str, SettingValue]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ThioscopeError(
            f"{path}: cannot be read ({error.strerror or error}). Write a setting as KEY=VALUE, or "
            "name a file of them."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThioscopeError(
            f"{path.name}: not TOML ({error}). Write lines such as pass_energy = 20 or "
            'source = "Al Kα".'
        ) from error
    found: dict[str, SettingValue] = {}
    for key, value in _flatten(content):
        found.update(_check_statement(key, str(value), path.name))
    return found


def _flatten(content: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Tables such as ``[raman]`` become the first word of a key."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _check_statement(key: str, text: str, where: str) -> dict[str, SettingValue]:
    name = key.rpartition(".")[2]
    setting = SETTINGS.get(name)
    if setting is None:
        raise ThioscopeError(
            f"{where}: there is no setting {name!r}. There are: {', '.join(SETTINGS)}."
        )
    if not text:
        raise ThioscopeError(f"{where}: nothing is stated for {key}. Write {key}=VALUE.")
    if not setting.is_number:
        return {key: text}
    number = _read_number(text, setting.unit)
    if number is None:
        unit = f" in {setting.unit}" if setting.unit else ""
        raise ThioscopeError(f"{where}: {key} is a number{unit}, such as {key}=20.")
    return {key: number}


def _read_number(text: str, unit: str) -> float | None:
    """A positive number; its own unit may follow it, and no other."""
    try:
        number = float(text.removesuffix(unit).strip().replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) and number > 0 else None
