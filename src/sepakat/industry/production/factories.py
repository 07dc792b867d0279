"""A factory as its confirmed reports show it: its ramp, and what each unit taught."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sepakat.industry.production.learning import Fit, Theory, fit
from sepakat.industry.production.ramps import Ramp, ramp
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Object


@dataclass(frozen=True, slots=True)
class Factory:
    plan: Object
    ramp: Ramp
    learning: Fit | None  # Crawford's curve of hours; nothing while none can be fitted
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
    found = ramp(planned, actual)
    return Factory(plan, found, None if found.unreported else _learning(counted), tuple(twice))


def _learning(reports: Mapping[str, Object]) -> Fit | None:
    """The curve through the months, each a lot.

    Units are counted from the first that was made: with a month unknown nobody knows which ones
    the later months made, and a month of units without hours says nothing of what they took.
    """
    months = (reports[month].fields for month in sorted(reports))
    lots = [(month["units"], float(month["hours"])) for month in months if month["units"]]
    try:
        return fit(Theory.CRAWFORD, lots)
    except InvalidError:
        return None
