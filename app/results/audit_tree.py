"""The findings of the audit, those of one rule and region together, the worst first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QColor

from app.controls.grouped_model import OF_GROUP, GroupedModel, Index
from app.spectra.series_tree import region_title, state_text
from app.theme import current_colours
from fitting.audit.findings import ATOMIC_PERCENT, CROSS_CHECK, Finding
from fitting.audit.rules import RULES, Severity
from fitting.projects.project import Project

_Role = Qt.ItemDataRole
MARKS: Mapping[Severity, str] = {"error": "✕", "warning": "▲", "info": "●"}
_NOUNS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_ORDER = tuple(MARKS)
_TITLES = {CROSS_CHECK: "Core levels do not agree", ATOMIC_PERCENT: "Atomic percent"}
"""Of rules that are about several core levels together."""
_LIMITS = {rule.id: f"Limit: {rule.limit} ({rule.source})." for rule in RULES}


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one rule in one region."""

    rule: str
    region: str
    severity: Severity
    findings: tuple[Finding, ...]

    @property
    def title(self) -> str:
        """What it is about, and how often; the finding itself if there is only one."""
        if len(self.findings) == 1:
            return f"{_list_regions(self.findings[0])}{self.findings[0].message}"
        name = _TITLES.get(self.rule, self.rule.replace("-", " ").capitalize())
        return f"{_list_regions(self.findings[0])}{name} ({len(self.findings)})"


def group_findings(findings: Sequence[Finding]) -> tuple[FindingGroup, ...]:
    """The findings by severity, then region and rule as they come."""
    groups: dict[tuple[Severity, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.severity, finding.region, finding.rule)
        groups.setdefault(key, []).append(finding)
    made = [FindingGroup(key[2], key[1], key[0], tuple(found)) for key, found in groups.items()]
    return tuple(sorted(made, key=lambda group: _ORDER.index(group.severity)))


def count_findings(findings: Sequence[Finding]) -> str:
    """How many there are of each severity, in words."""
    words = []
    for severity, noun in _NOUNS.items():
        count = sum(1 for finding in findings if finding.severity == severity)
        if count:
            words.append(f"{count} {noun}{'' if count == 1 else 's'}")
    return ", ".join(words) or "Nothing was found."


def in_full(finding: Finding, where: str) -> str:
    """The finding with its spectrum and the limit of its rule."""
    about = _list_regions(finding)
    begin = f"{about.removesuffix(': ')}, {where}: " if where and not finding.also else about
    return f"{begin}{finding.message}\n{_LIMITS.get(finding.rule, '')}".strip()


def _list_regions(finding: Finding) -> str:
    """The regions it is about, before a colon; nothing for all of them."""
    regions = [finding.region, *(region for region, _ in finding.also)]
    titles = [region_title(region) for region in regions if region]
    return f"{' and '.join(titles)}: " if titles else ""


def place_text(finding: Finding, project: Project) -> str:
    """Which spectrum a finding is about: sample and state."""
    analysis = project.analyses.get(finding.region)
    if finding.spectrum is None or analysis is None:
        return ""
    words = [finding.sample, state_text(analysis, finding.spectrum)]
    return " ".join(word for word in words if word) or f"spectrum {finding.spectrum}"


class AuditTree(GroupedModel):
    """Groups of findings; below a group of several, each of them with its spectrum."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[FindingGroup, ...] = ()
        self._project = Project()

    def show_groups(self, groups: tuple[FindingGroup, ...], project: Project) -> bool:
        """Show other findings; whether there is anything new."""
        self._project = project
        if groups == self._groups:
            return False
        self.beginResetModel()
        self._groups = groups
        self.endResetModel()
        return True

    def finding_at(self, index: Index) -> Finding | None:
        """The finding of a row; the first one of a group's own."""
        if not index.isValid():
            return None
        if index.internalId() == OF_GROUP:
            return self._groups[index.row()].findings[0]
        return self._groups[index.internalId()].findings[index.row()]

    def said_at(self, index: Index) -> str:
        """All that is to say about a row."""
        finding = self.finding_at(index)
        if finding is None:
            return ""
        if self._is_of_several(index):
            return f"{self._groups[index.row()].title}\n{_LIMITS.get(finding.rule, '')}".strip()
        return in_full(finding, place_text(finding, self._project))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() != OF_GROUP or not self._is_of_several(parent):
            return 0
        return len(self._groups[parent.row()].findings)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008, N802
        return 2

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        group = self._groups[index.row() if index.internalId() == OF_GROUP else index.internalId()]
        if role == _Role.DisplayRole:
            return self._text(index, group) if index.column() else _make_mark(index, group)
        if role == _Role.ToolTipRole:
            return self.said_at(index)
        if role == _Role.ForegroundRole and not index.column():
            return _choose_colour(group.severity)
        return None

    def _text(self, index: Index, group: FindingGroup) -> str:
        if index.internalId() == OF_GROUP:
            return group.title
        finding = group.findings[index.row()]
        # the place says the sample already
        message = finding.message.removeprefix(f"{finding.sample}: ")
        return f"{place_text(finding, self._project)}   {message}"

    def _is_of_several(self, index: Index) -> bool:
        is_group = index.internalId() == OF_GROUP
        return is_group and len(self._groups[index.row()].findings) > 1


def _make_mark(index: Index, group: FindingGroup) -> str:
    return MARKS[group.severity] if index.internalId() == OF_GROUP else ""


def _choose_colour(severity: Severity) -> QColor | None:
    chosen = current_colours()
    names = {"error": chosen.error, "warning": chosen.warning}
    return QColor(names[severity]) if severity in names else None
