"""Small plans to forecast, and the objects of the record that a forecast is made from."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sepakat.outlook.forecasts.simulating import Request
from sepakat.outlook.plan.model import Activity, ActivityType, Dependency, Plan
from sepakat.outlook.plan.mspdi import write_mspdi
from sepakat.record.kind import Object
from sepakat.record.label import Label
from support.nations import BETWEEN
from support.plans import OFFICE

MONDAY = datetime.fromisoformat("2026-03-02T08:00")
CERTAIN = [{"activities": "*", "low": "100", "likely": "100", "high": "100"}]
IMPACT = {"measure": "days", "low": "10", "likely": "10", "high": "10"}


def task(code: str, days: float, **given: Any) -> Activity:
    return Activity(code, f"Activity {code}", OFFICE.code, round(days * 480), **given)


def milestone(code: str, **given: Any) -> Activity:
    return task(code, 0, type=ActivityType.FINISH_MILESTONE, **given)


def chain(*activities: Activity, **given: Any) -> Plan:
    """A plan whose activities follow one another, on office days from Monday, 2 March 2026."""
    links = tuple(Dependency(a.code, b.code) for a, b in pairwise(activities))
    return Plan(
        **{
            "name": "A plan",
            "start": MONDAY,
            "calendars": (OFFICE,),
            "activities": activities,
            "links": links,
            **given,
        }
    )


def promise(activity: str = "END", **given: str) -> dict[str, str]:
    return {"activity": activity, "title": "Delivered", "planned": "2026-03-13", **given}


def stated(**given: Any) -> dict[str, Any]:
    """The fields of the object that submits a plan."""
    return {
        "project": "MYS-project-1",
        "stage": "production",
        "as_of": "2026-03-02",
        "file": "MYS-file-1",
        "promises": [promise()],
        "estimates": CERTAIN,
        **given,
    }


def thing(
    kind: str,
    fields: Mapping[str, Any],
    name: str = "",
    state: str = "",
    label: Label = BETWEEN,
) -> Object:
    states = {"plan": "accepted", "project": "under_way", "risk": "open", "forecast": "issued"}
    return Object(
        id=name or f"MYS-{kind}-1",
        kind=kind,
        owner="MYS",
        counterparty="KOR",
        label=label,
        state=state or states.get(kind, "in_force"),
        fields=fields,
        head="ab" * 32,
    )


def risk(name: str = "MYS-risk-1", **given: Any) -> Object:
    """A risk that adds ten days in three cases of ten, to the activity A."""
    fields = {
        "title": "A risk",
        "projects": ["MYS-project-1"],
        "probability": "30",
        "impacts": [IMPACT],
        "touches": ["A"],
        **given,
    }
    return thing("risk", fields, name)


def project(**given: Any) -> Object:
    fields = {
        "phases": [{"title": "Build", "starts": "2026-01-01", "ends": "2026-12-31"}],
        "budget": [
            {"nation": "MYS", "year": 2026, "amount": "600"},
            {"nation": "KOR", "year": 2026, "amount": "400"},
        ],
        **given,
    }
    return thing("project", fields)


def request(plan: Plan, risks: Iterable[Object] = (), **given: Any) -> Request:
    """To forecast a plan whose last activity is END; fields of its submission may be given."""
    names = ("project", "file", "as_of", "seed", "iterations", "obligations", "outcomes")
    names += ("public", "threads")
    own = {name: given.pop(name) for name in names if name in given}
    return Request(
        **{
            "plan": thing("plan", stated(**given)),
            "project": project(),
            "file": write_mspdi(plan),
            "as_of": date(2026, 3, 2),
            "seed": 7,
            "iterations": 1000,
            "risks": list(risks),
            **own,
        }
    )
