"""The smallest file of every format that is read, made after its layout.

``samples()`` gives file names and contents for each module that reads one of ``SPECTRUM_FORMATS``.
"""

import io
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import h5py
import numpy as np
import openpyxl

POINTS = 24
ENERGY = 168.0 - 0.25 * np.arange(POINTS)
"""Binding energies (eV), falling as instruments measure them."""
SHIFT = 400.0 + 2.0 * np.arange(POINTS)
"""Raman shifts (1/cm)."""
COUNTS = np.random.default_rng(11).poisson(
    200 + 900 * np.exp(-(((np.arange(POINTS) - 12) / 4.0) ** 2))
)
_TEXTS = Path(__file__).parent / "samples"
_SECTOR = 512


def samples() -> Mapping[str, Mapping[str, bytes]]:
    """Files by the name of the module that reads them."""
    return {
        "vamas": {"S2p.vms": vamas()},
        "renishaw_wdf": {"map.wdf": wdf()},
        "hdf5_series": {"scans.nxs": nexus(), "series.h5": netcdf()},
        "phi_binary": {"depth.pro": phi()},
        "opus": {"raman.0": opus()},
        "omnic": {"one.spa": spa(), "group.spg": spg(), "series.srs": srs()},
        "andor_sif": {"frames.sif": sif()},
        "ole_file": {"S2p Scan.vgd": vgd(), "old.xls": xls()},
        "specs_xml": {"specs.xml": specs_xml()},
        "labspec_xml": {"map.xml": labspec_xml()},
        "workbook": {"avantage.xlsx": xlsx()},
        "jcamp_dx": {"affn.jdx": jcamp(), "dif.jdx": jcamp_compressed()},
        "wire_text": {"wire_series.txt": _text("wire_series.txt")},
        "casaxps_text": {"rows.csv": casaxps_rows()},
        "specs_xy": {"specs.xy": specs_xy()},
        "scienta_text": {"scienta.txt": scienta()},
        "multipak_text": {"multipak.txt": multipak()},
        "labspec": {"map.txt": _text("labspec_map.txt"), "series.txt": _text("labspec_series.txt")},
        "bwtek_text": {"bwtek.txt": _text("bwtek.txt")},
        "columns": {"pristine_S2p.csv": _text("pristine_S2p.csv")},
        "igor_text": {"scaled.itx": itx(), "columns.itx": itx(is_scaled=False)},
        "igor_wave": {"wave.ibw": igor()},
        "galactic_spc": {"z.spc": spc(), "ints.spc": spc(exponent=20)},
    }


def _text(name: str) -> bytes:
    return (_TEXTS / name).read_bytes()


def vamas() -> bytes:
    lines: list[object] = [
        "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4",
        "institute", "instrument", "operator", "experiment", 1, "made", "NORM", "REGULAR", 1, 0, 0,
        0, 0, 0, 1,
        "S 2p", "pristine", 2026, 3, 14, 9, 26, 53, 1, 1, "Calib M = 281.1 A = 284.8 BE ADD",
        "XPS", "Al", 1486.6, 0, 0, 0, 0, 0, "FAT", 20, 0, 4.5, 0, 0, 0, 0, 0, "S", "2p", -1,
        "kinetic energy", "eV", 1486.6 - ENERGY[0], 0.25, 1, "counts", "d", "pulse counting",
        0.5, 4, 0, 0, 0, 0, 0, POINTS, COUNTS.min(), COUNTS.max(), *COUNTS, "end of experiment",
    ]  # fmt: skip
    return "\r\n".join(str(line) for line in lines).encode()


def wdf() -> bytes:
    spectra = np.array([COUNTS, COUNTS + 10], "<f4")
    header = bytearray(512)
    struct.pack_into("<4sIQ", header, 0, b"WDF1", 1, 512)
    struct.pack_into("<IQQI", header, 60, POINTS, 2, 2, 1)
    struct.pack_into("<II", header, 84, 1, POINTS)
    start = round((1_700_000_000 + 11_644_473_600) * 1e7)
    struct.pack_into("<IIQQIf", header, 128, 1, 2, start, start, 6, 18797.0)
    axis = struct.pack("<II", 1, 1) + SHIFT[::-1].astype("<f4").tobytes()
    stamps = np.array([start + 3 * 10**7, start + 9 * 10**7], "<u8").tobytes()
    origins = struct.pack("<III16s", 1, 0x8000000B, 24, b"Time") + stamps
    parts = ((b"DATA", spectra.tobytes()), (b"XLST", axis), (b"ORGN", origins))
    blocks = (struct.pack("<4sIQ", name, 0, 16 + len(body)) + body for name, body in parts)
    return bytes(header) + b"".join(blocks)


def nexus() -> bytes:
    """Two scans as pynxtools keeps them, and a Raman entry."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        entry = file.create_group("cell__S2p")
        entry.attrs.update(NX_class="NXentry", default="data")
        entry["definition"] = "NXxps"
        entry["start_time"] = "2026-03-14T09:26:53+01:00"
        entry["sample/name"] = "pristine"
        entry["instrument/beam_xray/incident_energy"] = 1486.6
        entry["instrument/electronanalyser/detector/count_time"] = 0.5
        data = entry.create_group("data")
        data.attrs.update(NX_class="NXdata", signal="data", axes=["energy"])
        for name, values in (("data", COUNTS), ("cycle0_scan0", COUNTS), ("cycle0_scan1", COUNTS)):
            data[name] = values
            data[name].attrs["units"] = "counts"
        data["energy"] = 1486.6 - ENERGY
        data["energy"].attrs.update(type="kinetic", units="eV")
        raman = file.create_group("raman")
        raman.attrs.update(NX_class="NXentry", default="data")
        spectrum = raman.create_group("data")
        spectrum.attrs.update(NX_class="NXdata", signal="y_values", axes="x_values_raman")
        spectrum["y_values"] = COUNTS
        spectrum["x_values_raman"] = SHIFT
        spectrum["x_values_raman"].attrs["units"] = "1/cm"
    return content.getvalue()


def netcdf() -> bytes:
    """A series of another program in the dimensions of ours."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file["energy"] = ENERGY
        file["energy"].make_scale("energy")
        for name, values in (("intensity", COUNTS), ("sigma", np.sqrt(COUNTS))):
            file[name] = values[None, :].astype(float)
            file[name].dims[1].attach_scale(file["energy"])
        file["spectrum"] = [0]
        file["spectrum"].make_scale("spectrum")
        for name in ("intensity", "sigma"):
            file[name].dims[0].attach_scale(file["spectrum"])
        file.attrs.update(region="S 2p", unit="counts")
    return content.getvalue()


def sif() -> bytes:
    """Two frames, calibrated in nm for a laser of 532 nm."""
    wavelength = 1 / (1 / 532.0 - SHIFT / 1e7)
    step = float(np.mean(np.diff(wavelength)))
    header = (
        "Andor Technology Multi-Channel File\n65538 1\n"
        "65567 0 0 1 1700000000 -60 \0 \0 \0 \2 \0 0 1.5 2 2 2 \0 4 1e-06 0 1 0 \nCAMERA\n"
        f"{wavelength[0] - step} {step} 0 0\n0 1 0 0\n0 1 0 0\n532\n26\n26\n1\n10\nWavelength6\n"
        f"Counts12\nPixel number65541 1 256 {POINTS} 1 2 1 {2 * POINTS} {POINTS}\n"
        f"65538 1 256 {POINTS} 1 256 1 0\n         0\n         0\n0\n"
    )
    return header.encode() + np.array([COUNTS, COUNTS], "<f4").tobytes()


def phi() -> bytes:
    header = (
        "SOFH\r\nPlatform: PC\r\nTechnique: XPS\r\nFileType: DEPTHPRO\r\n"
        f"SpectralRegDef: 1 1 S2p 16 {POINTS} -0.25 {ENERGY[0]} {ENERGY[-1]} 1 0 0.5 55.0 AREA\r\n"
        "EOFH\r\n"
    )
    cycles = np.array([COUNTS, COUNTS], "<f4") / 0.5
    times = np.array([[0.0, 30.0]], "<f4")
    first = 16 + 2 * 96
    second = first + cycles.nbytes
    heads = struct.pack("<4I", 1, 2, 192, 16)
    heads += _phi_block(1, 1, cycles.shape, "c/s", (cycles.nbytes, first))
    heads += _phi_block(0, 8, times.shape, "s", (times.nbytes, second))
    return header.encode() + heads + cycles.tobytes() + times.tobytes()


def _phi_block(
    region: int, kind: int, shape: tuple[int, ...], unit: str, place: tuple[int, int]
) -> bytes:
    head = bytearray(96)
    struct.pack_into("<7I", head, 0, 1, 1, 1, region, kind, shape[1], shape[0])
    struct.pack_into("<16s4s2I", head, 56, unit.encode(), b"f4", *place)
    return bytes(head)


def opus() -> bytes:
    status = b"".join(
        (
            struct.pack("<3sxHHi", b"NPT", 0, 2, POINTS),
            struct.pack("<3sxHHd", b"FXV", 1, 4, SHIFT[0]),
            struct.pack("<3sxHHd", b"LXV", 1, 4, SHIFT[-1]),
            struct.pack("<3sxHHd", b"CSF", 1, 4, 2.0),
            struct.pack("<3sxHH4s", b"DXU", 3, 2, b"RSH"),
            struct.pack("<3sxHH12s", b"DAT", 2, 6, b"14/03/2026"),
            struct.pack("<3sxHH12s", b"TIM", 2, 6, b"09:26:53"),
            b"END\0" + bytes(4),
        )
    )
    data = (COUNTS / 2.0).astype("<f4").tobytes()
    first = 24 + 2 * 12
    directory = struct.pack("<3I", 0x280F, len(data) // 4, first)
    directory += struct.pack("<3I", 0x281F, len(status) // 4, first + len(data))
    return b"\x0a\x0a\xfe\xfe" + struct.pack("<d3I", 1.0, 24, 40, 2) + directory + data + status


def _omnic_header(size: int, first: float, last: float) -> bytearray:
    header = bytearray(size)
    struct.pack_into("<II", header, 4, POINTS, 32)
    header[12] = 0x1F
    struct.pack_into("<2f", header, 16, first, last)
    struct.pack_into("<I", header, 68, 1200)
    struct.pack_into("<f", header, 96, 18796.99)
    return header


def _omnic_file(first_line: bytes, blocks: Sequence[tuple[int, bytes]]) -> bytes:
    content = bytearray(304 + 16 * (len(blocks) + 1))
    content[: len(first_line)] = first_line
    content[30:34] = b"LPSC"
    struct.pack_into("<HI", content, 294, len(blocks), 3_900_000_000)
    for index, (kind, block) in enumerate(blocks):
        place = 304 + 16 * index
        struct.pack_into("<BBII", content, place, kind, 0, len(content), len(block))
        content += block
    return bytes(content)


def spa() -> bytes:
    header = bytes(_omnic_header(140, SHIFT[-1], SHIFT[0]))
    return _omnic_file(
        b"Spectral Data File\r\n", [(2, header), (3, COUNTS[::-1].astype("<f4").tobytes())]
    )


def spg(spectra: int = 3) -> bytes:
    blocks = []
    for index in range(spectra):
        title = f"spectrum {index + 1}".encode().ljust(256, b"\0")
        header = bytes(_omnic_header(140, SHIFT[-1], SHIFT[0]))
        numbers = (COUNTS[::-1] + index).astype("<f4").tobytes()
        stamp = struct.pack("<II", 3_900_000_000 + 60 * index, 0)
        blocks += [(2, header), (107, title + stamp), (3, numbers)]
    return _omnic_file(b"Spectral Data File\r\n", blocks)


def srs(spectra: int = 3) -> bytes:
    header = _omnic_header(1200, SHIFT[-1], SHIFT[0])
    struct.pack_into("<3f", header, 1002, 0.25, 0.25 + 0.5 * (spectra - 1), 0.5)
    struct.pack_into("<I", header, 1026, spectra)
    struct.pack_into("<I", header, 836, 3_900_000_000)
    content = _omnic_file(b"Spectral Exte File\r\n", [(2, bytes(header))])
    content += b"\x02\x00\x00\x00\x18".ljust(60, b"\0")
    for index in range(spectra):
        name = f"Linked spectrum at {0.25 + 0.5 * index:.3f} min.".encode().ljust(84, b"\0")
        numbers = (COUNTS + index).astype("<f4").tobytes()
        content += name + numbers + struct.pack("<4I", 16, 1500 + 3000 * (index + 1), 0, 0)
    return content


def itx(*, is_scaled: bool = True) -> bytes:
    if not is_scaled:
        rows = "\n".join(f"  {e:g}\t{c}" for e, c in zip(ENERGY, COUNTS, strict=True))
        return f"IGOR\nWAVES/D\tBinding_Energy_eV\t'S2p counts'\nBEGIN\n{rows}\nEND\n".encode()
    rows = "\n".join(str(count) for count in COUNTS)
    return (
        "IGOR\nX //Created by: SpecsLab Prodigy\nX //Excitation Energy = 1486.6\n"
        f"WAVES/S/N=({POINTS},1) 'S2p'\nBEGIN\n{rows}\nEND\n"
        f'X SetScale/I x, {1486.6 - ENERGY[0]}, {1486.6 - ENERGY[-1]}, "eV (Kinetic Energy)", '
        "'S2p'\nX SetScale/I d, 0, 0, \"cps (Intensity)\", 'S2p'\n"
    ).encode()


def igor() -> bytes:
    wave = bytearray(384)
    struct.pack_into("<H", wave, 0, 5)
    struct.pack_into("<ih", wave, 64 + 12, POINTS, 2)
    struct.pack_into("<4i", wave, 64 + 68, POINTS, 0, 0, 0)
    struct.pack_into("<d", wave, 64 + 84, -0.25)
    struct.pack_into("<d", wave, 64 + 116, ENERGY[0])
    note = (
        "[SES]\rRegion Name=S2p\rPass Energy=50\rExcitation Energy=650\rSample=cell\r"
        "Date=2026-03-14\rTime=09:26:53\rTime per Spectrum Channel=2\r"
        "DetectorMode=Pulse Counting\r[Run Mode Information]Counts [a.u.]Binding Energy [eV]"
    )
    return bytes(wave) + COUNTS.astype("<f4").tobytes() + note.encode()


def spc(exponent: int = -128) -> bytes:
    """Two spectra at times 0 and 60 s: float32, or whole numbers with an exponent."""
    head = bytearray(512)
    struct.pack_into(
        "<BBBbIddIBBBB", head, 0, 4, 0x4B, 11, exponent, POINTS, SHIFT[0], SHIFT[-1], 2, 13, 4, 4, 0
    )
    struct.pack_into("<I", head, 32, 2026 << 20 | 3 << 16 | 14 << 11 | 9 << 6 | 26)
    data = bytes(head)
    for time in (0.0, 60.0):
        data += struct.pack("<BbHfffIIf4x", 0, exponent, 0, time, 0, 0, 0, 0, 0)
        values = COUNTS if exponent == -128 else np.round(COUNTS * 2.0 ** (32 - exponent))
        data += values.astype("<f4" if exponent == -128 else "<i4").tobytes()
    log = b"EXCIT_LINE = 532.2\r\nTIME = 1\r\n"
    place = len(data)
    data += struct.pack("<III52x", len(log), 64, 64) + log
    return data[:248] + struct.pack("<I", place) + data[252:]


def jcamp() -> bytes:
    rows = (
        f"{SHIFT[start]:g} " + " ".join(map(str, COUNTS[start : start + 6]))
        for start in range(0, POINTS, 6)
    )
    return _jcamp("\n".join(rows))


def jcamp_compressed() -> bytes:
    """SQZ first ordinates, then DIF, with the check ordinate that begins the next line."""
    lines, width = [], 8
    for start in range(0, POINTS, width):
        first = max(start - 1, 0)
        values = COUNTS[first : start + width]
        digits = "".join(_difference(int(step)) for step in np.diff(values))
        lines.append(f"{SHIFT[first]:g}{_squeezed(int(values[0]))}{digits}")
    return _jcamp("\n".join(lines))


def _squeezed(value: int) -> str:
    text = str(abs(value))
    return ("@ABCDEFGHI" if value >= 0 else "@abcdefghi")[int(text[0])] + text[1:]


def _difference(value: int) -> str:
    text = str(abs(value))
    return ("%JKLMNOPQR" if value >= 0 else "%jklmnopqr")[int(text[0])] + text[1:]


def _jcamp(rows: str) -> bytes:
    return (
        "##TITLE=LPSC\n##JCAMP-DX=4.24 $$ made for a test\n##DATA TYPE=RAMAN SPECTRUM\n"
        "##XUNITS=1/CM\n##YUNITS=COUNTS\n##XFACTOR=1\n##YFACTOR=1\n"
        f"##FIRSTX={SHIFT[0]:g}\n##LASTX={SHIFT[-1]:g}\n##NPOINTS={POINTS}\n"
        f"##XYDATA=(X++(Y..Y))\n{rows}\n##END=\n"
    ).encode()


def labspec_xml() -> bytes:
    def axis(index: int, name: str, unit: str, values: Sequence[float] = ()) -> str:
        numbers = " ".join(f"{value:g}" for value in values)
        held = f'<LSX Format="6" ID="0x7D6CD4DB" Size="{len(values)}">{numbers}</LSX>'
        return (
            f'<LSX Format="9" ID="0x{index}" Size="3">{held if len(values) else ""}'
            f'<LSX Format="7" ID="0x6D706974">x</LSX>'
            f'<LSX Format="7" ID="0x6D707974">{name}</LSX>'
            f'<LSX Format="7" ID="0x7C696E75">{unit}</LSX></LSX>'
        )

    axes = axis(0, "Intens", "Cnt") + axis(1, "Spectr", "1/cm", SHIFT.tolist())
    axes += axis(2, "X", "µm", [0, 1])
    stated = (("Acq. time (s)", "3"), ("Accumulations", "2"), ("Acquired", "14.03.2026 09:26:53"))
    header = "".join(
        f'<LSX ID="0x1"><LSX ID="0x7D6C61DB">{value}</LSX><LSX ID="0x6D6D616E">{name}</LSX></LSX>'
        for name, value in stated
    )
    row = " ".join(map(str, COUNTS))
    rows = "".join(f'<LSX_Row Index="{index}">{row}</LSX_Row>' for index in (0, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<LSX_Data><LSX_Tree>'
        f'<LSX ID="0x7A74D9D6"><LSX ID="0x7B697861">{axes}</LSX></LSX>{header}</LSX_Tree>'
        f"<LSX_Matrix>{rows}</LSX_Matrix></LSX_Data>"
    ).encode()


def specs_xml() -> bytes:
    counts = " ".join(map(str, COUNTS))
    fields = "".join(
        f'<double name="{name}">{value}</double>'
        for name, value in {
            "values_per_curve": POINTS, "scan_delta": 0.25, "kinetic_energy": 1486.6 - ENERGY[0],
            "pass_energy": 20, "dwell_time": 0.5, "excitation_energy": 1486.6,
        }.items()
    )  # fmt: skip
    scan = f'<struct><sequence name="counts"><double>{counts}</double></sequence></struct>'
    return (
        '<?xml version="1.0"?><!-- CORBA XML document created by XMLSerializer1.3 -->\n'
        '<any><struct type_name="RegionGroup"><string name="name">cell 1.2 V</string>'
        '<struct type_name="RegionData"><string name="name">S2p</string>'
        '<ulong name="mcd_head">0</ulong><ulong name="mcd_tail">0</ulong>'
        '<struct name="region"><enum name="scan_mode">'
        '<string name="name">FixedAnalyzerTransmission</string></enum>'
        f'{fields}</struct><sequence name="cycles"><struct>'
        f'<ulong name="time">1700000000</ulong><sequence name="scans">{scan}{scan}</sequence>'
        "</struct></sequence></struct></struct></any>"
    ).encode()


def specs_xy() -> bytes:
    head = (
        "# Created by:        SpecsLab Prodigy\n# Group:             cell\n# Region: S2p\n"
        "# Energy Axis: Binding Energy\n# Count Rate: Counts per Second\n"
        f"# Values/Curve: {POINTS}\n# Eff. Workfunction: 4.3\n# Excitation Energy: 1486.6\n"
        "# Dwell Time: 0.5\n# Pass Energy: 20\n# Number of Scans: 2\n\n"
    )
    scans = ""
    for scan in (0, 1):
        rows = "\n".join(f"{e:g}  {2 * c}" for e, c in zip(ENERGY, COUNTS, strict=True))
        scans += (
            f"# Cycle: 0, Curve: 0, Scan: {scan}\n"
            f"# Acquisition Date:  03/14/26 09:2{scan}:11 UTC\n"
            f"# ColumnLabels: energy counts/s\n{rows}\n\n"
        )
    return (head + scans).encode()


def scienta() -> bytes:
    axis = " ".join(f"{energy:g}" for energy in ENERGY)
    rows = "\n".join(f" {e:.6E}  {c:.6E}" for e, c in zip(ENERGY, COUNTS, strict=True))
    return (
        "[Info]\nNumber of Regions=0001\nVersion=1.3.1\n\n[Region 1]\nRegion Name=S2p\n"
        f"Dimension 1 name=Binding Energy [eV]\nDimension 1 size={POINTS}\n"
        f"Dimension 1 scale={axis} \n\n[Info 1]\nPass Energy=50\nExcitation Energy=650\n"
        "Sample=cell\nDate=2026-03-14\nTime=09:26:53\nTime per Spectrum Channel=2\n"
        f"DetectorMode=Pulse Counting\n\n[Data 1]\n{rows}\n"
    ).encode()


def multipak() -> bytes:
    rows = "\n".join(f"{e:g}\t{c}" for e, c in zip(ENERGY, COUNTS, strict=True))
    return (
        "Element S 2p; Region 1 of 1; Depth Cycle 1 of 1; Time Per Step 50; Sweeps 8; "
        f"Anode Mg; Photon Energy 1253.6; XPS;\n{rows}\n"
    ).encode()


def casaxps_rows() -> bytes:
    rows = "\n".join(
        f"{e:g},{2 * c},{2 * c},100,{2 * c}" for e, c in zip(ENERGY, COUNTS, strict=True)
    )
    return (
        ",,,,\n,,,,\nCharacteristic Energy eV,1486.6,Acquisition Time s,0.5,\n"
        "BE_S 2p,CPS_S 2p,S 2p_1_S 2p,Background_S 2p,Envelope_S 2p\n" + rows + "\n"
    ).encode()


def _avantage_rows() -> list[list[object]]:
    rows: list[list[object]] = [
        ["Axis", "Energy"],
        [r"C:\cells\LPSC.DATA\S2p Scan.VGD"],
        ["Binding Energy (E)", "", "", "", "S2p PS4", "Backgnd.", "Envelope", "Residuals"],
        ["eV", "", "Counts / s", "", *["Counts / s"] * 4],
    ]
    for energy, count in zip(ENERGY, COUNTS, strict=True):
        rows.append([float(energy), "", int(count), "", int(count), 100, int(count), 0])
    return rows


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "S2p Scan"
    for row in _avantage_rows():
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def xls() -> bytes:
    """The same sheet in Excel's format of 1995 (BIFF5), in an OLE file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    cells = b""
    for row, values in enumerate(_avantage_rows()):
        for column, value in enumerate(values):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                text = value.encode("latin-1")
                cells += record(0x204, place + struct.pack("<H", len(text)) + text) if text else b""
            else:
                cells += record(0x203, place + struct.pack("<d", float(value)))  # type: ignore[arg-type]
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + cells + record(0x0A, b"")
    name = b"S2p Scan"
    begin = record(0x809, struct.pack("<HHHH", 0x500, 0x05, 0, 0))
    begin += record(0x42, struct.pack("<H", 1252))
    bound = 4 + 7 + len(name)
    place = len(begin) + bound + 4
    begin += record(0x85, struct.pack("<IHB", place, 0, len(name)) + name) + record(0x0A, b"")
    return ole({"Book": begin + sheet})


def vgd() -> bytes:
    """Counts, their axes, and the properties among which vgd-reader looks for plausible values."""
    properties = bytearray(256)
    struct.pack_into("<f", properties, 16, 1486.6)
    struct.pack_into("<i", properties, 64, 4)
    struct.pack_into("<f", properties, 96, 20.0)
    struct.pack_into("<f", properties, 104, 0.5)
    axes = bytearray(48)
    struct.pack_into("<dd", axes, 30, 1486.6 - ENERGY[0], 0.25)
    sizes = bytearray(16)
    struct.pack_into("<i", sizes, 12, POINTS - 1)
    return ole(
        {
            "VGData": np.resize(COUNTS, 512).astype("<f8").tobytes(),
            "VGDataAxes": bytes(sizes),
            "VGSpaceAxes": bytes(axes),
            "\x05Q5nw4m3lIjudbfwyAayojlptCa": bytes(properties),
        }
    )


def ole(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file with these streams, each padded to the size that needs no small sectors."""
    padded = {name: body.ljust(4096, b"\0") for name, body in streams.items()}
    fat: list[int] = []
    sectors = b""
    starts = {}
    for name, body in padded.items():
        count = -(-len(body) // _SECTOR)
        starts[name] = len(fat)
        fat += [*range(len(fat) + 1, len(fat) + count), 0xFFFFFFFE]
        sectors += body.ljust(count * _SECTOR, b"\0")
    entries = [_ole_entry("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    names = list(padded)
    for index, name in enumerate(names, start=1):
        following = index + 1 if index < len(names) else 0xFFFFFFFF
        size = len(padded[name])
        entries.append(_ole_entry(name, 2, 0xFFFFFFFF, starts[name], size, following))
    while len(entries) % 4:
        entries.append(_ole_entry("", 0, 0xFFFFFFFF, 0, 0))
    directory = len(fat)
    count = len(entries) // 4
    fat += [*range(directory + 1, directory + count), 0xFFFFFFFE]
    sectors += b"".join(entries)
    table = len(fat)
    fat.append(0xFFFFFFFD)
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, table,
    )  # fmt: skip
    header += struct.pack("<108I", *[0xFFFFFFFF] * 108)
    return header + sectors + struct.pack("<128I", *fat)


def _ole_entry(
    name: str, kind: int, child: int, start: int, size: int, following: int = 0xFFFFFFFF
) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIII", encoded, len(encoded) + 2 if name else 0, kind, 1, 0xFFFFFFFF,
        following, child, b"", 0, 0, 0, start, size, 0,
    )  # fmt: skip
