"""A new kind has its resources from its declaration alone."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import pytest
from django.db import connection
from django.urls import include, path
from pydantic import Field
from pytest_django.fixtures import Settings

from sepakat.desk.api.v1 import make_api
from sepakat.node.sqlviews import create_views
from sepakat.record.fields import Count, Counterparty, Date, Line, Money, ObjectId, Ref, Text
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle
from sepakat.vocabulary import REGISTRY
from support.desks import Desk
from support.programs import Program

Programs = Callable[[str], Program]


class Lantern(Kind):
    """A toy that nobody has heard of, with a field of every sort."""

    title: Line = Field(title="Title", description="What it is called.")
    counterparty: Counterparty
    colour: Literal["red", "blue"]
    price: Money
    lit: Date
    page: Count  # as the number of a list's page is called
    is_loud: bool = False
    gates: tuple[Annotated[ObjectId, Ref("gate")], ...] = ()
    crew: tuple[Line, ...] = ()
    story: Text | None = None

    lifecycle = Lifecycle(
        Action("build", end="built", roles=("officer",), may=("is_loud", "gates", "crew", "story")),
        Action("light", start=("built",), end="alight", roles=("officer",), may=("story",)),
        Action("blow_out", start=("alight",), end="out", by=COUNTERPARTY, roles=("officer",)),
    )


@pytest.fixture
def lanterns(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Iterator[type[Kind]]:
    monkeypatch.setitem(REGISTRY.kinds, "lantern", Lantern)
    create_views(connection, REGISTRY)

    class Addresses:
        urlpatterns = (path("api/v1/", include((make_api(REGISTRY).urls[0], "api"))),)

    settings.ROOT_URLCONF = Addresses
    yield Lantern
    monkeypatch.undo()
    create_views(connection, REGISTRY)


BODY = {
    "title": "Tanglung",
    "counterparty": "KOR",
    "colour": "red",
    "price": {"amount": "1250.50", "currency": "MYR"},
    "lit": "2026-05-01",
    "page": 3,
    "is_loud": True,
    "gates": ["MYS-gate-open"],
    "crew": ["First", "Second"],
    "story": "Line one\nLine two",
}
LABEL = {"classification": "RESTRICTED", "releasable_to": ["KOR", "MYS"]}


def test_a_kind_that_needs_more_than_its_declaration(
    lanterns: type[Kind], program: Programs
) -> None:
    officer = program("officer")
    made = officer.post("/lantern/MYS-one/build", {"body": BODY, "label": LABEL})
    assert made.status_code == 201, made.content
    assert officer.get("/lantern/MYS-one").json()["fields"] == BODY
    assert officer.post("/lantern/MYS-one/light").status_code == 201
    assert officer.post("/lantern/MYS-one/blow_out").status_code == 403
    assert len(officer.get("/lantern/MYS-one/statements").json()["items"]) == 2
    assert program("partner").get("/lantern/MYS-one").status_code == 200
    for name in ("company_a", "clerk", "public"):
        assert program(name).get("/lantern/MYS-one").status_code == 404
        assert program(name).get("/lantern").json()["total"] == 0
    assert "lantern" in {kind["kind"] for kind in officer.get("/kinds").json()}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"is_loud": "true"}, 1),
        ({"is_loud": "false"}, 0),
        ({"colour": "red"}, 1),
        ({"colour": "blue"}, 0),
        ({"crew": "Second"}, 1),
        ({"crew": "Sec"}, 0),
        ({"price": "1250.5"}, 1),
        ({"price_from": "1250.51"}, 0),
        ({"page_from": 3, "page_to": 3}, 1),
        ({"page_from": 4}, 0),
        ({"gates": "MYS-gate-open"}, 1),
        ({"q": "line two"}, 1),
        ({"sort": "-price_amount"}, 1),
        ({"page": 2}, 0),
    ],
)
def test_a_sort_of_field_that_is_not_filtered(
    lanterns: type[Kind], program: Programs, query: dict[str, Any], count: int
) -> None:
    officer = program("officer")
    officer.post("/lantern/MYS-one/build", {"body": BODY, "label": LABEL})
    answer = officer.get("/lantern", query)
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["items"]) == count
