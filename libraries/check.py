"""Checks a library file of a user against everything that can be told without a spectrum."""

import math
from pathlib import Path

from libraries.building import library_from_tables
from libraries.content_check import content_findings
from libraries.errors import LibraryError
from libraries.loader import catalogue
from libraries.model_check import ModelKinds
from libraries.schema import SchemaFinding, read_tables, sound_library
from libraries.sensitivity_sets import load_sensitivity_set
from libraries.trust_check import trust_findings


def check_library(path: Path, kinds: ModelKinds | None = None) -> list[str]:
    """Everything that is wrong with a library file, as sentences; empty if nothing is.

    A CSV file is a set of sensitivity factors.

    Parameters
    ----------
    kinds
        Line shapes and backgrounds that its models may name; not checked if not given.
    """
    if path.suffix.lower() == ".csv":
        return _check_factors(path)
    return [str(finding) for finding in _find_faults(path, kinds, is_trust_asked=True)]


def find_mistakes(path: Path, kinds: ModelKinds | None = None) -> list[str]:
    """What keeps a library file from being used, as sentences; empty if nothing does.

    Files made before numbers said how they were seen can be used as they are.
    """
    return [str(finding) for finding in _find_faults(path, kinds, is_trust_asked=False)]


def _check_factors(path: Path) -> list[str]:
    try:
        factors = load_sensitivity_set(path)
    except LibraryError as error:
        return [str(error)]
    if math.isfinite(factors.photon_energy):
        return []
    return [
        f"{path.name}: does not say of which photon energy it is; begin it with a line such as "
        "'# photon_energy: 1486.6'."
    ]


def _find_faults(
    path: Path, kinds: ModelKinds | None, *, is_trust_asked: bool
) -> list[SchemaFinding | str]:
    try:
        tables = read_tables(path)
    except LibraryError as error:
        return [str(error)]
    table, findings = sound_library(tables, path.name)
    if table is not None:
        found = library_from_tables(table, path.name)
        known = catalogue().with_library(found)
        findings += content_findings(found, known, kinds)
        if is_trust_asked:
            findings += trust_findings(found, known)
    return list(findings)
