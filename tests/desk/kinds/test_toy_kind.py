"""A new kind has all pages from its declaration alone."""

from collections.abc import Iterator
from typing import Annotated, Literal

import pytest
from django.db import connection
from pydantic import BaseModel, ConfigDict, Field

from sepakat.desk.kinds.shapes import Shape, fields_of
from sepakat.node.sqlviews import create_views
from sepakat.record.fields import Count, Counterparty, Date, Line, Money, ObjectId, Ref, Text
from sepakat.record.kind import COUNTERPARTY, OWNER, Action, Kind, Lifecycle
from sepakat.vocabulary import REGISTRY
from support.desks import BOTH, OF_A, Desk
from support.pages import sign, text_of


class Spar(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    wood: Line = Field(title="Its wood", description="Of which it is.")
    grade: Literal["fine", "coarse"] = Field(title="Its grade", description="How it is cut.")
    cost: Money = Field(title="Its cost", description="For one.")
    length: Count | None = Field(default=None, title="Its length", description="In centimetres.")


class Kite(Kind):
    """A toy that nobody has heard of, with a field of every sort."""

    title: Line = Field(title="Its title", description="What it is called.")
    counterparty: Counterparty
    colour: Literal["red", "blue"] = Field(title="Its colour", description="Of the cloth.")
    price: Money = Field(title="Its price", description="What it costs.")
    flown: Date = Field(title="First flown", description="When.")
    tails: Count = Field(title="Tails", description="How many.")
    is_loud: bool = Field(default=False, title="Is loud", description="Whether it hums.")
    agreement: Annotated[ObjectId | None, Ref("agreement")] = Field(
        default=None, title="Its agreement", description="Under which it flies."
    )
    gates: tuple[Annotated[ObjectId, Ref("gate")], ...] = Field(
        default=(), title="Its gates", description="That it flies through."
    )
    crew: tuple[Line, ...] = Field(default=(), title="Crew", description="Who flies it.")
    spars: tuple[Spar, ...] = Field(default=(), title="Spars", description="What it is made of.")
    story: Text | None = Field(default=None, title="Story", description="In full.")

    lifecycle = Lifecycle(
        Action(
            "build",
            end="built",
            roles=("officer",),
            may=("is_loud", "agreement", "gates", "crew", "spars", "story"),
        ),
        Action("fly", start=("built",), end="flying", by=OWNER, roles=("officer",), may=("story",)),
        Action("catch", start=("flying",), end="caught", by=COUNTERPARTY, roles=("officer",)),
    )


@pytest.fixture
def kites(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setitem(REGISTRY.kinds, "kite", Kite)
    create_views(connection, REGISTRY)
    yield desk
    monkeypatch.undo()
    create_views(connection, REGISTRY)


GIVEN = {
    "object": "MYS-kite-wau-bulan",
    "title": "Wau bulan",
    "counterparty": "KOR",
    "colour": "red",
    "price_amount": "1,250.50",
    "price_currency": "myr",
    "flown": "2026-05-01",
    "tails": "3",
    "is_loud": "on",
    "agreement": "MYS-agreement-g2g",
    "gates": ["MYS-gate-open"],
    "crew": "First\r\nSecond",
    "spars-0-wood": "Bamboo",
    "spars-0-grade": "fine",
    "spars-0-cost_amount": "2.50",
    "spars-0-cost_currency": "MYR",
    "spars-0-length": "90",
    "spars-1-wood": "",
    "spars-2-wood": "Rattan",
    "spars-2-grade": "coarse",
    "spars-2-cost_amount": "1",
    "spars-2-cost_currency": "MYR",
    "story": "Line one\r\nLine two",
    "label-classification": "RESTRICTED",
    "label-releasable_to": ["MYS", "KOR"],
}


def test_a_toy_kind_is_made_listed_shown_moved_and_exported(kites: Desk) -> None:
    officer = kites.client("officer")
    assert "Kite" in text_of(officer.get("/registers"))
    form = text_of(officer.get("/register/kite/new/build"))
    assert "Its colour" in form
    assert "Of the cloth." in form

    page = sign(officer, "/register/kite/new/build", GIVEN)
    assert "Wau bulan" in page
    thing = kites.access("officer").get("MYS-kite-wau-bulan")
    assert thing.fields == {
        "title": "Wau bulan",
        "counterparty": "KOR",
        "colour": "red",
        "price": {"amount": "1250.50", "currency": "MYR"},
        "flown": "2026-05-01",
        "tails": 3,
        "is_loud": True,
        "agreement": "MYS-agreement-g2g",
        "gates": ["MYS-gate-open"],
        "crew": ["First", "Second"],
        "spars": [
            {
                "wood": "Bamboo",
                "grade": "fine",
                "cost": {"amount": "2.50", "currency": "MYR"},
                "length": 90,
            },
            {"wood": "Rattan", "grade": "coarse", "cost": {"amount": "1", "currency": "MYR"}},
        ],
        "story": "Line one\nLine two",
    }
    assert thing.label == BOTH

    listed = text_of(officer.get("/register/kite?colour=red&flown_from=2026-01-01&q=bulan"))
    assert "Wau bulan" in listed
    assert "Wau bulan" not in text_of(officer.get("/register/kite?colour=blue"))
    assert "Wau bulan" in text_of(officer.get("/object/MYS-gate-open")), "what belongs to it"
    assert b"Wau bulan" in b"".join(officer.get("/register/kite/export.csv"))

    assert "Story" in text_of(officer.get("/object/MYS-kite-wau-bulan/fly"))
    sign(officer, "/object/MYS-kite-wau-bulan/fly", {"story": "It flies."})
    assert kites.access("officer").get("MYS-kite-wau-bulan").state == "flying"
    assert "It is for" in text_of(officer.get("/object/MYS-kite-wau-bulan")), "why not the others"


def test_what_is_wrong_in_a_table_names_row_and_column(kites: Desk) -> None:
    officer = kites.client("officer")
    given = GIVEN | {"spars-2-cost_amount": "much", "spars-2-grade": "", "step": "check"}
    answer = officer.post("/register/kite/new/build", given)
    said = text_of(answer)
    assert answer.status_code == 422
    assert "Row 2, Its grade: This field is required." in said
    assert "Row 2, Its cost: Write an amount" in said
    assert 'value="Bamboo"' in answer.content.decode(), "nothing that was given is lost"


def test_a_table_is_shown_with_its_headings(kites: Desk) -> None:
    officer = kites.client("officer")
    sign(officer, "/register/kite/new/build", GIVEN)
    page = text_of(officer.get("/object/MYS-kite-wau-bulan"))
    assert "Its wood Its grade Its cost Its length Bamboo Fine" in page


def test_an_outsider_meets_no_trace_of_a_toy(kites: Desk) -> None:
    kites.say(
        "kite",
        "MYS-kite-1",
        "build",
        OF_A,
        title="Wau bulan",
        counterparty="KOR",
        colour="red",
        price={"amount": "1", "currency": "MYR"},
        flown="2026-05-01",
        tails=1,
        gates=["MYS-gate-open"],
    )
    pages = ("/register/kite", "/register/kite/export.json", "/object/MYS-gate-open", "/registers")
    for name in ("company_b", "clerk", "public"):
        client = kites.client(name)
        for page in pages:
            assert b"Wau bulan" not in b"".join(client.get(page)), (name, page)
        missing = client.get("/object/MYS-kite-0")
        hidden = client.get("/object/MYS-kite-1")
        assert (hidden.status_code, text_of(hidden)) == (404, text_of(missing))
    for name in ("officer", "company_a", "partner"):
        assert "Wau bulan" in text_of(kites.client(name).get("/register/kite"))


def test_a_currency_is_taken_for_a_nation() -> None:
    """Both are three letters; a form that offers nations could never name a currency."""
    fields = fields_of(REGISTRY.get("bill_of_materials"))
    assert (fields["currency"].shape, fields["nation"].shape) == (Shape.LINE, Shape.NATION)
