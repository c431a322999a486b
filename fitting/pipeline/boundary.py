"""The boundary of one region: what trips in it is said, and the other regions go on."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from fitting.data.errors import ThioscopeError
from fitting.data.plain_text import locate_fault
from fitting.pipeline.events import Event, LeftOut
from fitting.projects.project import Analysis, Project, name_spectra

NOT_FITTED = "not fitted"
NOT_CHOSEN = "the species were not chosen"
WITHOUT_ERRORS = "the search for its errors ended, so that those in the tables are too small"
"""What can be said of the spectra of a region that were left out."""
_LOG = logging.getLogger(__name__)


def contain_faults(events: Iterator[Event], tell: Callable[[str], Event]) -> Iterator[Event]:
    """The events; where the program trips, the event that tells it ends them.

    Parameters
    ----------
    tell
        The event for a sentence about what happened.
    """
    try:
        yield from events
    except (ThioscopeError, OSError, MemoryError):
        # sentences for the user, or of the whole machine
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of one region
        _LOG.debug("contained", exc_info=True)
        yield tell(_describe_fault(error))


def leave_out(analysis: Analysis, what: str) -> Callable[[str], Event]:
    """Tells that something could not be done for all spectra of a region.

    Parameters
    ----------
    what
        Such as ``NOT_FITTED``.
    """

    def tell(sentence: str) -> Event:
        reason = f"{analysis.region}: {what}. {sentence}"
        return LeftOut(analysis.region, name_spectra(analysis.series, reason))

    return tell


def without_reason(project: Project, region: str, what: str) -> Project:
    """The project without what was said of a region for a reason that holds no longer."""
    begin = f"{region}: {what}. "
    unread = tuple(
        one for one in project.unread if one.region != region or not one.reason.startswith(begin)
    )
    return project if unread == project.unread else replace(project, unread=unread)


def _describe_fault(error: Exception) -> str:
    return (
        f"The program tripped over it ({locate_fault(error)}). That is a fault of the program: "
        "please report this line together with the files. All else goes on."
    )
