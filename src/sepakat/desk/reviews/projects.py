"""What a review pack says of one project, in the reader's words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sepakat.desk import words
from sepakat.desk.reviews.document import (
    IN_A_CELL,
    NONE,
    Cell,
    Item,
    Names,
    Section,
    Table,
    cut,
    edition,
    percent,
)
from sepakat.outlook.reviews.matters import Readiness
from sepakat.outlook.reviews.milestones import Confidence, Milestone
from sepakat.outlook.reviews.pack import Option, Review
from sepakat.outlook.reviews.ratings import Rated, Rating

MAX_TREND = 12  # forecasts
MAX_EARLIER = 6  # ratings


def project(review: Review, names: Names) -> Section:
    fields = review.project.fields
    facts = _("{domain}, led by {lead}. {state}.").format(
        domain=fields["domain"],
        lead=names.of(fields["lead"]).text,
        state=words.state_name(review.project.state),
    )
    parts = (
        _milestones(review),
        _trend(review.confidence),
        _ratings(review.rated),
        _drivers(review, names),
        _treatments(review, names),
    )
    items = (
        *(_readiness(each, names) for each in review.readiness),
        *(_option(each, names) for each in review.options),
    )
    return Section(
        Cell(fields["title"], review.project.id),
        notes=(facts, *_calibration(review)),
        tables=tuple(part for part in parts if part.rows),
        items=items,
    )


def _milestones(review: Review) -> Table:
    head = (
        _("Milestone"),
        _("Baseline"),
        _("Team’s date"),
        _("Due"),
        _("P50, and calibrated"),
        _("P80, and calibrated"),
        _("On time"),
    )
    rows = tuple(_milestone(each) for each in review.milestones)
    return Table(_("Milestones"), head, rows, (5, 4, 4, 4, 5, 5, 3))


def _trend(said: Sequence[Confidence]) -> Table:
    head = (
        words.field_title("forecast", "as_of"),
        _("Least chance to be on time"),
        _("Last milestone"),
        _("P50, and calibrated"),
        _("P80, and calibrated"),
    )
    rows = tuple(
        (
            Cell(words.day(each.as_of) + _withdrawn(each.withdrawn), each.forecast),
            Cell(percent(each.on_time)),
            Cell(each.title),
            Cell(_both(each.p50, each.calibrated_p50)),
            Cell(_both(each.p80, each.calibrated_p80)),
        )
        for each in said[-MAX_TREND:]
    )
    return Table(_("How confidence went"), head, rows, (5, 4, 6, 5, 5))


def _ratings(rated: Sequence[Rated]) -> Table:
    head = (
        _("Nation"),
        words.field_title("rating", "grade"),
        words.field_title("rating", "scale"),
        words.field_title("rating", "as_of"),
        words.field_title("rating", "reasons"),
    )
    rows: list[tuple[Cell, ...]] = []
    for each in rated:
        nation = Cell(words.nation(each.nation))
        if each.latest is None:
            rows.append((nation, Cell(_("Not rated")), Cell(NONE), Cell(NONE), Cell(NONE)))
            continue
        rows.append((nation, *_rating(each.latest)))
        earlier = each.earlier[:MAX_EARLIER]
        rows += [(Cell(_("earlier")), *_rating(one)) for one in earlier]
    return Table(_("Ratings"), head, tuple(rows), (4, 5, 5, 4, 9))


def _drivers(review: Review, names: Names) -> Table:
    head = (
        _("Driver"),
        _("Days earlier without it"),
        _("Of P80"),
        _("Saved without it ({})").format(names.currency),
    )
    rows = tuple(
        (
            Cell(each.title, names.of(each.risk).to),
            Cell(words.number(each.days)),
            Cell(words.number(each.p80_days)),
            Cell(words.number(each.cost)),
        )
        for each in review.drivers
    )
    return Table(_("What moves the finish most"), head, rows, (10, 4, 4, 5))


def _treatments(review: Review, names: Names) -> Table:
    head = (
        _("Before and after it"),
        _("Price ({})").format(names.currency),
        _("P80"),
        _("On time"),
        _("Cost, P80 ({})").format(names.currency),
    )
    rows = tuple(
        (
            Cell(f"{names.of(each.risk).text}: {each.title}", names.of(each.risk).to),
            Cell(words.number(each.price)),
            Cell(f"{words.day(each.before)} → {words.day(each.after)}"),
            Cell(f"{_tenths(each.on_time_before)} → {_tenths(each.on_time_after)}"),
            Cell(f"{words.number(each.cost_before)} → {words.number(each.cost_after)}"),
        )
        for each in review.treatments or ()
    )
    return Table(_("What could be done about risks"), head, rows, (8, 3, 6, 5, 6))


def _readiness(each: Readiness, names: Names) -> Item:
    evidence = [names.of(id_) for id_ in each.evidence]
    name = words.field_title("readiness", "evidence")
    return Item(
        Cell(f"{words.kind_name('readiness')}: {each.title}", each.package),
        (Cell(f"{words.value_name(each.scale)} {each.level}"),),
        (
            (words.day(each.on), Cell(cut(each.findings), each.id)),
            *((name, cell) for cell in evidence),
        ),
    )


def _option(each: Option, names: Names) -> Item:
    proof = words.value_name(each.proof)
    if each.gap is not None:
        proof = _("{proof}, gap {gap}").format(proof=proof, gap=percent(each.gap))
    lines = [(row["about"], Cell(f"{row['present']} → {row['option']}")) for row in each.effects]
    if each.decision:
        name = words.field_title("option", "decision")
        lines.append((name, names.of(each.decision)))
    return Item(
        Cell(f"{words.kind_name('option')}: {each.title}", each.id),
        (Cell(words.state_name(each.state)), Cell(words.value_name(each.type)), Cell(proof)),
        tuple(lines),
    )


def _milestone(each: Milestone) -> tuple[Cell, ...]:
    title = each.title
    if each.achieved:
        title = _("{title}: achieved {day}").format(title=title, day=words.day(each.achieved))
    team = words.day(each.planned) or NONE
    if each.moved:
        team = f"{team}\n{_days_moved(each.moved)}"
    due = words.day(each.due) or NONE
    if each.due_moved:
        was = words.day(each.baseline_due) or NONE
        due = f"{due}\n" + _("at first {}").format(was)
    late = each.due is not None and each.p80 is not None and each.p80 > each.due
    return (
        Cell(title),
        Cell(words.day(each.baseline) or NONE),
        Cell(team),
        Cell(due),
        Cell(_both(each.p50, each.calibrated_p50)),
        Cell(_both(each.p80, each.calibrated_p80), tone="bad" if late else ""),
        Cell(percent(each.on_time)),
    )


def _days_moved(days: int) -> str:
    if days > 0:
        return ngettext("{} day later", "{} days later", days).format(words.number(days))
    return ngettext("{} day earlier", "{} days earlier", -days).format(words.number(-days))


def _both(raw: date | None, calibrated: date | None) -> str:
    return f"{words.day(raw) or NONE}\n{words.day(calibrated) or NONE}"


def _calibration(review: Review) -> list[str]:
    if review.forecast is None:
        return [_("There is no forecast of it.")]
    found = []
    if review.reference and review.basis:
        found.append(
            _("Calibrated by {name}, {basis}; outcomes of our own: {number}.").format(
                name=review.reference,
                basis=words.value_name(review.basis),
                number=words.number(review.own_outcomes or 0),
            )
        )
    else:
        found.append(_("Not calibrated: there is no reference class for it."))
    if review.joint is not None:
        chance = percent(review.joint)
        found.append(
            _("The chance that all is on time and within the budget is {}.").format(chance)
        )
    if review.treatments is None:
        found.append(_("The file of the forecast cannot be read here, so treatments are not told."))
    return found


def _withdrawn(is_withdrawn: bool) -> str:
    return f" ({words.state_name('withdrawn')})" if is_withdrawn else ""


def _rating(rating: Rating) -> tuple[Cell, ...]:
    grade = _("Exempt") if rating.exempt else f"{rating.grade}: {rating.meaning or ''}".rstrip(": ")
    return (
        Cell(grade, rating.id, "quiet" if rating.exempt else ""),
        Cell(edition(rating.scale_title, rating.number), rating.scale),
        Cell(words.day(rating.as_of)),
        Cell(cut(rating.reasons, IN_A_CELL)),
    )


def _tenths(value: int) -> str:
    return words.percent(Decimal(value) / 1000)
