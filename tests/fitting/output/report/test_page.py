"""The report page: complete, self-contained, and harmless whatever a sample is called."""

import json
from html.parser import HTMLParser
from importlib.metadata import version

import pytest

from fitting.output.report.citations import collect_citations
from fitting.output.report.methods import methods_paragraphs
from fitting.output.report.page import report_html
from fitting.output.tables.project_tables import make_tables
from fitting.projects.project import Project
from libraries.loader import catalogue


class Page(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


@pytest.fixture(scope="module")
def page(exported) -> Page:
    return Page((exported / "report.html").read_text(encoding="utf-8"))


def test_the_page_loads_nothing_from_elsewhere(page):
    assert all(address.startswith("data:") for address in page.values("src"))
    assert all(address.startswith("#") for address in page.values("href"))
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe")]


def test_every_link_of_the_page_leads_to_a_section(page):
    assert {address[1:] for address in page.values("href")} <= set(page.values("id"))


def test_the_page_shows_every_figure(page, exported):
    drawn = {path.stem for path in (exported / "figures").iterdir()}
    assert len(page.values("src")) == len(drawn)


def test_the_page_names_version_and_every_raw_file_with_its_hash(page, example_project):
    assert version("thioscope") in page.text
    for analysis in example_project.analyses.values():
        for name, digest in json.loads(analysis.series.attrs["sources"]).items():
            assert name in page.text
            assert digest in page.text


def test_every_finding_of_the_audit_is_on_the_page(page, example_tables):
    for message in example_tables["audit"]["message"]:
        assert message in page.text


def test_the_methods_state_the_numbers_of_the_model(example_project, example_tables):
    texts = dict(methods_paragraphs(example_project, example_tables, catalogue()))
    model = example_project.analyses["S 2p"].model
    peak = model.peaks[0].parameters
    assert f"{peak['separation'].value:g} eV" in texts["S 2p"]
    assert f"area ratio of {peak['area_ratio'].value:g}" in texts["S 2p"]
    for one in model.peaks:
        bounds = one.parameters["position"]
        assert f"{bounds.min:g} to {bounds.max:g} eV ({one.name})" in texts["S 2p"]
    assert "Shirley background was fitted together" in texts["S 2p"]
    assert "C-C in C 1s at 284.8 eV" in texts["Quantification"]
    assert "no mole ratio" in texts["Quantification"]


def test_every_library_value_cites_a_reference_that_is_listed(example_project):
    known = catalogue()
    citations = collect_citations(example_project, known)
    assert {value.reference for value in citations.values} <= set(
        range(1, len(citations.references) + 1)
    )
    wang = next(n for n, one in enumerate(citations.references, 1) if one.key == "wang2021")
    assert any(
        (value.position, value.reference) == ("161.26 eV", wang) for value in citations.values
    )


def test_a_sample_name_that_is_markup_stays_text(example_project):
    analysis = example_project.analyses["S 2p"]
    name = "<script>alert(1)</script>"
    series = analysis.series.assign_coords(sample=("spectrum", [name] * 3))
    renamed = type(analysis)(series, analysis.recipe, analysis.result, analysis.result_of)
    project = Project({"S 2p": renamed})
    page = Page(report_html(project, make_tables(project), [], catalogue()))
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert name in page.text


def test_a_project_without_a_fit_has_a_page_too(example_project):
    analysis = example_project.analyses["S 2p"]
    project = Project({"S 2p": type(analysis)(analysis.series, analysis.recipe)})
    page = Page(report_html(project, make_tables(project), [], catalogue()))
    assert "No region was fitted." in page.text
