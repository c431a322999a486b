"""``report.html``: one self-contained page with everything a reader of the results asks for."""

import base64
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import xarray as xr
from jinja2 import Environment, PackageLoader, StrictUndefined

from fitting.data.program import citation, program_version, version_number
from fitting.data.series import SPECTRUM
from fitting.data.whole_file import write_whole
from fitting.impedance.series import IMPEDANCE
from fitting.output.report.citations import collect_citations
from fitting.output.report.impedance_section import describe_impedance, impedance_tables
from fitting.output.report.markup import latex_text, markdown_text, plain_text
from fitting.output.report.measured import MeasuredValue
from fitting.output.report.measurement import make_checklist
from fitting.output.report.methods import methods_paragraphs
from fitting.output.report.paper_tables import Heading, PaperTable, paper_tables
from fitting.output.tables.project_tables import Tables
from fitting.projects.outcomes import list_left_out, list_without_peaks
from fitting.projects.project import Project
from libraries.catalogue import Catalogue

REPORT = "report.html"
PAPER_TABLES_LATEX = "tables.tex"
PAPER_TABLES_MARKDOWN = "tables.md"
_LARGEST_DRAWING = 2_000_000
"""Bytes of an SVG above which the PNG of the same figure goes into the page."""
_MOST_ROWS = 200
"""Rows of a table on the page; the CSV files hold all."""
_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as part of the page."""

    name: str
    address: str
    """The picture itself, as a data address."""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """What one rule of the audit found in one region."""

    severity: str
    rule: str
    region: str
    messages: tuple[str, ...]
    """Each with the number of its spectrum."""


def write_report(
    project: Project,
    tables: Tables,
    folder: Path,
    figures: Iterable[Path],
    catalogue: Catalogue,
    *,
    prepared: Mapping[str, xr.Dataset] | None = None,
) -> Iterator[Path]:
    """Write the tables for a paper and ``report.html``; yields each path after it is written.

    Parameters
    ----------
    figures
        Files of the figures, SVG and PNG, to put into the page.
    prepared
        The series as they were fitted, by region, if they are at hand.
    """
    papers = [
        *paper_tables(tables, catalogue),
        *impedance_tables(project.impedance, tables),
    ]
    texts = {
        PAPER_TABLES_LATEX: f"% {program_version()}\n{latex_text(papers)}",
        PAPER_TABLES_MARKDOWN: f"<!-- {program_version()} -->\n\n{markdown_text(papers)}",
        REPORT: report_html(project, tables, figures, catalogue, prepared=prepared),
    }
    for name, text in texts.items():
        write_whole(folder / name, text.encode("utf-8"))
        yield folder / name


def report_html(
    project: Project,
    tables: Tables,
    figures: Iterable[Path],
    catalogue: Catalogue,
    *,
    prepared: Mapping[str, xr.Dataset] | None = None,
) -> str:
    """The page as text; see ``write_report``."""
    citations = collect_citations(project, catalogue)
    papers = [
        *paper_tables(tables, catalogue),
        *impedance_tables(project.impedance, tables),
        *_charge_shifts(tables["spectra"]),
    ]
    return (
        _make_environment()
        .get_template("report.html.j2")
        .render(
            version=version_number(),
            citation=citation(),
            checklist=make_checklist(project),
            regions=[
                *(name for name, one in project.analyses.items() if one.result is not None),
                *([] if project.impedance is None else [IMPEDANCE]),
            ],
            spectra=sum(one.sizes[SPECTRUM] for one in _all_series(project)),
            methods=[
                *methods_paragraphs(project, tables, catalogue, prepared),
                *describe_impedance(project.impedance),
            ],
            tables=papers,
            most_rows=_MOST_ROWS,
            pictures=list(_collect_pictures(figures)),
            findings=_group_findings(tables["audit"]),
            values=citations.values,
            references=citations.references,
            files=_hash_files(project),
            left_out=_list_reasons(project),
            notes=project.notes,
        )
    )


def _list_reasons(project: Project) -> list[str]:
    """Why something was not read, or is not fitted; each reason once."""
    entries = (*list_left_out(project), *list_without_peaks(project))
    return list(dict.fromkeys(entry.reason for entry in entries))


def _make_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("fitting.output.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = plain_text
    environment.tests["numeric"] = _is_numeric
    return environment


def _is_numeric(cell: object) -> bool:
    return not isinstance(cell, str)


def _collect_pictures(figures: Iterable[Path]) -> Iterator[Picture]:
    """Every figure once: as drawing, or as bitmap where the drawing is too large."""
    by_name: dict[str, dict[str, Path]] = {}
    for path in figures:
        by_name.setdefault(path.stem, {})[path.suffix] = path
    for name, files in by_name.items():
        path = files.get(".svg") or files[".png"]
        if path.stat().st_size > _LARGEST_DRAWING:
            path = files.get(".png", path)
        kind = "svg+xml" if path.suffix == ".svg" else "png"
        content = base64.b64encode(path.read_bytes()).decode("ascii")
        title = name.replace("_", " ").replace("raman", "Raman")
        yield Picture(title, f"data:image/{kind};base64,{content}")


def _group_findings(audit: pd.DataFrame) -> Sequence[FindingGroup]:
    """Findings of one rule and region together, the severe ones first."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in audit.to_dict("records"):
        key = (row["severity"], row["rule"], row["region"])
        number = row["spectrum"]
        where = "" if math.isnan(number) else f"Spectrum {number:.0f}: "
        groups.setdefault(key, []).append(where + row["message"])
    found = [FindingGroup(*key, tuple(messages)) for key, messages in groups.items()]
    return sorted(found, key=lambda group: _SEVERITIES.index(group.severity))


def _charge_shifts(spectra: pd.DataFrame) -> Iterator[PaperTable]:
    """The shift of every state that was referenced, each once."""
    rows = spectra[spectra["charge_shift"].notna()]
    states = rows.drop_duplicates(["sample", "voltage_V", "cycle", "branch", "charge_shift"])
    columns = ("sample", "voltage_V", "charge_shift", "charge_shift_stderr")
    if len(states):
        yield PaperTable(
            "charge-shifts",
            "Charge correction: added to the measured binding energies, with one standard error.",
            (Heading("sample"), Heading("U", "V vs Li⁺/Li", 3), Heading("shift", "eV")),
            tuple(
                (sample, voltage, MeasuredValue(shift, stderr))
                for sample, voltage, shift, stderr in zip(
                    *(states[name].tolist() for name in columns), strict=True
                )
            ),
        )


def _hash_files(project: Project) -> Mapping[str, str]:
    """SHA-256 of every raw file, by its name."""
    return {
        name: digest
        for series in _all_series(project)
        for name, digest in json.loads(series.attrs["sources"]).items()
    }


def _all_series(project: Project) -> list[xr.Dataset]:
    impedance = [] if project.impedance is None else [project.impedance.series]
    return [*(one.series for one in project.analyses.values()), *impedance]
