"""What one claim counts for, before it is set against what is owed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sepakat.policy.agreement import rules
from sepakat.policy.agreement.conditions import is_met
from sepakat.policy.agreement.rates import EXACT, Rates, Rounder
from sepakat.policy.agreement.text import AgreementText, holds
from sepakat.policy.credit.values import NOTHING, Claim, Step

Judge = Callable[[Claim, Mapping[str, Any]], Step | None]


class Counter:
    """Counts claims in the order of their delivery: what counted before may bear on the next."""

    def __init__(self, text: AgreementText, categories: Mapping[str, str]) -> None:
        self._text = text
        self._categories = categories
        self.rounder = Rounder(text.agreement.rounding)
        self._rates = Rates(text)
        self._met: dict[str, date] = {}  # by precondition: when what it asks for was delivered
        self._taken: dict[tuple[str, str], str] = {}  # by exclusivity and reference: the category
        self._baselines: dict[tuple[str, int], Decimal] = {}
        self._judges: tuple[Judge, ...] = (
            self._evidence,
            self._causality,
            self._precondition,
            self._exclusivity,
            self._local_content,
        )

    def prepare(self, claims: Iterable[Claim]) -> None:
        """Find when each precondition was first met; `claims` are all, the earliest first."""
        open_rules = self._text.rules(rules.Precondition)
        for claim in claims:
            if not open_rules:
                return
            if claim.verified > 0:
                given = self.given(claim)
                met = [rule for rule in open_rules if is_met(rule.given, given)]
                self._met |= {rule.id: claim.delivered for rule in met}
                open_rules = [rule for rule in open_rules if rule not in met]

    def given(self, claim: Claim) -> dict[str, Any]:
        """What conditions are asked of."""
        return {
            "activity": claim.activity,
            "mode": claim.mode,
            "category": self._categories[claim.obligation],
            "organisation": claim.organisation,
            "delivered": claim.delivered.isoformat(),
            "value": self.rounder.in_units(self.value(claim, claim.verified)),
            "facts": claim.facts,
        }

    def value(self, claim: Claim, amount: Decimal) -> Decimal:
        """An amount of the claim's in the agreement's currency."""
        rate = self._rates.on(claim.currency, claim.delivered)
        return self.rounder(EXACT.multiply(amount, rate))

    def count(self, claim: Claim) -> list[Step]:
        """The steps from what was verified to what counts of it."""
        value = self.value(claim, claim.verified)
        steps = [Step("verified", value)]
        if claim.currency != self._rates.currency:
            rate = self._rates.on(claim.currency, claim.delivered)
            steps = [
                Step("verified", claim.verified, by=claim.currency),
                Step("rate", value, by=str(rate)),
            ]
        if not value:
            return steps
        given = self.given(claim)
        for judge in self._judges:
            if refused := judge(claim, given):
                return [*steps, refused]
        self._additionality(claim, steps)
        self._deduct(claim, given, steps)
        self._multiply(claim, given, steps)
        return steps

    def _in_force(self, type_: Any, claim: Claim, given: Mapping[str, Any]) -> Iterable[Any]:
        for rule in self._text.rules(type_):
            if holds(rule, claim.delivered) and is_met(getattr(rule, "when", None), given):
                yield rule

    def _evidence(self, claim: Claim, given: Mapping[str, Any]) -> Step | None:
        for rule in self._in_force(rules.Evidence, claim, given):
            missing = [name for name in rule.facts if not claim.facts.get(name)]
            if len(claim.evidence) < rule.files:
                return Step("evidence", NOTHING, rule.id, f"{len(claim.evidence)} < {rule.files}")
            if missing:
                return Step("evidence", NOTHING, rule.id, ", ".join(missing))
        return None

    def _causality(self, claim: Claim, given: Mapping[str, Any]) -> Step | None:
        for rule in self._text.rules(rules.Causality):
            if holds(rule, claim.delivered) and not is_met(rule.when, given):
                return Step("causality", NOTHING, rule.id, rule.when)
        return None

    def _precondition(self, claim: Claim, given: Mapping[str, Any]) -> Step | None:
        for rule in self._in_force(rules.Precondition, claim, given):
            met = self._met.get(rule.id)
            if met is None or met > claim.delivered:
                return Step("precondition", NOTHING, rule.id, rule.given)
        return None

    def _exclusivity(self, claim: Claim, given: Mapping[str, Any]) -> Step | None:
        reference = claim.facts.get("reference")
        if not reference:
            return None
        category = given["category"]
        for rule in self._in_force(rules.Exclusivity, claim, given):
            if category in rule.categories:
                first = self._taken.setdefault((rule.id, reference), category)
                if first != category:
                    return Step("exclusivity", NOTHING, rule.id, first)
        return None

    def _local_content(self, claim: Claim, given: Mapping[str, Any]) -> Step | None:
        for rule in self._in_force(rules.LocalContent, claim, given):
            stated = claim.facts.get(rule.fact, "")
            if _number(stated) < rule.share:
                return Step("local_content", NOTHING, rule.id, f"{stated or '–'} < {rule.share}")
        return None

    def _additionality(self, claim: Claim, steps: list[Step]) -> None:
        category, year = self._categories[claim.obligation], claim.delivered.year
        for rule in self._text.rules_on(rules.Additionality, claim.delivered):
            if rule.category == category:
                left = self._baselines.get((rule.id, year), rule.baseline)
                taken = min(left, steps[-1].amount)
                self._baselines[rule.id, year] = left - taken
                if taken:
                    amount = steps[-1].amount - taken
                    steps.append(Step("additionality", amount, rule.id, f"-{taken}"))

    def _deduct(self, claim: Claim, given: Mapping[str, Any], steps: list[Step]) -> None:
        for rule in self._in_force(rules.Deduction, claim, given):
            before = steps[-1].amount
            off = rule.amount if rule.share is None else EXACT.multiply(before, rule.share)
            amount = max(self.rounder(before - off), NOTHING)
            steps.append(Step("deduction", amount, rule.id, f"-{rule.share or rule.amount}"))

    def _multiply(self, claim: Claim, given: Mapping[str, Any], steps: list[Step]) -> None:
        """By the first multiplier that fits, in the order in which they are written."""
        rule = next(iter(self._in_force(rules.Multiplier, claim, given)), None)
        if rule is None:
            return
        exact = EXACT.multiply(steps[-1].amount, rule.factor)
        steps.append(Step("multiplier", self.rounder(exact), rule.id, str(rule.factor)))
        if rule.bonus is not None:
            exact = EXACT.multiply(exact, rule.bonus)
            steps.append(Step("bonus", self.rounder(exact), rule.id, str(rule.bonus)))


def _number(text: str) -> Decimal:
    """A stated share; what is no number is none."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return NOTHING
    return found if found.is_finite() else NOTHING
