"""Work shares, by the fault that is caught."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.production.shares import by_nation, by_organisation
from sepakat.record.kind import Object
from sepakat.record.label import make


def package(value: str, *shares: tuple[str, str]) -> Object:
    fields = {
        "value": {"amount": value, "currency": "MYR"},
        "shares": [
            {"organisation": whose, "task": "To make it", "percent": percent}
            for whose, percent in shares
        ],
    }
    label = make("RESTRICTED", ["KOR", "MYS"])
    return Object("MYS-work", "work_package", "MYS", "KOR", label, "agreed", fields, "")


def test_tasks_of_one_organisation_or_nation_stand_apart() -> None:
    work = package(
        "2000.00", ("MYS-m", "30"), ("KOR-k", "45"), ("MYS-n", "12.5"), ("MYS-m", "12.5")
    )
    assert [(s.whose, s.percent, s.value) for s in by_organisation(work)] == [
        ("KOR-k", Decimal(45), Decimal(900)),
        ("MYS-m", Decimal("42.5"), Decimal(850)),
        ("MYS-n", Decimal("12.5"), Decimal(250)),
    ]
    assert [(s.whose, s.value) for s in by_nation(work)] == [
        ("MYS", Decimal(1100)),
        ("KOR", Decimal(900)),
    ]


@given(st.decimals(1, 10**12, places=2), st.lists(st.decimals(0, 12, places=4), max_size=8))
def test_shares_lose_or_make_money(value: Decimal, parts: list[Decimal]) -> None:
    given = [(f"MYS-{number}", str(part)) for number, part in enumerate(parts)]
    work = package(str(value), *given, ("KOR-k", str(100 - sum(parts))))
    for shares in (by_organisation(work), by_nation(work)):
        assert sum(share.value for share in shares) == value
        assert sum(share.percent for share in shares) == 100
