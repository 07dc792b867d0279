"""What is simulated of a plan: its file, the statement that submits it, and the risks it runs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sepakat.outlook.forecasts.days import WorkingDays
from sepakat.outlook.plan.model import Activity, ActivityType, ConstraintType, Plan
from sepakat.outlook.plan.networks import remaining
from sepakat.outlook.risks.treatments import treatment_of
from sepakat.outlook.simulation.correlation import Correlation, repaired
from sepakat.outlook.simulation.model import Branch, Cost, Mitigation, Model, Risk, Triangular
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Line
from sepakat.record.kind import Object

ALL = "*"
WHOLE = 100  # per cent
_LINE = TypeAdapter(Line)
_HOLDING = (
    ConstraintType.START_NOT_BEFORE,
    ConstraintType.START,
    ConstraintType.MANDATORY_START,
)

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Modelled:
    """A plan as it is simulated. `risks` are those that touch it, `treatments` what could still be
    done about them, each with its risk; `notes` say what of the plan is not in the model."""

    model: Model
    risks: tuple[Object, ...]
    treatments: tuple[tuple[Object, Mitigation], ...] = ()
    notes: tuple[str, ...] = ()


def modelled(plan: Plan, stated: Fields, risks: Iterable[Object]) -> Modelled:
    """`stated` are the fields of the object that submits the plan, `risks` those of its project.

    Risks are named by their identifiers: projects that share one meet it in the same iterations.
    InvalidError where an activity or phase is named that the plan does not have.
    """
    _check_codes(plan)
    pick = _Pick(plan)
    # Others leave no trace: a forecast names those that went in, and is made again from them.
    touching = [
        thing
        for thing in sorted(risks, key=lambda risk: risk.id)
        if pick.to_do(thing.fields["touches"])
    ]
    notes = list(_left_out(plan))
    model = Model(
        network=remaining(plan),
        uncertainty=_uncertainty(plan, stated["estimates"], pick),
        risks=tuple(_risk(thing, pick) for thing in touching),
        branches=tuple(_branches(stated.get("branches", ()), pick)),
        costs=_costs(plan, stated.get("costs", ()), pick),
        not_before=_not_before(plan),
        price=sum(_price(thing, stated["project"]) for thing in touching),
    )
    correlation, moved = _correlation(stated.get("correlations", ()), model, pick)
    if moved:
        notes.append(f"the correlations could not all be; the nearest are up to {moved:.2f} away")
    return Modelled(
        replace(model, correlation=correlation),
        tuple(touching),
        tuple(
            (thing, mitigation) for thing in touching for mitigation in _mitigations(thing, pick)
        ),
        tuple(notes),
    )


def _check_codes(plan: Plan) -> None:
    """Codes are named by statements and in the forecast's file, so they are lines as those have."""
    for code in (*plan.by_code, *(phase.code for phase in plan.phases)):
        try:
            _LINE.validate_python(code)
        except ValidationError as error:
            raise InvalidError(
                "a code is one line of 1 to 200 characters",
                where=f"the plan's {code[:40]!r}",
                fix="Give the activity another code in the tool that the plan is made with",
            ) from error


class _Pick:
    """The activities that a code names: one, or all those of a phase and of what is below it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        parents = {phase.code: phase.parent for phase in plan.phases}
        self.by_name: dict[str, list[str]] = {code: [] for code in parents}
        for activity in plan.activities:
            if activity.type.is_dated_by_others:
                continue
            phase = activity.phase
            while phase:
                self.by_name[phase].append(activity.code)
                phase = parents[phase]
        for activity in plan.activities:
            if not activity.type.is_dated_by_others:
                self.by_name[activity.code] = [activity.code]

    def known(self, name: str) -> bool:
        return bool(self.by_name.get(name))

    def to_do(self, names: Iterable[str]) -> tuple[str, ...]:
        """What of the names is not finished, each activity once. A milestone is work only where it
        is named itself, and not where its phase is; names that the plan has not are passed over."""
        by_code = self._plan.by_code
        found = dict.fromkeys(
            code
            for name in names
            for code in self.by_name.get(name, ())
            if code == name or not by_code[code].type.is_milestone
        )
        return tuple(code for code in found if by_code[code].actual_finish is None)

    def all(self, name: str, where: str) -> list[str]:
        if not self.known(name):
            raise InvalidError(
                f"the plan has no activity or phase {name!r} that logic dates",
                where=where,
                fix="Name it by its code, as the plan's file has it",
            )
        return self.by_name[name]

    def one(self, name: str, where: str) -> Activity:
        """The activity of a code; a phase is refused."""
        codes = self.all(name, where)
        if codes != [name]:
            raise InvalidError(
                f"{name!r} is a phase, and an activity is wanted, such as {codes[0]!r}",
                where=where,
                fix="Name an activity by its code, one row for each",
            )
        return self._plan.by_code[name]


def _uncertainty(plan: Plan, estimates: Sequence[Fields], pick: _Pick) -> dict[str, Triangular]:
    """A three-point estimate for what is left of each activity; later rows outweigh earlier ones,
    and any row that names something outweighs those for all others."""
    chosen: dict[str, Fields] = {}
    for row in sorted(estimates, key=lambda row: row["activities"] != ALL):
        name = row["activities"]
        codes = plan.by_code if name == ALL else pick.all(name, "estimates")
        chosen |= dict.fromkeys(codes, row)
    return {
        code: Triangular(*(_days_left(plan, code) * _part(row[of]) for of in _THREE))
        for code, row in chosen.items()
        if not plan.by_code[code].type.is_dated_by_others and plan.by_code[code].left
    }


_THREE = ("low", "likely", "high")


def _days_left(plan: Plan, code: str) -> float:
    activity = plan.by_code[code]
    return plan.days(activity, activity.left)


def _part(percent: str) -> float:
    return float(percent) / WHOLE


def _risk(thing: Object, pick: _Pick) -> Risk:
    """The risk as it is, which is after the treatment that is under way."""
    treatment = treatment_of(thing.fields)
    return _treated(thing, pick, treatment) if treatment else _untreated(thing, pick)


def _untreated(thing: Object, pick: _Pick) -> Risk:
    return _with(thing, pick, _part(thing.fields["probability"]), 1.0)


def _treated(thing: Object, pick: _Pick, treatment: Fields) -> Risk:
    return _with(thing, pick, _part(treatment["probability"]), _part(treatment["impact"]))


def _with(thing: Object, pick: _Pick, probability: float, share: float) -> Risk:
    """`share` is what is left of each impact. A factor is moved towards 1 by it."""
    impacts = {impact["measure"]: impact for impact in thing.fields["impacts"]}

    def spread(measure: str, of: Callable[[float], float]) -> Triangular | None:
        impact = impacts.get(measure)
        return Triangular(*(of(float(impact[name])) for name in _THREE)) if impact else None

    return Risk(
        name=thing.id,
        probability=probability,
        activities=pick.to_do(thing.fields["touches"]),
        factor=spread("percent", lambda percent: 1 + (percent / WHOLE - 1) * share),
        days=spread("days", lambda days: days * share),
        cost=spread("cost", lambda amount: amount * share),
    )


def _mitigations(thing: Object, pick: _Pick) -> Iterator[Mitigation]:
    for row in thing.fields.get("treatments", ()):
        if row["title"] != thing.fields.get("treated"):
            yield Mitigation(row["title"], (_treated(thing, pick, row),), float(row["price"]))


def _price(thing: Object, project: str) -> float:
    """What the treatment under way costs: charged once, to the first of the risk's projects."""
    treatment = treatment_of(thing.fields)
    return (
        float(treatment["price"]) if treatment and thing.fields["projects"][0] == project else 0.0
    )


def _branches(rows: Iterable[Fields], pick: _Pick) -> Iterator[Branch]:
    for row in rows:
        ways = [_way(row.get(way), row["title"], pick) for way in ("activities", "otherwise")]
        yield Branch(row["title"], _part(row["probability"]), *ways)


def _way(line: str | None, where: str, pick: _Pick) -> tuple[str, ...]:
    names = [name.strip() for name in (line or "").split(",") if name.strip()]
    return tuple(dict.fromkeys(code for name in names for code in pick.all(name, where)))


def _costs(plan: Plan, rows: Iterable[Fields], pick: _Pick) -> dict[str, Cost]:
    """What has been worked is spent, at the plan's rate; the rest takes what it takes."""
    found = {}
    for row in rows:
        activity = pick.one(row["activity"], "costs")
        worked = plan.days(activity, activity.duration - min(activity.left, activity.duration))
        per_day = float(row["per_day"])
        found[activity.code] = Cost(float(row["fixed"]) + worked * per_day, per_day)
    return found


def _not_before(plan: Plan) -> dict[str, float]:
    """By the later of an activity's constraints; what has begun is held by none."""
    days = WorkingDays(plan)
    found: dict[str, float] = {}
    for activity in plan.activities:
        if activity.actual_start is not None or activity.type.is_dated_by_others:
            continue
        for constraint in (activity.constraint, activity.second_constraint):
            if constraint and constraint.date and constraint.type in _HOLDING:
                day = days.until(constraint.date)
                found[activity.code] = max(day, found.get(activity.code, 0.0))
    return found


def _correlation(
    rows: Sequence[Fields], model: Model, pick: _Pick
) -> tuple[Correlation | None, float]:
    """The correlations of what is uncertain still, and how far the repair moved one at most."""
    for row in rows:
        for of in ("first", "second"):
            pick.one(row[of], "correlations")
    pairs = {
        (row["first"], row["second"]): _part(row["percent"])
        for row in rows
        if {row["first"], row["second"]} <= model.uncertainty.keys()
    }
    names = sorted({name for pair in pairs for name in pair})
    if not names:
        return None, 0.0
    place = {name: number for number, name in enumerate(names)}
    matrix = [[1.0 if a == b else 0.0 for b in names] for a in names]
    for (a, b), value in pairs.items():
        matrix[place[a]][place[b]] = matrix[place[b]][place[a]] = value
    mended = repaired(names, matrix)
    return mended.correlation, mended.largest


def _left_out(plan: Plan) -> Iterator[str]:
    """What the model takes no notice of."""
    used = {a.calendar for a in plan.activities if not a.type.is_dated_by_others}
    if used - {plan.own_calendar.code}:
        yield "not all activities follow the plan's own calendar; days are counted by that"
    begins = [a.code for a in plan.activities if a.type is ActivityType.START_MILESTONE]
    if begins:
        yield f"a start is reached once the work before it is done: {', '.join(begins[:10])}"
    held = [
        activity.code
        for activity in plan.activities
        for constraint in (activity.constraint, activity.second_constraint)
        if constraint is not None and constraint.type not in _HOLDING
    ]
    if held:
        yield f"constraints other than on the start are not simulated: {', '.join(held[:10])}"
