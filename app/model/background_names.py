"""The kinds of background as they are offered: those that make sense for the technique."""

from fitting.data.techniques import Technique
from fitting.models.backgrounds import BACKGROUNDS


def background_names(technique: Technique) -> dict[str, str]:
    """Names of the kinds with what they are called."""
    return {one.name: one.label for one in BACKGROUNDS.values() if technique.name in one.techniques}
