"""What a plan's file says of itself: what a submitter would otherwise have to copy, wrongly."""

from dataclasses import replace
from datetime import datetime

from sepakat.outlook.forecasts.submitting import described
from sepakat.outlook.plan.model import ActivityType
from sepakat.outlook.quality import CHECKS
from support.forecasting import chain, milestone, task

AT = datetime.fromisoformat


def test_milestone_that_is_left_out_or_has_the_wrong_day() -> None:
    begins = replace(milestone("GO"), type=ActivityType.START_MILESTONE)
    plan = chain(
        milestone("OLD", actual_start=AT("2026-03-02T08:00"), actual_finish=AT("2026-03-02T08:00")),
        task("A", 10),
        begins,
        task("B", 1),
        milestone("END", deadline=AT("2026-03-31T17:00")),
        data_date=AT("2026-03-02T08:00"),
    )
    assert described(plan)["promises"] == [
        {
            "activity": "OLD",
            "title": "Activity OLD",
            "planned": "2026-03-02",
            "achieved": "2026-03-02",
        },
        {"activity": "GO", "title": "Activity GO", "planned": "2026-03-13"},
        {
            "activity": "END",
            "title": "Activity END",
            "planned": "2026-03-16",
            "due": "2026-03-31",
        },
    ]


def test_title_that_no_statement_takes() -> None:
    (long,) = described(chain(replace(milestone("END"), name="x" * 201)))["promises"]
    (none,) = described(chain(replace(milestone("END"), name="")))["promises"]
    assert (len(long["title"]), none["title"]) == (200, "END")


def test_day_up_to_which_progress_is_not_known() -> None:
    plan = chain(task("A", 10), milestone("END"))
    assert described(plan)["as_of"] == "2026-03-02"
    later = replace(plan, data_date=AT("2026-03-09T08:00"))
    assert described(later)["as_of"] == "2026-03-09"


def test_gating_check_that_fails_unsaid() -> None:
    loose = chain(task("A", 10), task("B", 10), milestone("END"), links=())
    gating = [check.title for check in CHECKS if check.is_gating]
    failing = described(loose)["failing"]
    assert CHECKS[0].title in failing
    assert set(failing) <= set(gating)
    joined = chain(*(task(f"A{n}", 10) for n in range(50)), milestone("END"))
    assert CHECKS[0].title not in described(joined)["failing"]
