"""What brings a portfolio, its projects, plans, risks, forecasts and options into any state."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.case import Case

Maker = Callable[["Case", str, str], Any]

MILESTONE = {
    "activity": "A900",
    "title": "Delivered",
    "planned": "2026-10-01",
    "due": "2026-10-31",
}
FORECAST = MILESTONE | {
    "p10": "2026-10-05",
    "p50": "2026-10-20",
    "p80": "2026-11-10",
    "p90": "2026-11-20",
    "on_time": "65",
}
TREATMENT = {"title": "A second source", "probability": "10", "impact": "50", "price": "20000"}

PLAIN: dict[str, Any] = {
    "domains": ["Sensors"],
    "further": ["Space"],
    "domain": "Sensors",
    "phases": [{"title": "Build", "starts": "2026-01-01", "ends": "2026-12-31"}],
    "budget": [{"nation": "MYS", "year": 2026, "amount": "1000000"}],
    "grades": [
        {"name": "Likely", "meaning": "It delivers."},
        {"name": "In doubt", "meaning": "It may not."},
    ],
    "cause": "supply",
    "probability": "30",
    "impacts": [{"measure": "days", "low": "5", "likely": "10", "high": "30"}],
    "touches": ["BUILD"],
    "stage": "production",
    "promises": [MILESTONE],
    "estimates": [{"activities": "*", "low": "90", "likely": "100", "high": "140"}],
    "seed": 7,
    "iterations": 1000,
    "inputs": "cd" * 32,
    "outcome_digest": "ef" * 32,
    "effects": [{"aspect": "date", "about": "Delivered", "present": "10 Nov", "option": "20 Oct"}],
    "proof": "simulated",
}


# Raised with a treatment, and a trigger that the forecast above fires.
READY = {
    "treatments": [TREATMENT],
    "contingency": "The second source delivers.",
    "trigger": "p80_late_days",
    "threshold": "5",
}


def prepared(kind: str, action: str, body: dict[str, Any]) -> dict[str, Any]:
    return READY | body if (kind, action) == ("risk", "raise") else body


def project(case: "Case", owner: str) -> str:
    """A project under way of an owner, the same each time."""
    known = [p.id for p in case.of_kind("project") if (p.owner, p.state) == (owner, "under_way")]
    return known[0] if known else case.make("project", "under_way", owner)


def _project_of(field: str) -> Maker:
    """The project of what another field of the same body names: the last that was made."""

    def maker(case: "Case", owner: str, made: str) -> str:
        kinds = [thing for thing in case.of_kind(field) if thing.owner == owner]
        return str(kinds[-1].fields["project"]) if kinds else project(case, owner)

    return maker


def _evidence(case: "Case", owner: str, made: str) -> str:
    return case.make("evidence", "registered", owner)


def _partners_organisation(case: "Case", owner: str, made: str) -> list[str]:
    """Beside the owner's, which leads."""
    return [case.organisation("KOR" if owner == "MYS" else "MYS")]


MAKERS: dict[tuple[str, str], Maker] = {
    ("portfolio", "domains"): lambda case, owner, made: (
        ["Sensors", "Space"] if made in case.nations.state.objects else ["Sensors"]
    ),
    ("project", "portfolio"): lambda case, owner, made: case.make("portfolio", "in_force", owner),
    ("project", "lead"): lambda case, owner, made: case.organisation(owner),
    ("project", "joining"): _partners_organisation,
    ("project", "participants"): _partners_organisation,
    ("rating_scale", "portfolio"): lambda case, owner, made: case.make(
        "portfolio", "in_force", owner
    ),
    ("rating", "project"): lambda case, owner, made: project(case, owner),
    ("rating", "scale"): lambda case, owner, made: case.make(
        "rating_scale",
        "in_force",
        owner,
        portfolio=case.nations.object(project(case, owner)).fields["portfolio"],
    ),
    ("rating", "grade"): lambda case, owner, made: "Likely",
    ("risk", "projects"): lambda case, owner, made: [project(case, owner)],
    ("risk", "responsible"): lambda case, owner, made: case.organisation(owner),
    ("risk", "treated"): lambda case, owner, made: TREATMENT["title"],
    ("risk", "forecast"): lambda case, owner, made: case.make("forecast", "issued", owner),
    ("plan", "project"): lambda case, owner, made: project(case, owner),
    ("plan", "file"): _evidence,
    ("plan", "as_of"): lambda case, owner, made: "2026-03-02",
    ("forecast", "plan"): lambda case, owner, made: case.make("plan", "accepted", owner),
    ("forecast", "project"): _project_of("plan"),
    ("forecast", "file"): _evidence,
    ("forecast", "milestones"): lambda case, owner, made: [FORECAST],
    ("option", "forecast"): lambda case, owner, made: case.make("forecast", "issued", owner),
    ("option", "project"): _project_of("forecast"),
    ("option", "type"): lambda case, owner, made: "treatment",
    ("option", "decision"): lambda case, owner, made: case.make("decision", "agreed", owner),
}
