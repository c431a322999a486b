"""How long the plot takes to follow a dragged peak: ``python -m benchmarks.window.redraw``.

Every frame is one move of a real mouse event on a peak's marker: the model is changed in the
document, areas are found, the curves evaluated, all items set and the panel painted. "worst" is
the slowest of all frames but the first; "processor" is the median of the time for which the GUI
thread worked, which other programs on the machine do not lengthen.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.document import Document
from app.plots.peak_markers import MarkerPart
from app.plots.spectrum_plot import SpectrumPlot
from benchmarks.command import Figures, Size, benchmark_parser, parse, show
from benchmarks.window.screen import make_quiet_application
from fitting.models.model import Background, Model, Parameter, Peak
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.simulation.series import simulate_series

_SIZE = (1000, 640)
_SPECTRA = 50
_SIZES = {
    "frames": Size(60, 10, "frames"),
    "points": Size(1000, 1000, "points"),
    "peaks": Size(12, 12, "peaks"),
}


def main() -> None:
    """Drag a peak; the times of the frames."""
    options = parse(benchmark_parser(__doc__, **_SIZES))
    with tempfile.TemporaryDirectory() as folder:
        application = make_quiet_application(Path(folder))
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
        "unit": "ms",
        "peaks": options.peaks,
        "points": options.points,
        "frames": len(frames),
        "median": statistics.median(wall),
        "p95": float(np.percentile(wall, 95)),
        "worst": max(wall),
        "processor": statistics.median(processor),
    }
    show(figures, options, _table)


def _table(figures: Figures) -> str:
    times = ("median", "p95", "worst", "processor")
    words = ", ".join(f"{name} {figures[name]:.1f} ms" for name in times)
    return f"{figures['peaks']} components x {figures['points']} points: {words}"


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
    tops = [handle for handle in plot.markers.handles if handle.part is MarkerPart.TOP]
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
