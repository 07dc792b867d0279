"""What a forecast of a plan is made from, out of all that somebody may see of the record."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from sepakat.outlook.forecasts.making import Request
from sepakat.outlook.forecasts.obligations import Bound, bound
from sepakat.outlook.learning.outcomes import outcomes
from sepakat.outlook.learning.reference import PUBLIC_CLASSES
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object
from sepakat.record.label import Label, combine, is_within

KINDS = ("project", "plan", "risk", "obligation", "edition", "forecast", "evidence")
OPEN = ("open", "triggered")  # states of a risk that may still happen
TIME_TO_FINISH = next(c for c in PUBLIC_CLASSES if c.name == "time to finish")

Seen = Callable[[str], Iterable[Object]]  # all of a kind that somebody may see
ReadFile = Callable[[Object], bytes]  # the content of an evidence object


class Gathered(NamedTuple):
    """A request, and the label of what is made from it: that of all it was made from."""

    request: Request
    label: Label


def gather(
    plan: Object, seen: Seen, read_file: ReadFile, *, as_of: date, seed: int, iterations: int
) -> Gathered:
    """Everything that goes into a forecast of a plan as it is known now.

    Own outcomes that not all of its readers may see are left out, so that none shows through a
    calibrated date. NotFoundError where the plan's project or file, or an obligation or its
    edition, is not to be seen.
    """
    fields = plan.fields
    project = _one(seen("project"), fields["project"])
    file = _one(seen("evidence"), fields["file"])
    risks = [
        risk
        for risk in seen("risk")
        if risk.state in OPEN and project.id in risk.fields["projects"]
    ]
    obligations, terms = bounds(plan, seen)
    label = combine(*(thing.label for thing in (plan, project, file, *risks, *terms)))

    def shown(kind: str) -> list[Object]:
        return [thing for thing in seen(kind) if is_within(label, thing.label)]

    request = Request(
        plan=plan,
        project=project,
        file=read_file(file),
        as_of=as_of,
        seed=seed,
        iterations=iterations,
        risks=risks,
        obligations=obligations,
        outcomes=outcomes(shown("forecast"), shown("plan"), shown("project")),
        public=TIME_TO_FINISH,
    )
    return Gathered(request, label)


def sources(request: Request, seen: Seen) -> tuple[Object, ...]:
    """What a gathered request is made from, each with the label that it brings."""
    plan = request.plan
    file = _one(seen("evidence"), plan.fields["file"])
    return (plan, request.project, file, *request.risks, *bounds(plan, seen)[1])


def bounds(plan: Object, seen: Seen) -> tuple[list[Bound], list[Object]]:
    """The obligations that a plan's milestones are tied to, and what each comes from: itself, and
    the edition that it is under. NotFoundError where one of these is not to be seen."""
    tied = {row["obligation"] for row in plan.fields["promises"] if row.get("obligation")}
    found, made_from = [], []
    for name in sorted(tied):
        thing = _one(seen("obligation"), name)
        terms = thing.fields.get("terms")
        edition = _one(seen("edition"), terms) if terms else None
        found.append(bound(thing, edition))
        made_from += [thing, *([edition] if edition else [])]
    return found, made_from


def _one(things: Iterable[Object], name: str) -> Object:
    found = next((thing for thing in things if thing.id == name), None)
    if found is None:
        raise NotFoundError("the forecast needs it, and it is not to be seen here", where=name)
    return found
