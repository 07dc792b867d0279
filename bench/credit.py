"""Ledgers over many claims, beside what asking their conditions takes alone."""

from datetime import date, timedelta
from decimal import Decimal

from bench import timing
from bench.table import Row, Section
from sepakat.policy.agreement.conditions import is_met
from sepakat.policy.agreement.reading import read
from sepakat.policy.credit.ledger import ledgers
from sepakat.policy.credit.values import Claim, Owed

TEXT = """
[agreement]
id = "MYS-agreement"
title = "An agreement"
edition = 1
parties = ["KOR", "MYS"]
currency = "MYR"
in_force = 2026-01-01

[[rate]]
currency = "KRW"
from = 2026-01-01
rate = "0.0033"

[[rule]]
id = "training"
type = "multiplier"
when = 'activity == "training" && "certificates" in facts'
factor = "3"
bonus = "1.2"

[[rule]]
id = "production"
type = "multiplier"
when = 'activity == "production" && mode == "direct"'
factor = "4"

[[rule]]
id = "cap"
type = "cap"
when = 'activity == "training"'
share = "0.40"

[[rule]]
id = "penalty"
type = "penalty"
share = "0.10"
"""
OBLIGATIONS = 10
CONDITIONS = 3  # in TEXT, each asked of nearly every claim
DUE = date(2030, 1, 1)


def rates(claims: int) -> Section:
    """Claims a second, counted into the ledgers of ten obligations."""
    text = read(TEXT)
    owed = [Owed(f"MYS-o-{n}", "training", Decimal(10**9), DUE) for n in range(OBLIGATIONS)]
    made = [_claim(number) for number in range(claims)]
    ours = timing.rate(claims, lambda: ledgers(text, owed, made, date(2030, 6, 1)))
    rule = text.rule[0]
    given = {
        "activity": "training",
        "mode": "direct",
        "category": "training",
        "organisation": "",
        "delivered": "2027-01-01",
        "value": 10_000,
        "facts": {"certificates": "24"},
    }

    def ask() -> None:
        for _ in range(claims):
            is_met(rule.when, given)  # type: ignore[union-attr]

    alone = timing.rate(claims, ask) / CONDITIONS
    row = Row(
        f"of {claims:,} claims, with {CONDITIONS} conditions and each step kept", ours, parts=alone
    )
    return Section("Claims counted into ledgers, per second", [row])


def _claim(number: int) -> Claim:
    amount = Decimal(1_000 + number % 777)
    return Claim(
        id=f"KOR-c-{number}",
        obligation=f"MYS-o-{number % OBLIGATIONS}",
        currency="KRW" if number % 5 == 0 else "MYR",
        claimed=amount,
        verified=amount,
        delivered=date(2026, 1, 1) + timedelta(number % 1200),
        activity=("training", "production", "research")[number % 3],
        mode="direct" if number % 2 else "indirect",
        facts={"certificates": "24"} if number % 4 else {},
        evidence=("KOR-e-1",),
    )
