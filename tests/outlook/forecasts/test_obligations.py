"""Whether an obligation is met in time, by its agreement's rules; sums are by hand."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from sepakat.outlook.forecasts.making import make
from sepakat.outlook.forecasts.obligations import Bound, bound
from sepakat.record.errors import InvalidError
from support.forecasting import chain, milestone, promise, request, risk, task, thing

TERMS = """
[agreement]
id = "MYS-agreement-1"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "MYR"
in_force = 2026-01-01

[[obligation]]
id = "MYS-o-1"
category = "training"
obligor = "KOR"
due = 2026-03-16

[[rule]]
id = "deadline"
type = "deadline"
obligation = "MYS-o-1"
grace = 4

[[rule]]
id = "penalty"
type = "penalty"
share = "0.10"
cure = { after = 1, share = "0.50", extinguishes = true }
"""
OWED = {
    "category": "training",
    "due": "2026-03-16",
    "value": {"amount": "400", "currency": "MYR"},
}
EDITION = thing("edition", {"source": TERMS})
DAY = date.fromisoformat


def obliged(**given: object) -> Bound:
    return bound(thing("obligation", OWED | given, "MYS-o-1"), EDITION)


def test_grace_or_cure_that_is_not_counted() -> None:
    found = obliged()
    assert (found.due, found.ends) == (DAY("2026-03-20"), DAY("2026-04-20"))


def test_obligation_under_no_edition_that_has_grace_or_costs_something() -> None:
    found = bound(thing("obligation", OWED, "MYS-o-1"), None)
    assert found.due == found.ends == DAY("2026-03-16")
    assert found.penalty({DAY("2027-01-01"): 1}) == 0


@pytest.mark.parametrize(
    ("met", "charged"),
    [
        ({"2026-03-20": 1}, 0),  # the last day of grace
        ({"2026-03-21": 1}, 40),
        ({"2026-04-20": 1}, 40),  # the last day of the cure
        ({"2026-04-21": 1}, 240),  # half as much again of all, and that is the end of it
        ({"2027-04-21": 1}, 240),
        ({"2026-03-20": 6, "2026-03-21": 3, "2026-04-21": 1}, 36),
        ({}, 0),
    ],
)
def test_penalty_that_is_not_the_mean_of_what_is_charged(met: dict[str, int], charged: int) -> None:
    assert obliged().penalty({DAY(day): n for day, n in met.items()}) == Decimal(charged)


PROMISED = promise(obligation="MYS-o-1", due="2026-03-16")
LATE = {"measure": "days", "low": "10", "likely": "10", "high": "10"}
LATER = {"measure": "days", "low": "40", "likely": "40", "high": "40"}


def test_forecast_that_does_not_carry_its_days_through_the_rules() -> None:
    """Friday, 13 March; ten days more in 30 per cent, to 27 March, within the cure; forty more in
    20 of 100, which is past it."""
    risks = [risk(impacts=[LATE]), risk("MYS-risk-2", probability="20", impacts=[LATER])]
    plan = chain(task("A", 10), milestone("END"))
    given = request(plan, risks, obligations=[obliged()], promises=[PROMISED], iterations=4000)
    made = make(given)
    (found,) = made.body["obligations"]
    assert (found["due"], found["ends"]) == ("2026-03-20", "2026-04-20")
    on_time, in_the_end = float(found["on_time"]), float(found["in_cure"])
    assert on_time == pytest.approx(100 * 0.7 * 0.8, abs=3.2)  # four standard errors
    assert in_the_end == pytest.approx(80, abs=2.6)
    mean = (40 * (in_the_end - on_time) + 240 * (100 - in_the_end)) / 100
    assert float(found["penalty"]) == pytest.approx(mean, abs=0.01)


def test_rare_lateness_that_costs_nothing() -> None:
    """One in two hundred: no hundredth part of all iterations would show it."""
    seldom = risk(probability="0.5")
    given = request(
        chain(task("A", 10), milestone("END")),
        [seldom],
        obligations=[obliged()],
        promises=[PROMISED],
        iterations=4000,
    )
    (found,) = make(given).body["obligations"]
    late = 100 - float(found["on_time"])
    assert 0 < late < 1
    assert float(found["penalty"]) == pytest.approx(40 * late / 100, abs=0.01)


def test_obligation_that_its_first_milestone_meets() -> None:
    """It is met when the last of those tied to it is; what is reached holds it up no more."""
    plan = chain(task("A", 5), milestone("MID"), task("B", 15), milestone("END"))
    promises = [
        PROMISED | {"activity": "MID"},
        PROMISED | {"activity": "OLD", "achieved": "2026-03-01"},
        PROMISED,
    ]
    given = request(plan, obligations=[obliged()], promises=promises)
    (found,) = make(given).body["obligations"]
    assert (found["on_time"], found["in_cure"]) == ("0", "100")
    del promises[-1]
    (found,) = make(request(plan, obligations=[obliged()], promises=promises)).body["obligations"]
    assert found["on_time"] == "100"


def test_obligation_that_is_forecast_though_nothing_open_is_tied_to_it() -> None:
    plan = chain(task("A", 5), milestone("END"))
    reached = PROMISED | {"activity": "MID", "achieved": "2026-03-01"}
    made = make(request(plan, obligations=[obliged()], promises=[reached, promise()]))
    assert made.body["obligations"] == []


def test_obligation_that_is_not_known_and_taken_for_none() -> None:
    with pytest.raises(InvalidError, match="MYS-o-1"):
        make(request(chain(task("A", 5), milestone("END")), promises=[PROMISED]))


def test_obligation_whose_time_was_over_before_the_data_date() -> None:
    plan = chain(
        task("A", 5), milestone("END"), data_date=datetime.fromisoformat("2026-05-04T08:00")
    )
    (found,) = make(request(plan, obligations=[obliged()], promises=[PROMISED])).body["obligations"]
    assert (found["on_time"], found["in_cure"], found["penalty"]) == ("0", "0", "240")
