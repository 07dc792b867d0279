"""A factory as its confirmed reports show it: its ramp, and what each unit taught."""

from collections.abc import Iterable
from dataclasses import dataclass

from sepakat.industry.production.learning import LEAST, Fit, Theory, fit
from sepakat.industry.production.ramps import Ramp, ramp
from sepakat.record.kind import Object


@dataclass(frozen=True, slots=True)
class Factory:
    plan: Object
    ramp: Ramp
    learning: Fit | None  # Crawford's curve; nothing while too few months are reported
    twice: tuple[str, ...]  # reports of a month that another, uncorrected one is of; not counted


def factory(plan: Object, reports: Iterable[Object]) -> Factory:
    """What a factory made against its plan; reports of other factories are left aside."""
    confirmed = sorted(
        (r for r in reports if r.fields["factory"] == plan.id and r.state == "confirmed"),
        key=lambda report: (report.fields["month"], report.id),
    )
    corrected = {report.fields.get("corrects") for report in confirmed}
    counted: dict[str, Object] = {}
    twice = []
    for report in confirmed:
        if report.id in corrected:
            continue
        if counted.setdefault(report.fields["month"], report) is not report:
            twice.append(report.id)
    planned = {rate["month"]: rate["units"] for rate in plan.fields["rates"]}
    actual = {month: report.fields["units"] for month, report in counted.items()}
    return Factory(plan, ramp(planned, actual), _learning(counted.values()), tuple(twice))


def _learning(reports: Iterable[Object]) -> Fit | None:
    made = [(report.fields["units"], float(report.fields["hours"])) for report in reports]
    lots = [(units, hours) for units, hours in made if units and hours]
    return fit(Theory.CRAWFORD, lots) if len(lots) >= LEAST else None
