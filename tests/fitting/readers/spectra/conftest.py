"""What the tests of readers share: VAMAS files made to order."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from fitting.data.errors import UnreadableFileError

BLOCK: Mapping[str, Any] = {
    "name": "S 2p",
    "sample": "pristine",
    "stamp": (2026, 3, 14, 9, 26, 53, 1),
    "comment": (),
    "technique": "XPS",
    "position": (0.0, 0.0),
    "variables": (),
    "photon_energy": 1486.6,
    "pass_energy": 20,
    "species": "S",
    "transition": "2p",
    "axis": ("kinetic energy", "eV", 1316.6, 0.1),
    "columns": (("counts", "d", (100, 110, 121, 133, 120)),),
    "dwell": 0.5,
    "scans": 4,
    "additional": (),
    "future": (),
}


@pytest.fixture
def vamas_text() -> Callable[..., bytes]:
    """A VAMAS file with the given blocks; what a block leaves out is as in ``BLOCK``."""

    def make(
        *blocks: Mapping[str, Any],
        mode: str = "NORM",
        scan_mode: str = "REGULAR",
        variables: Sequence[tuple[str, str]] = (),
        excluded: Sequence[int] = (),
        included: Sequence[int] = (),
        future_entries: Sequence[str] = (),
        announced: int | None = None,
        end: str = "\r\n",
    ) -> bytes:
        described = [{**BLOCK, **block} for block in blocks]
        future_lines = len(described[0]["future"]) if described else 0
        lines: list[Any] = [
            "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4",
            "an institute", "an instrument", "an operator", "an experiment",
            1, "made for a test", mode, scan_mode,
        ]  # fmt: skip
        lines += [1] if mode in ("MAP", "MAPDP", "NORM", "SDP") else []
        lines += [4, 2, 2] if mode in ("MAP", "MAPDP") else []
        lines += [len(variables), *(text for variable in variables for text in variable)]
        lines += [len(included) or -len(excluded), *(included or excluded)]
        lines += [0, len(future_entries), future_lines, *future_entries]
        lines.append(len(described) if announced is None else announced)
        for index, block in enumerate(described):
            parts = _parts(block, mode, scan_mode)
            left_out = set(excluded) | (set(range(1, 41)) - set(included or range(1, 41)))
            kept = range(1, 41) if index == 0 else sorted(set(range(1, 41)) - left_out)
            lines += [block["name"], block["sample"]]
            lines += [line for part in kept for line in parts[part]]
            lines += [*block["future"], *_ordinates(block)]
        lines.append("end of experiment")
        return end.join(str(line) for line in lines).encode("latin-1") + end.encode()

    return make


def _parts(block: Mapping[str, Any], mode: str, scan_mode: str) -> dict[int, list[Any]]:
    """The lines of the forty parts of a block."""
    is_profile = mode in ("MAPDP", "MAPSVDP", "SDP", "SDPSV")
    is_picture = mode in ("MAPSV", "MAPSVDP", "SEM")
    is_sims = block["technique"] in ("SIMS", "ISS", "SNMS")
    parts: dict[int, list[Any]] = {part: [0] for part in range(1, 41)}
    parts.update({part: [value] for part, value in enumerate(block["stamp"], start=1)})
    parts[8] = [len(block["comment"]), *block["comment"]]
    parts[9] = [block["technique"]]
    parts[10] = list(block["position"]) if mode in ("MAP", "MAPDP") else []
    parts[11] = list(block["variables"])
    parts[12] = ["Al"]
    parts[13] = [18, 1, 1] if is_profile or is_sims else []
    parts[14] = [block["photon_energy"]]
    parts[16] = [0, 0]
    parts[17] = [100, 100] if mode in ("MAP", "MAPDP") or is_picture else []
    parts[18] = [1, 1, 9, 1, 9, 9] if is_picture else []
    parts[21] = ["FAT"]
    parts[22] = [block["pass_energy"]]
    parts[23] = [1.5] if block["technique"] == "AES diff" else []
    parts[25] = [-4.5]
    parts[27] = parts[28] = parts[38] = [0, 0]
    parts[29] = [block["species"]]
    parts[30] = [block["transition"], -1]
    parts[31] = list(block["axis"]) if scan_mode == "REGULAR" else []
    parts[32] = [len(block["columns"])]
    parts[32] += [text for column in block["columns"] for text in column[:2]]
    parts[33] = ["pulse counting"]
    parts[34] = [block["dwell"]]
    parts[35] = [block["scans"]]
    is_beam = is_profile and block["technique"] in ("XPS", "UPS", "AES dir", "AES diff")
    parts[37] = [500, 1, 0, 0, 45, 0, "cyclic"] if is_beam else []
    parts[40] = [len(block["additional"])]
    parts[40] += [value for parameter in block["additional"] for value in parameter]
    return parts


def _ordinates(block: Mapping[str, Any]) -> list[Any]:
    columns = [column[2] for column in block["columns"]]
    extremes = [extreme for values in columns for extreme in (min(values), max(values))]
    rows = [value for row in zip(*columns, strict=True) for value in row]
    return [len(rows), *extremes, *rows]


@pytest.fixture(scope="session")
def reference(real_data: Callable[[str], Path]) -> Any:
    """Numbers read out of the real files by other means."""
    return json.loads(real_data("reference_values.json").read_text())


@pytest.fixture
def check_hostile(tmp_path: Path) -> Callable[..., None]:
    """Read a damaged file: a result, or an error that names the file; nothing else may come."""

    def check(read: Callable[[Path, Any], Any], name: str, content: str | bytes) -> None:
        try:
            assert read(tmp_path, content)
        except UnreadableFileError as error:
            message = str(error)
            assert message.startswith(name)

    return check


@pytest.fixture
def with_changes() -> Callable[..., Any]:
    """Text or bytes with some of its characters changed, as drawn."""

    def change(
        data: st.DataObject, content: str | bytes, *, most: int, first: int = 0
    ) -> str | bytes:
        changed = bytearray(content.encode("latin-1") if isinstance(content, str) else content)
        places = st.integers(first, len(changed) - 1)
        for place in data.draw(st.lists(places, min_size=1, max_size=most)):
            changed[place] = data.draw(st.integers(0, 255))
        return changed.decode("latin-1") if isinstance(content, str) else bytes(changed)

    return change
