"""Which solver fits a model: compiled where that is ready and can, numpy otherwise.

The compiled engine is prepared in the background: no fit and no start-up waits for it. What was
compiled is kept in the user's cache folder, so that later runs have it within a second.
"""

import importlib.util
import logging
import subprocess
import sys
import threading
from concurrent.futures import Future
from functools import cache, partial
from importlib import import_module
from typing import Any, Literal

from fitting.data.errors import RecipeError
from fitting.data.extras import how_to_get
from fitting.models.function import ModelFunction
from fitting.solvers.numpy.minimise import solve_numpy as solve_in_numpy
from fitting.solvers.numpy.starts import with_several_starts
from fitting.solvers.spectra import Solve

Engine = Literal["auto", "compiled", "numpy", "lmfit"]

FEW_SPECTRA = 256
"""A shorter series is fitted by numpy, compiled engine or not: it takes no longer than a second,
and the same files give the same numbers to the last digit whether or not that engine is ready."""

_log = logging.getLogger(__name__)


def choose_engine(engine: Engine, function: ModelFunction) -> Engine:
    """What "auto" means now: the compiled engine if it is ready and has the model, or numpy."""
    if engine != "auto":
        return engine
    return "compiled" if can_compile(function) and is_compiled_ready() else "numpy"


def solver_of(
    engine: Engine, function: ModelFunction, *, threads: int = 0, several_starts: bool = True
) -> Solve:
    """The solver of an engine for a model.

    Parameters
    ----------
    threads
        Of the compiled engine; 0 for as many as there are processors.
    several_starts
        Whether to try other starts where a minimum is doubtful. lmfit does not.

    Raises
    ------
    RecipeError
        If the compiled engine is asked for and not installed, or does not have the model.
    """
    chosen = choose_engine(engine, function)
    if chosen == "lmfit":
        # Takes as long to import as all the rest of the engine, and only tests ask for it.
        from fitting.solvers.lmfit_reference import solve_with_lmfit

        return solve_with_lmfit
    solve = _load_compiled(function, threads) if chosen == "compiled" else solve_in_numpy
    return with_several_starts(solve) if several_starts else solve


def can_compile(function: ModelFunction) -> bool:
    """Whether the compiled engine has all line shapes and the background of a model."""
    has_background = function.scattering is None or function.background.has_compiled_scattering
    return has_background and all(peak.line_shape.compiled for peak in function.peaks)


def is_compiled_ready() -> bool:
    """Whether the compiled engine can be used at once; asking begins to prepare it."""
    prepared = prepare_compiled()
    return prepared.done() and prepared.exception() is None


@cache
def prepare_compiled() -> "Future[Any]":
    """Begin to prepare the compiled engine in the background; the future is its ``solve``."""
    prepared: Future[Any] = Future()
    if importlib.util.find_spec("numba") is None:
        prepared.set_exception(ModuleNotFoundError("numba"))
        return prepared
    threading.Thread(target=_prepare_kernel, args=(prepared,), name="compile", daemon=True).start()
    return prepared


def _prepare_kernel(prepared: "Future[Any]") -> None:
    try:
        kernel = "fitting.solvers.compiled"
        if not import_module(f"{kernel}.jit").is_complete():
            _compile_in_own_process(kernel)
        import_module(f"{kernel}.warm_up").warm_up()
        prepared.set_result(import_module(f"{kernel}.solver").solve_compiled)
        _log.info("The compiled engine is ready.")
    # KeyError: a numba that does not know an option of the kernel's.
    except (ImportError, OSError, RuntimeError, AttributeError, KeyError) as error:
        _log.warning("The compiled engine cannot be used (%s); numpy fits instead.", error)
        prepared.set_exception(error)


def _compile_in_own_process(kernel: str) -> None:
    """Wait for another process that compiles: here it would hold the interpreter's lock for long.

    Its standard input stays open as long as this process lives, and tells it when to end.
    """
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        _compile_command(kernel), stdin=subprocess.PIPE, stdout=quiet, stderr=quiet
    ) as compiling:
        compiling.wait()


def _compile_command(kernel: str) -> list[str]:
    """What compiles the kernel in another process and keeps it for this one to load."""
    is_frozen = getattr(sys, "frozen", False)
    return [sys.executable, *(["--prepare-engine"] if is_frozen else ["-m", f"{kernel}.warm_up"])]


def _load_compiled(function: ModelFunction, threads: int) -> Solve:
    if not can_compile(function):
        raise RecipeError(
            "The compiled engine has gaussian, lorentzian and pseudo-voigt lines on a linear, "
            'Shirley or static background only. Choose the engine "auto" for this model.'
        )
    prepared = prepare_compiled()
    error = prepared.exception()
    if error is not None:
        raise RecipeError(
            f"The compiled engine is not available ({error}). Choose the engine "
            f'"numpy" or "auto", or get numba. {how_to_get("numba")}'
        )
    solve: Solve = partial(prepared.result(), threads=threads or None)
    return solve
