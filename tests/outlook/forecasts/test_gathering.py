"""What a forecast is made from: what would be missed, or shown to those who may not see it."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.outlook.forecasts.gathering import Gathered, gather
from sepakat.outlook.forecasts.making import Request, make
from sepakat.outlook.plan.mspdi import write_mspdi
from sepakat.record import label as labels
from sepakat.record.errors import NotFoundError
from sepakat.record.kind import Object
from sepakat.record.label import Label, is_within, may_see, nation_reader
from support.forecasting import chain, milestone, project, promise, risk, stated, task, thing
from support.nations import BETWEEN

FILE = write_mspdi(chain(task("A", 10), milestone("END")))
TERMS = """
[agreement]
id = "MYS-agreement-1"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "MYR"
in_force = 2026-01-01
"""
OWED = {
    "category": "training",
    "due": "2026-03-16",
    "value": {"amount": "400", "currency": "MYR"},
    "terms": "MYS-edition-1",
}
PLAN = stated(promises=[promise(obligation="MYS-obligation-1")])
NARROW = labels.make("CONFIDENTIAL", ["MYS"])


def record(**label: Label) -> list[Object]:
    """All that a plan is forecast from, each with the label that is given for its kind."""
    made = [
        thing("plan", PLAN),
        project(),
        thing("evidence", {"sha256": "ab" * 32}, "MYS-file-1", "registered"),
        risk(),
        thing("obligation", OWED),
        thing("edition", {"source": TERMS}),
    ]
    return [each._replace(label=label.get(each.kind, BETWEEN)) for each in made]


class Known:
    def __init__(self, things: Iterable[Object]) -> None:
        self._things = list(things)

    def one(self, object_id: str) -> Object:
        found = [each for each in self._things if each.id == object_id]
        if not found:
            raise NotFoundError("not to be seen", where=object_id)
        return found[0]

    def all(self, kind: str) -> list[Object]:
        return [each for each in self._things if each.kind == kind]


def gathered(things: Iterable[Object]) -> Gathered:
    known = Known(things)
    return gather(
        known.one("MYS-plan-1"),
        known,
        lambda file: FILE,
        as_of=date(2026, 3, 2),
        seed=7,
        iterations=100,
    )


def requested(things: Iterable[Object]) -> tuple[Request, Label]:
    found = gathered(things)
    return found.request, found.label


def test_input_that_is_not_gathered() -> None:
    request, label = requested(record())
    assert (request.file, request.seed, request.iterations) == (FILE, 7, 100)
    assert [each.id for each in request.risks] == ["MYS-risk-1"]
    assert [each.id for each in request.obligations] == ["MYS-obligation-1"]
    assert request.obligations[0].text is not None
    assert label == BETWEEN
    make(request)


@pytest.mark.parametrize("state", ["occurred", "closed"])
def test_risk_that_is_over_and_goes_in(state: str) -> None:
    over = risk("KOR-risk-9")._replace(state=state)
    triggered = risk("KOR-risk-8")._replace(state="triggered")
    other = risk("KOR-risk-7", projects=["MYS-project-2"])
    request, _ = requested([*record(), over, triggered, other])
    assert [each.id for each in request.risks] == ["MYS-risk-1", "KOR-risk-8"]


def test_unseen_risk_whose_lack_no_digest_shows() -> None:
    """Who may not see a risk makes another forecast, and it says so."""
    unseen = risk("MYS-risk-2", probability="50")._replace(label=NARROW)
    reader = nation_reader("KOR", "CONFIDENTIAL")
    everything = [*record(), unseen]
    theirs, their_label = requested(each for each in everything if may_see(each.label, reader))
    ours, our_label = requested(everything)
    assert [each.id for each in theirs.risks] == ["MYS-risk-1"]
    assert make(theirs).body["inputs"] != make(ours).body["inputs"]
    assert may_see(their_label, reader)
    assert not may_see(our_label, reader)


@pytest.mark.parametrize("kind", ["project", "evidence", "obligation", "edition"])
def test_input_that_is_not_to_be_seen_and_taken_for_none(kind: str) -> None:
    with pytest.raises(NotFoundError):
        gathered(each for each in record() if each.kind != kind)


def test_obligation_that_nothing_names_and_is_looked_for() -> None:
    plain = thing("plan", stated())
    kept = [each for each in record() if each.kind in ("project", "evidence")]
    assert gathered([plain, *kept]).request.obligations == []


# Labels.

marks = st.builds(
    lambda classification, nations, organisations, caveats: labels.make(
        classification, nations, organisations=organisations, caveats=caveats
    ),
    st.sampled_from(labels.CLASSIFICATIONS),
    st.one_of(st.just(["PUBLIC"]), st.lists(st.sampled_from(["KOR", "MYS", "TUR"]), unique=True)),
    st.lists(st.sampled_from(["KOR", "MYS", "MYS-org-1"]), unique=True),
    st.sampled_from([{}, {"program": ["A"]}, {"program": ["A", "B"]}]),
)
KINDS = ("plan", "project", "evidence", "risk", "obligation", "edition")


@given(st.fixed_dictionaries(dict.fromkeys(KINDS, marks)))
def test_forecast_that_is_wider_than_something_it_is_made_from(given_: dict[str, Label]) -> None:
    things = record(**given_)
    label = gathered(things).label
    assert all(is_within(label, each.label) for each in things)


def past(number: int, **given: Any) -> Callable[[Label], list[Object]]:
    """A project whose milestone was forecast and reached: its forecast, plan and project."""

    def made(label: Label) -> list[Object]:
        name = f"MYS-project-{number}"
        reached = promise("M", achieved="2025-12-01")
        plan = {"project": name, "as_of": "2025-12-31", "stage": "production"}
        rows = [{"activity": "M", "p50": "2025-06-01"}]
        forecast = {"project": name, "plan": f"MYS-plan-{number}", "as_of": "2025-01-31"}
        phases = {"phases": [{"title": "Build", "starts": "2025-01-01", "ends": "2025-12-31"}]}
        return [
            thing("project", phases, name),
            thing("plan", plan | {"promises": [reached]}, f"MYS-plan-{number}"),
            thing("forecast", forecast | {"milestones": rows}, f"MYS-forecast-{number}"),
        ]

    return lambda label: [each._replace(label=label) for each in made(label)]


def test_own_outcome_that_shows_through_a_calibrated_date() -> None:
    """Only MYS may see how its own project went. A forecast for both learns nothing from it."""
    public = labels.make("UNCLASSIFIED", ["PUBLIC"])
    own = [*past(8)(NARROW), *past(9)(public)]
    request, label = requested([*record(), *own])
    assert [each.subject for each in request.outcomes] == ["MYS-project-9 M"]
    assert label == BETWEEN
    narrow, label = requested([*record(risk=NARROW), *own])
    assert [each.subject for each in narrow.outcomes] == ["MYS-project-8 M", "MYS-project-9 M"]
    assert label == NARROW


@given(st.lists(marks, min_size=3, max_size=3), marks)
def test_outcome_of_which_a_part_is_hidden(parts: list[Label], label: Label) -> None:
    things = [each._replace(label=mark) for each, mark in zip(past(8)(BETWEEN), parts, strict=True)]
    request, found = requested([*record(**dict.fromkeys(KINDS, label)), *things])
    assert bool(request.outcomes) == all(is_within(found, mark) for mark in parts)
