"""A project whose spectra state when they were measured, and the record of their cell."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.document import Document
from fitting.data.series import set_coordinates
from fitting.pipeline.analyse import fit_analysis, with_fit
from fitting.projects.project import Project, with_analysis
from fitting.readers.records.record import PotentialRecord, make_record

START = 1_715_000_000.0
STARTS = START + 3600 * np.array([1.0, 2.01, 3.02, 4.0, 5.05])
EXPOSURE = 600.0
SLOPE = 0.1 / 3600
"""V/s: 0.1 V in an hour, from 2.5 V at the start of the record."""


@pytest.fixture
def record() -> PotentialRecord:
    """Seven hours of charge with a gap from 2.3 to 2.9 h, which no spectrum touches."""
    time = START + np.arange(0, 7 * 3600, 30.0)
    hours = (time - START) / 3600
    time = time[~((hours > 2.3) & (hours < 2.9))]
    current = np.full(time.size, 1e-4)
    return make_record(
        "insitu.mpt",
        "EC-Lab text",
        time,
        2.5 + SLOPE * (time - START),
        has_clock=True,
        others={"current": current, "cycle": np.ones(time.size)},
    )


@pytest.fixture
def timed(project: Project, qapp: QApplication) -> Document:
    """The document of two regions, fitted, with times and without voltages."""
    document = Document()
    for analysis in project.analyses.values():
        unknown = np.full(5, np.nan)
        series = set_coordinates(
            analysis.series,
            started=STARTS,
            time=STARTS - STARTS[0],
            exposure=EXPOSURE,
            voltage=unknown,
            voltage_from="",
            branch="",
            label="",
            source="insitu.xml",
        )
        bare = replace(analysis, series=series)
        project = with_analysis(project, with_fit(bare, fit_analysis(bare)))
    document.open(project, None)
    return document
