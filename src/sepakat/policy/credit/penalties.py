"""What an obligation costs that was not met in time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sepakat.policy.agreement import rules
from sepakat.policy.agreement.rates import EXACT, Rounder
from sepakat.policy.agreement.text import Contract, Rounding
from sepakat.policy.credit.months import add_months
from sepakat.policy.credit.values import NOTHING, Step


@dataclass(frozen=True, slots=True)
class Standing:
    """How an obligation stands: what is owed, until when, and what had been credited by a day."""

    nominal: Decimal
    due: date
    contract: Contract | None
    credited_by: Callable[[date], Decimal]

    def unfulfilled(self, day: date) -> Decimal:
        return max(self.nominal - self.credited_by(day), NOTHING)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a penalty comes to, step by step; whether it puts an end to the obligation."""

    amount: Decimal
    extinguishes: bool
    steps: tuple[Step, ...]


def penalties(rule: rules.Penalty, standing: Standing, rounding: Rounding, as_of: date) -> Charge:
    """What a penalty comes to on a day; each step's amount is the sum so far."""
    if as_of <= standing.due:
        return Charge(NOTHING, False, ())
    charge = _Charging(rule, standing, Rounder(rounding))
    number = 0
    while (day := add_months(standing.due, number * (rule.every or 0))) < as_of:
        if not charge.add("penalty", rule.share, day) or rule.every is None:
            break
        number += 1
    extinguishes = False
    if rule.cure and (ends := add_months(standing.due, rule.cure.after)) < as_of:
        charge.add("cure", rule.cure.share, ends)
        extinguishes = rule.cure.extinguishes
        if extinguishes:
            charge.steps.append(Step("extinguished", charge.total, rule.id, ends.isoformat()))
    return Charge(charge.total, extinguishes, tuple(charge.steps))


class _Charging:
    """The sum as it grows, under its cap."""

    def __init__(self, rule: rules.Penalty, standing: Standing, rounder: Rounder) -> None:
        self._rule, self._standing, self._round = rule, standing, rounder
        self.total = NOTHING
        self.steps: list[Step] = []

    def add(self, what: str, share: Decimal, day: date) -> bool:
        """Charge a share of what is unfulfilled after a day; false where nothing is."""
        unfulfilled = self._standing.unfulfilled(day)
        if not unfulfilled:
            return False
        self.total = self.total + self._round(EXACT.multiply(unfulfilled, share))
        self.steps.append(Step(what, self.total, self._rule.id, f"{share} × {unfulfilled}"))
        most = self._most(day)
        if most is not None and self.total > most:
            self.total = most
            self.steps.append(Step("penalty_cap", most, self._rule.id, str(self._rule.cap)))
        return True

    def _most(self, day: date) -> Decimal | None:
        """What the cap allows of what falls due after a day; nothing where there is none."""
        rule, contract = self._rule, self._standing.contract
        if rule.cap is None:
            return None
        if rule.cap_within_contract and (contract is None or day >= contract.ends):
            return None
        of_contract = rule.cap_of == "contract" and contract is not None
        base = contract.value if of_contract and contract else self._standing.nominal
        return self._round(EXACT.multiply(base, rule.cap))
