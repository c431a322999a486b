"""An attached record as a dataset of a project file, and back."""

import json
from dataclasses import asdict
from typing import Any, get_args

import numpy as np
import xarray as xr

from fitting.data.json_fields import from_json
from fitting.data.voltage_scale import VoltageScale
from fitting.electrochemistry.attached_record import AttachedRecord
from fitting.electrochemistry.potential_by_time import Clock
from fitting.readers.records.dates import DateOrder
from fitting.readers.records.record import PotentialRecord

_COLUMNS = {
    "time": "s",
    "voltage": "V",
    "current": "A",
    "cycle": "1",
    "step": "1",
    "capacity": "A h",
}
_ROW = "row"


def dataset_of_record(attached: AttachedRecord) -> xr.Dataset:
    """Rows as variables with their units, all else as JSON in the attributes."""
    record = attached.record
    columns = {name: getattr(record, name) for name in _COLUMNS}
    if record.other_time is not None:
        columns["other_time"] = record.other_time
    return xr.Dataset(
        {
            name: (_ROW, values, {"units": _COLUMNS.get(name, "s")})
            for name, values in columns.items()
        },
        attrs={
            "file": record.file,
            "record_format": record.format,
            "has_clock": int(record.has_clock),
            "scale": json.dumps(asdict(record.scale)),
            "warnings": json.dumps(list(record.warnings)),
            "clock": json.dumps(asdict(attached.clock)),
            "date_order": record.date_order or "",
            "utc_ahead": record.utc_ahead,
        },
    )


def record_of_dataset(stored: xr.Dataset, where: str) -> AttachedRecord:
    """The attached record; ``where`` begins every message about a field that is wrong."""
    columns: dict[str, Any] = {
        name: np.asarray(stored[name].values, dtype=float)
        for name in (*_COLUMNS, "other_time")
        if name in _COLUMNS or name in stored
    }
    order = str(stored.attrs.get("date_order", ""))
    record = PotentialRecord(
        file=str(stored.attrs["file"]),
        format=str(stored.attrs["record_format"]),
        has_clock=bool(stored.attrs["has_clock"]),
        scale=from_json(VoltageScale, json.loads(stored.attrs["scale"]), f"{where}: scale"),
        warnings=tuple(json.loads(stored.attrs["warnings"])),
        date_order=next((known for known in get_args(DateOrder) if known == order), None),
        utc_ahead=float(stored.attrs.get("utc_ahead", np.nan)),
        **columns,
    )
    clock = from_json(Clock, json.loads(stored.attrs["clock"]), f"{where}: clock")
    return AttachedRecord(record, clock)
