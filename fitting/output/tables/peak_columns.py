"""Columns of the tables of peaks and of ratios of Raman bands."""

from collections.abc import Iterator

from numpy.typing import ArrayLike

from fitting.models.line_shapes import LINE_SHAPES
from fitting.output.tables.blocks import SpectraBlock
from fitting.output.tables.column import Column
from fitting.output.tables.estimate_columns import (
    FULL_STDERR,
    HIGH,
    LOW,
    STDERR,
    estimate_column,
)
from fitting.output.tables.spectrum_columns import STATE, WHERE
from fitting.quantities.band_ratios import BAND_RATIO
from fitting.quantities.units import area_units


def _list_species(block: SpectraBlock) -> ArrayLike:
    return [block.analysis.model.peak(name).species for name in block.names()]


def _list_shapes(block: SpectraBlock) -> ArrayLike:
    return [block.analysis.model.peak(name).line_shape for name in block.names()]


def _tell_units(block: SpectraBlock) -> ArrayLike:
    return [[unit] for unit in area_units(block.analysis)]


_AXIS, _HEIGHT, _AREA = "eV or 1/cm", "unit of the intensity", "see unit"
_SPECIES = Column("species", "text", "", "id in the library", _list_species)
AREA_UNIT = Column("unit", "text", "", "unit of the area", _tell_units)

_POSITION = "of the main line (2p3/2); empty where the energies are referred to another line"
_MIXING = "Lorentzian fraction of the line shape, where it has one"
_ASYMMETRY = "asymmetry of the line shape, where it has one"
_SHIFT, _SAID_SHIFT = "systematic: standard error of the charge shift", "the charge shift adds ±{}"
_WHOLE = "full width of both lines together"


def _shape_columns() -> Iterator[Column]:
    """Value and error of every shape parameter that has no column above."""
    kinds = {
        kind.name: kind for shape in LINE_SHAPES.built_in.values() for kind in shape.parameters
    }
    for name, kind in kinds.items():
        if name not in ("mixing", "asymmetry"):
            yield estimate_column(
                name, "1", f"{kind.meaning}; where the shape has one", name, "value"
            )
            yield estimate_column(f"{name}_stderr", "1", STDERR, name, "stderr")


PEAK_COLUMNS = (
    *WHERE,
    Column("peak", "text", "", "name in the model", lambda block: block.names()),
    _SPECIES,
    estimate_column("position", _AXIS, _POSITION, "position", "value"),
    estimate_column("position_stderr", _AXIS, STDERR, "position", "stderr"),
    estimate_column("fwhm", _AXIS, "full width at half maximum of each line", "fwhm", "value"),
    estimate_column("fwhm_stderr", _AXIS, STDERR, "fwhm", "stderr"),
    estimate_column(
        "area", _AREA, "integral, both lines of a doublet included", "peak_area", "value"
    ),
    estimate_column("area_stderr", _AREA, STDERR, "peak_area", "stderr"),
    estimate_column("height", _HEIGHT, "maximum over the background", "height", "value"),
    estimate_column("mixing", "1", _MIXING, "mixing", "value"),
    AREA_UNIT,
    estimate_column("height_stderr", _HEIGHT, STDERR, "height", "stderr"),
    estimate_column("mixing_stderr", "1", STDERR, "mixing", "stderr"),
    estimate_column("asymmetry", "1", _ASYMMETRY, "asymmetry", "value"),
    estimate_column("whole_fwhm", _AXIS, _WHOLE, "whole_fwhm", "value"),
    estimate_column("whole_fwhm_stderr", _AXIS, STDERR, "whole_fwhm", "stderr"),
    estimate_column("separation", "eV", "of the two lines of a doublet", "separation", "value"),
    estimate_column("area_ratio", "1", "weaker over main line of a doublet", "area_ratio", "value"),
    Column("line_shape", "text", "", "name of the line shape", _list_shapes),
    estimate_column("position_syst", "eV", _SHIFT, "position", "systematic", _SAID_SHIFT),
    *STATE,
    estimate_column("position_low95", _AXIS, LOW, "position", "low95"),
    estimate_column("position_high95", _AXIS, HIGH, "position", "high95"),
    estimate_column("fwhm_low95", _AXIS, LOW, "fwhm", "low95"),
    estimate_column("fwhm_high95", _AXIS, HIGH, "fwhm", "high95"),
    estimate_column("asymmetry_stderr", "1", STDERR, "asymmetry", "stderr"),
    *_shape_columns(),
)
"""Every peak of every spectrum."""

_INTERNAL = "band that the others are related to"
_RATIO = "area of the band over that of the internal one"
_OPEN = "upper end; inf where the internal may be zero"

BAND_COLUMNS = (
    *WHERE,
    Column("band", "text", "", "Raman band, name in the model", lambda block: block.names()),
    _SPECIES,
    Column("internal_band", "text", "", _INTERNAL, lambda block: block.names(1)),
    estimate_column("ratio", "1", _RATIO, "band_ratio", "value"),
    estimate_column("ratio_stderr", "1", FULL_STDERR, "band_ratio", "stderr"),
    estimate_column("ratio_low95", "1", f"{LOW} (Fieller)", "band_ratio", "low95"),
    estimate_column("ratio_high95", "1", _OPEN, "band_ratio", "high95"),
    Column("quantity", "text", "", "what the ratio stands for", lambda _: BAND_RATIO),
    *STATE,
)
"""Every Raman band over the internal one, in every spectrum."""
