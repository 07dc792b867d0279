"""Checks 5 to 8: what holds dates, and how much room there is."""

from sepakat.outlook.plan.model import Activity, Constraint, ConstraintType
from sepakat.outlook.quality.finding import Check, Finding, Subject, share

MOST_DAYS = 44  # two months of working days

HARD = Check(
    5,
    "Activities with a hard constraint",
    5,
    "%",
    "A date that holds against logic stops a delay from showing in what comes after.",
    is_gating=True,
)
HIGH_FLOAT = Check(
    6,
    f"Activities with more than {MOST_DAYS} days of float",
    5,
    "%",
    "Much float often means that a link is missing.",
)
NEGATIVE_FLOAT = Check(
    7,
    "Activities with float below 0",
    0,
    "%",
    "The plan cannot be met as it stands: someone has to say what gives.",
    is_gating=True,
)
HIGH_DURATION = Check(
    8,
    f"Activities longer than {MOST_DAYS} days",
    5,
    "%",
    "What lasts months cannot be watched by the month: its progress is an opinion.",
)

_HARD = frozenset(
    {
        ConstraintType.START_NOT_AFTER,
        ConstraintType.FINISH_NOT_AFTER,
        ConstraintType.MANDATORY_START,
        ConstraintType.MANDATORY_FINISH,
        ConstraintType.START,
        ConstraintType.FINISH,
    }
)
_NOTHING = "nothing is left to do"


def hard(subject: Subject) -> Finding:
    offenders = (a.code for a in subject.open if _is_held(a))
    return share(HARD, offenders, len(subject.open), _NOTHING)


def high_float(subject: Subject) -> Finding:
    offenders = (a.code for a in subject.open if subject.float_days(a) > MOST_DAYS)
    return share(HIGH_FLOAT, offenders, len(subject.open), _NOTHING)


def negative_float(subject: Subject) -> Finding:
    offenders = (a.code for a in subject.open if subject.float_days(a) < 0)
    return share(NEGATIVE_FLOAT, offenders, len(subject.open), _NOTHING)


def high_duration(subject: Subject) -> Finding:
    tasks = subject.open_tasks
    offenders = (a.code for a in tasks if subject.days(a, a.duration) > MOST_DAYS)
    return share(HIGH_DURATION, offenders, len(tasks), _NOTHING)


def _is_held(activity: Activity) -> bool:
    held: tuple[Constraint | None, ...] = (activity.constraint, activity.second_constraint)
    return any(constraint is not None and constraint.type in _HARD for constraint in held)
