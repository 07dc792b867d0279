"""Where projects stand: what counts as latest, and which comes first."""

from typing import Any

from sepakat.outlook.portfolio.standing import Standing, funding, standings
from sepakat.record.kind import Object
from sepakat.record.label import make

BOTH = make("RESTRICTED", ["KOR", "MYS"])
KINDS = ("project", "plan", "forecast", "rating", "risk", "option")
MILESTONE = {"activity": "A900", "title": "Delivered", "planned": "2026-10-01"}


def thing(kind: str, name: str, state: str, /, owner: str = "MYS", **fields: Any) -> Object:
    return Object(f"{owner}-{name}", kind, owner, "KOR", BOTH, state, fields, "ab" * 32)


def project(name: str, state: str = "under_way", **fields: Any) -> Object:
    budget = [{"nation": "MYS", "year": 2026, "amount": "10"}]
    return thing("project", name, state, **({"budget": budget} | fields))


def forecast(name: str, of: str, as_of: str, *rows: dict[str, Any], **fields: Any) -> Object:
    given = {"project": f"MYS-{of}", "as_of": as_of, "milestones": list(rows)}
    return thing("forecast", name, fields.pop("state", "issued"), **(given | fields))


def row(on_time: str, p80: str = "2026-11-10", activity: str = "A900") -> dict[str, Any]:
    return MILESTONE | {
        "activity": activity,
        "due": "2026-10-31",
        "p50": "2026-10-20",
        "p80": p80,
        "on_time": on_time,
    }


def found(*things: Object) -> dict[str, Standing]:
    seen = {kind: [each for each in things if each.kind == kind] for kind in KINDS}
    return {each.project.id: each for each in standings(seen)}


def test_late_project_comes_after_one_in_time() -> None:
    names = list(
        found(
            project("early"),
            project("late"),
            project("unknown"),
            project("done", "completed"),
            project("proposed", "proposed"),
            forecast("f1", "early", "2026-07-01", row("95")),
            forecast("f2", "late", "2026-07-01", row("5")),
            forecast("f3", "done", "2026-07-01", row("1")),
        )
    )
    assert names == ["MYS-late", "MYS-early", "MYS-unknown", "MYS-done"]


def test_withdrawn_or_earlier_forecast_counts() -> None:
    standing = found(
        project("p"),
        forecast("second", "p", "2026-07-02", row("60")),
        forecast("third", "p", "2026-07-02", row("70")),
        forecast("first", "p", "2026-07-01", row("50")),
        forecast("withdrawn", "p", "2026-07-03", row("80"), state="withdrawn"),
        forecast("of-another", "q", "2026-07-04", row("80")),
    )["MYS-p"]
    names = ["MYS-first", "MYS-second", "MYS-third"]
    assert [each.id for each in standing.forecasts] == names
    assert standing.on_time == 70


def test_milestone_that_is_safe_hides_one_that_is_not() -> None:
    standing = found(
        project("p"),
        forecast(
            "f",
            "p",
            "2026-07-01",
            row("90", activity="A1"),
            row("20", "2026-12-01", activity="A2"),
            {**MILESTONE, "activity": "A3", "planned": "2027-01-01", "p80": "2028-01-01"},
        ),
    )["MYS-p"]
    assert standing.milestone is not None
    assert standing.milestone["activity"] == "A2"
    assert (standing.on_time, standing.days_late) == (20, 31)


def test_milestone_that_was_reached_counts_as_late() -> None:
    promises = [MILESTONE | {"achieved": "2026-07-10"}]
    plan = thing("plan", "plan", "accepted", project="MYS-p", as_of="2026-07-11", promises=promises)
    standing = found(project("p"), plan, forecast("f", "p", "2026-07-01", row("5"), plan="x"))
    each = standing["MYS-p"]
    assert (each.milestone, each.on_time, each.days_late) == (None, None, None)
    assert each.is_outdated


def test_trigger_is_fired_by_an_earlier_forecast_or_said_twice() -> None:
    def risk(name: str, state: str, threshold: str, **fields: str) -> Object:
        given = {"projects": ["MYS-p"], "trigger": "p80_late_days", "threshold": threshold}
        return thing("risk", name, state, **given, **fields)

    standing = found(
        project("p"),
        risk("reached", "open", "10"),
        risk("not-reached", "open", "11"),
        risk("said", "triggered", "10"),
        risk("stood-down", "open", "10", forecast="MYS-latest"),
        risk("closed", "closed", "10"),
        forecast("worse", "p", "2026-07-01", row("5", "2026-12-31")),
        forecast("latest", "p", "2026-07-02", row("5", "2026-11-10")),  # ten days late
    )["MYS-p"]
    assert [each.id for each in standing.fired] == ["MYS-reached"]
    assert [each.id for each in standing.triggered] == ["MYS-said"]


def test_funding_is_not_the_budgets_sum() -> None:
    def paid(nation: str, year: int, amount: str) -> dict[str, Any]:
        return {"nation": nation, "year": year, "amount": amount}

    one = project("a", budget=[paid("KOR", 2027, "1.5"), paid("MYS", 2026, "2")])
    two = project("b", budget=[paid("KOR", 2027, "0.25")])
    said = {y: {n: str(a) for n, a in p.items()} for y, p in funding([one, two]).items()}
    assert said == {2026: {"MYS": "2"}, 2027: {"KOR": "1.75"}}
