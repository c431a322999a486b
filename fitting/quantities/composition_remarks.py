"""What is to be said of atomic percent beside the numbers, as sentences."""

import math
from collections.abc import Iterator, Sequence

from fitting.quantities.comparable_regions import Member, Region
from fitting.quantities.quantification import Correction


def about_missing_regions(
    sample: str, members: Sequence[Member], regions: Sequence[Region]
) -> Iterator[str]:
    """A remark if other samples have core levels that this one lacks."""
    there = {m.region.name for m in members if m.region.fitted[m.spectrum]}
    missing = [region.name for region in regions if region.name not in there]
    if missing:
        yield (
            f"{sample or 'Sample without a name'}: atomic percent without {', '.join(missing)}; "
            "do not compare it with that of samples that have it."
        )


def about_rounds(regions: Sequence[Region]) -> Iterator[str]:
    """Remarks about samples whose regions were put together by their start times."""
    for region in regions:
        for sample in dict.fromkeys(state.sample for state in region.states if state.repeat):
            yield (
                f"{sample or 'Sample without a name'}: {region.name} came several times in a round "
                "of measurement; the spectrum nearest in time to the other core levels counts in "
                "atomic percent and cross-checks."
            )
    rounds = {state for region in regions for state in region.states if state.round}
    for sample in dict.fromkeys(state.sample for state in sorted(rounds, key=lambda s: s.time)):
        changes = [state.voltage_change for state in rounds if state.sample == sample]
        limit = max(region.largest_change for region in regions)
        moved = [change for change in changes if change > limit]
        if moved:
            yield (
                f"{sample or 'Sample without a name'}: from core level to core level of a round "
                f"the potential moved by up to {max(moved):.3f} V in {len(moved)} of "
                f"{len(changes)} rounds: their atomic percent and cross-checks are of no one "
                "state of the cell. Hold the potential during a round, or measure fewer regions."
            )


def about_angle(regions: Sequence[Region], correction: Correction) -> Iterator[str]:
    """A remark if the angular term is asked for and cannot be worked out for all."""
    lacking = [one.name for one in regions if correction.lacks_asymmetry(one.name)]
    if lacking and correction.angle is not None:
        cosine = 3.0 * math.cos(math.radians(correction.angle)) ** 2 - 1.0
        ends = sorted((1.0 - 0.5 * cosine, 1.0 + 0.25 * cosine))
        yield (
            f"Atomic percent: {correction.factors.name} has no asymmetry parameter of "
            f"{', '.join(lacking)}, so their areas are without the angular term, which is "
            f"{ends[0]:.2f} to {ends[1]:.2f} at {correction.angle:g} degrees. A CSV file of your "
            "own can give it in the column asymmetry."
        )
