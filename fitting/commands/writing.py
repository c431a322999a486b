"""Writes what a command has made, and says what did not go as it should, and when it does again."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fitting.data.errors import ThioscopeError
from fitting.data.plain_text import cut_message
from fitting.output.export import export_project, exported_files
from fitting.projects.project import Project
from libraries.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Written:
    """What an export has left."""

    files: tuple[Path, ...]
    is_whole: bool
    """Whether every output was made, and lies under its own name."""


def write_results(
    project: Project,
    folder: Path,
    catalogue: Catalogue,
    *,
    nexus: bool = False,
    curves: bool = False,
    vamas: bool = False,
    is_partial: bool = False,
) -> Written:
    """Export everything; what could not be made or replaced is said on standard error."""
    problems: list[str] = []
    for _ in export_project(
        project,
        folder,
        catalogue,
        nexus=nexus,
        curves=curves,
        vamas=vamas,
        is_partial=is_partial,
        tell=problems.append,
    ):
        pass
    for problem in problems:
        say_problem(problem)
    return Written(tuple(exported_files(folder)), not problems)


def say_problem(sentence: str) -> None:
    """One line on standard error."""
    print(f"thioscope: {cut_message(sentence)}", file=sys.stderr, flush=True)


@dataclass(slots=True)
class Troubles:
    """What does not work just now, said once, and once more when it does again."""

    standing: dict[str, str] = field(default_factory=dict)
    """What is said of each thing that does not work."""

    @contextmanager
    def survive(self, thing: str) -> Iterator[None]:
        """Go on after an error that a later attempt may not meet.

        Parameters
        ----------
        thing
            What is attempted, as the subject of a sentence, such as "the tables".
        """
        try:
            yield
        except (ThioscopeError, OSError) as error:
            reason = str(error) if isinstance(error, ThioscopeError) else error.strerror or error
            said = str(reason).removeprefix(f"{thing}: ")
            sentence = f"{thing}: {said} Tried again with the next spectrum."
            if self.standing.get(thing) != sentence:
                say_problem(sentence)
            self.standing[thing] = sentence
        else:
            if self.standing.pop(thing, ""):
                say_problem(f"{thing}: works again.")
