"""What of a project is left out and why, and what there is to know of it; no widget here."""

from dataclasses import dataclass

from app.controls.window_words import say_in_window
from fitting.projects.outcomes import list_left_out, list_without_peaks
from fitting.projects.project import Project


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """What is left out for one reason."""

    reason: str
    sources: tuple[str, ...]


def group_left_out(project: Project) -> tuple[LeftOutGroup, ...]:
    """What is left out, that of one reason together, in the order in which it was found."""
    groups: dict[str, list[str]] = {}
    for entry in (*list_left_out(project), *list_without_peaks(project)):
        reason = say_in_window(entry.reason).removeprefix(f"{entry.source}: ")
        groups.setdefault(reason, []).append(entry.source)
    return tuple(LeftOutGroup(reason, tuple(sources)) for reason, sources in groups.items())


def is_told_alike(old: Project, new: Project) -> bool:
    """Whether nothing has changed that this is made of."""

    def contents(project: Project) -> list[tuple[int, bool]]:
        return [(id(one.series), one.has_peaks) for one in project.analyses.values()]

    same = (old.unread, old.notes) == (new.unread, new.notes)
    return same and contents(old) == contents(new)


def list_notes(project: Project) -> tuple[str, ...]:
    """What reading, joining, referring and fitting had to say."""
    return tuple(dict.fromkeys(map(say_in_window, project.notes)))


def count_words(project: Project) -> str:
    """How much there is of both, such as "2 left out, 1 note"; empty for nothing."""
    left, notes = (
        sum(len(group.sources) for group in group_left_out(project)),
        len(list_notes(project)),
    )
    words = [f"{left} left out"] if left else []
    words += [f"{notes} note{'' if notes == 1 else 's'}"] if notes else []
    return ", ".join(words)


def copied_notes(project: Project) -> str:
    """All of it as lines of text."""
    lines = [
        f"{source}\t{group.reason}" for group in group_left_out(project) for source in group.sources
    ]
    return "\n".join([*lines, *list_notes(project)]) + "\n"
