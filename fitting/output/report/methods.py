"""The methods paragraph of a paper, filled in with what was really done to this project."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import xarray as xr

from fitting.data.result import TAKEN_OVER, Status, shared_parameters
from fitting.data.series import AXES, MIXED, axis_of, get_column, history_of
from fitting.data.techniques import technique_of
from fitting.fits.options import FitOptions
from fitting.models.backgrounds import BACKGROUNDS
from fitting.models.function import is_baseline_followed
from fitting.models.model import BACKGROUND, Model, Parameter, Peak
from fitting.models.parameter_kind import FWHM
from fitting.models.parameter_kinds import shape_kinds, shared_kinds
from fitting.output.report.measurement import measurement_paragraph
from fitting.output.report.paper_tables import region_title, species_label
from fitting.output.tables.project_tables import Tables
from fitting.projects.project import Analysis, Project, prepared_series
from fitting.projects.provenance import Provenance, read_provenance
from fitting.referencing.mixed_references import AS_MEASURED
from libraries.catalogue import Catalogue

_NOISE = {
    "poisson": "Points were weighted by the counting statistics of the fitted model",
    "estimated": "Points were weighted by the noise estimated from their scatter",
    "given": "Points were weighted by the standard deviations in the files",
    MIXED: "Points were weighted by counting statistics where counts are known, else by the noise "
    "of the file or of their scatter",
}


def methods_paragraphs(
    project: Project,
    tables: Tables,
    catalogue: Catalogue,
    prepared: Mapping[str, xr.Dataset] | None = None,
) -> tuple[tuple[str, str], ...]:
    """Heading and text: one for every fitted region, then what holds for all of them.

    Parameters
    ----------
    prepared
        The series as they were fitted, by region, if they are at hand.
    """
    fitted = [one for one in project.analyses.values() if one.result is not None]
    known = prepared or {one.region: prepared_series(one) for one in fitted}
    regions = (
        (
            region_title(one.region),
            " ".join(_describe_region(one, known[one.region], catalogue)),
        )
        for one in fitted
    )
    measured = measurement_paragraph(project)
    first = (("Measurement", measured),) if measured else ()
    return (*first, *regions, ("Quantification", " ".join(_describe_common(tables, fitted))))


def _describe_region(
    analysis: Analysis, prepared: xr.Dataset, catalogue: Catalogue
) -> Iterator[str]:
    recipe = analysis.result_of or analysis.recipe
    done = read_provenance(analysis)
    yield _what_was_fitted(done)
    is_taken = any(engine.startswith(TAKEN_OVER) for engine in done.engines)
    if is_taken:
        yield (
            f"Its values were {_list_words(done.engines)} as they are stored in the file; they "
            "have no errors."
        )
    yield from history_of(prepared)
    yield from _describe_lines(recipe.model, analysis.region, catalogue)
    yield from _describe_choice(analysis, done)
    yield from _describe_constraints(recipe.model, prepared)
    yield BACKGROUNDS[recipe.model.background.kind].words
    if is_baseline_followed(recipe.model, prepared):
        yield "The fit was to the intensity with its baseline, which is subtracted in figures only."
    if not is_taken:
        yield _least_squares(prepared, recipe.options, done)
    yield from _describe_joint_fit(analysis, recipe.options)
    yield _describe_outcome(analysis, done)


def _what_was_fitted(done: Provenance) -> str:
    count, tried = sum(done.statuses.values()), done.tried
    number = str(count) if tried == count else f"{tried} of {count}"
    verb = "spectrum was" if count == 1 else "spectra were"
    return f"{number} {region_title(done.region)} {verb} fitted."


def _describe_choice(analysis: Analysis, done: Provenance) -> Iterator[str]:
    """How the species were chosen, where sets of them were weighed."""
    if done.selection is None:
        return
    taken = {peak.species for peak in analysis.model.peaks}
    count = len(done.selection.candidates)
    if taken == set(done.selection.chosen):
        yield (
            f"Its species are those of the lowest BIC among {count} sets that were fitted to the "
            "whole series."
        )
    else:
        yield f"{count} sets of species were weighed by BIC; its species are another set."


def _describe_lines(model: Model, region: str, catalogue: Catalogue) -> Iterator[str]:
    shapes = dict.fromkeys(peak.shape.words for peak in model.peaks)
    names = _list_words(
        dict.fromkeys(species_label(catalogue, region, peak.species) for peak in model.peaks)
    )
    count = len(model.peaks)
    words = _list_words(shapes)
    yield f"The model has {count} peak{'s' * (count != 1)} for {names}, drawn as {words}."
    yield from _describe_doublets([peak for peak in model.peaks if peak.is_doublet])


def _describe_doublets(peaks: Sequence[Peak]) -> Iterator[str]:
    """Spin-orbit constants, where they are the same fixed numbers for all."""
    constants = {(p.parameters["separation"], p.parameters["area_ratio"]) for p in peaks}
    for separation, ratio in constants:
        if not separation.vary and not ratio.vary:
            yield (
                "Each is a spin-orbit doublet with a separation of "
                f"{separation.value:g} eV and an area ratio of {ratio.value:.4g}, both fixed; its "
                "area is that of both lines."
            )


def _describe_constraints(model: Model, prepared: xr.Dataset) -> Iterator[str]:
    unit = AXES[axis_of(prepared)].unit
    tied = {tie.target for tie in model.ties}
    own = {name: one for name, one in model.parameters() if name not in tied}
    bounds = [
        _describe_bound(name, one, unit) for name, one in own.items() if name.endswith(".position")
    ]
    yield f"Positions were free within {_list_words(bounds)}."
    yield from _describe_ties(model)
    yield from _describe_fixed(own, unit)
    yield "Areas were kept from going negative."


def _describe_bound(name: str, parameter: Parameter, unit: str) -> str:
    if not parameter.vary:
        return f"{parameter.value:g} {unit} ({_owner_of_parameter(name)}, fixed)"
    return f"{parameter.min:g} to {parameter.max:g} {unit} ({_owner_of_parameter(name)})"


def _describe_ties(model: Model) -> Iterator[str]:
    """Ties of one kind of parameter in one sentence."""
    plain: dict[tuple[str, str], list[str]] = {}
    for tie in model.ties:
        short = tie.target.rpartition(".")[2]
        if (tie.factor, tie.offset) == (1.0, 0.0) and tie.source.endswith(f".{short}"):
            plain.setdefault((short, _owner_of_parameter(tie.source)), []).append(
                _owner_of_parameter(tie.target)
            )
        else:
            yield f"{tie.target} was held at {tie.factor:g} × {tie.source} + {tie.offset:g}."
    kinds = shared_kinds()
    for (short, source), targets in plain.items():
        word = kinds[short].singular if short in kinds else short
        yield f"{_list_words([source, *targets])} share one {word}."


def _describe_fixed(own: Mapping[str, Parameter], unit: str) -> Iterator[str]:
    for short, kind in {FWHM.name: FWHM, **shape_kinds()}.items():
        values = {one.value for name, one in own.items() if _is_fixed(name, one, short)}
        if values:
            unit_text = f" {unit}" if kind.unit == "axis" else ""
            numbers = _list_words(f"{value:g}" for value in sorted(values))
            yield f"The {kind.singular} was fixed at {numbers}{unit_text}."


def _is_fixed(name: str, parameter: Parameter, short: str) -> bool:
    return (
        name.endswith(f".{short}")
        and not parameter.vary
        and _owner_of_parameter(name) != BACKGROUND
    )


def _least_squares(prepared: xr.Dataset, options: FitOptions, done: Provenance) -> str:
    noise = str(prepared.attrs["noise"])
    weights = _NOISE.get(noise, "Points were weighted by their standard deviations")
    if noise == "poisson" and options.weights == "data":
        weights = "Points were weighted by the square root of their counts"
    how = "variable projection with exact derivatives"
    if done.engines == ("lmfit",):
        how = "the Levenberg-Marquardt method of lmfit"
    return f"{weights}; chi-square was minimised by {how}."


def _describe_joint_fit(analysis: Analysis, options: FitOptions) -> Iterator[str]:
    """What spectra of a joint fit have in common."""
    assert analysis.result is not None
    varied = {name.rpartition(".")[2] for name in shared_parameters(analysis.result)}
    kinds = [kind.plural for name, kind in shared_kinds().items() if name in varied]
    if kinds:
        same = _list_words(options.share_by)
        whom = f"those of the same {same}" if same else "all of them"
        yield (
            f"The spectra were fitted jointly, with {_list_words(kinds)} in common to {whom}; "
            "areas "
            "and the level of the background are each spectrum's own, with errors from the "
            "covariance of the joint fit."
        )


def _describe_outcome(analysis: Analysis, done: Provenance) -> str:
    assert analysis.result is not None
    words = [
        f"{done.statuses[status]} {phrase}"
        for status, phrase in _ENDINGS.items()
        if status in done.statuses
    ]
    chi = analysis.result["reduced_chi_square"].values
    chi = chi[np.isfinite(chi)]
    median = f"; the median reduced chi-square is {np.median(chi):.3g}" if chi.size else ""
    return f"Of {done.tried} fits {_list_words(words)}{median}."


_ENDINGS = {
    Status.CONVERGED: "converged",
    Status.AT_BOUND: "converged with parameters at a bound, which have no standard error",
    Status.FAILED: "failed",
}


_INTERVALS = {
    "covariance": "from Fieller's theorem with Student's t",
    "profile": "from the profile likelihood",
    "bootstrap": "from a parametric bootstrap",
}


def _describe_intervals(done: Sequence[Provenance]) -> str:
    """How they were found; several ways are named with their regions."""
    words = {one.region: _describe_methods(one) for one in done if one.intervals}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return _list_words(f"{text} ({region})" for region, text in words.items())


def _describe_methods(done: Provenance) -> str:
    """Each method that gave intervals, with how many where there are several."""
    total = sum(done.intervals.values())
    texts = []
    for method, count in done.intervals.items():
        text = _INTERVALS[method]
        text += f" of {done.replicas} replicas" if method == "bootstrap" and done.replicas else ""
        texts.append(text if count == total else f"{text} ({count} of {total} intervals)")
    return _list_words(texts)


def _describe_common(tables: Tables, fitted: Sequence[Analysis]) -> Iterator[str]:
    done = [read_provenance(one) for one in fitted]
    techniques = {technique_of(one.series) for one in fitted}
    if any(one.has_core_levels for one in techniques):
        yield _describe_references(done)
    yield (
        "Shares and ratios follow from the areas, their standard errors from the full covariance "
        f"of each fit, and their 95 % intervals {_describe_intervals(done)}."
    )
    if not tables["atomic_percent"].empty:
        yield _describe_amounts(tables)
    if any(one.has_bands for one in techniques):
        yield (
            "Raman cross sections are not known: a ratio of band areas tells a trend, and is no "
            "mole ratio."
        )
    if any(np.isfinite(get_column(one.series, "voltage").astype(float)).any() for one in fitted):
        yield "Potentials are given versus Li⁺/Li."
    for method in dict.fromkeys(tables["onsets"]["method"]):
        yield f"Method of an onset: {method}."
    yield from _describe_backgrounds(done)
    programs = dict.fromkeys(program for one in done for program in one.programs)
    if programs:
        yield f"All fits were made with {_list_words(programs)}."


def _describe_amounts(tables: Tables) -> str:
    """What areas were divided by to give atomic percent."""
    rows = tables["atomic_percent"]
    sets, depths, passed = (
        _list_words(dict.fromkeys(rows[name]))
        for name in ("sensitivity_set", "escape_depth", "transmission")
    )
    return (
        f"Atomic percent were computed with the relative sensitivity factors {sets} (escape depth: "
        f"{depths}; transmission of the analyser: {passed}); of the two errors the first is "
        "statistical, the second how far other factors and escape depths move the value."
    )


def _describe_backgrounds(done: Sequence[Provenance]) -> Iterator[str]:
    """Which other backgrounds the systematic errors come from, where there are such errors."""
    for one in done:
        if one.other_backgrounds:
            yield (
                f"Systematic errors in {region_title(one.region)} are how far shares and "
                f"ratios move with another background ({_list_words(one.other_backgrounds)})."
            )


def _describe_references(done: Sequence[Provenance]) -> str:
    """What the energies of the spectra are referred to, as their own coordinates say."""
    counts: Counter[str] = sum((Counter(one.references) for one in done), Counter())
    if set(counts) == {AS_MEASURED}:
        return "Binding energies are as measured: no charge reference was applied."
    if len(counts) == 1:
        return f"Binding energies of every sample are referred to {next(iter(counts))}."
    parts = [
        f"as measured in {count} spectra" if words == AS_MEASURED else f"{words} in {count}"
        for words, count in counts.most_common()
    ]
    return f"Binding energies are not all referred to one line: {_list_words(parts)}."


def _list_words(words: Iterable[str]) -> str:
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _owner_of_parameter(name: str) -> str:
    return name.rpartition(".")[0]
