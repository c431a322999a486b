"""Progress bars: on standard error where that is a terminal, and in notebooks."""

import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import TqdmWarning

T = TypeVar("T")


def show_progress(
    items: Iterable[T], text: str, total: int | None, *, quiet: bool = False, unit: str
) -> Iterator[T]:
    """Yield the items while a bar shows how many are done."""
    with warnings.catch_warnings():
        # said where the widgets for a notebook are missing; the bar of signs serves as well
        warnings.simplefilter("ignore", TqdmWarning)
        from tqdm.auto import tqdm
    is_silent = quiet or not (sys.stderr.isatty() or _is_notebook())
    with tqdm(total=total, desc=text, unit=f" {unit}", disable=is_silent, file=sys.stderr) as bar:
        for item in items:
            yield item
            bar.update(_size_of_item(item))


def _is_notebook() -> bool:
    """Whether this runs in a kernel of Jupyter, whose standard error is shown but no terminal."""
    return "ipykernel" in sys.modules


def _size_of_item(item: object) -> int:
    """A block counts as its spectra, anything else as one."""
    return len(getattr(item, "spectra", (item,)))
