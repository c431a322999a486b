"""Columns of an EC-Lab binary record (.mpr) by their ids: heading as in .mpt, and type.

Bio-Logic publishes no list. The ids are those that others have told from files; columns that a
record uses were held against 38 public pairs of .mpr and .mpt, and the sizes of all but 26, 27, 69,
75 and 462 against the length of rows in 49 public files.
"""

from collections.abc import Mapping

import numpy as np

FLAGS = "flags"
"""The one byte in which the columns of ``FLAG_IDS`` are packed, where the first of them stands."""
FLAG_IDS = frozenset({1, 2, 3, 21, 31, 65})

_SINGLE, _DOUBLE, _WORD, _LONG = "<f4", "<f8", "<u2", "<u4"

COLUMNS: Mapping[int, tuple[str, str]] = {
    4: ("time/s", _DOUBLE),
    5: ("control/V/mA", _SINGLE),
    6: ("Ewe/V", _SINGLE),
    7: ("dq/mA.h", _DOUBLE),
    8: ("I/mA", _SINGLE),
    9: ("Ece/V", _SINGLE),
    11: ("<I>/mA", _DOUBLE),
    13: ("(Q-Qo)/mA.h", _DOUBLE),
    16: ("Analog IN 1/V", _SINGLE),
    17: ("Analog IN 2/V", _SINGLE),
    19: ("control/V", _SINGLE),
    20: ("control/mA", _SINGLE),
    23: ("dQ/mA.h", _DOUBLE),
    24: ("cycle number", _DOUBLE),
    26: ("Rapp/Ohm", _SINGLE),
    27: ("Ewe-Ece/V", _SINGLE),
    32: ("freq/Hz", _SINGLE),
    33: ("|Ewe|/V", _SINGLE),
    34: ("|I|/A", _SINGLE),
    35: ("Phase(Z)/deg", _SINGLE),
    36: ("|Z|/Ohm", _SINGLE),
    37: ("Re(Z)/Ohm", _SINGLE),
    38: ("-Im(Z)/Ohm", _SINGLE),
    39: ("I Range", _WORD),
    69: ("R/Ohm", _SINGLE),
    70: ("P/W", _SINGLE),
    74: ("|Energy|/W.h", _DOUBLE),
    75: ("Analog OUT/V", _SINGLE),
    76: ("<I>/mA", _SINGLE),
    77: ("<Ewe>/V", _SINGLE),
    96: ("|Ece|/V", _SINGLE),
    98: ("Phase(Zce)/deg", _SINGLE),
    99: ("|Zce|/Ohm", _SINGLE),
    100: ("Re(Zce)/Ohm", _SINGLE),
    101: ("-Im(Zce)/Ohm", _SINGLE),
    123: ("Energy charge/W.h", _DOUBLE),
    124: ("Energy discharge/W.h", _DOUBLE),
    125: ("Capacitance charge/µF", _DOUBLE),
    126: ("Capacitance discharge/µF", _DOUBLE),
    131: ("Ns", _WORD),
    168: ("Rcmp/Ohm", _SINGLE),
    169: ("Cs/µF", _SINGLE),
    172: ("Cp/µF", _SINGLE),
    174: ("<Ewe>/V", _SINGLE),
    430: ("Phase(Zwe-ce)/deg", _SINGLE),
    431: ("|Zwe-ce|/Ohm", _SINGLE),
    432: ("Re(Zwe-ce)/Ohm", _SINGLE),
    433: ("-Im(Zwe-ce)/Ohm", _SINGLE),
    434: ("(Q-Qo)/C", _SINGLE),
    435: ("dQ/C", _SINGLE),
    438: ("step time/s", _DOUBLE),
    441: ("<Ece>/V", _SINGLE),
    462: ("Temperature/°C", _SINGLE),
    467: ("Q charge/discharge/mA.h", _DOUBLE),
    468: ("half cycle", _LONG),
    469: ("z cycle", _LONG),
    471: ("<Ece>/V", _SINGLE),
    473: ("THD Ewe/%", _SINGLE),
    474: ("THD I/%", _SINGLE),
    476: ("NSD Ewe/%", _SINGLE),
    477: ("NSD I/%", _SINGLE),
    479: ("NSR Ewe/%", _SINGLE),
    480: ("NSR I/%", _SINGLE),
    486: ("|Ewe h2|/V", _SINGLE),
    487: ("|Ewe h3|/V", _SINGLE),
    488: ("|Ewe h4|/V", _SINGLE),
    489: ("|Ewe h5|/V", _SINGLE),
    490: ("|Ewe h6|/V", _SINGLE),
    491: ("|Ewe h7|/V", _SINGLE),
    492: ("|I h2|/A", _SINGLE),
    493: ("|I h3|/A", _SINGLE),
    494: ("|I h4|/A", _SINGLE),
    495: ("|I h5|/A", _SINGLE),
    496: ("|I h6|/A", _SINGLE),
    497: ("|I h7|/A", _SINGLE),
    # what it means is not known; the length of rows says that it has eight bytes
    880: ("880", _DOUBLE),
    883: ("Energy ce charge/W.h", _DOUBLE),
    884: ("Energy ce discharge/W.h", _DOUBLE),
}


def row_type(ids: tuple[int, ...]) -> "np.dtype[np.void] | int":
    """The type of a row, or the first id that is not known.

    A column whose heading was there before is kept under its heading and its place.
    """
    fields: dict[str, str] = {}
    for place, known in enumerate(ids):
        if known in FLAG_IDS:
            fields[FLAGS] = "u1"
        elif known in COLUMNS:
            heading, kind = COLUMNS[known]
            fields[f"{heading} ({place})" if heading in fields else heading] = kind
        else:
            return known
    return np.dtype(list(fields.items()))
