"""What a forecast of a plan is made from, out of all that somebody may see of the record."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple, Protocol

from sepakat.outlook.forecasts.making import Request
from sepakat.outlook.forecasts.obligations import Bound, bound
from sepakat.outlook.learning.outcomes import outcomes
from sepakat.outlook.learning.reference import TIME_TO_FINISH
from sepakat.outlook.risks.kinds import MAY_HAPPEN
from sepakat.record.kind import Object
from sepakat.record.label import Label, combine, is_within

ReadFile = Callable[[Object], bytes]  # the content of an evidence object


class Seen(Protocol):
    """What somebody may see of the record."""

    def one(self, object_id: str) -> Object:
        """NotFoundError where it is not to be seen."""

    def all(self, kind: str) -> Iterable[Object]: ...


class Gathered(NamedTuple):
    """A request, and all that it was made from."""

    request: Request
    sources: tuple[Object, ...]

    @property
    def label(self) -> Label:
        """That of what is made from these."""
        return combine(*(thing.label for thing in self.sources))


def gather(
    plan: Object, seen: Seen, read_file: ReadFile, *, as_of: date, seed: int, iterations: int
) -> Gathered:
    """Everything that goes into a forecast of a plan as it is known now.

    Own outcomes that not all of its readers may see are left out, so that none shows through a
    calibrated date. NotFoundError where the plan's project or file, or an obligation or its
    edition, is not to be seen.
    """
    project, file = seen.one(plan.fields["project"]), seen.one(plan.fields["file"])
    risks = [
        risk
        for risk in seen.all("risk")
        if risk.state in MAY_HAPPEN and project.id in risk.fields["projects"]
    ]
    obligations, terms = bounds(plan, seen)
    sources = (plan, project, file, *risks, *terms)
    label = combine(*(thing.label for thing in sources))

    def shown(kind: str) -> list[Object]:
        return [thing for thing in seen.all(kind) if is_within(label, thing.label)]

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
    return Gathered(request, sources)


def bounds(plan: Object, seen: Seen) -> tuple[list[Bound], list[Object]]:
    """The obligations that a plan's milestones are tied to, and what each comes from: itself, and
    the edition that it is under. NotFoundError where one of these is not to be seen."""
    tied = {row["obligation"] for row in plan.fields["promises"] if row.get("obligation")}
    found, made_from = [], []
    for name in sorted(tied):
        thing = seen.one(name)
        terms = thing.fields.get("terms")
        edition = seen.one(terms) if terms else None
        found.append(bound(thing, edition))
        made_from += [thing, *([edition] if edition else [])]
    return found, made_from
