"""What files gave before anything is done with it: series, notes, and what could not be read."""

from dataclasses import dataclass

import xarray as xr

from fitting.projects.unread import Unread


@dataclass(frozen=True, slots=True)
class Reading:
    """What files gave: series, notes about them, and what could not be read."""

    series: tuple[xr.Dataset, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    impedance: tuple[xr.Dataset, ...] = ()
    """Impedance series, one of each file that holds some."""
    gone: tuple[str, ...] = ()
    """Files that were read before and are no longer there: one with other name and the same bytes
    is one of them that was renamed."""

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(
            self.series + other.series,
            self.unread + other.unread,
            self.notes + other.notes,
            self.impedance + other.impedance,
            self.gone + other.gone,
        )
