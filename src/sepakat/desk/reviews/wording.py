"""What a review pack says, in the reader's words: the same on the page and on paper.

A pack is sections of tables and items. Long texts are cut, as each record has them in full.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sepakat.desk import words
from sepakat.desk.reviews.document import (
    IN_A_CELL,
    NONE,
    Cell,
    Item,
    Names,
    Section,
    Table,
    Tone,
    cut,
    edition,
    limited,
    percent,
)
from sepakat.desk.reviews.gathering import Packed
from sepakat.desk.reviews.projects import project
from sepakat.outlook.reviews.freshness import STALE, Source
from sepakat.outlook.reviews.matters import ActionItem, Decision, Dissent
from sepakat.outlook.reviews.pack import Pack
from sepakat.outlook.reviews.ratings import Summary
from sepakat.outlook.reviews.register import Entry

MAX_PROJECTS = 50
SOURCES = ("plan", "forecast", "rating", "measurement", "claim")


def opening(pack: Pack) -> list[str]:
    """What it is of, and for whom."""
    nations = _(" and ").join(map(words.nation, sorted(pack.portfolio.parties)))
    day, since = words.day(pack.day), words.day(pack.since)
    return [
        _("Between {}, as the record stood at the end of {}.").format(nations, day),
        _("Decisions since {}.").format(since),
        _("It has what you and both nations may see, and nothing else."),
    ]


def sections(packed: Packed) -> list[Section]:
    return _Words(packed).sections()


class _Words:
    def __init__(self, packed: Packed) -> None:
        self.pack = packed.pack
        self.names = Names(packed.known, str(packed.pack.portfolio.fields["currency"]))

    def sections(self) -> list[Section]:
        found = [
            self._due(),
            self._summary(),
            self._projects(),
            self._risks(),
            self._actions(),
            self._decisions(),
            self._freshness(),
        ]
        return [limited(section) for section in found if section]

    # What comes first.

    def _due(self) -> Section | None:
        due = [entry for entry in self.pack.risks if entry.is_due]
        if not due:
            return None
        head = (
            words.kind_name("risk"),
            _("Owner"),
            _("Fired"),
            words.field_title("risk", "contingency"),
        )
        rows = tuple(
            (
                Cell(entry.title, entry.id),
                Cell(words.nation(entry.owner)),
                self._fired(entry),
                Cell(cut(entry.contingency, IN_A_CELL)),
            )
            for entry in due
        )
        return Section(
            Cell(_("Contingency plans to be started")),
            notes=(_("A forecast has reached their triggers, and nobody has said so yet."),),
            tables=(Table(words.kind_names("risk"), head, rows, (6, 4, 7, 7)),),
        )

    def _summary(self) -> Section:
        return Section(
            Cell(_("Confidence that it delivers")),
            notes=(
                _("Grades are counted on their own edition of the scale, and never averaged."),
                _("An exempt project has no grade; one not rated is not exempt."),
            ),
            tables=tuple(self._of_nation(each) for each in self.pack.summaries),
            empty=_("No project that you and both nations may see is under way."),
        )

    def _of_nation(self, summary: Summary) -> Table:
        rows = []
        for standing in summary.standings:
            scale = edition(standing.title, standing.number)
            for grade, projects in standing.grades:
                rows.append((Cell(scale, standing.scale), Cell(grade), *self._counted(projects)))
            middle = _("The middle of them: {}").format(standing.middle)
            rows.append((Cell(scale, standing.scale), Cell(middle), Cell(""), Cell("")))
        for name, projects in ((_("Not rated"), summary.unrated), (_("Exempt"), summary.exempt)):
            if projects:
                rows.append((Cell(NONE), Cell(name, tone="quiet"), *self._counted(projects)))
        name = _("As {} rates them").format(words.nation(summary.nation))
        head = (
            words.field_title("rating", "scale"),
            words.field_title("rating", "grade"),
            _("Projects"),
            _("Which"),
        )
        return Table(name, head, tuple(rows), (4, 3, 2, 7))

    def _counted(self, projects: Sequence[str]) -> tuple[Cell, Cell]:
        titles = ", ".join(self.names.of(project).text for project in projects[:MAX_PROJECTS])
        return Cell(words.number(len(projects))), Cell(titles or NONE)

    # Projects.

    def _projects(self) -> Section:
        reviews = self.pack.projects
        return Section(
            Cell(words.kind_names("project")),
            parts=tuple(project(review, self.names) for review in reviews[:MAX_PROJECTS]),
            more=max(len(reviews) - MAX_PROJECTS, 0),
            empty=_("No project that you and both nations may see is under way."),
        )

    # What is of the whole portfolio.

    def _risks(self) -> Section:
        return Section(
            Cell(_("Risk register")),
            items=tuple(map(self._risk, self.pack.risks)),
            empty=_("No risk that you and both nations may see is open."),
        )

    def _risk(self, entry: Entry) -> Item:
        tags = [
            Cell(words.state_name(entry.state)),
            Cell(_("Probability {}").format(percent(entry.probability))),
        ]
        if entry.is_due:
            tags.append(Cell(_("Trigger fired, not said"), tone="bad"))
        owner = f"{words.nation(entry.owner)}, {self.names.of(entry.responsible).text}"
        projects = ", ".join(self.names.of(project).text for project in entry.projects)
        lines = [
            (_("Owner"), Cell(owner)),
            (words.kind_names("project"), Cell(projects)),
            (words.field_title("risk", "impacts"), Cell(_impacts(entry, self.names.currency))),
            (words.field_title("risk", "treated"), Cell(entry.treated or _("Nothing yet"))),
            (words.field_title("risk", "contingency"), Cell(cut(entry.contingency) or NONE)),
        ]
        if entry.trigger:
            lines.append((words.field_title("risk", "trigger"), Cell(_trigger(entry))))
        if entry.fired:
            lines.append((_("Fired"), self._fired(entry)))
        return Item(Cell(entry.title, entry.id), tuple(tags), tuple(lines))

    def _fired(self, entry: Entry) -> Cell:
        fired = entry.fired
        assert fired is not None
        said = _("said by its owner") if entry.said else _("not said yet by its owner")
        text = _("{project}, forecast of {day}: {figure}; {said}").format(
            project=self.names.of(fired.project).text,
            day=words.day(fired.as_of),
            figure=_figure(entry, fired.figure),
            said=said,
        )
        return Cell(text, fired.forecast, "" if entry.said else "bad")

    def _actions(self) -> Section:
        return Section(
            Cell(_("Open actions")),
            tables=tuple(_actions(nation, items) for nation, items in self.pack.actions),
            empty=_("No action is open between the two nations that both may see."),
        )

    def _decisions(self) -> Section:
        title = _("Decided since {}").format(words.day(self.pack.since))
        return Section(
            Cell(title),
            items=tuple(map(_decision, self.pack.decisions)),
            empty=_("Nothing was decided since then that you and both nations may see."),
        )

    def _freshness(self) -> Section:
        head = (words.kind_name("project"), *map(words.kind_name, SOURCES))
        rows = tuple(
            (
                Cell(review.project.fields["title"], review.project.id),
                *(_ages([s for s in review.freshness if s.what == what]) for what in SOURCES),
            )
            for review in self.pack.projects[:MAX_PROJECTS]
        )
        note = _("What is older than {} days is marked as stale.").format(words.number(STALE))
        return Section(
            Cell(_("How fresh it is")),
            notes=(note,),
            tables=(Table(_("Age in days"), head, rows, (7, 3, 3, 6, 4, 3)),) if rows else (),
            empty=_("There is nothing to be fresh or stale."),
        )


def _impacts(entry: Entry, currency: str) -> str:
    units = {"cost": currency}
    return "; ".join(
        _("{low} to {high}, most likely {likely} ({measure})").format(
            low=words.number(row["low"]),
            high=words.number(row["high"]),
            likely=words.number(row["likely"]),
            measure=units.get(row["measure"]) or words.value_name(row["measure"]),
        )
        for row in entry.impacts
    )


def _trigger(entry: Entry) -> str:
    if entry.trigger == "p80_late_days":
        number = words.number(entry.threshold)
        return _("P80 of a milestone is {} days late, or more").format(number)
    return _("The chance of a milestone to be on time is below {}").format(percent(entry.threshold))


def _figure(entry: Entry, figure: Decimal) -> str:
    if entry.trigger == "p80_late_days":
        return _("P80 {} days late").format(words.number(figure))
    return _("{} to be on time").format(percent(figure))


def _actions(nation: str, items: Sequence[ActionItem]) -> Table:
    head = (
        words.field_title("action_item", "title"),
        words.field_title("action_item", "due"),
        _("Overdue in days"),
        _("Age in days"),
        _("State"),
    )
    rows = tuple(
        (
            Cell(item.title, item.id),
            Cell(words.day(item.due)),
            Cell(words.number(item.overdue) if item.overdue else NONE, tone=_late(item)),
            Cell(NONE if item.age is None else words.number(item.age)),
            Cell(words.state_name(item.state)),
        )
        for item in items
    )
    return Table(words.nation(nation), head, rows, (9, 4, 3, 3, 4))


def _late(item: ActionItem) -> Tone:
    return "bad" if item.overdue else ""


def _decision(decision: Decision) -> Item:
    return Item(
        Cell(decision.question, decision.id),
        (Cell(words.day(decision.agreed)),),
        (
            (words.field_title("decision", "text"), Cell(cut(decision.text))),
            (words.field_title("decision", "reasons"), Cell(cut(decision.reasons))),
            *map(_dissent, decision.dissents),
        ),
    )


def _dissent(dissent: Dissent) -> tuple[str, Cell]:
    name = words.field_title("decision", "dissent")
    who = words.nation(dissent.nation)
    if dissent.on:
        who = f"{who}, {words.day(dissent.on)}"
    return f"{name} ({who})", Cell(cut(dissent.text), tone="warn")


def _ages(sources: Iterable[Source]) -> Cell:
    lines, stale = [], False
    for source in sources:
        age = pgettext("source", "none") if source.age is None else words.number(source.age)
        told = _("{} (stale)").format(age) if source.stale else age
        lines.append(f"{words.nation(source.nation)}: {told}" if source.nation else told)
        stale |= source.stale
    return Cell("\n".join(lines), tone="bad" if stale else "")
