"""The depth of a profile as it is written: sputter time, cycle, or a length."""

import xarray as xr

_TIMES = ("s", "sec", "seconds", "min", "minutes", "h")
_COUNTS = ("cycle", "cycles", "level", "levels")


def depth_unit(series: xr.Dataset) -> str:
    """Unit of the coordinate ``depth``; empty where the file does not say it."""
    if "depth" not in series.coords:
        return ""
    return str(series["depth"].attrs.get("units", "")).strip()


def depth_label(series: xr.Dataset) -> str:
    """Name and unit of the depth on an axis, such as "Sputter time (s)"."""
    unit = depth_unit(series)
    if unit.lower() in _TIMES:
        return f"Sputter time ({unit})"
    if unit.lower() in _COUNTS:
        return f"Sputter {unit.lower().removesuffix('s')}"
    return f"Depth ({unit})" if unit else "Depth"
