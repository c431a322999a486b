"""Files that are known but not read as spectra, each with the sentence that says what to do."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from fitting.readers.spectra.text import decode_text


@dataclass(frozen=True, slots=True)
class ForeignFormat:
    """A format that is recognised only to say what to do instead."""

    recognise: Callable[[bytes], bool]
    advice: str
    """The sentence that follows the file's name."""


def advice_for(head: bytes) -> str | None:
    """What to do with a file that begins like this, or ``None`` if it is not known here."""
    for foreign in FOREIGN:
        if foreign.recognise(head):
            return foreign.advice
    return None


def _make_start_test(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _make_text_test(pattern: str) -> Callable[[bytes], bool]:
    """Whether the first 8000 characters of a text match the pattern, line by line."""
    compiled = re.compile(pattern, re.IGNORECASE | re.MULTILINE)

    def recognise(head: bytes) -> bool:
        text = decode_text(head)
        return text is not None and compiled.search(text[:8000]) is not None

    return recognise


def _is_archive_but_no_workbook(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and b"xl/" not in head


def _is_winspec(head: bytes) -> bool:
    return len(head) > 4100 and head[4098:4100] == b"\x55\x55"


_RECORD = (
    "a potentiostat record, not a spectrum. Give it with --voltage, so that it puts its "
    "potentials onto spectra."
)
_IMPEDANCE = "an impedance spectrum, not one of XPS or Raman. Open or fit it beside them."

FOREIGN = (
    ForeignFormat(
        _make_start_test(b"WIT_PR", b"WIT_DA", b"WIT^"),
        "a WITec project (.wip). Export the spectra from WITec Project as Table or ASCII, with the "
        "axis in rel. 1/cm (or in nm, and give the laser line with --laser NM).",
    ),
    ForeignFormat(
        _make_start_test(b"SQLite format 3\x00"),
        "an experiment of SPECS Prodigy (.sle) or another SQLite database. Export the spectra from "
        "Prodigy as XY, with binding energies, counts per second, every scan and its date; or as "
        "XML or VAMAS.",
    ),
    ForeignFormat(
        _make_start_test(b"LabSpec"),
        "a LabSpec file of Horiba. Save the spectra as text (.txt) from LabSpec.",
    ),
    ForeignFormat(
        _make_start_test(b"BIO-LOGIC MODULAR FILE"),
        "a Bio-Logic record (.mpr), not a spectrum. Give it with --voltage, or export it as text "
        "(.mpt) from EC-Lab and give that.",
    ),
    ForeignFormat(
        _make_start_test(b"NEWARE"),
        "a Neware record (.nda), not a spectrum. Give it with --voltage, or export it as csv from "
        "BTSDA and give that.",
    ),
    ForeignFormat(
        _make_start_test(b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB"),
        "an Arbin record or another Access database, not a spectrum. Give it with --voltage, or "
        "export it as csv and give that.",
    ),
    ForeignFormat(
        _is_archive_but_no_workbook,
        "a Neware .ndax or another zip archive. Unpack it, or export what is in it as text.",
    ),
    ForeignFormat(
        _make_start_test(b"CDF\x01", b"CDF\x02"),
        "a netCDF file of the classic kind. Write it as netCDF 4: to_netcdf(..., "
        'engine="h5netcdf").',
    ),
    ForeignFormat(
        _make_start_test(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8"),
        "a picture or document, not a spectrum. Export the numbers as text.",
    ),
    ForeignFormat(
        _is_winspec,
        "a Princeton Instruments file (.spe). Export the spectra as ASCII from WinSpec or "
        "LightField.",
    ),
    ForeignFormat(
        _make_text_test(r"^ZPLOT2 ASCII|^TAG\s+(EISPOT|EISGALV|ZCURVE)|\bfreq/Hz\t(.*\t)?Re\(Z\)"),
        _IMPEDANCE,
    ),
    ForeignFormat(
        _make_text_test(
            r"^EC-Lab ASCII FILE|^EXPLAIN\nTAG|^Rec#?\tCyc(?:#|le)|^,?#END RESULTS CHECK"
            r"|^Request Year:|^DataPoint,Cycle Index|^Cycle Index,.*\n,Step Index"
            r"|^Test_ID,Test_Time|^Test Time / s|^Data_?Point,Test_?Time"
        ),
        _RECORD,
    ),
)
