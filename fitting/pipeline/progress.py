"""Progress bars: on standard error where that is a terminal, and in notebooks."""

import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from tqdm import TqdmWarning

from fitting.pipeline.events import (
    Begun,
    BlockFitted,
    Event,
    IntervalsFound,
    MemberFitted,
    Read,
    Weighed,
)


def show_progress(events: Iterable[Event], *, quiet: bool = False) -> Iterator[Event]:
    """Yield the events of a pipeline while bars show how many of what are done."""
    bar: Any = None
    try:
        for event in events:
            if isinstance(event, Begun):
                if bar is not None:
                    bar.close()
                bar = _begin_bar(event, quiet=quiet)
            elif bar is not None:
                bar.update(_count_done(event))
            yield event
    finally:
        if bar is not None:
            bar.close()


def _begin_bar(begun: Begun, *, quiet: bool) -> Any:
    with warnings.catch_warnings():
        # said where the widgets for a notebook are missing; the bar of signs serves as well
        warnings.simplefilter("ignore", TqdmWarning)
        from tqdm.auto import tqdm
    is_silent = quiet or not (sys.stderr.isatty() or _is_notebook())
    return tqdm(
        total=begun.total,
        desc=f"{begun.doing} {begun.region}".strip(),
        unit=f" {begun.unit}",
        disable=is_silent,
        file=sys.stderr,
    )


def _is_notebook() -> bool:
    """Whether this runs in a kernel of Jupyter, whose standard error is shown but no terminal."""
    return "ipykernel" in sys.modules


def _count_done(event: Event) -> int:
    """How many spectra, files or sets of species an event tells of."""
    if isinstance(event, BlockFitted | IntervalsFound):
        return len(event.block.spectra)
    return int(isinstance(event, MemberFitted | Read | Weighed))
