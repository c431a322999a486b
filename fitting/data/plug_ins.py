"""What the program offers of one kind, such as line shapes: its own, then those of plug-ins.

A package announces an object by an entry point of a group such as ``thioscope.line_shapes``. What
cannot be loaded or is not sound is left out and said in a sentence; it never stops the program.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, Protocol, TypeVar

_log = logging.getLogger(__name__)


class Named(Protocol):
    """What can be offered."""

    @property
    def name(self) -> str:
        """By which models name it."""


T = TypeVar("T", bound=Named)


class Offer(Mapping[str, T], Generic[T]):
    """By name, in the order in which they are offered; plug-ins are loaded when first asked for.

    Parameters
    ----------
    group
        Of the entry points.
    built_in
        What the program brings itself; a plug-in cannot take its names.
    find_faults
        Sentences that say why an object of a plug-in cannot be used; none if it can.
    """

    def __init__(
        self,
        group: str,
        built_in: Iterable[T],
        kind: type[T],
        find_faults: Callable[[T], Iterable[str]],
    ) -> None:
        self.group = group
        self.built_in = {one.name: one for one in built_in}
        self._kind = kind
        self._find_faults = find_faults
        self._load = cache(self._load_plug_ins)

    def __getitem__(self, name: str) -> T:
        found = self.built_in.get(name)
        return self._load()[0][name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._load()[0])

    def __len__(self) -> int:
        return len(self._load()[0])

    @property
    def faults(self) -> tuple[str, ...]:
        """What plug-ins could not be used, and why, as sentences."""
        return self._load()[1]

    def describe_unknown(self) -> str:
        """What to choose from in the place of a name that is not offered, as sentences."""
        return " ".join((f"Choose one of: {', '.join(self)}.", *self.faults))

    def reload(self) -> None:
        """Look for plug-ins again, as after one was installed."""
        self._load.cache_clear()

    def _load_plug_ins(self) -> tuple[dict[str, T], tuple[str, ...]]:
        offered = dict(self.built_in)
        faults: list[str] = []
        for entry in entry_points(group=self.group):
            found, reason = self._load_one(entry)
            if found is not None and found.name in offered:
                reason = f"there is a {found.name!r} already"
            elif found is not None and not reason:
                offered[found.name] = found
            if reason:
                faults.append(
                    f"The plug-in {entry.name!r} of {self.group} is left out: {reason}. Install it "
                    "again, or remove it."
                )
        for fault in faults:
            _log.warning(fault)
        return offered, tuple(faults)

    def _load_one(self, entry: EntryPoint) -> tuple[T | None, str]:
        """What an entry point names, and why it cannot be used."""
        try:
            found = entry.load()
            if not isinstance(found, self._kind):
                return None, f"{entry.value} is no {self._kind.__name__}"
            return found, "; ".join(self._find_faults(found))
        except Exception as error:  # noqa: BLE001 - the one place where code of a plug-in is loaded
            return None, f"{type(error).__name__}: {error}"
