"""Forecasts whose answer is known on paper, and what would make one depend on more than its
inputs."""

import json
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.stats import triang

from sepakat.outlook.forecasts import figures
from sepakat.outlook.forecasts.making import Made, make
from sepakat.outlook.forecasts.simulating import Simulated
from sepakat.outlook.learning.reference import PUBLIC_CLASSES, Outcome
from sepakat.outlook.plan.model import Constraint, ConstraintType, Dependency
from sepakat.outlook.simulation.results import Result
from sepakat.record.errors import InvalidError
from sepakat.vocabulary import REGISTRY
from support.forecasting import (
    CERTAIN,
    chain,
    milestone,
    project,
    promise,
    request,
    risk,
    task,
)

ITERATIONS = 4000
SPREAD = [{"activities": "*", "low": "80", "likely": "100", "high": "180"}]
PAYS = [{"activity": "A", "fixed": "100", "per_day": "10"}]
TREATMENT = {"title": "A second source", "probability": "15", "impact": "100", "price": "50"}
TIME = PUBLIC_CLASSES[-1]
DAY, AT = date.fromisoformat, datetime.fromisoformat


def short(**given: Any) -> Any:
    """Ten days of work from Monday, 2 March: to Friday, 13 March."""
    return request(chain(task("A", 10), milestone("END")), **given)


def only(made: Made) -> dict[str, Any]:
    (row,) = made.body["milestones"]
    return dict(row)


def sampled(given: Any) -> Result:
    return Simulated(given).result


def test_body_that_the_kind_refuses() -> None:
    made = make(
        short(
            risks=[risk(treatments=[TREATMENT])],
            estimates=SPREAD,
            costs=PAYS,
            promises=[promise(due="2026-03-20")],
            public=TIME,
        )
    )
    action = REGISTRY.action("forecast", "issue")
    body = made.body | {"counterparty": "KOR", "file": "MYS-file-2"}
    REGISTRY.get("forecast").check_body(action, body)
    assert figures.read(made.file) == made.figures


def test_certain_plan_that_ends_on_another_day() -> None:
    row = only(make(short(promises=[promise(due="2026-03-13")])))
    assert {row[name] for name in ("p10", "p50", "p80", "p90")} == {"2026-03-13"}
    assert row["on_time"] == "100"
    assert only(make(short(promises=[promise(due="2026-03-12")])))["on_time"] == "0"


def test_thirds_of_a_day_that_end_a_certain_plan_late() -> None:
    """Nine times 160 minutes are three days, and a little more in float32."""
    plan = chain(*(task(f"A{n}", 1 / 3) for n in range(9)), milestone("END"))
    row = only(make(request(plan, promises=[promise(due="2026-03-04")])))
    assert (row["p90"], row["on_time"]) == ("2026-03-04", "100")


def test_triangle_whose_mean_or_quantiles_are_off() -> None:
    """An activity of 100 days between 80 and 180: known by its distribution function."""
    law = triang(0.2, 80, 100)
    given = request(
        chain(task("A", 100), milestone("END")), iterations=ITERATIONS, estimates=SPREAD
    )
    found = sampled(given)
    ends = found.milestones["END"]
    assert float(ends.mean()) == pytest.approx(law.mean(), abs=4 * law.std() / ITERATIONS**0.5)
    of = Simulated(given)
    row = only(make(given))
    for level in (10, 50, 80, 90):
        error = 4 * (level / 100 * (1 - level / 100) / ITERATIONS) ** 0.5
        low, high = law.ppf([level / 100 - error, level / 100 + error])
        assert of.days.on(low) <= DAY(row[f"p{level}"]) <= of.days.on(high)


def test_chain_whose_mean_is_not_the_sum_of_its_parts() -> None:
    """Five triangles of 20 days: the mean adds up, and so does the variance."""
    law = triang(0.2, 16, 20)
    plan = chain(*(task(f"A{n}", 20) for n in range(5)), milestone("END"))
    found = sampled(request(plan, iterations=ITERATIONS, estimates=SPREAD)).finish.astype(float)
    assert found.mean() == pytest.approx(
        5 * law.mean(), abs=4 * (5 * law.var() / ITERATIONS) ** 0.5
    )
    assert found.var() == pytest.approx(5 * law.var(), rel=0.1)  # four standard errors


def test_risk_that_is_early_or_late_by_anything_but_its_days() -> None:
    """In three of ten, ten days more: on time in seven, to the count of iterations."""
    given = short(risks=[risk()], iterations=ITERATIONS, promises=[promise(due="2026-03-13")])
    found, row = sampled(given), only(make(given))
    assert set(found.finish.tolist()) == {10.0, 20.0}
    late = int((found.finish == 20).sum())
    assert late / ITERATIONS == pytest.approx(0.3, abs=4 * (0.21 / ITERATIONS) ** 0.5)
    assert float(row["on_time"]) == pytest.approx(100 * (1 - late / ITERATIONS), abs=0.01)
    assert (row["p50"], row["p80"]) == ("2026-03-13", "2026-03-27")


def test_treatment_that_does_not_halve_what_it_halves() -> None:
    """Its probability is halved; whoever is late after it was late before it, too."""
    given = short(
        risks=[risk(treatments=[TREATMENT])],
        promises=[promise(due="2026-03-13")],
        costs=PAYS,
        iterations=ITERATIONS,
    )
    (found,) = make(given).figures.treatments
    before, after = 1000 - found.on_time_before, 1000 - found.on_time_after
    assert (found.risk, found.title, found.price) == ("MYS-risk-1", "A second source", 50)
    assert (before, after) == pytest.approx((300, 150), abs=40)  # of 2,000 iterations
    assert after < before
    assert (found.before, found.after) == ("2026-03-27", "2026-03-13")
    assert (found.cost_before, found.cost_after) == (300, 250)  # a hundred saved, fifty paid


def test_treatment_under_way_that_is_no_part_of_the_forecast() -> None:
    given = short(
        risks=[risk(treatments=[TREATMENT], treated="A second source")],
        promises=[promise(due="2026-03-13")],
        costs=PAYS,
        iterations=ITERATIONS,
    )
    made = make(given)
    assert made.figures.treatments == ()
    assert float(only(made)["on_time"]) == pytest.approx(85, abs=3)
    assert made.body["cost_p50"] == "250"


def test_treatments_shown_of_another_milestone_than_the_last() -> None:
    plan = chain(task("A", 10), milestone("MID"), task("B", 10), milestone("END"))
    promises = [promise(planned="2026-03-27"), promise("MID")]
    given = request(plan, [risk(treatments=[TREATMENT])], promises=promises)
    (found,) = make(given).figures.treatments
    assert (found.before, found.after) == ("2026-04-10", "2026-03-27")


def test_opportunity_that_makes_late() -> None:
    """Half of the duration in three of ten, and never more than it."""
    sooner = {"measure": "percent", "low": "50", "likely": "50", "high": "50"}
    given = short(risks=[risk(impacts=[sooner])], iterations=ITERATIONS)
    found = sampled(given)
    assert set(found.finish.tolist()) == {5.0, 10.0}
    bar, _ = make(given).body["drivers"]
    assert float(bar["days"]) < 0  # without it, it would be later
    assert bar["risk"] == "MYS-risk-1"


def test_shared_risk_that_strikes_two_projects_apart() -> None:
    """One risk, one seed: the same iterations, though the plans have nothing else in common."""
    shared = risk(projects=["MYS-project-1", "MYS-project-2"], touches=["A", "Z9"])
    one = sampled(short(risks=[shared], iterations=ITERATIONS))
    plan = chain(task("X", 3), task("Z9", 4), milestone("END"))
    given = request(plan, [shared, risk("MYS-risk-2", touches=["X"])], iterations=ITERATIONS)
    two = sampled(given)
    struck = one.finish == 20
    assert set(two.finish[struck].tolist()) == {17.0, 27.0}
    assert set(two.finish[~struck].tolist()) == {7.0, 17.0}


# The same inputs, and others.


def test_same_request_that_gives_other_bytes() -> None:
    given = short(risks=[risk()], estimates=SPREAD, costs=PAYS)
    one, two = make(given), make(replace(given, plan=given.plan))
    assert (one.body, one.file) == (two.body, two.file)


def test_threads_that_show_in_the_outcome() -> None:
    """Engines do not either: tests/outlook/simulation/test_engines.py."""
    given = short(risks=[risk()], estimates=SPREAD, costs=PAYS, iterations=2000)
    one, other = make(given), make(replace(given, threads=3))
    assert (one.body, one.file) == (other.body, other.file)


def test_seed_that_changes_no_figure_and_digests_that_do_not_show_it() -> None:
    given = short(estimates=SPREAD)
    one, other = make(given).body, make(replace(given, seed=8)).body
    assert one["inputs"] == other["inputs"]
    assert one["outcome_digest"] != other["outcome_digest"]


@pytest.mark.parametrize(
    "given",
    [
        {"risks": [risk()]},
        {"estimates": CERTAIN},
        {"costs": PAYS},
        {"plan": chain(task("A", 11), milestone("END"))},
        {"plan": chain(task("A", 10), milestone("END"), links=())},
    ],
    ids=["risk", "estimate", "cost", "duration", "link"],
)
def test_change_of_the_model_that_its_digest_does_not_show(given: dict[str, Any]) -> None:
    plain = chain(task("A", 10), milestone("END"))
    one = make(request(plain, estimates=SPREAD)).body
    other = make(request(**{"plan": plain, "estimates": SPREAD, **given})).body
    assert one["inputs"] != other["inputs"]


# Dates and days.


def test_chance_and_quantiles_that_contradict_each_other() -> None:
    """Whatever the due day: P80 on it or before means at least 80 per cent, and the other way."""
    given = short(estimates=SPREAD, iterations=500)
    for number in range(9, 29):
        row = only(make(replace(given, plan=promised(given, f"2026-03-{number:02}"))))
        for level in (10, 50, 80, 90):
            assert (row[f"p{level}"] <= row["due"]) == (float(row["on_time"]) >= level)


def promised(given: Any, due: str) -> Any:
    fields = given.plan.fields | {"promises": [promise(due=due)]}
    return given.plan._replace(fields=fields)


def test_due_day_before_the_data_date_that_is_met() -> None:
    plan = chain(
        task("A", 10, actual_start=AT("2026-03-02T08:00"), actual_finish=AT("2026-03-13T17:00")),
        milestone("END"),
        data_date=AT("2026-03-16T08:00"),
    )
    row = only(make(request(plan, promises=[promise(due="2026-03-13")])))
    assert (row["p50"], row["on_time"]) == ("2026-03-16", "0")


def test_due_day_on_a_weekend_that_is_the_mondays() -> None:
    given = short(estimates=[{"activities": "*", "low": "90", "likely": "100", "high": "120"}])
    chances = [
        only(make(replace(given, plan=promised(given, day))))["on_time"]
        for day in ("2026-03-13", "2026-03-14", "2026-03-15", "2026-03-16")
    ]
    assert chances[0] == chances[1] == chances[2] != chances[3]


# What is open, promised and stated.


def test_plan_of_which_everything_is_reached() -> None:
    given = short(promises=[promise(achieved="2026-03-02")])
    with pytest.raises(InvalidError, match="every milestone of the plan is achieved"):
        make(given)


def test_milestone_that_is_reached_and_forecast_all_the_same() -> None:
    plan = chain(task("A", 10), milestone("MID"), task("B", 10), milestone("END"))
    promises = [promise("MID", achieved="2026-03-02"), promise()]
    made = make(request(plan, promises=promises))
    assert only(made)["activity"] == "END"
    assert [curve.activity for curve in made.figures.curves] == ["END"]


def test_promised_activity_that_the_plan_does_not_have() -> None:
    with pytest.raises(InvalidError, match="the plan has no activity 'A900'"):
        make(short(promises=[promise(), promise("A900")]))


def test_plan_without_costs_whose_cost_is_said_to_be_nothing() -> None:
    made = make(short(promises=[promise(due="2026-03-13")]))
    assert not {"budget", "cost_p50", "cost_p80", "joint"} & made.body.keys()


def test_joint_confidence_that_is_the_product_of_chances_or_of_nothing_due() -> None:
    """The risk makes both late and dear, so what is late is over budget too."""
    budget = [{"nation": "MYS", "year": 2026, "amount": "200"}]
    given = short(
        risks=[risk()],
        costs=PAYS,
        promises=[promise(due="2026-03-13")],
        project=project(budget=budget),
        iterations=ITERATIONS,
    )
    made = make(given)
    assert made.body["joint"] == only(made)["on_time"] != "100"
    assert (made.body["budget"], made.body["cost_p50"], made.body["cost_p80"]) == (
        "200",
        "200",
        "300",
    )
    undue = make(short(risks=[risk()], costs=PAYS))
    assert "joint" not in undue.body
    assert undue.body["budget"] == "1000"


def test_quantiles_that_fall_and_risks_or_drivers_that_are_not_named() -> None:
    two = risk("MYS-risk-2", probability="60", touches=["END"])
    made = make(short(risks=[two, risk(), risk("MYS-risk-3", touches=["X"])], estimates=SPREAD))
    row = only(made)
    days = [row[name] for name in ("p10", "p50", "p80", "p90")]
    assert all(early <= late for early, late in pairwise(days))
    assert made.body["risks"] == ["MYS-risk-1", "MYS-risk-2"]
    bars = [bar.get("risk") for bar in made.body["drivers"]]
    assert sorted(bars, key=str) == ["MYS-risk-1", "MYS-risk-2", None]
    gains = [abs(float(bar["days"])) for bar in made.body["drivers"]]
    assert gains == sorted(gains, reverse=True)
    assert made.file == make(short(risks=[two, risk()], estimates=SPREAD)).file  # made again


# Calibration.


def outcome(number: int, ratio: float, stage: str = "production") -> Outcome:
    known = date(2026, 2, 1)
    return Outcome(f"p{number}", stage, date(2025, 1, 1), 100, known, 100 * ratio)


def test_calibrated_date_without_a_class_or_by_the_wrong_one() -> None:
    """From 1 January to P50, 13 March, are 71 days; half as many again end on 17 April."""
    assert "reference" not in make(short()).body
    assert "calibrated_p50" not in only(make(short()))
    public = make(short(public=TIME)).body
    assert (public["reference"], public["basis"], public["own_outcomes"]) == (
        "time to finish",
        "illustrative",
        0,
    )
    own = make(short(outcomes=[outcome(n, 1.5) for n in range(9)]))
    assert (own.body["reference"], own.body["basis"], own.body["own_outcomes"]) == (
        "own outcomes",
        "own",
        9,
    )
    assert only(own)["calibrated_p50"] == "2026-04-17"
    few = make(short(outcomes=[outcome(n, 1.5) for n in range(4)], public=TIME))
    assert (few.body["basis"], few.body["own_outcomes"]) == ("illustrative", 4)
    assert only(few) == only(make(short(public=TIME)))


def test_calibrated_date_that_has_gone_by() -> None:
    found = only(make(short(outcomes=[outcome(n, 0.5) for n in range(9)])))
    assert found["calibrated_p50"] == found["calibrated_p80"] == "2026-03-02"


def test_milestone_before_its_projects_first_phase_that_cannot_be_calibrated() -> None:
    late = project(phases=[{"title": "Build", "starts": "2027-01-01", "ends": "2027-12-31"}])
    assert "calibrated_p50" not in only(make(short(project=late, public=TIME)))


# Figures for pictures.


def test_figures_that_are_not_those_of_the_statement() -> None:
    plan = chain(task("A", 10), task("B", 5), milestone("END"))
    made = make(request(plan, [risk()], estimates=SPREAD, costs=PAYS))
    rows = {row.code: row for row in made.figures.activities}
    end = only(made)
    assert [*rows] == ["A", "B", "END"]
    assert (rows["END"].p50, rows["END"].p80) == (end["p50"], end["p80"])
    assert (rows["A"].start, rows["B"].finish) == ("2026-03-02", "2026-03-20")
    assert {row.criticality for row in made.figures.activities} == {1000}
    assert rows["END"].milestone
    (curve,) = made.figures.curves
    shares = [point.share for point in curve.points]
    assert (shares, shares[-1]) == (sorted(shares), 1000)
    assert max(point.by for point in curve.points) >= end["p90"]
    json.loads(made.file, parse_float=lambda text: pytest.fail(f"a float, {text}"))


def test_finished_activity_that_is_critical_still_or_moves() -> None:
    began, ended = AT("2026-03-02T08:00"), AT("2026-03-06T17:00")
    plan = chain(
        task("A", 10, actual_start=began, actual_finish=ended),
        task("B", 5),
        milestone("END"),
        data_date=AT("2026-03-09T08:00"),
    )
    made = make(request(plan, estimates=SPREAD))
    done = made.figures.activities[0]
    assert (done.done, done.criticality, done.cruciality) == (True, 0, 0)
    assert (done.p50, done.p80) == ("2026-03-06", "2026-03-06")


def test_model_that_leaves_the_plan_unsaid() -> None:
    """A finish held to a day is in the plan and not in the model; the note says by how much."""
    held = Constraint(ConstraintType.FINISH_NOT_BEFORE, AT("2026-04-30T17:00"))
    made = make(request(chain(task("A", 10, constraint=held), milestone("END"))))
    assert any("2026-04-30" in note and "2026-03-13" in note for note in made.figures.notes)


def test_parallel_paths_whose_last_does_not_decide() -> None:
    """Two paths on time with 70 per cent each, apart: both with 49."""
    plan = chain(
        task("A", 10),
        task("B", 10),
        milestone("END"),
        links=(Dependency("A", "END"), Dependency("B", "END")),
    )
    risks = [risk(), risk("MYS-risk-2", touches=["B"])]
    given = request(plan, risks, promises=[promise(due="2026-03-13")], iterations=ITERATIONS)
    error = 4 * (0.49 * 0.51 / ITERATIONS) ** 0.5
    assert float(only(make(given))["on_time"]) / 100 == pytest.approx(0.49, abs=error)
    assert np.isclose(sampled(given).criticality["END"], 1)
