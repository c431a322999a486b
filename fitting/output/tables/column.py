"""One column of a table: declared once, it is in the CSV file, the workbook and what is copied."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import ArrayLike

Kind = Literal["text", "number", "count"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, with where its cells come from."""

    name: str
    kind: Kind
    unit: str
    meaning: str
    cells: Callable[[Any], ArrayLike]
    """Of one block of the table (``blocks``): broadcast to its shape."""
    of: str = ""
    """Kind of quantity that it says something of, such as "fraction": the results panel copies all
    columns of a kind. The first one is the value itself."""
    said: str = ""
    """How the results panel says it of one number, such as "the model adds {}"."""
