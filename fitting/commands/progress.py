"""Progress bars on standard error, where that is a terminal."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def shown(items: Iterable[T], text: str, total: int, *, quiet: bool, unit: str) -> Iterator[T]:
    """Yield the items while a bar shows how many are done."""
    is_silent = quiet or not sys.stderr.isatty()
    with tqdm(total=total, desc=text, unit=f" {unit}", disable=is_silent, file=sys.stderr) as bar:
        for item in items:
            yield item
            bar.update(_size(item))


def _size(item: object) -> int:
    """A block counts as its spectra, anything else as one."""
    return len(getattr(item, "spectra", (item,)))
