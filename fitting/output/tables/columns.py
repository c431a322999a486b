"""The columns of every table, with unit and meaning: what the tables promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "count"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    unit: str
    meaning: str


_SPECTRUM = Column(
    "spectrum",
    "count",
    "",
    "from 0 in the order of voltage, time, file name",
)
_SAMPLE = Column("sample", "text", "", "ties the regions of one sample or state together")
_REGION = Column("region", "text", "", 'core level, such as "S 2p", or "raman"')
_VOLTAGE = Column("voltage_V", "number", "V vs Li+/Li", "potential of the spectrum")
_SPECIES = Column("species", "text", "", "id in the library")
_WHERE = (_SPECTRUM, _SAMPLE, _REGION, _VOLTAGE)
_SYSTEMATIC = "systematic: the furthest that another background moves it; empty if not asked for"
_BIAS = "mean of the bootstrap's replicas minus the value"
_METHOD = Column("method", "text", "", "of the interval: covariance, profile or bootstrap")
_AREA_UNIT = Column("unit", "text", "", "unit of the area")
_ROUND = Column(
    "round", "count", "", "of measurement of the sample, from 1; empty where its voltage was given"
)
_STATE_VOLTAGE = Column(
    "voltage_V", "number", "V vs Li+/Li", "potential; the mean over the regions of a round"
)
_ROUND_CHANGE = Column(
    "voltage_change_V", "number", "V", "highest minus lowest of the regions of the round"
)
_DEPTH = Column("depth", "number", "", "sputter depth or time; its unit is in spectra")

TABLE_COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "spectra": (
        _SPECTRUM,
        _SAMPLE,
        Column("source", "text", "", "name of the file"),
        _REGION,
        _VOLTAGE,
        Column("time_s", "number", "s", "since the first spectrum"),
        Column("cycle", "number", "", "cycle number"),
        Column("branch", "text", "", "charge, discharge or empty"),
        Column(
            "status",
            "text",
            "",
            "converged, at_bound, failed, not_fitted, or not_read",
        ),
        Column("message", "text", "", "how the fit ended, or why there is none"),
        Column("reduced_chi_square", "number", "1", "chi-square over degrees of freedom"),
        Column("points", "count", "", "measured points that were fitted"),
        Column("free_parameters", "count", "", "parameters that were varied"),
        Column("label", "text", "", "what the file calls the spectrum"),
        Column("depth", "number", "", "sputter depth or time"),
        Column("axis_offset", "number", "eV or 1/cm", "added to the axis of the file"),
        Column("charge_shift", "number", "eV", "part of axis_offset that is charge correction"),
        Column("charge_shift_stderr", "number", "eV", "standard error of charge_shift"),
        Column("charge_reference", "text", "", "line that was put at an agreed energy"),
        Column(
            "noise", "text", "", "poisson: from counts; estimated: from scatter; given: in the file"
        ),
        Column("depth_unit", "text", "", "of the depth, as the file says it"),
        Column("voltage_from", "text", "", "where the voltage was found"),
        Column("voltage_start_V", "number", "V vs Li+/Li", "at the start of the exposure"),
        Column("voltage_end_V", "number", "V vs Li+/Li", "at the end of the exposure"),
        Column("voltage_change_V", "number", "V", "highest minus lowest during the exposure"),
        _ROUND,
    ),
    "peaks": (
        *_WHERE,
        Column("peak", "text", "", "name in the model"),
        _SPECIES,
        Column(
            "position",
            "number",
            "eV or 1/cm",
            "of the main line (2p3/2); empty where the energies are referred to another line",
        ),
        Column("position_stderr", "number", "eV or 1/cm", "standard error"),
        Column("fwhm", "number", "eV or 1/cm", "full width at half maximum of each line"),
        Column("fwhm_stderr", "number", "eV or 1/cm", "standard error"),
        Column(
            "area",
            "number",
            "see unit",
            "integral, both lines of a doublet included",
        ),
        Column("area_stderr", "number", "see unit", "standard error"),
        Column(
            "height",
            "number",
            "unit of the intensity",
            "maximum over the background",
        ),
        Column("mixing", "number", "1", "Lorentzian fraction of the line shape, where it has one"),
        _AREA_UNIT,
        Column("height_stderr", "number", "unit of the intensity", "standard error"),
        Column("mixing_stderr", "number", "1", "standard error"),
        Column("asymmetry", "number", "1", "asymmetry of the line shape, where it has one"),
        Column("whole_fwhm", "number", "eV or 1/cm", "full width of both lines together"),
        Column("whole_fwhm_stderr", "number", "eV or 1/cm", "standard error"),
        Column("separation", "number", "eV", "of the two lines of a doublet"),
        Column("area_ratio", "number", "1", "weaker over main line of a doublet"),
        Column("line_shape", "text", "", "name of the line shape"),
        Column("position_syst", "number", "eV", "systematic: standard error of the charge shift"),
        _DEPTH,
    ),
    "species": (
        *_WHERE,
        _SPECIES,
        Column("area", "number", "see unit", "sum of the areas of the species' peaks"),
        Column("area_stderr", "number", "see unit", "standard error"),
        Column("fraction_percent", "number", "%", "share of the region's total fitted area"),
        Column("fraction_stderr", "number", "%", "standard error, from the full covariance"),
        Column("fraction_low95", "number", "%", "lower end of the 95 % interval; see method"),
        Column("fraction_high95", "number", "%", "upper end of the 95 % interval; see method"),
        _AREA_UNIT,
        Column("is_detected", "text", "", "yes: area above 2 standard errors; no: see the limit"),
        Column(
            "detection_limit_percent",
            "number",
            "%",
            "share that would be seen in 95 % of spectra; what is not seen is below it",
        ),
        Column("reported", "text", "", "share with its error, or below its detection limit (95 %)"),
        Column("fraction_syst", "number", "%", _SYSTEMATIC),
        Column("fraction_bias", "number", "%", _BIAS),
        _METHOD,
        _DEPTH,
    ),
    "ratios": (
        *_WHERE,
        Column("numerator", "text", "", "species above the line"),
        Column("denominator", "text", "", "species below the line"),
        Column("ratio", "number", "1", "ratio of the areas"),
        Column("ratio_stderr", "number", "1", "standard error, from the full covariance"),
        Column("ratio_low95", "number", "1", "lower end of the 95 % interval; see method"),
        Column("ratio_high95", "number", "1", "upper end; inf where the denominator may be zero"),
        Column("quantity", "text", "", "what the ratio stands for"),
        Column("mole_ratio", "number", "1", "Raman, by the user's cross sections, else empty"),
        Column("mole_ratio_stderr", "number", "1", "with the error of the cross sections"),
        Column("ratio_syst", "number", "1", _SYSTEMATIC),
        Column("ratio_bias", "number", "1", _BIAS),
        _METHOD,
        _DEPTH,
    ),
    "band_ratios": (
        *_WHERE,
        Column("band", "text", "", "Raman band, name in the model"),
        _SPECIES,
        Column("internal_band", "text", "", "band that the others are related to"),
        Column("ratio", "number", "1", "area of the band over that of the internal one"),
        Column("ratio_stderr", "number", "1", "standard error, from the full covariance"),
        Column("ratio_low95", "number", "1", "lower end of the 95 % interval (Fieller)"),
        Column("ratio_high95", "number", "1", "upper end; inf where the internal may be zero"),
        Column("quantity", "text", "", "what the ratio stands for"),
        _DEPTH,
    ),
    "atomic_percent": (
        _SAMPLE,
        _STATE_VOLTAGE,
        _REGION,
        Column("element", "text", "", "chemical symbol"),
        _SPECIES,
        Column("atomic_percent", "number", "at%", "share of the sensitivity-corrected areas"),
        Column("atomic_percent_stderr", "number", "at%", "statistical standard error"),
        Column("sensitivity_set", "text", "", "set of relative sensitivity factors"),
        Column(
            "atomic_percent_syst",
            "number",
            "at%",
            "systematic: the furthest that another bundled set of factors moves the value",
        ),
        Column("systematic_from", "text", "", "that set; empty where no other has all factors"),
        Column("method", "text", "", "of the standard error: covariance"),
        _ROUND,
        _ROUND_CHANGE,
    ),
    "onsets": (
        _REGION,
        _SPECIES,
        Column("direction", "text", "", "appears or fades, along the branch"),
        Column("onset_V", "number", "V vs Li+/Li", "where its share of the area begins to change"),
        Column("onset_low95", "number", "V vs Li+/Li", "lower end of the 95 % interval"),
        Column("onset_high95", "number", "V vs Li+/Li", "upper end of the 95 % interval"),
        Column("method", "text", "", "how the onset was found"),
        Column("cycle", "number", "", "cycle number"),
        Column("branch", "text", "", "charge, discharge or empty"),
        Column("spectra", "count", "", "number of spectra used"),
    ),
    "cross_checks": (
        _SAMPLE,
        _STATE_VOLTAGE,
        Column("check", "text", "", "relation between two core levels of the sample"),
        Column("value", "number", "see unit", "difference of positions, or ratio of amounts"),
        Column("stderr", "number", "see unit", "statistical standard error"),
        Column("unit", "text", "", "eV, or 1"),
        Column("expected_low", "number", "see unit", "least value expected"),
        Column("expected_high", "number", "see unit", "largest value expected"),
        Column("accuracy", "number", "see unit", "how far off it may be, errors apart"),
        Column("verdict", "text", "", "agrees, off, or not known"),
        Column("sensitivity_set", "text", "", "of amounts: set of relative sensitivity factors"),
        _ROUND,
        _ROUND_CHANGE,
    ),
    "selection": (
        _REGION,
        Column("species_set", "text", "", "species of one model, ids in the library"),
        Column("species_count", "count", "", "number of species in the set"),
        Column("chi_square", "number", "1", "sum over all spectra, each with what it supports"),
        Column("free_parameters", "count", "", "of these fits, those at a bound not counted"),
        Column("bic", "number", "1", "chi-square over the noise scale, k log m, and which spectra"),
        Column("delta_bic", "number", "1", "above the lowest; more than 10 is very strong"),
        Column("is_chosen", "text", "", "yes: the set the region is fitted with"),
        Column("spectra", "count", "", "spectra that all sets were fitted to"),
        Column("points", "count", "", "measured points in all of them"),
    ),
    "audit": (
        _SPECTRUM,
        _SAMPLE,
        _REGION,
        Column("rule", "text", "", "id of the rule"),
        Column("severity", "text", "", "info, warning or error"),
        Column("message", "text", "", "what was found, and what to do"),
    ),
}
"""Every table in the order of its columns; an empty cell is not known."""
