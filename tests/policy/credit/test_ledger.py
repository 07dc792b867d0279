"""The ledgers against published answers, and properties that hold of any claims."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat.policy.agreement.reading import read
from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.ledger import ledgers
from sepakat.policy.credit.values import Claim, Ledger, Owed
from sepakat.record.errors import InvalidError

HEAD = """
[agreement]
id = "MYS-agreement-g2g"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "MYR"
in_force = 2026-01-01
"""
DUE = date(2028, 1, 1)
OBLIGATION = Owed("MYS-o-1", "co_production", Decimal(1_000), DUE, "main")
CONTRACT = """
[[contract]]
id = "main"
party = "KOR"
value = "10000"
signed = 2026-01-01
ends = 2029-01-01
"""


def text(rules: str = "") -> AgreementText:
    return read(HEAD + CONTRACT + rules)


def claim(number: int, amount: str | int, day: date = date(2027, 1, 1), **rest: object) -> Claim:
    value = Decimal(amount)
    made = {"currency": "MYR", "claimed": value, "verified": value, "obligation": OBLIGATION.id}
    return Claim(id=f"KOR-c-{number}", delivered=day, **made | rest)  # type: ignore[arg-type]


def ledger(rules: str, *claims: Claim, as_of: date = DUE, owed: Owed = OBLIGATION) -> Ledger:
    return ledgers(text(rules), [owed], claims, as_of)[owed.id]


def multiplier(activity: str, factor: int, bonus: str = "") -> str:
    more = f'bonus = "{bonus}"' if bonus else ""
    return f"""
[[rule]]
id = "m-{activity}"
type = "multiplier"
when = 'activity == "{activity}"'
factor = "{factor}"
{more}
"""


def test_the_published_case_of_multipliers_comes_to_its_published_sum() -> None:
    """PK 1, Case 4, of the Ministry of Finance, Malaysia."""
    given = [
        ("seminars", 400_000, 1, ""),
        ("training", 800_000, 3, ""),
        ("research", 750_000, 4, ""),
        ("marketing", 36_000, 2, ""),
        ("production", 66_000_000, 4, "1.2"),
        ("purchases", 4_000_000, 1, ""),
    ]
    rules = "".join(multiplier(name, factor, bonus) for name, _, factor, bonus in given)
    claims = [claim(n, amount, activity=name) for n, (name, amount, *_) in enumerate(given)]
    owed = Owed("MYS-o-1", "co_production", Decimal(500_000_000), DUE)
    found = ledger(rules, *claims, owed=owed)
    assert found.credited == Decimal(326_672_000)
    assert found.verified == Decimal(71_986_000)
    production = next(line for line in found.lines if line.verified == 66_000_000)
    assert [(s.what, s.amount, s.by) for s in production.steps] == [
        ("verified", Decimal(66_000_000), ""),
        ("multiplier", Decimal(264_000_000), "4"),
        ("bonus", Decimal(316_800_000), "1.2"),
    ]


KOREAN = """
[[rule]]
id = "penalty"
type = "penalty"
share = "0.10"
cure = { after = 12, share = "0.50", extinguishes = true }
"""


@pytest.mark.parametrize(
    ("as_of", "penalised", "owed"),
    [
        (DUE, 0, 400),
        (DUE + timedelta(1), 40, 400),  # a tenth of what is unfulfilled
        (date(2029, 1, 1), 40, 400),
        (date(2029, 1, 2), 240, 0),  # half as much again of the rest, and it is extinguished
    ],
)
def test_koreas_published_penalty_falls_due_by_its_days(
    as_of: date, penalised: int, owed: int
) -> None:
    found = ledger(KOREAN, claim(1, 600), as_of=as_of)
    assert (found.penalised, found.owed) == (penalised, owed)


def test_what_is_delivered_while_a_cure_runs_counts_and_later_does_not() -> None:
    within = claim(1, 300, date(2028, 6, 1))
    after = claim(2, 300, date(2029, 6, 1))
    found = ledger(KOREAN, within, after, as_of=date(2030, 1, 1))
    assert found.credited == 300
    assert [line.steps[-1].what for line in found.lines] == ["verified", "late"]
    assert found.penalised == 100 + 350


INDIAN = """
[[rule]]
id = "penalty"
type = "penalty"
share = "0.05"
every = 12
cap = "0.20"
cap_within_contract = true
"""


def test_indias_published_cap_holds_within_the_main_contracts_period_only() -> None:
    """5 % a year of what is unfulfilled; at most 20 % while the main contract runs."""
    early = Owed("MYS-o-1", "co_production", Decimal(1_000), date(2020, 1, 1), "main")
    assert ledger(INDIAN, as_of=date(2023, 6, 1), owed=early).penalised == 200
    assert ledger(INDIAN, as_of=date(2028, 6, 1), owed=early).penalised == 200
    # The tenth time falls on the day that the contract ends, and is no longer within it.
    assert ledger(INDIAN, as_of=date(2029, 6, 1), owed=early).penalised == 250


def test_a_claim_without_the_evidence_that_is_asked_for_counts_nothing() -> None:
    rules = """
[[rule]]
id = "files"
type = "evidence"
files = 2
facts = ["batch"]
"""
    bare = claim(1, 100, evidence=("a",))
    unstated = claim(2, 100, evidence=("a", "b"))
    whole = claim(3, 100, evidence=("a", "b"), facts={"batch": "7"})
    found = ledger(rules, bare, unstated, whole)
    assert [line.counted for line in found.lines] == [0, 0, 100]
    assert [line.steps[-1].by for line in found.lines[:2]] == ["1 < 2", "batch"]


def test_a_condition_that_asks_for_a_fact_nobody_states_does_not_hold() -> None:
    rules = multiplier("x", 5).replace('activity == "x"', 'facts.batch == "7"')
    assert ledger(rules, claim(1, 100)).credited == 100
    assert ledger(rules, claim(1, 100, facts={"batch": "7"})).credited == 500


def test_a_precondition_is_met_by_what_was_delivered_before_only() -> None:
    rules = """
[[rule]]
id = "train-first"
type = "precondition"
when = 'activity == "production"'
given = 'activity == "training"'
"""
    early = claim(1, 100, date(2027, 1, 1), activity="production")
    training = claim(2, 50, date(2027, 2, 1), activity="training")
    late = claim(3, 100, date(2027, 3, 1), activity="production")
    found = ledger(rules, early, training, late)
    assert [line.counted for line in found.lines] == [0, 50, 100]


def test_one_delivery_counts_in_one_category_only() -> None:
    rules = """
[[rule]]
id = "once"
type = "exclusivity"
categories = ["co_production", "training"]
"""
    other = Owed("MYS-o-2", "training", Decimal(1_000), DUE)
    same = {"facts": {"reference": "invoice 7"}}
    claims = [
        claim(1, 100, date(2027, 1, 1), **same),
        claim(2, 100, date(2027, 1, 2), **same, obligation="MYS-o-2"),
        claim(3, 100, date(2027, 1, 3), obligation="MYS-o-2"),
    ]
    found = ledgers(text(rules), [OBLIGATION, other], claims, DUE)
    assert (found["MYS-o-1"].credited, found["MYS-o-2"].credited) == (100, 100)


def test_only_what_exceeds_the_business_of_before_counts_in_each_year() -> None:
    rules = """
[[rule]]
id = "baseline"
type = "additionality"
category = "co_production"
baseline = "150"
"""
    days = [date(2026, 5, 1), date(2026, 6, 1), date(2027, 5, 1)]
    found = ledger(rules, *(claim(n, 100, day) for n, day in enumerate(days)))
    assert [line.counted for line in found.lines] == [0, 50, 0]


def test_a_deduction_comes_before_the_multiplier() -> None:
    rules = """
[[rule]]
id = "imported"
type = "deduction"
share = "0.25"
""" + multiplier("training", 3)
    assert ledger(rules, claim(1, 100, activity="training")).credited == 225


def test_local_content_that_is_not_stated_is_none() -> None:
    rules = """
[[rule]]
id = "local"
type = "local_content"
fact = "local"
share = "0.40"
"""
    claims = [
        claim(n, 100, facts=f) for n, f in enumerate([{}, {"local": "much"}, {"local": "0.4"}])
    ]
    assert ledger(rules, *claims).credited == 100


def test_a_cap_leaves_room_once_for_all_claims_together() -> None:
    rules = """
[[rule]]
id = "cap"
type = "cap"
when = 'activity == "training"'
share = "0.15"
"""
    claims = [claim(n, 100, activity="training") for n in range(3)]
    found = ledger(rules, *claims, claim(9, 100))
    assert [line.counted for line in found.lines] == [100, 50, 0, 100]


def test_a_floor_that_is_not_met_stays_owed_whatever_else_was_delivered() -> None:
    rules = """
[[rule]]
id = "floor"
type = "floor"
obligation = "MYS-o-1"
when = 'activity == "research"'
share = "0.30"
"""
    found = ledger(rules, claim(1, 100, activity="research"), claim(2, 5_000))
    assert (found.credited, found.owed) == (800, 200)


BANKING = """
[[rule]]
id = "bank"
type = "banking"
obligation = "MYS-o-1"
valid = 24
share = "0.50"
into = ["MYS-o-2"]
"""


def test_a_surplus_is_banked_given_to_another_obligation_and_expires() -> None:
    later = Owed("MYS-o-2", "training", Decimal(200), date(2028, 6, 1))
    claims = [claim(1, 1_700)]
    before = ledgers(text(BANKING), [OBLIGATION, later], claims, DUE)
    assert before["MYS-o-1"].credited == 1_000
    assert before["MYS-o-2"].credited == 200
    assert before["MYS-o-1"].banked == 300  # half of what is owed, less what was given
    expired = ledgers(text(BANKING), [OBLIGATION, later], claims, date(2029, 1, 2))
    assert expired["MYS-o-1"].banked == 0
    assert expired["MYS-o-2"].credited == 200, "it was valid when that one fell due"


def test_what_came_from_the_bank_in_time_is_not_penalised() -> None:
    rules = BANKING + KOREAN
    later = Owed("MYS-o-2", "training", Decimal(200), date(2028, 6, 1))
    found = ledgers(text(rules), [OBLIGATION, later], [claim(1, 1_700)], date(2028, 7, 1))
    assert found["MYS-o-2"].penalised == 0


def test_another_currency_takes_the_rate_of_the_day_and_none_before_the_first() -> None:
    rates = """
[[rate]]
currency = "KRW"
from = 2027-01-01
rate = "0.0033"
[[rate]]
currency = "KRW"
from = 2027-07-01
rate = "0.0031"
"""
    claims = [
        claim(n, 10_000, day, currency="KRW")
        for n, day in enumerate([date(2027, 6, 30), date(2027, 7, 1)])
    ]
    assert [line.counted for line in ledger(rates, *claims).lines] == [33, 31]
    with pytest.raises(InvalidError, match="no rate of KRW for 2026-12-31"):
        ledger(rates, claim(1, 1, date(2026, 12, 31), currency="KRW"))


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    rules = multiplier("training", 3) + "from = 2027-01-01\nto = 2027-12-31\n"
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1)]
    found = ledger(rules, *(claim(n, 1, day, activity="training") for n, day in enumerate(days)))
    assert [line.counted for line in found.lines] == [1, 3, 3, 1]


claims_of_all_sorts = st.lists(
    st.builds(
        claim,
        st.integers(0, 10**6),
        st.integers(0, 900).map(str),
        st.dates(date(2026, 1, 1), DUE),
        activity=st.sampled_from(["training", "production", "research"]),
        facts=st.sampled_from([{}, {"reference": "a"}, {"reference": "b"}]),
    ),
    max_size=12,
    unique_by=lambda made: made.id,
)
ALL = (
    BANKING
    + KOREAN
    + multiplier("training", 3, "1.1")
    + """
[[rule]]
id = "cap"
type = "cap"
when = 'activity == "training"'
share = "0.40"
[[rule]]
id = "floor"
type = "floor"
obligation = "MYS-o-1"
when = 'activity == "research"'
share = "0.10"
"""
)


@given(claims_of_all_sorts, st.randoms(use_true_random=False))
def test_claims_that_arrive_in_another_order_make_another_ledger(claims, random) -> None:  # type: ignore[no-untyped-def]
    first = ledger(ALL, *claims)
    random.shuffle(claims)
    assert ledger(ALL, *claims) == first


@given(claims_of_all_sorts)
def test_more_is_credited_or_banked_than_was_counted_or_is_owed(claims: list[Claim]) -> None:
    found = ledger(ALL, *claims)
    counted = sum(line.counted for line in found.lines)
    surplus = sum(line.surplus for line in found.lines)
    assert 0 <= found.credited <= min(found.nominal, counted - surplus)
    assert found.credited + found.owed == found.nominal
    assert 0 <= found.banked <= surplus
    trained = sum(
        line.counted for line in found.lines if line.steps[-1].rule in ("m-training", "cap")
    )
    assert trained <= found.nominal * Decimal("0.40")
    assert all(line.steps[-1].amount == line.counted for line in found.lines)
