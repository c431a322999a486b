"""What a definition asks for and nothing tells: a value that keeps the file valid, marked as such.

NXxps and NXraman cannot be met without some facts that many files do not hold. A number is nan, a
text is "not told"; where only the words of a list are allowed, the usual one stands there. The
group ``placeholders`` of the entry lists them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import h5py
import numpy as np

from fitting.data.acquisition import SettingValue
from fitting.data.series import get_column
from fitting.data.techniques import technique_of
from fitting.output.nexus.groups import make_group
from fitting.projects.acquisition import KnownSetting, find_settings
from fitting.projects.project import Project

NOT_TOLD = "not told"
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "xps": ("photon_energy", "work_function", "scan_mode", "analyser"),
    "raman": ("laser", "geometry"),
}
"""Settings of which a file without placeholders needs to know one value."""


@dataclass(slots=True)
class Placeholders:
    """Those of one entry, gathered while it is written."""

    paths: list[str] = field(default_factory=list)

    def write_value(
        self, group: h5py.Group, name: str, value: SettingValue | None, otherwise: SettingValue
    ) -> h5py.Dataset:
        """The value; where there is none, the other one, which is noted."""
        group[name] = otherwise if value is None else value
        if value is None:
            self.paths.append(group[name].name)
        return group[name]


def write_placeholder_list(entry: h5py.Group, found: Placeholders) -> None:
    """The paths of all placeholders of an entry, where it has any."""
    if found.paths:
        note = make_group(entry, "placeholders", "NXcollection")
        note["description"] = (
            "The definition asks for these fields and neither the files nor the user told them. "
            "They are nan, 'not told', or the usual word of a list, and no statement about the "
            "measurement."
        )
        note.create_dataset("paths", data=found.paths, dtype=h5py.string_dtype())


def single_value(known: KnownSetting) -> SettingValue | None:
    """The value of a setting, where all spectra have the same."""
    return known.values[0] if len(known.values) == 1 else None


def describe_placeholders(project: Project) -> Sequence[str]:
    """What is not told of the measurement and NeXus asks for, a sentence for a region."""
    sentences = []
    for region, analysis in project.analyses.items():
        known = find_settings(analysis.series, project.acquisition)
        names = _NEEDED[technique_of(analysis.series).name]
        missing = [name for name in names if single_value(known[name]) is None]
        started = get_column(analysis.series, "started").astype(float)
        when = [] if np.isfinite(started).any() else ["the time it was begun"]
        words = [known[name].setting.label.lower() for name in missing] + when
        if words:
            told = f" (--acquisition {missing[0]}=VALUE)" if missing else ""
            sentences.append(
                f"NeXus, {region}: {', '.join(words)} {'is' if len(words) == 1 else 'are'} not "
                f"told, and are listed as placeholders in the file; tell them{told}."
            )
    return sentences
