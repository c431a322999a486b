"""How long the spectrum plot takes to follow a dragged peak: from the event to the painted screen.

    python benchmarks/redraw.py [--frames 60] [--points 1000] [--peaks 12] [--json]

Every frame is one move of a real mouse event on a peak's marker: the model is changed in the
document, areas are found, the curves evaluated, all items set and the panel painted. "worst" is
the slowest of all frames but the first; "processor" is the median of the time for which the GUI
thread worked, which other programs on the machine do not lengthen.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence

if sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.plots.peak_markers import Part
from app.plots.spectrum_plot import SpectrumPlot
from app.window import make_application
from fitting.model import Background, Model, Parameter, Peak
from fitting.project import Analysis, Project
from fitting.recipe import Recipe
from fitting.simulate import simulate_series

_SIZE = (1000, 640)
_SPECTRA = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--peaks", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    application = make_application()
    pg.setConfigOption("mouseRateLimit", -1)
    document = Document()
    document.open(Project({"S 2p": _analysis(options.peaks, options.points)}), None)
    plot = SpectrumPlot(document)
    plot.resize(*_SIZE)
    plot.show()
    application.processEvents()
    # as the window does when all is loaded
    gc.freeze()
    frames = _drag(plot, options.frames)
    wall, processor = zip(*frames, strict=True)
    figures = {
        "median": statistics.median(wall),
        "p95": float(np.percentile(wall, 95)),
        "worst": max(wall),
        "processor": statistics.median(processor),
    }
    if options.json:
        sizes = {"peaks": options.peaks, "points": options.points, "frames": len(frames)}
        print(json.dumps({"unit": "ms", **sizes, **figures}))
    else:
        words = ", ".join(f"{name} {value:.1f} ms" for name, value in figures.items())
        print(f"{options.peaks} components x {options.points} points: {words}")


def _analysis(peaks: int, points: int) -> Analysis:
    """Doublets side by side on a line."""
    places = np.linspace(158.0, 170.0, peaks)
    model = Model(
        tuple(_doublet(f"peak {number}", float(place)) for number, place in enumerate(places, 1)),
        Background("linear", {"offset": Parameter(0.0), "slope": Parameter(0.0)}),
    )
    areas = {f"{peak.name}.area": np.full(_SPECTRA, 3000.0) for peak in model.peaks}
    series = simulate_series(
        model,
        {**areas, "background.offset": 500.0},
        np.linspace(156.0, 173.0, points),
        np.random.default_rng(1),
        region="S 2p",
    )
    return Analysis(series, Recipe(model))


def _doublet(name: str, place: float) -> Peak:
    parameters = {
        "area": Parameter(1.0, min=0.0),
        "position": Parameter(place, place - 0.5, place + 0.5),
        "fwhm": Parameter(1.0, 0.4, 2.0),
        "mixing": Parameter(0.3, 0.0, 1.0),
        "separation": Parameter(1.18, vary=False),
        "area_ratio": Parameter(0.5, vary=False),
    }
    return Peak(name, name, "pseudo-voigt", parameters)


def _drag(plot: SpectrumPlot, count: int) -> Sequence[tuple[float, float]]:
    """Drag the middle peak to and fro; milliseconds of each frame, and of the GUI thread in it."""
    tops = [handle for handle in plot.markers.handles if handle.part is Part.TOP]
    top = tops[len(tops) // 2]
    scene = plot.spectrum_item.getViewBox().mapViewToScene(QPointF(top.x, top.y))
    begin = QPointF(plot.canvas.mapFromScene(scene))
    _send(plot, QEvent.Type.MouseMove, begin, Qt.MouseButton.NoButton)
    _send(plot, QEvent.Type.MouseButtonPress, begin, Qt.MouseButton.LeftButton)
    frames = []
    for number in range(count + 1):
        place = begin + QPointF(12.0 * np.sin(0.3 * (number + 1)), 0.0)
        began, used = time.perf_counter(), time.thread_time()
        _send(plot, QEvent.Type.MouseMove, place, Qt.MouseButton.LeftButton)
        plot.canvas.viewport().repaint()
        frames.append((1e3 * (time.perf_counter() - began), 1e3 * (time.thread_time() - used)))
    _send(plot, QEvent.Type.MouseButtonRelease, begin, Qt.MouseButton.LeftButton)
    return frames[1:]


def _send(plot: SpectrumPlot, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> None:
    port = plot.canvas.viewport()
    whole = QPointF(port.mapToGlobal(place.toPoint()))
    event = QMouseEvent(kind, place, whole, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(port, event)


if __name__ == "__main__":
    main()
