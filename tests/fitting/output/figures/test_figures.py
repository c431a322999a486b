"""Figures: written whole, readable, nothing cut off, the same bytes again."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.axis import XTick
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.path import Path
from matplotlib.text import Text

from fitting.data.order import display_order
from fitting.models.model import Background, Model, Parameter, Peak, parameter_names
from fitting.output.figures import region_figures, write_figures
from fitting.output.figures.style import (
    SINGLE_COLUMN,
    SpeciesLabels,
    choose_representative,
    sample_names,
    shorten_text,
    spectrum_title,
)
from fitting.output.species_colours import colour_of
from fitting.projects.figure_style import FigureStyle
from fitting.projects.project import Analysis, Project
from fitting.projects.recipe import Recipe
from fitting.quantities.region_detection import find_detection
from fitting.simulation.series import simulate_series
from libraries.loader import catalogue

CATALOGUE = catalogue()
GRID = np.arange(157.0, 172.0, 0.1)
AREAS = {"PS4": 3e4, "polysulfide": 1.2e4, "sulfite": 3e3, "sulfate": 5e3}
POSITIONS = {"PS4": 161.5, "polysulfide": 163.3, "sulfite": 166.8, "sulfate": 168.8}


def sulfur_model() -> Model:
    return Model(
        tuple(
            Peak(
                name,
                name,
                "gaussian",
                {
                    "area": Parameter(AREAS[name], min=0.0),
                    "position": Parameter(POSITIONS[name]),
                    "fwhm": Parameter(1.2, vary=False),
                    "separation": Parameter(1.18, vary=False),
                    "area_ratio": Parameter(0.5, vary=False),
                },
            )
            for name in AREAS
        ),
        Background("linear", {"offset": Parameter(800.0), "slope": Parameter(0.0)}),
    )


@pytest.fixture
def sulfur(drawn_result, analysis_of):
    """Simulated S 2p spectra whose result is the truth; only PS4 is in the first."""

    def make(count: int, **coordinates) -> Analysis:
        model = sulfur_model()
        growth = np.linspace(0.0, 1.0, count)
        areas = np.stack(
            [
                AREAS["PS4"] * (1 - 0.5 * growth),
                AREAS["polysulfide"] * growth,
                AREAS["sulfite"] * growth,
                AREAS["sulfate"] * growth,
            ],
            axis=1,
        )
        truth = {f"{name}.area": areas[:, place] for place, name in enumerate(AREAS)}
        series = simulate_series(
            model, truth, GRID, np.random.default_rng(0), region="S 2p", **coordinates
        )
        result = drawn_result(series, model, areas, np.diag([1e4] * 4))
        return analysis_of(series, model, result)

    return make


def samples(count: int) -> list[str]:
    return [
        f"{number * 7919} cathode $x$ as_is^2, after milling {number}" for number in range(count)
    ]


CASES = {
    "three samples": (3, lambda: {"sample": ["pristine", "charged", "discharged"],
                                  "voltage": [np.nan, 4.3, 2.8]}),
    "many samples": (9, lambda: {"sample": samples(9), "voltage": [np.nan] * 6 + [4.3] * 3}),
    "one branch": (12, lambda: {"voltage": np.linspace(2.5, 4.3, 12), "sample": "cell"}),
    "a cycle": (20, lambda: {"voltage": [*np.linspace(2.5, 4.3, 12), *np.linspace(4.2, 2.6, 8)],
                             "branch": ["charge"] * 12 + ["discharge"] * 8,
                             "time": np.arange(20) * 600.0}),
    "long": (120, lambda: {"voltage": np.linspace(2.5, 4.3, 120),
                           "axis_offset": np.random.default_rng(1).normal(0, 0.3, 120)}),
    "one spectrum": (1, lambda: {"sample": "only"}),
}  # fmt: skip


def texts_of(figure: Figure) -> list[Text]:
    """Every text that is drawn and not empty."""
    figure.draw_without_rendering()
    ticks = [tick for axes in figure.axes for axis in axes._axis_map.values()
             for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())]  # fmt: skip
    hidden = {text for tick in ticks if not _is_in_view(tick) for text in tick.findobj(Text)}
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def _is_in_view(tick) -> bool:
    """Ticks beyond the limits exist, but are not drawn."""
    axis = tick.axes.xaxis if isinstance(tick, XTick) else tick.axes.yaxis
    low, high = sorted(axis.get_view_interval())
    slack = 1e-6 * (high - low)
    return low - slack <= tick.get_loc() <= high + slack


STYLES = {
    "two columns, large type": FigureStyle(width=183.0, font_size=10.0),
    "nothing beside the fits": FigureStyle(
        has_legend=False, has_residual=False, has_labels=False, most_spectra=2
    ),
    "small type in serifs": FigureStyle(font_size=6.0, font="DejaVu Serif", width=136.0),
}


@pytest.mark.parametrize(
    ("case", "style"),
    [(case, FigureStyle()) for case in CASES]
    + [("one branch", style) for style in STYLES.values()]
    + [("many samples", STYLES["two columns, large type"])],
)
def test_no_text_is_cut_off_or_drawn_over_another(sulfur, case: str, style: FigureStyle) -> None:
    count, coordinates = CASES[case]
    analysis = sulfur(count, **coordinates())
    for name, figure in region_figures(analysis, CATALOGUE, style=style).items():
        texts = texts_of(figure)
        page = figure.bbox
        boxes = [(text.get_text(), text.get_window_extent(), text.get_rotation()) for text in texts]
        for label, box, _ in boxes:
            inside = box.x0 >= page.x0 - 0.5 and box.x1 <= page.x1 + 0.5
            inside &= box.y0 >= page.y0 - 0.5 and box.y1 <= page.y1 + 0.5
            assert inside, (case, name, label)
        level = [(label, box) for label, box, rotation in boxes if rotation in (0, 90)]
        for index, (label, box) in enumerate(level):
            for other, box2 in level[index + 1 :]:
                apart_x = min(box.x1, box2.x1) - max(box.x0, box2.x0)
                apart_y = min(box.y1, box2.y1) - max(box.y0, box2.y0)
                assert min(apart_x, apart_y) <= 0.5, (case, name, label, other)


@pytest.mark.parametrize("case", CASES)
def test_figures_are_a_column_wide_and_fit_on_a_page(sulfur, case: str) -> None:
    count, coordinates = CASES[case]
    figures = region_figures(sulfur(count, **coordinates()), CATALOGUE)
    for figure in figures.values():
        width, height = figure.get_size_inches() * 25.4
        assert width == pytest.approx(SINGLE_COLUMN)
        assert height < 235.0
        sizes = [text.get_fontsize() for text in texts_of(figure)]
        assert min(sizes) >= 5.0


def test_a_style_sets_width_type_colours_names_and_what_is_drawn(sulfur) -> None:
    analysis = sulfur(6, voltage=np.linspace(2.5, 4.3, 6), sample="cell")
    style = FigureStyle(
        width=120.0, font_size=8.0, colours={"PS4": "#aa0011"}, names={"PS4": "thiophosphate"},
        spectra={"S 2p": (5, 1)}, has_residual=False,
    )  # fmt: skip
    figure = region_figures(analysis, CATALOGUE, style=style)["fits"]
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(120.0)
    first, second = figure.axes
    assert (first.get_title("left"), second.get_title("left")) == ("4.30 V", "2.86 V")
    words = {text.get_text(): text for text in texts_of(figure)}
    assert words["Binding energy (eV)"].get_fontsize() == pytest.approx(8.0)
    assert "thiophosphate" in words
    assert "#aa0011" in [to_hex(line.get_color()) for line in first.lines]


def test_chosen_formats_are_written_beside_svg_and_png(sulfur, tmp_path) -> None:
    style = FigureStyle(formats=("pdf", "tiff"), dots_per_inch=100)
    project = Project({"S 2p": sulfur(1)}, figure_style=style)
    written = {path.suffix for path in write_figures(project, tmp_path) if "fits" in path.name}
    assert written == {".svg", ".png", ".pdf", ".tiff"}
    assert (tmp_path / "S_2p_fits.tiff").read_bytes()[:2] in (b"II", b"MM")


def test_binding_energy_runs_to_the_left_and_raman_shift_to_the_right(sulfur) -> None:
    axes = region_figures(sulfur(3), CATALOGUE)["fits"].axes[0]
    low, high = axes.get_xlim()
    assert low > high


def test_written_figures_are_svg_with_text_and_png(sulfur, tmp_path) -> None:
    project = Project({"S 2p": sulfur(6, voltage=np.linspace(2.5, 4.3, 6), sample="cell")})
    before = dict(matplotlib.rcParams)
    paths = list(write_figures(project, tmp_path / "figures"))
    assert dict(matplotlib.rcParams) == before
    assert [path.name for path in paths] == [
        "S_2p_fits.svg", "S_2p_fits.png", "S_2p_species.svg", "S_2p_species.png",
        "S_2p_map.svg", "S_2p_map.png",
    ]  # fmt: skip
    svg = ElementTree.parse(tmp_path / "figures" / "S_2p_fits.svg")
    words = ["".join(node.itertext()).strip() for node in svg.iter() if node.tag.endswith("text")]
    assert "Binding energy (eV)" in words
    assert "PS₄³⁻" in words
    assert imread(tmp_path / "figures" / "S_2p_fits.png").shape[1] > 1300
    again = list(write_figures(project, tmp_path / "again"))
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again]


def test_region_without_result_or_usable_spectrum_has_no_fits(sulfur, analysis_of) -> None:
    analysis = sulfur(3)
    unfitted = Analysis(analysis.series, Recipe(analysis.model))
    assert region_figures(unfitted, CATALOGUE) == {}
    failed = analysis.result.copy(deep=True)
    failed["status"].values[:] = 3
    broken = analysis_of(analysis.series, analysis.model, failed)
    assert region_figures(broken, CATALOGUE) == {}


def test_long_series_show_first_last_and_between() -> None:
    assert choose_representative(np.arange(1000), 5).tolist() == [0, 250, 500, 749, 999]
    assert choose_representative(np.array([3, 1]), 5).tolist() == [3, 1]


def test_states_are_shown_as_a_reader_expects(blank_series) -> None:
    series = blank_series(
        4,
        points=3,
        voltage=[2.8, 4.3, np.nan, 3.6],
        branch=["discharge", "charge", "", "charge"],
        sample=["d", "c", "p", "b"],
    )
    assert series["sample"].values[display_order(series)].tolist() == ["p", "b", "c", "d"]
    assert spectrum_title(series, 0) == "d, 2.80 V (discharge)"
    assert spectrum_title(series, 2) == "p"


def test_unknown_species_is_written_by_its_id() -> None:
    labels = SpeciesLabels(CATALOGUE, "S 2p")
    assert labels.label("PS4") == "PS₄³⁻"
    assert labels.label("my $species") == r"my \$species"


def test_long_names_are_shortened_in_the_middle() -> None:
    assert shorten_text("a" * 10 + "b" * 30 + "c" * 5, 20) == "aaaaaaaaaabb…bbccccc"
    assert len(shorten_text("x" * 100)) <= 26


def test_names_of_samples_keep_what_tells_them_apart(blank_series) -> None:
    names = [f"NCM811 composite cathode number {number} after cycling" for number in (1, 2)]
    series = blank_series(2, points=3, sample=names)
    assert sample_names(series) == ["1", "2"]
    assert sample_names(blank_series(2, points=3, sample=["a", "b"])) == ["a", "b"]
    named = blank_series(2, points=3, sample=["p_2.31V", "c_4,3 V"], voltage=[2.31, np.nan])
    assert sample_names(named) == ["p", "c 4,3 V"]


def test_results_in_the_figures_are_those_of_the_result(sulfur) -> None:
    analysis = sulfur(3, sample=["a", "b", "c"])
    column = parameter_names(analysis.model).index("PS4.area")
    assert analysis.result["value"].values[0, column] == AREAS["PS4"]
    figure = region_figures(analysis, CATALOGUE)["fits"]
    fit = next(line for line in figure.axes[0].lines if line.get_color() == "black")
    measured = analysis.series["intensity"].values[0]
    assert np.abs(fit.get_ydata() * 1e3 - measured).max() < 6 * np.sqrt(measured.max())


def test_samples_measured_one_after_the_other_are_no_trend_in_time(sulfur) -> None:
    analysis = sulfur(5, sample=list("abcde"), time=np.arange(5) * 600.0)
    figure = region_figures(analysis, CATALOGUE)["species"]
    names = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert names == list("abcde")


def test_ratio_to_an_electrolyte_that_may_be_missing_does_not_set_the_scale(
    sulfur, drawn_result, analysis_of
) -> None:
    analysis = sulfur(5, voltage=np.linspace(2.5, 4.3, 5), sample="cell")
    areas = np.tile([2e4, 1e4, 1e3, 1e3], (5, 1))
    areas[2, 0] = 1.0
    result = drawn_result(analysis.series, analysis.model, areas, np.diag([1e4] * 4))
    figure = region_figures(analysis_of(analysis.series, analysis.model, result), CATALOGUE)[
        "species"
    ]
    assert figure.axes[1].get_ylim()[1] < 2.0


def test_a_species_that_is_not_detected_is_an_arrow_from_its_limit(sulfur) -> None:
    analysis = sulfur(4, voltage=np.linspace(2.5, 4.3, 4), sample="cell")
    detection = find_detection(analysis)
    column = detection.column("sulfate")
    assert detection.is_detected[:, column].tolist() == [False, True, True, True]
    axes = region_figures(analysis, CATALOGUE)["species"].axes[0]
    arrows = [line for line in axes.lines if isinstance(line.get_marker(), Path)]
    # polysulfide, sulfite and sulfate, in the first spectrum alone
    assert [line.get_xdata().tolist() for line in arrows] == [[2.5]] * 3
    assert arrows[-1].get_ydata()[0] == detection.limit_percent[0, column]
    colour = colour_of("sulfate")
    (values,) = (
        line
        for line in axes.lines
        if line.get_color() == colour and line.get_marker() == "o" and len(line.get_xdata()) > 1
    )
    assert np.isnan(values.get_ydata()).tolist() == [True, False, False, False]


def test_samples_without_a_species_have_an_arrow_in_the_place_of_a_bar(sulfur) -> None:
    analysis = sulfur(3, sample=list("abc"))
    axes = region_figures(analysis, CATALOGUE)["species"].axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights.count(0.0) == 3
    arrows = [line for line in axes.lines if isinstance(line.get_marker(), Path)]
    assert len(arrows) == 3
    low, high = axes.get_ylim()
    assert all(low < line.get_ydata()[0] < high for line in arrows)


def test_legend_says_what_an_arrow_means_only_where_there_is_one(sulfur) -> None:
    seen = sulfur(5, voltage=np.linspace(2.5, 4.3, 5), sample="cell")
    words = _legend_words(region_figures(seen, CATALOGUE)["species"])
    assert "below (95 %)" in words
    rows = seen.result.isel(spectrum=slice(1, None))
    later = replace(seen, series=seen.series.isel(spectrum=slice(1, None)), result=rows)
    assert "below (95 %)" not in _legend_words(region_figures(later, CATALOGUE)["species"])


def _legend_words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]
