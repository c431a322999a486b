"""What other core levels say of the spectra of a region, as columns of the results table."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.results.result_columns import ResultColumn, ResultTable, plain_column, rows_of
from fitting.data.order import Order
from fitting.projects.project import Analysis
from fitting.quantities.cross_checks import CrossCheck, cross_checks
from fitting.quantities.quantification import Quantification
from libraries.catalogue import Catalogue

CHECKS = "cross_check"
NO_CHECKS = (
    "Nothing to check with: this needs PS4 in fitted S 2p and P 2p, or chloride in Cl 2p, of the "
    "same sample and state."
)


def check_table(
    analyses: Mapping[str, Analysis],
    region: str,
    catalogue: Catalogue,
    order: Order = "",
    chosen: Quantification | None = None,
) -> ResultTable:
    """Every relation of a region to other core levels, for every spectrum."""
    checks = cross_checks(analyses, chosen, catalogue)
    about = [(check, dict(check.spectra)) for check in checks]
    names = dict.fromkeys(check.check for check, spectra in about if region in spectra)
    columns = []
    for name in names:
        found = {
            spectra[region]: check
            for check, spectra in about
            if check.check == name and region in spectra
        }
        columns.append(_make_column(analyses[region], name, found))
    return ResultTable(rows_of(analyses[region], order), tuple(columns), "")


def _make_column(analysis: Analysis, name: str, found: Mapping[int, CrossCheck]) -> ResultColumn:
    none = np.full(analysis.series.sizes["spectrum"], np.nan)
    value, stderr = none.copy(), none.copy()
    for spectrum, check in found.items():
        value[spectrum], stderr[spectrum] = check.value, check.stderr
    unit = next(iter(found.values())).unit
    title = name.replace(" of ", "\nof ").replace(" : ", "\n: ")
    column = plain_column(title if unit == "1" else f"{title} ({unit})", name, value, stderr)
    return replace(
        column,
        sentences={spectrum: check.sentence for spectrum, check in found.items()},
        warned=frozenset(spectrum for spectrum, check in found.items() if check.verdict == "off"),
    )
