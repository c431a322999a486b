"""The parser of the command line and its exit codes.

0: every spectrum of every file was read and fitted. 1: some were not. 2: wrong use or nothing
readable; nothing is written.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from importlib.metadata import version

from fitting.commands import check, demo, fit, library, read, watch
from fitting.commands.streams import robust_output
from fitting.data.errors import ThioscopeError
from fitting.data.plain_text import cut_message
from libraries.loader import LibraryError

_MODULES = {
    "check": check,
    "demo": demo,
    "read": read,
    "library": library,
    "fit": fit,
    "watch": watch,
}
COMMANDS = tuple(_MODULES)
_NOT_ALL = 1
WRONG_USE = 2
_INTERRUPTED = 130


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    with robust_output() as output:
        options = command_line_parser().parse_args(arguments)
        logging.basicConfig(
            level=logging.INFO if options.verbose else logging.WARNING,
            format="%(name)s: %(message)s",
            stream=sys.stderr,
        )
        code = _run_verb(options)
        output.flush()
        if output.fault is not None and not isinstance(output.fault, BrokenPipeError):
            print(f"thioscope: standard output: {output.fault.strerror}.", file=sys.stderr)
            code = code or _NOT_ALL
    return code


def _run_verb(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except (ThioscopeError, LibraryError) as error:
        print(f"thioscope: {cut_message(str(error))}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("thioscope: stopped.", file=sys.stderr)
        return _INTERRUPTED


def command_line_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="thioscope",
        description="Fit XPS and Raman spectra of sulfide electrolytes and put species on the "
        "cell's voltage. Without a command, opens the window: thioscope [FILE ...].",
    )
    parser.add_argument("--version", action="version", version=f"thioscope {version('thioscope')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--verbose", action="store_true", help="say what is being done")
    for name, module in _MODULES.items():
        command = commands.add_parser(name, parents=[shared], help=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
