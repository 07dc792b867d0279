"""What a whole procurement shows and no rule can: found where it is, and not where it is not."""

from typing import Any

import pytest

from sepakat.industry.procurement.irregularities import FINDERS, irregularities
from sepakat.record import label as labels
from sepakat.record.kind import Object

ANY = labels.make("UNCLASSIFIED", ["PUBLIC"])
KINDS = (
    *("offer", "opening", "evaluation", "award", "award_notice", "negotiation"),
    *("contract", "acceptance", "payment"),
)


def thing(kind: str, id_: str, state: str = "recorded", **fields: Any) -> Object:
    return Object(id_, kind, "MYS", None, ANY, state, fields, "00" * 32)


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


TENDER = thing("tender", "MYS-t", "closed", received=["MYS-o"])
CONTRACT = thing(
    "contract", "MYS-c", "in_force", notice="MYS-n", milestones=[{"number": 1, "amount": "100"}]
)
PAYMENT = thing(
    "payment", "MYS-p", "paid", contract="MYS-c", acceptance="MYS-acc", value=usd("100")
)
REGULAR = [
    thing("offer", "MYS-o", "received"),
    thing("opening", "MYS-open", offer="MYS-o", lots=[1], price=usd("100.00")),
    thing("evaluation", "MYS-e", "approved", lot=1),
    thing("award", "MYS-a", "announced", notice="MYS-n"),
    thing("award_notice", "MYS-n", "published", offer="MYS-o", value=usd("100")),
    CONTRACT,
    thing("acceptance", "MYS-acc", "accepted", milestone=1),
    PAYMENT,
]


def found(*more: Object, without: str = "", tender: Object = TENDER) -> dict[str, tuple[str, ...]]:
    things = [one for one in REGULAR if one.id != without] + list(more)
    by_kind = {kind: [one for one in things if one.kind == kind] for kind in KINDS}
    return {one.code: one.about for one in irregularities(tender, by_kind)}


def test_a_regular_procurement_is_not_flagged() -> None:
    assert found() == {}


@pytest.mark.parametrize(
    ("code", "more", "without", "about"),
    [
        ("offer_not_listed", [thing("offer", "MYS-x", "received")], "", ("MYS-x",)),
        (
            "opened_twice",
            [thing("opening", "MYS-again", offer="MYS-o", lots=[1], price=usd("100"))],
            "",
            ("MYS-open", "MYS-again"),
        ),
        (
            "evaluated_twice",
            [thing("evaluation", "MYS-e2", "approved", lot=1)],
            "",
            ("MYS-e", "MYS-e2"),
        ),
        ("notice_without_award", [], "MYS-a", ("MYS-n",)),
        (
            "price_differs",
            [thing("negotiation", "MYS-neg", "agreed", offer="MYS-o", price=usd("90"))],
            "",
            ("MYS-n", "MYS-neg"),
        ),
        (
            "contracted_twice",
            [CONTRACT._replace(id="MYS-c2")],
            "",
            ("MYS-c", "MYS-c2"),
        ),
        (
            "paid_beyond",
            [PAYMENT._replace(id="MYS-p2")],
            "",
            ("MYS-c", "MYS-p", "MYS-p2"),
        ),
    ],
)
def test_what_no_rule_can_see(
    code: str, more: list[Object], without: str, about: tuple[str, ...]
) -> None:
    assert found(*more, without=without) == {code: about}


def test_every_finder_is_tried_above() -> None:
    tried = test_what_no_rule_can_see.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert [case[0] for case in tried] == list(FINDERS)


@pytest.mark.parametrize(
    ("more", "without", "tender"),
    [
        ([], "MYS-e", TENDER),  # who sees no evaluation sees no award: nothing is known of it
        ([thing("offer", "MYS-x", "received")], "", TENDER._replace(state="published")),
        ([thing("offer", "MYS-x", "submitted")], "", TENDER),
        ([CONTRACT._replace(id="MYS-c2", state="declined")], "", TENDER),
        ([thing("evaluation", "MYS-e2", "returned", lot=1)], "", TENDER),
        ([thing("negotiation", "MYS-neg", "declined", offer="MYS-o", price=usd("90"))], "", TENDER),
    ],
)
def test_what_is_in_order_is_flagged(more: list[Object], without: str, tender: Object) -> None:
    assert found(*more, without=without, tender=tender) == {}
