"""A sheet of a workbook as plain cells."""

from dataclasses import dataclass

import numpy as np

from fitting.data.series import FloatArray

Cell = object


@dataclass(frozen=True, slots=True)
class Sheet:
    """Title and cells of a sheet; empty cells are ``None``."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]

    def text(self, row: int, column: int) -> str:
        """A cell as text without blanks around it; empty outside the sheet."""
        if not (0 <= row < len(self.rows) and 0 <= column < len(self.rows[row])):
            return ""
        cell = self.rows[row][column]
        return "" if cell is None else str(cell).strip()

    def width(self, row: int) -> int:
        """Number of cells in a row."""
        return len(self.rows[row]) if 0 <= row < len(self.rows) else 0

    def number(self, row: int, column: int) -> float:
        """A cell as a number; nan where it is none."""
        return as_number(self.text(row, column))

    def numbers(self, first_row: int, columns: list[int]) -> FloatArray:
        """The rows from one on whose first column is a number, shape (m, columns)."""
        table = [
            [self.number(row, column) for column in columns]
            for row in range(first_row, len(self.rows))
        ]
        values = np.array(table, dtype=float).reshape(len(table), len(columns))
        return values[np.isfinite(values[:, 0])] if columns else values


def as_number(text: str) -> float:
    """A number with a point or a comma for decimals; nan if it is none."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        return float("nan")
    return value if abs(value) < 1e300 else float("nan")
