"""What the report says of impedance spectra: how they were fitted, and their resistances."""

import json
from collections.abc import Iterator

import numpy as np

from fitting.data.series import SPECTRUM
from fitting.impedance.analysis import FITTED, ImpedanceAnalysis
from fitting.impedance.named_circuits import name_of
from fitting.impedance.profile import LEVEL
from fitting.output.report.measured import MeasuredValue
from fitting.output.report.paper_tables import Heading, PaperTable
from fitting.output.tables.project_tables import Tables

_MOST_QUANTITIES = 6


def describe_impedance(analysis: ImpedanceAnalysis | None) -> tuple[tuple[str, str], ...]:
    """Heading and text of the methods; none without a fit."""
    if analysis is None or analysis.result is None:
        return ()
    return (("Impedance", " ".join(_sentences(analysis))),)


def impedance_tables(analysis: ImpedanceAnalysis | None, tables: Tables
) -> Iterator[PaperTable]:  # fmt: skip
    """The resistances of every spectrum as a table for a paper."""
    if analysis is None or "resistances" not in tables:
        return
    rows = tables["resistances"]
    wanted = rows[rows["quantity"].str.startswith("R") | (rows["quantity"] == "conductivity")]
    names = list(dict.fromkeys(wanted["quantity"]))[:_MOST_QUANTITIES]
    if not names:
        return
    units = {name: wanted[wanted["quantity"] == name]["unit"].iloc[0] for name in names}
    lines = []
    for _, group in wanted.groupby("spectrum", sort=True):
        cells = {row["quantity"]: MeasuredValue(row["value"], row["stderr"])
                 for row in group.to_dict("records")}  # fmt: skip
        first = group.iloc[0]
        empty = MeasuredValue(float("nan"), float("nan"))
        lines.append(
            (first["sample"], first["cycle"], first["voltage_V"],
             *(cells.get(name, empty) for name in names))
        )  # fmt: skip
    headings = (Heading("sample"), Heading("cycle"), Heading("U", "V vs Li⁺/Li", 3))
    yield PaperTable(
        "resistances",
        "Resistances from impedance spectra, with one standard error. 95 % profile intervals are "
        "in resistances.csv.",
        (*headings, *(Heading(name, units[name].replace("Ohm", "Ω")) for name in names)),
        tuple(lines),
    )


def _sentences(analysis: ImpedanceAnalysis) -> Iterator[str]:
    assert analysis.result is not None
    status = analysis.result["status"].values.astype(str)
    count, fitted = analysis.series.sizes[SPECTRUM], int((status == FITTED).sum())
    frequency = analysis.series["frequency"].values
    yield (
        f"{fitted} of {count} impedance spectra ({np.nanmin(frequency):.3g} to "
        f"{np.nanmax(frequency):.3g} Hz) were fitted with equivalent circuits."
    )
    for circuit in dict.fromkeys(analysis.result["circuit"].values.astype(str)[status == FITTED]):
        named = name_of(circuit)
        yield f"Circuit: {circuit}{'' if named is None else f' ({named.source})'}."
    weighed = json.loads(analysis.result.attrs["weighed"])
    if weighed:
        tried = max(len(one) for one in weighed.values())
        yield (
            f"The number of arcs was chosen by the Bayesian information criterion from {tried} "
            "circuits, once for each sample."
        )
    if analysis.recipe.shares_exponents:
        yield "The exponents of constant phase elements were common to all spectra of a sample."
    yield (
        "Complex non-linear least squares were weighted by the modulus, and the covariance was "
        f"scaled by the scatter; {100 * LEVEL:.0f} % intervals of resistances are those of the "
        "profile. Effective capacitances are those of Hirschorn et al. (2010) and Brug et al. "
        "(1984)."
    )
    invalid = int((analysis.result["kramers_kronig_valid"].values == 0).sum())
    yield (
        f"By the linear Kramers-Kronig test {invalid} of {count} spectra are not those of a "
        "linear, steady cell."
    )
