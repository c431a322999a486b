"""The program's entry: a command if the first word is one, else the window."""

import os
import sys
from collections.abc import Sequence

from app.shadow import describe_shadow

_LINEAR_ALGEBRA = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Where the libraries that numpy calls look for their number of threads, once, at import."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # matrices are small here: threads of their own would only wait for one another
    for name in _LINEAR_ALGEBRA:
        os.environ.setdefault(name, "1")
    if problem := describe_shadow():
        print(f"thioscope: {problem}", file=sys.stderr)
        return 1
    if words[:1] == ["--self-test"]:
        from app.self_test import self_test

        return self_test(words[1:])
    if words == ["--prepare-engine"]:
        from fitting.solvers.compiled.warm_up import compile_alone

        compile_alone()
        return 0
    if words[:1] == ["--examine-project"]:
        from fitting.saving.examination_child import examine_as_child

        return examine_as_child(words[1:])
    from fitting.commands.main import COMMANDS, run_command

    if words and (words[0] in COMMANDS or words[0].startswith("-")):
        return run_command(words)
    from app.window import open_window

    return open_window(words)


if __name__ == "__main__":
    sys.exit(main())
