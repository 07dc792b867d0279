"""Plans, risks and forecasts at the desk: each can be said there by whom it is for, and nobody else
learns of it."""

import pytest

from sepakat.node.models import Object
from sepakat.outlook.forecasts.kinds import KINDS as FORECASTS
from sepakat.outlook.portfolio.kinds import KINDS as PORTFOLIO
from sepakat.outlook.risks.kinds import KINDS as RISKS
from sepakat.record.kind import OWNER, Kind
from support.case import Case
from support.desks import BOTH, Desk
from support.outlook import FORECAST, MILESTONE, TREATMENT
from support.pages import sign, text_of

KINDS = (*PORTFOLIO, *RISKS, *FORECASTS)


# As many tables as a plan has; each row with every column.
TABLES = {
    "costs": [{"activity": "A1", "fixed": "10", "per_day": "2"}],
    "branches": [{"title": "Rework", "probability": "20", "activities": "A1", "otherwise": "A2"}],
    "correlations": [{"first": "A1", "second": "A2", "percent": "50"}],
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_form_that_is_not_there_for_whom_it_is_for(desk: Desk, kind: type[Kind]) -> None:
    """Each action's, for each of its roles; an auditor only reads."""
    for number, action in enumerate(kind.lifecycle.actions.values()):
        case = Case(f"desk-{number}")
        owner = "MYS" if action.by is OWNER else "KOR"
        address = f"/register/{kind.kind}/new/{action.name}"
        if action.start:
            address = f"/object/{case.make(kind.kind, action.start[0], owner)}/{action.name}"
        desk.keep(case.things, BOTH)
        for role in action.roles:
            page = desk.client(role).get(address)
            assert page.status_code == 200, (address, role)
            asked = [kind.model_fields[name].title or "" for name in kind.needed_by(action)]
            assert [title for title in asked if title not in text_of(page)] == [], (address, role)
        assert desk.client("auditor").get(address).status_code in (403, 404), address


def test_table_of_a_plan_or_a_forecast_that_its_page_leaves_out(desk: Desk) -> None:
    case = Case("desk")
    case.make("option", "proposed")
    plan = case.make("plan", "accepted", **TABLES, promises=[MILESTONE])
    risk = case.make("risk", "open")
    forecast = next(thing.id for thing in case.of_kind("forecast"))
    desk.keep(case.things, BOTH)
    shown = {
        plan: ["Delivered", "Rework", "A2", "140"],
        risk: [TREATMENT["title"], "days"],
        forecast: [FORECAST["title"], "65"],
    }
    for name, words in shown.items():
        page = text_of(desk.client("officer").get(f"/object/{name}"))
        assert [word for word in words if word not in page] == []
        for outsider in ("company_b", "clerk", "public"):
            assert desk.client(outsider).get(f"/object/{name}").status_code == 404


def test_domains_that_are_lost_between_the_form_and_the_signature(desk: Desk) -> None:
    given = {
        "title": "Sensors and more",
        "counterparty": "KOR",
        "currency": "MYR",
        "domains": "Sensors\nSpace",
        "label-classification": "RESTRICTED",
        "label-releasable_to": ["KOR", "MYS"],
    }
    sign(desk.client("officer"), "/register/portfolio/new/propose", given)
    made = Object.objects.get(id__startswith="MYS-portfolio-sensors-and-more-").id
    assert desk.access("officer").get(made).fields["domains"] == ["Sensors", "Space"]
