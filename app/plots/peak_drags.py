"""What dragging the handles of peaks does to the document, and where the handles are.

A drag edits what is on the screen: on a fitted spectrum the model first takes the values of that
fit as its start values. Areas are found while positions and widths are dragged, as the fit will
find them; a marker that is dragged up or down gives its peak an area to be shown with until the
next fit, which finds it again unless it is fixed.
"""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from app.document import Document
from app.plots.escape import EscapeWatch
from app.plots.peak_markers import Handle, MarkerPart, PeakMarkers
from app.plots.plot_canvas import species_colour
from app.plots.species_labels import peak_label
from app.plots.spectrum_curves import ShownSpectrum
from fitting.models.model import Model, Peak
from fitting.projects.drag_edits import (
    starting_where_fitted,
    unit_height,
    with_lower_limit,
    with_upper_limit,
    with_value,
)

_Edit = Callable[[ShownSpectrum, Model, Handle, float], Model]


class PeakDrags(QObject):
    """Turns drags of the markers into changes of the model; one drag is one step of undo."""

    def __init__(self, document: Document, markers: PeakMarkers) -> None:
        super().__init__(document)
        self._document, self._markers = document, markers
        self._shown: ShownSpectrum | None = None
        self._begun: ShownSpectrum | None = None
        self._model: Model | None = None
        self._key: object = None
        self._escape = EscapeWatch(self)
        self._escape.pressed.connect(self._on_escape)
        markers.taken.connect(self._on_taken)
        markers.dragged.connect(self._on_dragged)
        markers.released.connect(self._on_released)

    def show_peaks(self, shown: ShownSpectrum, selected: str) -> None:
        """Put the handles where the peaks are."""
        self._shown = shown
        handles = [
            handle
            for peak in shown.model.peaks
            for handle in handles_of(
                shown, peak, self._label_of(peak), is_selected=peak.name == selected
            )
        ]
        self._markers.show_handles(handles, selected)

    def _label_of(self, peak: Peak) -> str:
        return peak_label(self._document.catalogue, self._document.view.region, peak)

    def _on_taken(self, handle: Handle) -> None:
        self._document.look_at(peak=handle.peak)

    def _on_dragged(self, handle: Handle, x: float, y: float, is_raised: bool) -> None:
        if self._key is None:
            self._begin()
        shown, model = self._begun, self._model
        if shown is None or model is None:
            return
        edited = _EDITS[handle.part](shown, model, handle, x)
        if handle.part is MarkerPart.TOP and is_raised:
            edited = _with_height(shown, edited, handle, y)
        text = f"Drag {handle.part.value.partition(',')[0]} of {handle.peak}"
        self._document.change_model(partial(_keep_model, edited), text, self._key)

    def _begin(self) -> None:
        shown = self._shown
        self._key, self._begun = object(), shown
        self._escape.begin()
        if shown is not None and shown.is_fitted:
            self._model = starting_where_fitted(shown.model, shown.parameters)
        else:
            self._model = shown.model if shown is not None else None

    def _on_escape(self) -> None:
        self._document.take_back(self._key)
        self._markers.let_go()

    def _on_released(self) -> None:
        self._escape.end()
        self._key = self._begun = self._model = None


def handles_of(
    shown: ShownSpectrum, peak: Peak, label: str, *, is_selected: bool
) -> Sequence[Handle]:
    """The handles of one peak; the less that is selected, the fewer."""
    colour = species_colour(peak.species)
    position, width = (shown.value_of(f"{peak.name}.{short}") for short in ("position", "fwhm"))

    def handle(part: MarkerPart, x: float) -> Handle:
        tip = f"{label}: drag to change the {part.value.partition(',')[0]} ({x:.2f} {shown.unit})."
        return Handle(part, peak.name, x, shown.height_at(peak.name, x), colour, tip)

    handles = [handle(MarkerPart.TOP, position)]
    if not is_selected:
        return handles
    handles += [
        handle(MarkerPart.LOWER_EDGE, position - width / 2),
        handle(MarkerPart.UPPER_EDGE, position + width / 2),
    ]
    if peak.is_doublet:
        separation = shown.value_of(f"{peak.name}.separation")
        handles.append(handle(MarkerPart.PARTNER, position + separation))
    limits = peak.parameters["position"]
    ends = ((MarkerPart.LOWER_LIMIT, limits.min), (MarkerPart.UPPER_LIMIT, limits.max))
    low, high = shown.x[0], shown.x[-1]
    handles += [handle(part, end) for part, end in ends if low <= end <= high]
    return handles


def _move_peak(_: ShownSpectrum, model: Model, handle: Handle, x: float) -> Model:
    return with_value(model, f"{handle.peak}.position", x)


def _moved_by_partner(shown: ShownSpectrum, model: Model, handle: Handle, x: float) -> Model:
    separation = shown.value_of(f"{handle.peak}.separation")
    return with_value(model, f"{handle.peak}.position", x - separation)


def _widen_peak(shown: ShownSpectrum, model: Model, handle: Handle, x: float) -> Model:
    half = abs(x - shown.value_of(f"{handle.peak}.position"))
    return with_value(model, f"{handle.peak}.fwhm", 2.0 * half)


def _limited_below(_: ShownSpectrum, model: Model, handle: Handle, x: float) -> Model:
    return with_lower_limit(model, f"{handle.peak}.position", x)


def _limited_above(_: ShownSpectrum, model: Model, handle: Handle, x: float) -> Model:
    return with_upper_limit(model, f"{handle.peak}.position", x)


def _with_height(shown: ShownSpectrum, model: Model, handle: Handle, y: float) -> Model:
    """The model with the area at which the peak's top is at ``y``."""
    place = shown.value_of(f"{handle.peak}.position")
    unit = unit_height(shown.model.peak(handle.peak), shown.values, place)
    new_place = dict(model.parameters())[f"{handle.peak}.position"].value
    area = (y - shown.background_at(new_place)) / unit
    return with_value(model, f"{handle.peak}.area", max(area, 0.0))


def _keep_model(model: Model, _: Model) -> Model:
    return model


_EDITS: dict[MarkerPart, _Edit] = {
    MarkerPart.TOP: _move_peak,
    MarkerPart.PARTNER: _moved_by_partner,
    MarkerPart.LOWER_EDGE: _widen_peak,
    MarkerPart.UPPER_EDGE: _widen_peak,
    MarkerPart.LOWER_LIMIT: _limited_below,
    MarkerPart.UPPER_LIMIT: _limited_above,
}
