"""The fourteen checks: each finds what it is for, names who, and a sound plan passes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.model import Activity, Constraint, ConstraintType, Dependency, Plan
from sepakat.outlook.quality import CHECKS, Answer, assess, blocking, practices
from support.plans import MONDAY, OFFICE

DAY = 480
COUNT = 60


def sound() -> Plan:
    """A chain of sixty activities of five days, the first four done as planned."""
    activities = []
    at = MONDAY
    for number in range(COUNT):
        finish = at + timedelta(days=4, hours=9)
        done = number < 4
        activities.append(
            Activity(
                f"a{number}", "", "office", 5 * DAY,
                actual_start=at if done else None, actual_finish=finish if done else None,
                percent=100.0 if done else 0.0,
                baseline_start=at, baseline_finish=finish, resources=("Fitters",),
            )
        )  # fmt: skip
        at += timedelta(days=7)
    links = tuple(Dependency(f"a{n}", f"a{n + 1}") for n in range(COUNT - 1))
    return Plan(
        "sound", MONDAY, (OFFICE,), tuple(activities), links,
        data_date=MONDAY + timedelta(days=28),
    )  # fmt: skip


def changed(plan: Plan, code: str, **changes: object) -> Plan:
    return replace(
        plan,
        activities=tuple(replace(a, **changes) if a.code == code else a for a in plan.activities),  # type: ignore[arg-type]
    )


def relinked(plan: Plan, place: int, **changes: object) -> Plan:
    links = list(plan.links)
    links[place] = replace(links[place], **changes)  # type: ignore[arg-type]
    return replace(plan, links=tuple(links))


def failing(plan: Plan) -> dict[int, tuple[str, ...]]:
    return {f.check.number: f.offenders for f in assess(plan) if f.passes is False}


def test_a_sound_plan_that_fails_or_is_not_computed() -> None:
    findings = assess(sound())
    assert [f.check for f in findings] == list(CHECKS)
    assert {f.check.number: f.passes for f in findings} == dict.fromkeys(range(1, 15), True)
    assert blocking(findings) == ()
    asked = {j.practice.number for j in practices(findings) if j.answer == Answer.ASKS_A_PERSON}
    assert asked == {1, 8}


HARD = Constraint(ConstraintType.FINISH_NOT_AFTER, MONDAY + timedelta(days=2000))


@pytest.mark.parametrize(
    ("plan", "number", "offenders"),
    [
        (relinked(sound(), 30, lag=-DAY), 2, ("a30 -> a31",)),
        (changed(sound(), "a30", resources=()), 10, ("a30",)),
        (changed(sound(), "a30", constraint=Constraint(ConstraintType.FINISH_NOT_AFTER, MONDAY)),
         7, None),
        (changed(sound(), "a3", actual_finish=MONDAY + timedelta(days=40)), 9, ("a3",)),
        (changed(sound(), "a3", actual_finish=MONDAY + timedelta(days=27)), 11, ("a3",)),
        (changed(sound(), "a3", actual_finish=None, remaining=DAY), 14, ("a3",)),
    ],
)  # fmt: skip
def test_one_fault_that_its_check_does_not_find(
    plan: Plan, number: int, offenders: tuple[str, ...] | None
) -> None:
    found = failing(plan)
    assert number in found
    assert offenders is None or found[number] == offenders


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 8])
def test_a_share_above_the_limit_that_passes(number: int) -> None:
    """One in twelve is bad: over five per cent, and for the types below ninety with the rest."""
    plan = sound()
    bad = range(5, COUNT, 6 if number == 4 else 12)
    for place in bad:
        match number:
            case 1:
                kept = tuple(a for a in plan.links if a.predecessor != f"a{place}")
                plan = replace(plan, links=kept)
            case 3:
                plan = relinked(plan, place - 1, lag=DAY)
            case 4:
                plan = relinked(plan, place - 1, type=LinkType.START_START)
            case 5:
                plan = changed(plan, f"a{place}", constraint=HARD)
            case 6:
                extra = Activity(f"x{place}", "", "office", DAY, resources=("Fitters",))
                plan = replace(
                    plan,
                    activities=(*plan.activities, extra),
                    links=(
                        *plan.links,
                        Dependency("a3", extra.code),
                        Dependency(extra.code, "a59"),
                    ),
                )
            case 8:
                plan = changed(plan, f"a{place}", duration=45 * DAY)
    assert number in failing(plan)


def test_a_first_and_a_last_activity_that_count_as_badly_linked() -> None:
    """In a short plan they would be over five per cent, however well it is linked."""
    plan = sound()
    short = replace(plan, activities=plan.activities[:8], links=plan.links[:7])
    assert 1 not in failing(short)
    loose = replace(short, links=short.links[:6])  # now a7 waits for nothing, and ends it too
    assert failing(loose)[1] == ("a6", "a7")


def test_a_held_date_that_a_delay_does_not_move() -> None:
    plan = changed(
        sound(),
        "a59",
        constraint=Constraint(
            ConstraintType.MANDATORY_FINISH, sound().activities[59].baseline_finish
        ),
    )
    assert 12 in failing(plan)
    assert 12 in {finding.check.number for finding in blocking(assess(plan))}


def test_a_late_plan_whose_index_stays_at_one() -> None:
    due = sound().activities[59].baseline_finish
    assert due is not None
    late = changed(sound(), "a59", baseline_finish=due - timedelta(days=70))
    assert 13 in failing(late)


def test_a_plan_without_baseline_or_resources_that_passes_for_good() -> None:
    plan = sound()
    bare = replace(
        plan,
        data_date=None,
        activities=tuple(
            replace(a, baseline_start=None, baseline_finish=None, resources=())
            for a in plan.activities
        ),
    )
    findings = {f.check.number: f for f in assess(bare)}
    assert [n for n, f in findings.items() if f.passes is None] == [9, 10, 11, 14]
    assert all(findings[n].reason for n in (9, 10, 11, 14))
    assert 9 in {finding.check.number for finding in blocking(findings.values())}
