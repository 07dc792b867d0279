"""The table of commitments, against a small one worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from sepakat.industry.commitments import (
    Commitment,
    Total,
    commitments,
    totals_by_category,
    totals_by_nation,
)
from support.case import Case, other


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def obligation(case: Case, obligor: str, category: str, amount: str, due: str, **kw: object) -> str:
    value = money(amount, str(kw.pop("currency", "USD")))
    state = str(kw.pop("state", "in_force"))
    given = {"obligor": obligor, "category": category, "value": value, "due": due}
    return case.make("obligation", state, **given, **kw)


def claim(
    case: Case, on: str, state: str, amount: str, found: str = "", milestone: str | None = None
) -> str:
    """A claim by the obligor; of one that is verified, `found` was found."""
    fields = case.nations.object(on).fields
    owner = fields["obligor"]
    value = money(amount, fields["value"]["currency"])
    made = case.make(
        "claim",
        "filed" if found else state,
        owner,
        obligation=on,
        value=value,
        milestone=milestone,
    )
    if found:
        outcome = "verified" if found == amount else "partial"
        findings = {"value": money(found, value["currency"]), "outcome": outcome}
        verification = case.make(
            "verification", "countersigned", other(owner), claim=made, **findings
        )
        case.say(made, "verify", {"verification": verification})
    return made


@pytest.fixture(scope="module")
def played() -> tuple[Case, dict[str, str]]:
    """Four obligations that bind, and two that do not.

    transfer    KOR owes USD 10,000,000.00 by 1 June 2026
                claims: 4,000,000.00 verified; 2,500,000.50 of 3,000,000.00; 1,000,000.00 refused;
                500,000.25 filed; so claimed 7,500,000.25, verified 6,500,000.50
    production  KOR owes USD 2,000,000.00 by 31 December 2027; 100.00 claimed, refused and disputed
    training    MYS owes MYR 300.10 by 1 June 2026; 300.10 and 0.20 verified: more than promised
    research    MYS owes USD 50.00 by 1 January 2026; fulfilled by agreement with 20.00 verified
    """
    case = Case()
    agreement = case.make("agreement", "in_force")
    under = {"agreement": agreement}
    transfer = obligation(
        case, "KOR", "technology_transfer", "10000000.00", "2026-06-01", title="Transfer", **under
    )
    reached, _ = (
        case.make("milestone", "planned", obligation=transfer, sequence=n) for n in (1, 2)
    )
    case.make("milestone", "proposed", obligation=transfer, sequence=3)
    first = claim(case, transfer, "verified", "4000000.00", "4000000.00", milestone=reached)
    case.say(reached, "reach", {"claim": first})
    claim(case, transfer, "verified", "3000000.00", "2500000.50")
    claim(case, transfer, "refused", "1000000.00")
    claim(case, transfer, "filed", "500000.25")
    production = obligation(case, "KOR", "co_production", "2000000.00", "2027-12-31", **under)
    claim(case, production, "disputed", "100.00")
    training = obligation(case, "MYS", "training", "300.10", "2026-06-01", currency="MYR", **under)
    claim(case, training, "verified", "300.10", "300.10")
    claim(case, training, "verified", "0.20", "0.20")
    research = obligation(case, "MYS", "research", "50.00", "2026-01-01", **under)
    claim(case, research, "verified", "20.00", "20.00")
    case.say(research, "propose_fulfilment")
    case.say(research, "confirm_fulfilment")
    for state in ("proposed", "declined"):
        obligation(case, "KOR", "training", "999.00", "2026-01-01", state=state, **under)
    made = {
        "agreement": agreement,
        "transfer": transfer,
        "production": production,
        "training": training,
        "research": research,
    }
    return case, made


def rows(played: tuple[Case, dict[str, str]], today: date) -> dict[str, Commitment]:
    case, made = played
    table = commitments(case.nations.state.objects.values(), today)
    names = {identifier: name for name, identifier in made.items()}
    return {names[row.obligation]: row for row in table}


def test_row_is_as_worked_out_by_hand(played: tuple[Case, dict[str, str]]) -> None:
    made = played[1]
    assert rows(played, date(2026, 6, 2))["transfer"] == Commitment(
        obligation=made["transfer"],
        title="Transfer",
        agreement=made["agreement"],
        obligor="KOR",
        category="technology_transfer",
        state="in_force",
        currency="USD",
        promised=Decimal("10000000.00"),
        claimed=Decimal("7500000.25"),
        verified=Decimal("6500000.50"),
        owed=Decimal("3499999.50"),
        milestones_reached=1,
        milestones_planned=2,
        due=date(2026, 6, 1),
        overdue=True,
    )


def test_only_what_both_have_agreed_is_a_commitment(played: tuple[Case, dict[str, str]]) -> None:
    table = rows(played, date(2026, 6, 2))
    assert set(table) == {"research", "transfer", "training", "production"}
    assert [row.due for row in table.values()] == sorted(row.due for row in table.values())


@pytest.mark.parametrize(
    ("name", "claimed", "verified", "owed"),
    [
        ("production", "100.00", "0", "2000000.00"),
        ("training", "300.30", "300.30", "0"),
        ("research", "20.00", "20.00", "0"),
    ],
)
def test_nothing_is_owed_below_zero_or_after_fulfilment(
    played: tuple[Case, dict[str, str]], name: str, claimed: str, verified: str, owed: str
) -> None:
    row = rows(played, date(2026, 6, 2))[name]
    assert (row.claimed, row.verified, row.owed) == (
        Decimal(claimed),
        Decimal(verified),
        Decimal(owed),
    )


@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        (date(2026, 6, 1), set()),
        (date(2026, 6, 2), {"transfer"}),
        (date(2028, 1, 1), {"transfer", "production"}),
    ],
)
def test_overdue_is_what_is_owed_after_its_last_day(
    played: tuple[Case, dict[str, str]], today: date, overdue: set[str]
) -> None:
    assert {name for name, row in rows(played, today).items() if row.overdue} == overdue


def test_totals_never_add_two_currencies(played: tuple[Case, dict[str, str]]) -> None:
    table = rows(played, date(2026, 6, 2)).values()
    assert totals_by_nation(table) == [
        Total(
            name="KOR",
            currency="USD",
            commitments=2,
            promised=Decimal("12000000.00"),
            claimed=Decimal("7500100.25"),
            verified=Decimal("6500000.50"),
            owed=Decimal("5499999.50"),
            overdue=1,
        ),
        Total("MYS", "MYR", 1, Decimal("300.10"), Decimal("300.30"), Decimal("300.30"), *_NONE),
        Total("MYS", "USD", 1, Decimal("50.00"), Decimal("20.00"), Decimal("20.00"), *_NONE),
    ]
    assert [(t.name, t.currency, t.promised) for t in totals_by_category(table)] == [
        ("co_production", "USD", Decimal("2000000.00")),
        ("research", "USD", Decimal("50.00")),
        ("technology_transfer", "USD", Decimal("10000000.00")),
        ("training", "MYR", Decimal("300.10")),
    ]


_NONE = (Decimal(0), 0)  # owed and overdue


def test_both_nations_reach_the_same_table(played: tuple[Case, dict[str, str]]) -> None:
    case, _ = played
    today = date(2026, 6, 2)
    tables = [
        commitments(case.nations.fold(nation).objects.values(), today) for nation in ("MYS", "KOR")
    ]
    assert tables[0] == tables[1] == commitments(case.nations.state.objects.values(), today)


def test_order_of_the_objects_changes_nothing(played: tuple[Case, dict[str, str]]) -> None:
    objects = list(played[0].nations.state.objects.values())
    today = date(2026, 6, 2)
    assert commitments(reversed(objects), today) == commitments(objects, today)
