"""A review pack: its dates, its trend, what is open, and nothing of a later day."""

from datetime import date
from decimal import Decimal

from sepakat.outlook.forecasts.figures import Treated
from sepakat.outlook.reviews.matters import Dissent
from sepakat.record.label import make
from support.reviewing import DAY, PORTFOLIO, forecast, made, plan, project, promise, thing

TREATED = Treated(
    risk="MYS-risk",
    title="A second source",
    price=20_000,
    before="2026-11-10",
    after="2026-10-25",
    on_time_before=650,
    on_time_after=880,
    cost_before=1_200_000,
    cost_after=1_190_000,
)


def test_baseline_that_a_later_plan_or_a_withdrawal_moves() -> None:
    first = plan("MYS-p1", "2026-01-10", promise("2026-09-01", due="2026-09-30"), state="withdrawn")
    second = plan("MYS-p2", "2026-03-10", promise("2026-09-20", due="2026-09-30"))
    third = plan("MYS-p3", "2026-05-10", promise("2026-10-01", due="2026-10-31"))
    returned = plan("MYS-p0", "2026-01-01", promise("2026-08-01"), state="returned")
    [review] = made(project(), third, first, second, returned).projects
    [row] = review.milestones
    assert (review.baseline, review.plan) == ("MYS-p1", "MYS-p3")
    assert (row.baseline, row.planned, row.moved) == (date(2026, 9, 1), date(2026, 10, 1), 30)
    assert (row.baseline_due, row.due, row.due_moved) == (
        date(2026, 9, 30),
        date(2026, 10, 31),
        True,
    )


def test_milestone_that_only_one_of_the_plans_has_is_lost() -> None:
    first = plan("MYS-p1", "2026-01-10", promise("2026-09-01", activity="A1", title="Dropped"))
    now = plan("MYS-p2", "2026-03-10", promise("2026-10-01"))
    [review] = made(project(), first, now).projects
    found = [(row.activity, row.baseline, row.planned, row.moved) for row in review.milestones]
    assert found == [
        ("A900", None, date(2026, 10, 1), None),
        ("A1", date(2026, 9, 1), None, None),
    ]


def test_quantiles_are_those_of_another_forecast_than_the_latest_issued() -> None:
    calibrated = {"calibrated_p50": "2026-11-05", "calibrated_p80": "2026-12-15", "on_time": "41.5"}
    forecasts = (
        forecast("MYS-f1", "2026-03-01", row={"on_time": "80", "p80": "2026-10-25"}),
        forecast("MYS-f3", "2026-06-01", row=calibrated),
        forecast("MYS-f2", "2026-04-01", state="withdrawn", row={"on_time": "1"}),
        forecast("MYS-f4", "2026-07-01", row={"on_time": "99"}),  # after the day
    )
    [review] = made(
        project(), plan("MYS-p", "2026-02-01", promise("2026-10-01")), *forecasts
    ).projects
    assert review.forecast == "MYS-f3"
    [row] = review.milestones
    assert (row.p50, row.p80) == (date(2026, 10, 20), date(2026, 11, 10))
    assert (row.calibrated_p50, row.calibrated_p80) == (date(2026, 11, 5), date(2026, 12, 15))
    assert row.on_time == Decimal("41.5")
    trend = [(each.forecast, each.withdrawn, each.on_time) for each in review.confidence]
    assert trend == [
        ("MYS-f1", False, Decimal(80)),
        ("MYS-f2", True, Decimal(1)),
        ("MYS-f3", False, Decimal("41.5")),
    ]


def test_trend_tells_of_another_milestone_than_the_last() -> None:
    rows = [
        promise("2026-10-01", due="2026-10-31", p50="2026-10-20", p80="2026-11-10", on_time="65"),
        promise("2026-08-01", activity="A1", title="First", due="2026-08-02", p50="2026-08-01",
                p80="2026-08-03", on_time="55"),
    ]  # fmt: skip
    [review] = made(project(), forecast("MYS-f", "2026-06-01", milestones=rows)).projects
    [said] = review.confidence
    assert (said.title, said.p80, said.on_time) == ("Delivered", date(2026, 11, 10), Decimal(55))


def test_drivers_and_treatments_are_not_the_latest_forecasts() -> None:
    rows = [
        {"title": f"Risk {n}", "days": str(9 - n), "p80_days": "3.5", "cost": "100"}
        for n in range(7)
    ]
    old = forecast("MYS-f1", "2026-03-01")
    now = forecast("MYS-f2", "2026-06-01", drivers=rows, joint="12.5")
    [review] = made(project(), old, now, treatments={"MYS-f2": (TREATED,)}).projects
    assert [(d.title, d.days) for d in review.drivers] == [
        (f"Risk {n}", Decimal(9 - n)) for n in range(5)
    ]
    assert review.treatments == (TREATED,)
    assert review.joint == Decimal("12.5")
    [unread] = made(project(), now, treatments={"MYS-f2": None}).projects
    assert unread.treatments is None, "what cannot be read would pass for nothing to be done"


def test_action_is_not_by_owner_or_its_age_is_wrong() -> None:
    given = {"title": "Do it", "counterparty": "KOR"}
    actions = (
        thing("action_item", "MYS-a", "undertaken", assignee="MYS", due="2026-07-10", **given),
        thing("action_item", "MYS-b", "undertaken", assignee="MYS", due="2026-06-20", **given),
        thing("action_item", "MYS-c", "reported", assignee="KOR", due="2026-06-30", **given),
        thing("action_item", "MYS-d", "closed", assignee="MYS", due="2026-06-01", **given),
    )
    days = {("MYS-a", "undertake"): date(2026, 6, 1), ("MYS-c", "ask"): date(2026, 5, 31)}
    found = {
        nation: [(item.id, item.age, item.overdue) for item in items]
        for nation, items in made(*actions, days=days).actions
    }
    assert found == {
        "KOR": [("MYS-c", 30, 0)],
        "MYS": [("MYS-b", None, 10), ("MYS-a", 29, 0)],
    }


def decision(id_: str, state: str = "agreed", **fields: str):
    given = {"question": "Shall we?", "text": "We shall.", "reasons": "It helps."}
    return thing("decision", id_, state, **given | fields)


def test_decision_of_before_or_after_is_in_or_dissent_is_left_out() -> None:
    days = {
        ("MYS-old", "agree"): date(2026, 4, 1),  # on the day of the last review
        ("MYS-new", "agree"): date(2026, 4, 2),
        ("MYS-last", "agree"): DAY,
        ("MYS-next", "agree"): date(2026, 7, 1),
    }
    notes = {"MYS-new": [Dissent("KOR", "Too early.", date(2026, 5, 5))]}
    things = (
        decision("MYS-old"),
        decision("MYS-new", dissent="Too dear."),
        decision("MYS-last"),
        decision("MYS-next"),
        decision("MYS-open", "proposed"),
    )
    new, last = made(*things, days=days, dissents=notes).decisions
    assert (new.id, last.id) == ("MYS-new", "MYS-last")
    assert [(d.nation, d.text) for d in new.dissents] == [
        ("MYS", "Too dear."),
        ("KOR", "Too early."),
    ]
    assert last.dissents == ()


def test_action_between_other_nations_is_in_the_pack() -> None:
    third = thing("action_item", "TUR-a", "asked", title="X", assignee="MYS", due="2026-07-01")
    assert made(third).actions == ()


def test_readiness_is_not_the_newest_confirmed_of_what_the_project_owes() -> None:
    owed = project(obligations=["MYS-o1"])
    mine = thing("transfer_package", "KOR-t1", "agreed", title="Sensors", obligation="MYS-o1")
    other = thing("transfer_package", "KOR-t2", "agreed", title="Engines", obligation="MYS-o2")

    def level(id_: str, package: str, level: int, on: str, state: str = "confirmed"):
        return thing("readiness", id_, state, package=package, scale="technology_readiness",
                     level=level, date=on, findings="Seen.", evidence=["MYS-e1"])  # fmt: skip

    levels = (
        level("MYS-r1", "KOR-t1", 5, "2026-01-01"),
        level("MYS-r2", "KOR-t1", 6, "2026-05-01"),
        level("MYS-r3", "KOR-t1", 8, "2026-06-01", "contested"),
        level("MYS-r4", "KOR-t1", 9, "2026-07-01"),  # after the day
        level("MYS-r5", "KOR-t2", 9, "2026-05-01"),
    )
    [review] = made(owed, mine, other, *levels).projects
    assert [(r.title, r.level, r.evidence) for r in review.readiness] == [
        ("Sensors", 6, ("MYS-e1",))
    ]


def test_source_older_than_ninety_days_passes_for_fresh() -> None:
    owed = project(obligations=["MYS-o"], indicators=["MYS-i"])
    sources = (
        plan("MYS-p", "2026-04-01", promise("2026-10-01")),  # ninety days
        forecast("MYS-f", "2026-03-31"),  # ninety-one
        thing("measurement", "MYS-m", "confirmed", indicator="MYS-i", date="2026-01-01"),
        thing("measurement", "MYS-n", "reported", indicator="MYS-i", date="2026-06-01"),
        thing("claim", "MYS-c", "filed", obligation="MYS-o", delivered="2026-06-29"),
        thing("claim", "MYS-d", "withdrawn", obligation="MYS-o", delivered="2026-06-30"),
    )
    found = made(owed, *sources)
    [review] = found.projects
    assert [(s.what, s.nation, s.age, s.stale) for s in review.freshness] == [
        ("plan", None, 90, False),
        ("forecast", None, 91, True),
        ("rating", "KOR", None, False),
        ("rating", "MYS", None, False),
        ("measurement", None, 180, True),
        ("claim", None, 1, False),
    ]
    assert [source.what for _project, source in found.stale] == ["forecast", "measurement"]


def test_projects_are_not_by_domain_and_title_or_unaccepted_ones_are_in() -> None:
    projects = (
        project("MYS-1", title="B", domain="Space"),
        project("MYS-2", title="C", state="ended"),
        project("MYS-3", title="A"),
        project("MYS-4", title="A", state="proposed"),
        project("MYS-5", title="A", state="declined"),
        project("MYS-6", title="A", portfolio="MYS-other"),
    )
    assert [r.project.id for r in made(*projects).projects] == ["MYS-3", "MYS-2", "MYS-1"]


def test_option_that_was_left_is_shown_as_open() -> None:
    given = {"project": "MYS-radar", "title": "Buy", "type": "treatment", "proof": "feasible",
             "gap": "2.5", "effects": [], "decision": "MYS-d"}  # fmt: skip
    options = [thing("option", f"MYS-{s}", s, **given) for s in ("proposed", "taken", "left")]
    [review] = made(project(), *options).projects
    assert [(o.id, o.gap) for o in review.options] == [
        ("MYS-proposed", Decimal("2.5")),
        ("MYS-taken", Decimal("2.5")),
    ]


def test_marking_leaves_out_what_is_shown_or_takes_in_what_is_not() -> None:
    high, other = make("SECRET", ["KOR", "MYS"]), make("CONFIDENTIAL", ["KOR", "MYS"])
    shown = plan("MYS-p", "2026-04-01", promise("2026-10-01"))._replace(label=high)
    unshown = thing("organisation", "MYS-unnamed", "registered", name="X")._replace(label=other)
    found = made(project(), shown, unshown)
    assert found.labels == {PORTFOLIO.label, high}
