"""The views of the kinds give each field in a column of the right type, on either database."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from django.db import connection

from sepakat.node import rows
from sepakat.node.sqlviews import create_views, drop_views, view_name
from sepakat.record import label
from sepakat.record.fields import Count, Line, Money, Nation, ObjectId, Ref, Text
from sepakat.record.kind import Action, Kind, Lifecycle, Object, Registry
from sepakat.vocabulary import REGISTRY

pytestmark = pytest.mark.django_db

BETWEEN = label.make("CONFIDENTIAL", ["KOR", "MYS"])


class Crate(Kind):
    """A toy."""

    title: Line
    counterparty: Nation | None = None
    order: Count  # a word of SQL
    weight: Annotated[int | None, "kilograms"] = None
    price: Money
    deposit: Annotated[Money | None, "paid before"] = None
    is_sealed: bool = False
    grade: Literal[1, 2] | None = None
    size: Literal["small", "large"] = "small"
    contents: tuple[Line, ...] = ()
    inside: Annotated[ObjectId | None, Ref("crate")] = None
    remarks: Text | None = None

    lifecycle = Lifecycle(Action("pack", end="packed"))


def crate(number: int, **fields: Any) -> Object:
    given = {"title": "Parts", "order": number, "price": {"amount": "12.50", "currency": "MYR"}}
    return Object(
        id=f"MYS-crate-{number}",
        kind="crate",
        owner="MYS",
        counterparty="KOR",
        label=BETWEEN,
        state="packed",
        fields={**given, "counterparty": "KOR", **fields},
        head="0" * 64,
    )


def save(*things: Object) -> None:
    rows.save_objects(things, rows.save_labels({thing.label for thing in things}))


def select(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def views() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_list(cursor)
    return {info.name for info in found if info.type == "v"}


@pytest.fixture
def crates() -> Iterator[None]:
    create_views(connection, Registry(Crate))
    yield
    drop_views(connection)


def test_every_kind_of_the_registry_has_its_view() -> None:
    create_views(connection, REGISTRY)
    assert views() == {view_name(kind) for kind in REGISTRY.kinds.values()}
    for kind in REGISTRY.kinds.values():
        assert select(f"SELECT * FROM {view_name(kind)}") == []


def test_a_kind_that_is_gone_leaves_no_view(crates: None) -> None:
    create_views(connection, REGISTRY)
    assert "kind_crate" not in views()


def test_columns_have_the_fields_values_and_types(crates: None) -> None:
    save(
        crate(
            7,
            title='It\'s "50 %" wood',
            weight=9_007_199_254_740_991,
            deposit={"amount": "-0.25", "currency": "KRW"},
            is_sealed=True,
            grade=2,
            size="large",
            contents=["bolts", "nuts, and\n더"],
            inside="MYS-crate-1",
        )
    )
    (row,) = select("SELECT * FROM kind_crate")
    (label,) = select("SELECT label_id FROM node_object WHERE id = 'MYS-crate-7'")
    assert row.pop("label_id") == label["label_id"]
    contents = json.loads(row.pop("contents"))
    assert contents == ["bolts", "nuts, and\n더"]
    assert row == {
        "id": "MYS-crate-7",
        "owner": "MYS",
        "counterparty": "KOR",
        "state": "packed",
        "classification": "CONFIDENTIAL",
        "title": 'It\'s "50 %" wood',
        "order": 7,
        "weight": 9_007_199_254_740_991,
        "price_amount": Decimal("12.5"),
        "price_currency": "MYR",
        "deposit_amount": Decimal("-0.25"),
        "deposit_currency": "KRW",
        "is_sealed": 1,
        "grade": 2,
        "size": "large",
        "inside": "MYS-crate-1",
        "remarks": None,
    }


def test_fields_that_are_not_given_are_null(crates: None) -> None:
    save(crate(1, deposit=None))
    (row,) = select("SELECT * FROM kind_crate")
    absent = {"weight", "deposit_amount", "deposit_currency", "is_sealed", "contents", "inside"}
    assert {name for name in absent if row[name] is not None} == set()


def test_numbers_are_compared_as_numbers(crates: None) -> None:
    for number, amount in ((9, "9.5"), (10, "10.25"), (100, "100")):
        save(crate(number, price={"amount": amount, "currency": "MYR"}))
    found = select('SELECT "order" FROM kind_crate WHERE price_amount > 9.9 ORDER BY "order" DESC')
    assert [row["order"] for row in found] == [100, 10]
    assert select("SELECT sum(price_amount) AS total FROM kind_crate")[0]["total"] == Decimal(
        "119.75"
    )


def test_a_character_that_a_database_cannot_hold_hides_no_other_row(crates: None) -> None:
    save(crate(1, remarks="before\x00after"), crate(2, title="Fine"))
    found = select('SELECT title, remarks FROM kind_crate ORDER BY "order"')
    assert found[1]["title"] == "Fine"
    assert found[0]["remarks"].startswith("before")


def test_a_view_shows_its_own_kind_only(crates: None) -> None:
    other = crate(2)
    save(crate(1), other._replace(kind="basket"))
    assert [row["id"] for row in select("SELECT id FROM kind_crate")] == ["MYS-crate-1"]


def test_a_field_that_would_hide_a_common_column_is_refused(crates: None) -> None:
    class Shelf(Kind):
        state: Line
        lifecycle = Lifecycle(Action("build", end="built"))

    with pytest.raises(ValueError, match="'state'"):
        create_views(connection, Registry(Shelf))
    assert views() == {"kind_crate"}  # those before are kept
