"""The error of a reference library: its message names the file, the entry and what to do."""


class LibraryError(ValueError):
    """A reference library cannot be read, contradicts itself, or lacks what was asked for."""
