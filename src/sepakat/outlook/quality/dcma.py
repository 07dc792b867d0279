"""The fourteen checks, in their order."""

from sepakat.outlook.plan.model import Plan
from sepakat.outlook.quality import floats, logic, path, progress
from sepakat.outlook.quality.finding import Check, Finding, Subject

CHECKS: tuple[Check, ...] = (
    logic.LOGIC,
    logic.LEADS,
    logic.LAGS,
    logic.TYPES,
    floats.HARD,
    floats.HIGH_FLOAT,
    floats.NEGATIVE_FLOAT,
    floats.HIGH_DURATION,
    progress.DATES,
    progress.RESOURCES,
    progress.MISSED,
    path.CRITICAL_PATH,
    path.CPLI,
    progress.BEI,
)


def assess(plan: Plan) -> tuple[Finding, ...]:
    """All fourteen findings, by the dates that we compute."""
    subject = Subject(plan)
    return (
        logic.logic(subject),
        logic.leads(subject),
        logic.lags(subject),
        logic.types(subject),
        floats.hard(subject),
        floats.high_float(subject),
        floats.negative_float(subject),
        floats.high_duration(subject),
        progress.dates(subject),
        progress.resources(subject),
        progress.missed(subject),
        path.critical_path(subject),
        path.cpli(subject),
        progress.bei(subject),
    )
