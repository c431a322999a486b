"""Modules of a Bio-Logic file: ``MODULE``, names, length, version and date, then the content.

The head has 57 bytes: ``MODULE``, short name (10), long name (25), all filled up with blanks, then
length (u4), version (u4) and date (8). Since EC-Lab 11.50 it has 65: the length is 0xFFFFFFFF, then
come length, version (0) and a second version (u4 each).
"""

import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fitting.data.errors import UnreadableFileError
from fitting.readers.budget import Meter

MAGIC = b"BIO-LOGIC MODULAR FILE"
_FIRST = 52
"""Byte at which the first module begins."""
_MARK = b"MODULE"
_SHORT, _LONG = struct.Struct("<6s10s25sII8s"), struct.Struct("<6s10s25sIIII8s")
_IS_LONG = 0xFFFFFFFF
_DATES = ("%m/%d/%y", "%m-%d-%y", "%m.%d.%y")


@dataclass(frozen=True, slots=True)
class MprModule:
    """One module."""

    name: str
    """Its short name, such as "VMP data"."""
    version: int
    is_long: bool
    """Whether its head is that of EC-Lab 11.50 and later."""
    date: date | None
    content: bytes


def find_modules(data: bytes, meter: Meter) -> dict[str, MprModule]:
    """The modules of a file by name; of several with one name the first.

    Raises
    ------
    UnreadableFileError
        If the file is cut off, or something else stands where a module should begin.
    """
    modules: dict[str, MprModule] = {}
    place = _FIRST
    while place < len(data):
        meter.take_part()
        module, place = _read_module(data, place, meter.name)
        modules.setdefault(module.name, module)
    return modules


def damaged_error(name: str, what: str) -> UnreadableFileError:
    """The error that says what does not hold of an .mpr, and what to do."""
    return UnreadableFileError(
        f"{name}: the Bio-Logic record {what}. Copy it from the measuring computer again, or "
        "export it as text (.mpt) from EC-Lab."
    )


def _read_module(data: bytes, place: int, name: str) -> tuple[MprModule, int]:
    """The module at a byte, and the byte after it."""
    if not data.startswith(_MARK, place):
        raise damaged_error(name, f"is damaged at byte {place}, where a module should begin")
    if len(data) < place + _LONG.size:
        raise damaged_error(name, "is cut off in the head of a module")
    _, short_name, _, length, version, dated = _SHORT.unpack_from(data, place)
    head = _SHORT.size
    is_long = length == _IS_LONG
    if is_long:
        _, short_name, _, _, length, _, version, dated = _LONG.unpack_from(data, place)
        head = _LONG.size
    end = place + head + length
    words = short_name.decode("latin-1").strip()
    if end > len(data):
        raise damaged_error(
            name, f"is cut off: {words!r} should reach to byte {end}, the file has {len(data)}"
        )
    found = MprModule(words, version, is_long, _parse_date(dated), data[place + head : end])
    return found, end


def _parse_date(text: bytes) -> date | None:
    """The date of a module, month first; ``None`` if it is none."""
    for form in _DATES:
        try:
            return datetime.strptime(text.decode("latin-1"), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
