"""``thioscope library``: list, show and check reference peak libraries."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fitting.models.parameter_kinds import offered_kinds
from libraries.check import check_library
from libraries.describe import list_text, show_text


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command."""
    actions = parser.add_subparsers(metavar="list | show NAME | check FILE.toml")
    listing = actions.add_parser("list", help="all libraries and named models")
    listing.set_defaults(act=_list_models)
    show = actions.add_parser("show", help="one library or model, with its sources")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(act=_show_model)
    check = actions.add_parser("check", help="what is wrong with a library file, or with factors")
    check.add_argument("path", type=Path, metavar="FILE.toml|FILE.csv")
    check.set_defaults(act=_check_file)
    parser.set_defaults(act=_list_models)


def run(options: Namespace) -> int:
    """List, show or check; 1 if the check finds anything."""
    return int(options.act(options))


def _list_models(_: Namespace) -> int:
    print(list_text())
    return 0


def _show_model(options: Namespace) -> int:
    print(show_text(options.name))
    return 0


def _check_file(options: Namespace) -> int:
    findings = check_library(options.path, offered_kinds())
    for finding in findings:
        print(finding)
    if not findings:
        print(f"{options.path.name}: no fault found.")
    return 1 if findings else 0
