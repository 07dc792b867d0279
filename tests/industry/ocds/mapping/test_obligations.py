"""Obligations as releases: valid, complete, and readable back."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.industry.ocds.checking import Checker
from sepakat.industry.ocds.mapping import values
from sepakat.industry.ocds.mapping.obligations import obligations, releases
from sepakat.industry.ocds.model.extensions import extended
from sepakat.industry.ocds.reading import RELEASE, Item
from sepakat.record.errors import InvalidError
from support.case import Case, other

AT = "2026-11-02T09:00:00Z"


def dollars(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


@pytest.fixture(scope="module")
def release() -> dict[str, Any]:
    """Korea owes 10,000,000.00; one claim of 3,000,000.50 was verified in part, one is filed."""
    case = Case()
    owed = case.make("obligation", "in_force", obligor="KOR", value=dollars("10000000.00"))
    claim = case.make(
        "claim", "filed", "KOR", obligation=owed, value=dollars("3000000.50"), milestone=None
    )
    findings = {"value": dollars("2500000.25"), "outcome": "partial"}
    verification = case.make("verification", "countersigned", other("KOR"), claim=claim, **findings)
    case.say(claim, "verify", {"verification": verification})
    case.make("claim", "filed", "KOR", obligation=owed, value=dollars("1.00"), milestone=None)
    objects = [case.nations.object(owed)]
    objects += [*case.of_kind("claim"), *case.of_kind("verification"), *case.of_kind("agreement")]
    (found,) = releases(objects, prefix="ocds-example", at=AT)
    return found


def test_a_release_fits_the_extension_that_is_documented(release):
    assert Checker(definitions=extended()).problems(Item("", RELEASE, release)) == ()


def test_what_was_verified_in_part_counts_in_part(release):
    (obligation,) = release["obligations"]
    assert obligation["value"] == {"amount": 10_000_000, "currency": "USD"}
    assert obligation["verified"] == {"amount": 2_500_000.25, "currency": "USD"}
    assert sorted(claim["status"] for claim in obligation["claims"]) == ["filed", "partial"]


def test_what_is_read_back_is_what_was_said(release):
    (found,) = obligations(release)
    assert found["obligor"] == "KOR"
    assert found["value"] == {"amount": "10000000", "currency": "USD"}
    assert found["due"] == "2026-10-31"


def test_an_extension_leaves_the_standards_own_verdict_alone(colombia):
    plain, with_all = Checker(), Checker(definitions=extended())
    for release in colombia:
        item = Item("", RELEASE, release)
        assert plain.problems(item) == with_all.problems(item)


def test_a_field_of_an_extension_is_checked(release):
    (obligation,) = release["obligations"]
    broken = release | {"obligations": [obligation | {"status": "hopeful"}]}
    (problem,) = Checker(definitions=extended()).problems(Item("", RELEASE, broken))
    assert problem.place == "obligations/0/status"


@given(whole=st.integers(-(10**12), 10**12), cents=st.integers(0, 99))
def test_no_amount_changes_on_its_way_there_and_back(whole, cents):
    amount = f"{whole}.{cents:02}"
    back = values.from_value(values.to_value({"amount": amount, "currency": "MYR"}), "value")
    assert Decimal(back["amount"]) == Decimal(amount)
    assert back["currency"] == "MYR"


def test_an_amount_that_a_double_would_round_is_refused():
    with pytest.raises(InvalidError, match="more digits"):
        values.to_value({"amount": "123456789012345678.01", "currency": "IDR"})


@pytest.mark.parametrize(
    "given", [7, [7], [{"title": "x"}], [{"obligor": 7}], [{"obligor": {"id": "KOR"}, "value": 7}]]
)
def test_a_release_of_another_shape_is_refused_with_the_place(given):
    with pytest.raises(InvalidError, match="obligations"):
        obligations({"obligations": given})
