"""``--acquisition``: what the files do not tell of the measurement."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from fitting.data.acquisition import SettingValue
from fitting.projects.acquisition import read_statements


def add_acquisition_argument(parser: ArgumentParser) -> None:
    """The option, which may be repeated."""
    parser.add_argument(
        "--acquisition",
        action="append",
        default=[],
        metavar="KEY=VALUE|FILE.toml",
        help='how it was measured, such as pass_energy=20, "C 1s.pass_energy=40", laser=532',
    )


def stated_settings(options: Namespace) -> Mapping[str, SettingValue]:
    """What is stated.

    Raises
    ------
    ThioscopeError
        If there is no such setting, or it is a number and none is given.
    """
    return read_statements(options.acquisition)
