"""The files behind the outlook's pages, read once: a forecast's figures, and what a plan says.

Whether a person may read a file is asked each time; what is in it is kept by its digest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from sepakat.desk.charts import Activity
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.evidence import EvidenceStore, readable
from sepakat.node.home import Home
from sepakat.outlook.forecasts import figures
from sepakat.outlook.forecasts.figures import Figures
from sepakat.outlook.learning.earned import Earned
from sepakat.outlook.learning.progress import progress
from sepakat.outlook.plan.cpm.schedule import schedule
from sepakat.outlook.plan.model import Plan
from sepakat.outlook.plan.reading import read
from sepakat.outlook.quality import Finding, assess
from sepakat.record.errors import InvalidError, NotFoundError
from sepakat.record.kind import Object

MAX_PLAN = 24 * 1024 * 1024  # bytes that are read while somebody waits for a page
TENTHS = 1000  # of a per cent, in a whole

T = TypeVar("T")


@dataclass(frozen=True)
class Drawn:
    """A forecast's figures, and its activities as they are drawn."""

    figures: Figures
    activities: tuple[Activity, ...]


@dataclass(frozen=True)
class Planned:
    """What a plan's file says: its activities by their own dates, its quality, its progress."""

    activities: tuple[Activity, ...]
    findings: tuple[Finding, ...]
    progress: Earned | None
    today: date


def drawn(access: Access, forecast: Object, plan: Object | None) -> Drawn:
    """What a forecast's pictures are drawn from; SepakatError where its file is not to be had, is
    damaged or no such file, or is about another plan's."""
    found = _or_raised(_drawn(access.home, readable(access, _evidence(access, forecast))))
    if plan is not None:
        named = access.seen(rows.objects([plan.fields["file"]]).values())
        if any(found.figures.plan != file.fields["sha256"] for file in named):
            raise InvalidError("the figures are of another plan", where=forecast.fields["file"])
    return found


def planned(access: Access, plan: Object) -> Planned:
    """What a plan's file says; SepakatError where it is not to be had, or is no plan."""
    thing = _evidence(access, plan)
    if thing.fields["size"] > MAX_PLAN:
        raise InvalidError(
            f"the plan's file is larger than {MAX_PLAN >> 20} MiB",
            where=thing.id,
            fix="It is read when a forecast is made from it",
        )
    return _or_raised(_planned(access.home, readable(access, thing)))


def _evidence(access: Access, thing: Object) -> Object:
    """The record of the file that another record names."""
    found = access.get(thing.fields["file"])
    if found.state == "destroyed":
        raise NotFoundError("the file has been destroyed", where=found.id)
    return found


@lru_cache(maxsize=16)
def _drawn(home: Home, sha256: str) -> Drawn | InvalidError:
    return _or_refusal(_read_figures, EvidenceStore(home).read(sha256))


@lru_cache(maxsize=16)
def _planned(home: Home, sha256: str) -> Planned | InvalidError:
    return _or_refusal(_read_plan, EvidenceStore(home).read(sha256))


def _read_figures(content: bytes) -> Drawn:
    found = figures.read(content)
    return Drawn(found, tuple(map(_activity, found.activities)))


def _read_plan(content: bytes) -> Planned:
    if len(content) > MAX_PLAN:
        raise InvalidError("the plan's file is larger than its record says")
    plan = read(content)
    today = (plan.data_date or plan.start).date()
    return Planned(_of_plan(plan), assess(plan), progress(plan), today)


def _or_refusal(make: Callable[[bytes], T], content: bytes) -> T | InvalidError:
    """What a file gives, or why it gives nothing: kept too, or each look at a hostile file would
    cost the same again. It is a new error, without the frames that hold what was read."""
    try:
        return make(content)
    except InvalidError as error:
        return _copy(error)


def _or_raised(found: T | InvalidError) -> T:
    if isinstance(found, InvalidError):
        raise _copy(found)
    return found


def _copy(error: InvalidError) -> InvalidError:
    return InvalidError(error.what, where=error.where, fix=error.fix)


def _activity(row: figures.Row) -> Activity:
    start, finish = date.fromisoformat(row.start), date.fromisoformat(row.finish)
    return Activity(
        name=f"{row.code} {row.name}",
        group=row.phase,
        start=min(start, finish),
        finish=finish,
        p50=date.fromisoformat(row.p50),
        p80=date.fromisoformat(row.p80),
        criticality=row.criticality / TENTHS,
        milestone=row.milestone,
        done=row.done,
    )


def _of_plan(plan: Plan) -> tuple[Activity, ...]:
    dates = schedule(plan).by_code
    phases = {phase.code: phase.name for phase in plan.phases}
    return tuple(
        Activity(
            name=f"{activity.code} {activity.name}",
            group=phases.get(activity.phase, ""),
            start=dates[activity.code].start.date(),
            finish=dates[activity.code].finish.date(),
            milestone=activity.type.is_milestone,
            done=activity.actual_finish is not None,
        )
        for activity in plan.activities
    )
