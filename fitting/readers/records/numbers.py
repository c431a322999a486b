"""Numbers in the cells of records: with decimal points or commas, thousands, apostrophes."""

import re
from collections.abc import Sequence

import numpy as np

from fitting.data.series import FloatArray

_APOSTROPHES = re.compile(r"(?<=\d)['’](?=\d{3})")
_COMMA_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d*|[+-]?\d{1,3}(?:,\d{3}){2,}")
_POINT_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d*|[+-]?\d{1,3}(?:\.\d{3}){2,}")


def parse_numbers(cells: Sequence[str]) -> FloatArray:
    """The cells of a column as numbers; nan where there is none.

    A lone comma is a decimal mark, unless another cell of the column shows that commas stand
    between thousands; the same for points.
    """
    if not cells:
        return np.empty(0)
    try:
        return np.asarray(cells).astype(float)
    except ValueError:
        pass
    texts = [_APOSTROPHES.sub("", cell.strip()) for cell in cells]
    if any(map(_COMMA_THOUSANDS.fullmatch, texts)):
        texts = [text.replace(",", "") for text in texts]
    elif any(map(_POINT_THOUSANDS.fullmatch, texts)):
        texts = [text.replace(".", "") for text in texts]
    return np.array([parse_number(text) for text in texts])


def parse_number(cell: str) -> float:
    """One number, with a decimal point or comma; nan if it is none."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return np.nan
