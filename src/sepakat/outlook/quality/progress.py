"""Checks 9 to 11 and 14: dates against the data date, resources, and what should be done."""

from sepakat.outlook.plan.model import Activity
from sepakat.outlook.quality.finding import Check, Finding, Subject, share

DATES = Check(
    9,
    "Activities with dates that cannot be",
    0,
    "%",
    "Work cannot have been done after the data date, nor be forecast before it.",
    is_gating=True,
)
RESOURCES = Check(
    10,
    "Activities of a day or more without resources",
    0,
    "%",
    "Work that nobody is assigned to has no cost, and competes for nobody's time.",
)
MISSED = Check(
    11,
    "Activities due by the data date that missed their baseline finish",
    5,
    "%",
    "How the plan was kept so far says most about how it will be kept.",
)
BEI = Check(
    14,
    "Baseline execution index",
    0.95,
    "index",
    "Activities finished, over those that should be: below 1, work is put off.",
    at_least=True,
)

_NO_DATE = "the plan has no data date"


def dates(subject: Subject) -> Finding:
    if subject.data_date is None:
        return Finding(DATES, None, reason=_NO_DATE)
    offenders = (a.code for a in subject.work if _is_invalid(subject, a))
    return share(DATES, offenders, len(subject.work), "the plan has no activities")


def resources(subject: Subject) -> Finding:
    tasks = [a for a in subject.open_tasks if subject.days(a, a.duration) >= 1]
    if not any(a.resources for a in subject.plan.activities):
        return Finding(RESOURCES, None, reason="the plan assigns no resources at all")
    offenders = (a.code for a in tasks if not a.resources)
    return share(RESOURCES, offenders, len(tasks), "nothing of a day or more is left to do")


def missed(subject: Subject) -> Finding:
    due = _due(subject)
    if due is None:
        return Finding(MISSED, None, reason=_NO_DATE)
    offenders = (
        a.code
        for a in due
        if a.baseline_finish is not None
        and subject.dates.by_code[a.code].finish > a.baseline_finish
    )
    return share(MISSED, offenders, len(due), "no activity has a baseline finish so early")


def bei(subject: Subject) -> Finding:
    due = _due(subject)
    if due is None:
        return Finding(BEI, None, reason=_NO_DATE)
    without = [a for a in subject.work if a.baseline_finish is None and _is_task(a)]
    expected = len(due) + len(without)
    if not due:
        return Finding(BEI, None, reason="no activity has a baseline finish so early")
    finished = sum(a.actual_finish is not None and _is_task(a) for a in subject.work)
    late = tuple(a.code for a in (*due, *without) if a.actual_finish is None)
    return Finding(BEI, finished / expected, late, expected)


def _due(subject: Subject) -> list[Activity] | None:
    """Activities whose baseline finish is not after the data date."""
    at = subject.data_date
    if at is None:
        return None
    tasks = (a for a in subject.work if _is_task(a))
    return [a for a in tasks if a.baseline_finish is not None and a.baseline_finish <= at]


def _is_task(activity: Activity) -> bool:
    return not activity.type.is_milestone


def _is_invalid(subject: Subject, activity: Activity) -> bool:
    """The dates are those of the file where it has them: that is what its makers believe."""
    at = subject.data_date
    assert at is not None
    actual = [d for d in (activity.actual_start, activity.actual_finish) if d is not None]
    if any(date > at for date in actual):
        return True
    if activity.actual_finish is not None:
        return False
    ours = subject.dates.by_code[activity.code]
    finish = activity.saved.early_finish or ours.finish
    start = activity.saved.early_start or ours.start
    return finish < at or (activity.actual_start is None and start < at)
