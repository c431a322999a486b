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

from fitting.backgrounds import ShirleyScattering
from fitting.errors import RecipeError
from fitting.model_function import ModelFunction
from fitting.solver.lmfit_reference import solve_with_lmfit
from fitting.solver.minimise import solve as solve_in_numpy
from fitting.solver.spectra import Solve
from fitting.solver.starts import with_several_starts

Engine = Literal["auto", "compiled", "numpy", "lmfit"]

COMPILED_SHAPES = ("gaussian", "lorentzian", "pseudo-voigt")

_log = logging.getLogger(__name__)


def choose_solver(engine: Engine, function: ModelFunction, threads: int = 0) -> Solve:
    """The solver for a model.

    Parameters
    ----------
    engine
        "auto" takes the compiled engine as soon as it is ready, and numpy until then.
    threads
        Of the compiled engine; 0 for as many as there are processors.

    Raises
    ------
    RecipeError
        If the compiled engine is asked for and not installed, or cannot evaluate the model.
    """
    if engine == "lmfit":
        return _said("lmfit", solve_with_lmfit)
    if engine == "compiled":
        return _said("compiled", with_several_starts(_compiled(function, threads)))
    if engine == "auto" and can_compile(function) and is_compiled_ready():
        return _said("compiled", with_several_starts(_compiled(function, threads)))
    return _said("numpy", with_several_starts(solve_in_numpy))


def can_compile(function: ModelFunction) -> bool:
    """Whether the compiled engine has all line shapes and the background of a model."""
    shapes = {peak.line_shape.name for peak in function.peaks}
    background = function.scattering is None or isinstance(function.scattering, ShirleyScattering)
    return background and shapes.issubset(COMPILED_SHAPES)


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
    threading.Thread(target=_prepare, args=(prepared,), name="compile", daemon=True).start()
    return prepared


def _prepare(prepared: "Future[Any]") -> None:
    try:
        kernel = "fitting.solver.kernel"
        # A process of its own: compiling here would hold the interpreter's lock for half a minute.
        if not getattr(sys, "frozen", False) and not import_module(f"{kernel}.jit").is_complete():
            subprocess.run(
                [sys.executable, "-m", f"{kernel}.warm_up"], check=False, capture_output=True
            )
        import_module(f"{kernel}.warm_up").warm_up()
        prepared.set_result(import_module(f"{kernel}.solver").solve)
        _log.info("The compiled engine is ready.")
    except (ImportError, OSError, RuntimeError, AttributeError) as error:
        _log.warning("The compiled engine cannot be used (%s); numpy fits instead.", error)
        prepared.set_exception(error)


def _compiled(function: ModelFunction, threads: int) -> Solve:
    if not can_compile(function):
        raise RecipeError(
            "The compiled engine has gaussian, lorentzian and pseudo-voigt lines on a linear, "
            'Shirley or static background only. Choose the engine "auto" for this model.'
        )
    prepared = prepare_compiled()
    error = prepared.exception()
    if error is not None:
        raise RecipeError(
            f"The compiled engine is not available ({error}). Install numba (the extra [fast]), "
            'or choose the engine "numpy".'
        )
    solve: Solve = partial(prepared.result(), threads=threads or None)
    return solve


def _said(name: str, solve: Solve) -> Solve:
    _log.debug("Fitting with the %s engine.", name)
    return solve
