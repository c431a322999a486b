"""The name and version of this program, as every file that it writes says them."""

from importlib.metadata import version

PACKAGE = "thioscope"


def version_number() -> str:
    """Such as "0.1.0"; that of ``pyproject.toml``, which is the only place that states it."""
    return version(PACKAGE)


def program_version() -> str:
    """Such as "Thioscope 0.1.0"."""
    return f"Thioscope {version_number()}"


def citation() -> str:
    """How a paper names the program; ``CITATION.cff`` says the same."""
    return (
        f"Thioscope developers: Thioscope, version {version_number()} (computer software, "
        "BSD-3-Clause). State the version: numbers may differ between versions."
    )
