"""What calibrates a forecast: nothing that somebody who sees the forecast may not see."""

from datetime import date
from hashlib import sha256

import pytest

from sepakat.outlook.forecasts.gathering import gather
from sepakat.record.kind import Object
from sepakat.record.label import Label, make
from support.case import Case

BOTH = make("RESTRICTED", ["KOR", "MYS"])
REACHED = {
    "activity": "A900",
    "title": "Delivered",
    "planned": "2026-10-01",
    "achieved": "2026-11-01",
}


@pytest.mark.parametrize(
    ("label", "count"),
    [
        (BOTH, 1),
        (make("UNCLASSIFIED", ["PUBLIC"]), 1),
        (make("SECRET", ["KOR", "MYS"]), 0),
        (make("RESTRICTED", ["MYS"]), 0),
    ],
)
@pytest.mark.parametrize("hidden", ["forecast", "plan"])
def test_outcome_that_is_hidden_calibrates(label: Label, count: int, hidden: str) -> None:
    case = Case()
    forecast = case.make("forecast", "issued", as_of="2026-07-01")
    project = case.nations.object(forecast).fields["project"]
    given = {"project": project, "as_of": "2026-11-02"}
    content = b"a plan"
    file = case.make("evidence", "registered", sha256=sha256(content).hexdigest())
    plan = case.make("plan", "accepted", file=file, as_of="2026-07-02", project=project)
    reached = case.make("plan", "accepted", promises=[REACHED], **given)
    others = {forecast} if hidden == "forecast" else {reached}

    def seen(kind: str) -> list[Object]:
        return [
            thing._replace(label=label if thing.id in others else BOTH)
            for thing in case.of_kind(kind)
        ]

    found = gather(
        next(thing for thing in seen("plan") if thing.id == plan),
        seen,
        lambda _evidence: content,
        as_of=date(2026, 11, 3),
        seed=1,
        iterations=100,
    )
    assert found.label == BOTH
    assert len(list(found.request.outcomes)) == count
