"""The errors a user can mend: each message says what, where and what to do."""


class ThioscopeError(ValueError):
    """Something about the input is wrong; the message is meant for the user."""


class UnreadableFileError(ThioscopeError):
    """A file cannot be read, or holds nothing this program understands."""


class SeriesError(ThioscopeError):
    """A series breaks the schema, or series cannot be joined."""


class ModelError(ThioscopeError):
    """A model contradicts itself, such as by bounds that exclude the start value."""


class RecipeError(ThioscopeError):
    """A recipe names a step, field or option that does not exist."""


class VoltageError(ThioscopeError):
    """A voltage is ambiguous or impossible."""


class ProjectFileError(ThioscopeError):
    """A project file cannot be written or read."""


class DamagedProjectError(ProjectFileError):
    """A project file is damaged."""

    def __init__(self, message: str, whole: tuple[str, ...]) -> None:
        super().__init__(message)
        self.whole = whole
        """Regions, and ``record``, that can still be opened."""
