"""The parser of the command line and its exit codes.

0: every spectrum of every file was read and fitted. 1: some were not. 2: wrong use or nothing
readable; nothing is written.
"""

import argparse
import logging
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.metadata import version

from fitting.commands.streams import robust_output
from fitting.data.errors import ThioscopeError
from fitting.data.plain_text import cut_message
from libraries.loader import LibraryError

COMMANDS = {
    "check": "is this project file, folder of results or library whole",
    "demo": "the bundled (simulated) example, the whole way",
    "read": "what is in the files",
    "library": "the reference peak libraries",
    "fit": "files and folders to tables, figures and a project",
    "watch": "a folder during a measurement: every new spectrum is fitted as it comes",
}
"""What each does; its module is loaded when it is asked for."""
_NOT_ALL = 1
WRONG_USE = 2
_INTERRUPTED = 130


def run_command(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    with robust_output() as output:
        options = command_line_parser(arguments).parse_args(arguments)
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


def command_line_parser(words: Iterable[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """The parser of all commands; those among ``words`` know their arguments."""
    asked = set(words)
    parser = argparse.ArgumentParser(
        prog="thioscope",
        description="Fit XPS and Raman spectra of sulfide electrolytes and put species on the "
        "cell's voltage. Without a command, opens the window: thioscope [FILE ...].",
    )
    parser.add_argument("--version", action="version", version=f"thioscope {version('thioscope')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--verbose", action="store_true", help="say what is being done")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, parents=[shared], help=purpose)
        if name in asked:
            module = import_module(f"fitting.commands.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser
