"""The lock files agree with pyproject.toml and can be installed on every system we promise."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

_ROOT = Path(__file__).parents[2]
_NAMES = ("run", "test")
_PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org"}
_PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))

# sys_platform, platform_machine, platform_system, platform tags of the oldest system promised
_SYSTEMS = {
    "Linux": ("linux", "x86_64", "Linux", [f"manylinux_2_{n}_x86_64" for n in range(5, 35)]),
    "Linux on ARM": (
        "linux",
        "aarch64",
        "Linux",
        [f"manylinux_2_{n}_aarch64" for n in range(17, 40)],
    ),
    "Windows": ("win32", "AMD64", "Windows", ["win_amd64"]),
    "macOS on Apple silicon": ("darwin", "arm64", "Darwin", list(mac_platforms((13, 0), "arm64"))),
    "macOS on Intel": ("darwin", "x86_64", "Darwin", list(mac_platforms((13, 0), "x86_64"))),
}


@pytest.mark.parametrize(
    "name", ["uv.lock", *(f"packaging/{name}.lock" for name in (*_NAMES, "freeze"))]
)
def test_only_public_hosts_are_named(name: str) -> None:
    text = (_ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"[a-z]+://([^/\s\"]+)", text)) <= _PUBLIC_HOSTS
    assert "index-url" not in text
    assert "find-links" not in text


def test_resolution_belongs_to_the_dependencies_of_today() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = set(map(_comparable, project["dependencies"]))
    for extra, requirements in project["optional-dependencies"].items():
        asked |= {_comparable(text, extra) for text in requirements}
    resolved = {
        (row["name"], frozenset(row.get("specifier", "").split(",")), row.get("extra", ""))
        for row in map(_with_extra, _locked()["thioscope"][0]["metadata"]["requires-dist"])
    }
    assert asked == resolved, "run: python packaging/update_locks.py"


@pytest.mark.parametrize("name", [*_NAMES, "freeze"])
def test_every_locked_file_is_one_that_was_resolved(name: str) -> None:
    for requirement, hashes in _requirements(name):
        known = {file["hash"] for package in _versions(requirement) for file in _files(package)}
        assert hashes, requirement
        assert hashes <= known, f"{requirement}: run python packaging/update_locks.py"


def test_tests_install_all_that_users_get() -> None:
    used, tested = ({str(row) for row, _ in _requirements(name)} for name in _NAMES)
    assert used < tested


@pytest.mark.parametrize("python", _PYTHONS, ids=lambda version: f"3.{version[1]}")
@pytest.mark.parametrize("system", _SYSTEMS)
def test_every_dependency_has_a_wheel(system: str, python: tuple[int, int]) -> None:
    environment, tags = _machine(system, python)
    without = [
        str(requirement)
        for requirement, _ in _requirements("test")
        if _applies(requirement.marker, environment) and not _has_wheel(requirement, tags)
    ]
    assert without == []


def _machine(system: str, python: tuple[int, int]) -> tuple[dict[str, str], set[Tag]]:
    sys_platform, machine, name, platforms = _SYSTEMS[system]
    version = f"{python[0]}.{python[1]}"
    environment = {
        "sys_platform": sys_platform,
        "platform_machine": machine,
        "platform_system": name,
        "os_name": "nt" if sys_platform == "win32" else "posix",
        "python_version": version,
        "python_full_version": f"{version}.1",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    interpreter = "cp{}{}".format(*python)
    tags = {*cpython_tags(python, platforms=platforms)}
    return environment, tags | {*compatible_tags(python, interpreter, platforms)}


def _applies(marker: Marker | None, environment: dict[str, str]) -> bool:
    return marker is None or marker.evaluate(environment)


def _has_wheel(requirement: Requirement, tags: set[Tag]) -> bool:
    wheels = (file for row in _versions(requirement) for file in row.get("wheels", []))
    return any(parse_wheel_filename(row["url"].rsplit("/", 1)[1])[3] & tags for row in wheels)


@cache
def _requirements(name: str) -> tuple[tuple[Requirement, frozenset[str]], ...]:
    """Requirements of a lock file, each with its hashes."""
    text = (_ROOT / "packaging" / f"{name}.lock").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return tuple(_parsed(line) for line in text.splitlines())


def _parsed(line: str) -> tuple[Requirement, frozenset[str]]:
    requirement, *hashes = line.split(" --hash=")
    return Requirement(requirement.strip()), frozenset(text.strip() for text in hashes)


@cache
def _locked() -> dict[str, list[dict[str, Any]]]:
    """Packages of uv.lock by name; one may stand there in several versions."""
    packages: dict[str, list[dict[str, Any]]] = {}
    for row in tomllib.loads((_ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        packages.setdefault(row["name"], []).append(row)
    return packages


def _versions(requirement: Requirement) -> list[dict[str, Any]]:
    rows = _locked()[canonicalize_name(requirement.name)]
    return [row for row in rows if row["version"] in requirement.specifier]


def _files(package: dict[str, Any]) -> Iterator[dict[str, str]]:
    yield from package.get("wheels", [])
    if "sdist" in package:
        yield package["sdist"]


def _comparable(text: str, extra: str = "") -> tuple[str, frozenset[str], str]:
    requirement = Requirement(text)
    specifier = frozenset(str(requirement.specifier).split(","))
    return canonicalize_name(requirement.name), specifier, extra


def _with_extra(row: dict[str, str]) -> dict[str, str]:
    found = re.search(r"extra == '(.+?)'", row.get("marker", ""))
    return {**row, "extra": found[1] if found else ""}
