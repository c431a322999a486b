"""Writes ``samples/``: a small file in each text layout that is read, with invented numbers.

The layouts are those of real exports; the spectra are a simulated S 2p doublet, a simulated Raman
band, and a cell charged along a straight line. Run it to write the files anew; a test compares
them with what it would write.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "samples"

ENERGY = np.round(np.arange(170.0, 157.95, -0.2), 1)
SHIFT = np.round(np.linspace(380.0, 460.0, 33), 2)
TIMES = np.array([0.0, 61.5, 122.0, 183.5])
PHOTON_ENERGY = 1486.6
RECORD_START = (2024, 5, 6, 7, 8, 9)
"""Year, month, day, hours, minutes, seconds at which the records begin."""
RECORD_TIMES = np.arange(0.0, 1200.0, 60.0)
RECORD_VOLTAGES = 2.5 + RECORD_TIMES / 1000
"""V."""
RECORD_CURRENT = 0.15
"""mA."""


def counts(seed: int = 1, height: float = 900.0) -> NDArray[np.int64]:
    """A doublet of a sulfide on a flat background."""
    main = np.exp(-4 * np.log(2) * ((ENERGY - 161.6) / 1.1) ** 2)
    partner = 0.5 * np.exp(-4 * np.log(2) * ((ENERGY - 162.8) / 1.1) ** 2)
    return np.random.default_rng(seed).poisson(60 + height * (main + partner))


def raman(seed: int = 1) -> NDArray[np.int64]:
    """The PS4 band on a slope."""
    band = 800 / (1 + ((SHIFT - 421.0) / 5.0) ** 2)
    return np.random.default_rng(seed).poisson(200 + SHIFT / 10 + band)


def samples() -> dict[str, bytes]:
    """Content by file name."""
    return {**_columns(), **_raman_layouts(), **_records()}


def _columns() -> dict[str, bytes]:
    y = counts()
    commas = _pairs(ENERGY, y, ";").replace(".", ",").replace("\n", "\r\n")
    several = "".join(
        f"{x:g},{first},{second},{third}\n"
        for x, first, second, third in zip(ENERGY, y, counts(2, 600), counts(3, 300), strict=True)
    )
    rates = "".join(
        f"{x:g}\t{value / 2.5:.4f}\t{np.sqrt(value) / 2.5:.4f}\n"
        for x, value in zip(ENERGY, y, strict=True)
    )
    return {
        "pristine_S2p.csv": ("Bindungsenergie (eV) für LPSC;Counts\r\n" + commas).encode("cp1252"),
        "charged_3.6V_S2p.txt": (
            "# Kinetic energy (eV), counts\n# Photon energy: 1486.6 eV\n"
            + _pairs(PHOTON_ENERGY - ENERGY, y, "   ")
        ).encode(),
        "series_S2p.csv": (
            "Binding energy (eV),2.55V charge,3.60V charge,2.1V discharge\n" + several
        ).encode("utf-16"),
        "rates_S2p.dat": ("% S 2p of LPSC\nBE / eV\tIntensity / CPS\tError\n" + rates).encode(
            "utf-8-sig"
        ),
        "LPSC_raman_2p55V.txt": _pairs(SHIFT, raman(), "\t").encode(),
    }


def _raman_layouts() -> dict[str, bytes]:
    stack = np.array([raman(seed) for seed in range(1, 5)])
    head = (
        "#Acq. time (s)=\t20\n#Accumulations=\t3\n#Range (cm-¹)=\t380...460\n#Laser=\t532nm_Edge\n"
        "#Acquired=\t06.05.2024 07:08:09\n#AxisType[1]=Spectr\n#AxisUnit[1]=1/cm\n"
    )
    shifts = "\t".join(f"{x:g}" for x in SHIFT)
    series = "\n".join(_tabbed([time, *row]) for time, row in zip(TIMES, stack, strict=True))
    positions = [(0, 0), (0, 1.5), (2, 0), (2, 1.5)]
    area = "\n".join(_tabbed([*place, *row]) for place, row in zip(positions, stack, strict=True))
    wire = "\r\n".join(
        f"{time:.6f}\t{x:.6f}\t{value:.6f}"
        for time, row in zip(TIMES, stack, strict=True)
        for x, value in zip(SHIFT[::-1], row[::-1], strict=True)
    )
    witec = (
        "//Exported ASCII-File\r\n[Header]\r\nGraphName = LPSC\r\nXAxisUnit = rel. 1/cm\r\n"
        "DataUnit = CCD cts\r\n\r\n[Data]\r\nX-Axis,Spectrum--000\r\nrel. 1/cm,CCD cts\r\n"
    ) + "".join(f" {x:.9E}, {value:.9E}\r\n" for x, value in zip(SHIFT, raman(), strict=True))
    bwtek = (
        "File Version;BWRam4.11_11\nDate;2024-05-06 07:08:09\nintigration times(ms);3000\n"
        "average number;7\nPixel;Wavelength;Wavenumber;Raman Shift;Dark;Raw data #1;"
        "Dark Subtracted #1;\n0;   ;   ;   ;10,0;11,0;1,0;\n"
    ) + "".join(
        f"{pixel};540,1;18400,1;{x:.2f};10,0;{value + 10:.4f};{value:.4f};\n".replace(".", ",")
        for pixel, (x, value) in enumerate(zip(SHIFT, raman(), strict=True), 1)
    )
    return {
        "labspec_single.txt": (head + _pairs(SHIFT, raman(), "\t")).encode("latin-1"),
        "labspec_series.txt": (head + "\t" + shifts + "\n" + series + "\n").encode("latin-1"),
        "labspec_map.txt": ("\t\t" + shifts + "\n" + area + "\n").encode("latin-1"),
        "wire_series.txt": ("#Time\t\t#Wave\t\t#Intensity\r\n" + wire + "\r\n").encode(),
        "witec.txt": witec.encode(),
        "bwtek.txt": bwtek.encode(),
    }


def _records() -> dict[str, bytes]:
    year, month, day, *_ = RECORD_START
    dates = [_clock(time) for time in RECORD_TIMES]
    iso, us = f"{year}-{month:02}-{day:02}", f"{month:02}/{day:02}/{year}"
    ec_lab_head = (
        "EC-Lab ASCII FILE\r\nNb header lines : 5\r\n\r\n"
        f"Acquisition started on : {us} {dates[0]}.000\r\n"
        "mode\ttime/s\tcontrol/V/mA\tEwe/V\t<I>/mA\tcycle number\tNs\tCapacity/mA.h\r\n"
    )
    ec_lab = "".join(
        f"1\t{time:.6E}\t0.15\t{volt:.7E}\t{RECORD_CURRENT:.5E}\t1.0\t2\t{time / 24000:.5E}\r\n"
        for time, volt in zip(RECORD_TIMES, RECORD_VOLTAGES, strict=True)
    )
    rows = list(enumerate(zip(RECORD_TIMES, RECORD_VOLTAGES, dates, strict=True), 1))
    neware = "".join(
        f"{i},1,2,CC Chg,00:00:00,{_elapsed(time)},0.00015000,{volt:.4f},0,{iso} {date}\n"
        for i, (time, volt, date) in rows
    )
    nested = "".join(
        f",,{i},00:00:00,{_elapsed(time)},0.00015,{volt:.4f},0,{iso} {date}\n"
        for i, (time, volt, date) in rows
    )
    maccor = "".join(
        f"{i}\t1\t2\t  0d {_elapsed(time)}.00\t0.0\t{volt:.5f}\t0.00015\tD\t{us} {date}\n"
        for i, (time, volt, date) in rows
    )
    pec = "".join(
        f"187,1,2,1,{time:.3f},{us} {date},{volt * 1000:.4f},0.15\n"
        for _, (time, volt, date) in rows
    )
    arbin = "".join(
        f"{i},{us} {date}.000,{time:.4f},{time:.4f},1,2,0.00015,{volt:.6f},{time / 24e6:.7f}\n"
        for i, (time, volt, date) in rows
    )
    landt = "".join(
        f"{i},1,2,{iso} {date},{time:.1f},{volt:.5f},{RECORD_CURRENT},{time / 24000:.5f}\n"
        for i, (time, volt, date) in rows
    )
    plain = "".join(
        f"{time / 60:.2f};{volt:.4f};{RECORD_CURRENT}\n".replace(".", ",")
        for time, volt in zip(RECORD_TIMES, RECORD_VOLTAGES, strict=True)
    )
    return {
        "record_ec_lab.mpt": (ec_lab_head + ec_lab).encode("cp1252"),
        "record_ec_lab_de.mpt": (ec_lab_head + ec_lab.replace(".", ",")).encode("cp1252"),
        "record_neware.csv": (
            "DataPoint,Cycle Index,Step Index,Step Type,Time,Cumulative Time,Current(A),Voltage(V),"
            "Capacity(Ah),Date\n" + neware
        ).encode(),
        "record_neware_nested.csv": (
            "Cycle Index,Chg. Cap.(Ah)\n,Step Index,Step Number,Step Type\n"
            ",,DataPoint,Time,Total Time,Current(A),Voltage(V),Capacity(Ah),Date\n"
            "1,0.02,2,2,CC Chg\n" + nested
        ).encode(),
        "record_maccor.txt": (
            "Date of Test:\t6 May 2024\nRec#\tCyc#\tStep\tTestTime\tAmp-hr\tVolts\tAmps\tState\t"
            "DPt Time\n" + maccor
        ).encode(),
        "record_pec.csv": (
            "Test:,187\n#RESULTS CHECK\n#END RESULTS CHECK\nTest,Cell,Step,Cycle,"
            "Total Time (Seconds),Real Time,Voltage (mV),Current (mA)\n" + pec
        ).encode(),
        "record_arbin.csv": (
            "Data_Point,Date_Time,Test_Time(s),Step_Time(s),Cycle_Index,Step_Index,Current(A),"
            "Voltage(V),Charge_Capacity(Ah)\n" + arbin
        ).encode(),
        "record_landt.csv": (
            "Record,Cycle-Index,Step-Index,SysTime,TestTime/Sec,Voltage/V,Current/mA,Capacity/mAh\n"
            + landt
        ).encode(),
        "record_plain.csv": ("Zeit (min);Spannung (V);Current (mA)\n" + plain).encode("latin-1"),
    }


def _pairs(x: NDArray[np.float64], y: NDArray[np.int64], separator: str) -> str:
    return "".join(f"{a:g}{separator}{b}\n" for a, b in zip(x, y, strict=True))


def _tabbed(values: Sequence[float]) -> str:
    return "\t".join(f"{value:g}" for value in values)


def _clock(seconds: float) -> str:
    hours, minutes, start = RECORD_START[3:]
    return _elapsed(hours * 3600 + minutes * 60 + start + seconds)


def _elapsed(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in samples().items():
        (FOLDER / name).write_bytes(content)
