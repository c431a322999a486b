"""The kinds of background as they are offered: those that make sense for the technique."""

from fitting.models.backgrounds import BACKGROUNDS


def background_names(technique: str) -> dict[str, str]:
    """Names of the kinds with what they are called; electrons scatter, Raman photons do not."""
    return {
        kind.name: kind.name.replace("-", ", ").capitalize()
        for kind in BACKGROUNDS.values()
        if technique == "xps" or not (kind.is_static or kind.scattering)
    }
