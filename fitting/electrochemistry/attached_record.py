"""The potentiostat record of a project, and the clock by which it was laid over the spectra."""

from dataclasses import dataclass, field

from fitting.electrochemistry.potential_by_time import Clock
from fitting.readers.records.record import PotentialRecord


@dataclass(frozen=True, slots=True, eq=False)
class AttachedRecord:
    """A record as it was read, and what was said about its clock; compared by identity.

    The spectra keep the times that their files state, so that the clock can be changed later.
    """

    record: PotentialRecord
    clock: Clock = field(default_factory=Clock)
