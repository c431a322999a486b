"""What all figures have in common: sizes, type, labels, and how they are saved."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import font_manager, rc_context, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import ScalarFormatter
from numpy.typing import NDArray

from fitting.data.program import program_version
from fitting.data.series import AXES, MIXED, axis_of, get_column
from fitting.data.whole_file import write_whole
from fitting.output.species_colours import colour_of
from fitting.projects.figure_style import FigureStyle
from libraries.catalogue import Catalogue

MM = 1.0 / 25.4
"""A millimetre in inches."""
SINGLE_COLUMN = 89.0
"""Width of one column in journals (mm)."""
DOTS_PER_INCH = 400
LONGEST_NAME = 26
SMALL, NORMAL = 6.0, 7.0
"""Type sizes (points)."""
GREY = "#666666"
_TIFF = ("tiff", "tif")
_VOLTAGE = re.compile(r"[ _-]*\d+[.,p]\d* ?V(?![A-Za-z])")
_TEXT_WIDTH, _LEGEND_HANDLE, _LEGEND_MARGINS = 1.25, 5.5, 13.0
"""Mean width of a small letter, of a symbol with its gaps, and what a legend leaves free (mm)."""

_SIZES = (
    "font.size", "axes.labelsize", "axes.titlesize", "xtick.labelsize", "ytick.labelsize",
    "legend.fontsize",
)  # fmt: skip
"""Settings that grow with the type."""
STYLE: dict[Any, Any] = {
    "font.family": ["sans-serif", "DejaVu Sans"],
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "font.size": NORMAL,
    "axes.labelsize": NORMAL,
    "axes.titlesize": NORMAL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "xtick.minor.visible": True,
    "axes.labelpad": 2.5,
    "lines.linewidth": 0.8,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.2,
    "axes.unicode_minus": True,
    "axes.formatter.use_mathtext": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "thioscope",
    "savefig.dpi": DOTS_PER_INCH,
    "figure.dpi": 100,
}


def make_settings(style: FigureStyle) -> dict[Any, Any]:
    """What matplotlib is told to draw in a style."""
    scale = style.font_size / NORMAL
    sized = {name: size * scale for name, size in STYLE.items() if name in _SIZES}
    families = [style.font] if style.font else []
    return {
        **STYLE,
        **sized,
        "font.sans-serif": [*families, *STYLE["font.sans-serif"]],
        "savefig.dpi": style.dots_per_inch,
    }


def list_fonts() -> list[str]:
    """Families of type that figures can be set in on this machine, by name."""
    return sorted(set(font_manager.get_font_names()))


def small_type() -> float:
    """The size of small type in what is being drawn (points)."""
    # outside of our style it is a word, such as "medium"
    return float(FontProperties(size=rcParams["legend.fontsize"]).get_size_in_points())


@dataclass(frozen=True, slots=True)
class SpeciesLabels:
    """How the species of one region are written and coloured in a figure."""

    catalogue: Catalogue
    region: str
    style: FigureStyle = field(default_factory=FigureStyle)

    @property
    def room(self) -> float:
        """Width of a figure; see ``find_room``."""
        return find_room(self.style)

    def colour(self, species: str) -> str:
        """As chosen; else that which it has everywhere."""
        return self.style.colours.get(species) or colour_of(species)

    def label(self, species: str) -> str:
        """As chosen; else as the library writes it, such as "PS₄³⁻"; else by its id."""
        if self.style.names.get(species):
            return escape_formula(self.style.names[species])
        if self.region in self.catalogue.regions():
            for known in self.catalogue.species(self.region):
                if known.id == species:
                    return known.label
        return escape_formula(species)


def find_room(style: FigureStyle) -> float:
    """Width of a figure in lengths that grow with its type: in mm where that is of usual size."""
    return style.width * NORMAL / style.font_size


def new_figure(width: float, height: float, style: FigureStyle | None = None) -> Figure:
    """An empty figure that draws without a display; lengths (mm) grow with the style's type."""
    scale = MM * (style.font_size / NORMAL if style else 1.0)
    figure = Figure(figsize=(width * scale, height * scale))
    FigureCanvasAgg(figure)
    return figure


class TickFormatter(ScalarFormatter):
    """Plain numbers at the ticks, a formula only where a power of ten stands beside the axis.

    A number that is set as a formula looks the same and takes some twenty times as long.
    """

    def set_locs(self, locs: Any) -> None:
        """Choose how the numbers at these places are written."""
        self.set_useMathText(False)
        super().set_locs(locs)
        self.set_useMathText(True)


def save_figure(figure: Figure, stem: Path, style: FigureStyle | None = None) -> Iterator[Path]:
    """Write the figure as SVG, PNG and what else is chosen; the same figure, the same bytes."""
    chosen = style or FigureStyle()
    for kind in ("svg", "png", *chosen.formats):
        path = stem.with_name(f"{stem.name}.{kind}")
        write_whole(path, render_figure(figure, kind, chosen))
        yield path


def render_figure(figure: Figure, kind: str, style: FigureStyle) -> bytes:
    """The figure as a file of this format."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(TickFormatter())
    stream = io.BytesIO()
    with rc_context(make_settings(style)):
        if kind in _TIFF:
            compressed = {"compression": "tiff_lzw"}
            figure.savefig(stream, format=kind, pil_kwargs=compressed)
        else:
            figure.savefig(stream, format=kind, metadata=figure_metadata(kind))
    return stream.getvalue()


def figure_metadata(kind: str) -> dict[str, str | None]:
    """What a figure of this format says of its making: the program, and no date."""
    if kind == "svg":
        return {"Creator": program_version(), "Date": None}
    if kind == "pdf":
        return {"Creator": program_version(), "CreationDate": None}
    return {"Software": program_version()}


def axis_label(series: xr.Dataset) -> str:
    """Label of the spectral axis with its unit."""
    axis = AXES[axis_of(series)]
    return f"{axis.label} ({axis.unit.replace('1/cm', 'cm⁻¹')})"


def intensity_unit(series: xr.Dataset) -> str:
    """Unit of the intensity as it is printed."""
    unit = str(series.attrs["unit"])
    return {"counts/s": "counts s⁻¹", "arbitrary": "arb. units", MIXED: "own units"}.get(unit, unit)


def escape_formula(text: str) -> str:
    """Text without what matplotlib reads as a formula."""
    return text.replace("$", r"\$")


def shorten_text(text: str, longest: int = LONGEST_NAME) -> str:
    """The text, cut in the middle if it is too long."""
    if len(text) <= longest:
        return text
    head = (longest - 1) * 2 // 3
    return f"{text[:head]}…{text[head + 1 - longest :]}"


def sample_names(series: xr.Dataset, longest: int = LONGEST_NAME) -> list[str]:
    """Sample, or label, of every spectrum as it is printed.

    Without a voltage that is known anyway; what long names have in common is left out.
    """
    samples, labels = (get_column(series, name).astype(str) for name in ("sample", "label"))
    known = np.isfinite(get_column(series, "voltage").astype(float))
    names = [
        (_VOLTAGE.sub("", name) if has_voltage else name).replace("_", " ").strip()
        for name, has_voltage in zip(np.where(samples != "", samples, labels), known, strict=True)
    ]
    if max(map(len, names)) > longest:
        names = _without_common_words(names)
    return [shorten_text(name, longest) for name in names]


def spectrum_title(series: xr.Dataset, spectrum: int) -> str:
    """Sample and voltage of a spectrum, as far as they say something."""
    names = sample_names(series)
    voltage = float(get_column(series, "voltage")[spectrum])
    branch = str(get_column(series, "branch")[spectrum])
    parts = []
    if len(set(names)) > 1 or not np.isfinite(voltage):
        parts.append(names[spectrum])
    if np.isfinite(voltage):
        parts.append(f"{voltage:.2f} V" + (f" ({branch})" if branch else ""))
    return escape_formula(", ".join(part for part in parts if part)) or f"spectrum {spectrum}"


def legend_columns(names: Sequence[str], room: float = SINGLE_COLUMN) -> int:
    """How many entries of a legend fit beside one another in a figure of this width (mm)."""
    widest = _TEXT_WIDTH * max(map(len, names)) + _LEGEND_HANDLE
    return max(1, min(len(names), int((room - _LEGEND_MARGINS) / widest)))


def choose_representative(order: NDArray[np.int_], count: int) -> NDArray[np.int_]:
    """The first, the last, and evenly between them: at most ``count`` of an order."""
    places = np.unique(np.linspace(0, len(order) - 1, min(count, len(order))).round().astype(int))
    return np.asarray(order[places])


def _without_common_words(names: Sequence[str]) -> list[str]:
    """The names without the words that all of them begin or end with."""
    different = list(dict.fromkeys(names))
    if len(different) < 2:
        return list(names)
    head = len(_common_words(different))
    tail = len(_common_words([name[head:][::-1] for name in different]))
    return [name[head : len(name) - tail] for name in names]


def _common_words(names: Sequence[str]) -> str:
    """What all names begin with, up to a sign that is neither letter nor digit."""
    columns = takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))
    common = "".join(signs[0] for signs in columns)
    while common and common[-1].isalnum():
        common = common[:-1]
    return common
