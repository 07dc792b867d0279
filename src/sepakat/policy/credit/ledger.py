"""The ledgers: what is owed, claimed, verified, credited, banked and penalised, on a day.

A pure function of the agreement's text, of what binds, and of what was claimed. Claims are counted
in the order of their delivery, and those of one day in the order of their identifiers, so that
nothing depends on the order in which they became known.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from sepakat.policy.agreement import rules
from sepakat.policy.agreement.conditions import is_met
from sepakat.policy.agreement.rates import EXACT
from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.banking import bank
from sepakat.policy.credit.counting import Counter
from sepakat.policy.credit.months import add_months
from sepakat.policy.credit.penalties import Standing, penalties
from sepakat.policy.credit.running import Running
from sepakat.policy.credit.values import NOTHING, Claim, Ledger, Line, Owed, Step
from sepakat.record.errors import InvalidError


def ledgers(
    text: AgreementText, owed: Iterable[Owed], claims: Iterable[Claim], as_of: date
) -> dict[str, Ledger]:
    """The ledger of each obligation that binds, by its identifier.

    `claims` are those on these obligations that their obligors uphold. What is delivered after
    `as_of` is left out. `InvalidError` where the agreement states no rate for a claim's currency.
    """
    accounts = {item.id: _open(text, item) for item in owed}
    taken = sorted(
        (claim for claim in claims if claim.delivered <= as_of),
        key=lambda claim: (claim.delivered, claim.id),
    )
    for claim in taken:
        if claim.obligation not in accounts:
            raise InvalidError(
                "a claim on an obligation that does not bind",
                where=f"{claim.id}, {claim.obligation}",
            )
    _count(text, accounts, taken)
    for rule in text.rules(rules.Floor):
        if rule.obligation in accounts:
            _hold_back(accounts[rule.obligation], rule, text, taken)
    bank(text, accounts, as_of)
    return {id_: _closed(text, account, as_of) for id_, account in accounts.items()}


def deadline(text: AgreementText, owed: Owed) -> tuple[date, date]:
    """The last day without a penalty, with extension and grace; and the last that counts at all,
    as a cure keeps an obligation open."""
    due = ends = owed.due
    for rule in text.rules_on(rules.Deadline, owed.due):
        if rule.obligation == owed.id:
            due = ends = add_months(owed.due, rule.extension) + timedelta(rule.grace)
    for penalty in penalties_of(text, owed):
        if penalty.cure:
            ends = max(ends, add_months(due, penalty.cure.after))
    return due, ends


def _open(text: AgreementText, owed: Owed) -> Running:
    return Running(owed, *deadline(text, owed))


def penalties_of(text: AgreementText, owed: Owed) -> list[rules.Penalty]:
    """The penalties on an obligation: by the rules in force on its day."""
    return [
        rule
        for rule in text.rules_on(rules.Penalty, owed.due)
        if rule.obligation in (None, owed.id)
    ]


def _count(text: AgreementText, accounts: Mapping[str, Running], claims: list[Claim]) -> None:
    counter = Counter(text, {id_: account.owed.category for id_, account in accounts.items()})
    counter.prepare(claims)
    caps = _Caps(text, accounts)
    for claim in claims:
        account = accounts[claim.obligation]
        account.claimed += counter.value(claim, claim.claimed)
        account.verified += counter.value(claim, claim.verified)
        steps = counter.count(claim)
        if steps[-1].amount and claim.delivered > account.ends:
            steps.append(Step("late", NOTHING, by=account.ends.isoformat()))
        if steps[-1].amount:
            caps.apply(claim, counter, steps)
        counted = steps[-1].amount
        surplus = max(account.credited + counted - account.owed.nominal, NOTHING)
        surplus = min(surplus, counted)
        account.credited += counted - surplus
        account.lines.append(
            Line(
                claim.id,
                claim.delivered,
                claim.claimed,
                claim.verified,
                counted,
                surplus,
                claim.evidence,
                tuple(steps),
            )
        )


class _Caps:
    """What each cap still has room for."""

    def __init__(self, text: AgreementText, accounts: Mapping[str, Running]) -> None:
        self._text = text
        self._left: dict[str, Decimal] = {}
        whole = sum((account.owed.nominal for account in accounts.values()), NOTHING)
        for rule in text.rules(rules.Cap):
            if rule.obligation is not None and rule.obligation not in accounts:
                continue
            base = accounts[rule.obligation].owed.nominal if rule.obligation else whole
            if rule.amount is not None:
                self._left[rule.id] = rule.amount
            elif rule.share is not None:
                self._left[rule.id] = EXACT.multiply(base, rule.share)

    def apply(self, claim: Claim, counter: Counter, steps: list[Step]) -> None:
        given = counter.given(claim) if self._left else {}
        for rule in self._text.rules_on(rules.Cap, claim.delivered):
            if rule.obligation not in (None, claim.obligation) or not is_met(rule.when, given):
                continue
            left = self._left[rule.id]
            counted = min(steps[-1].amount, counter.rounder(left))
            self._left[rule.id] = left - counted
            if counted < steps[-1].amount:
                steps.append(Step("cap", counted, rule.id, str(rule.share or rule.amount)))


def _hold_back(
    account: Running, rule: rules.Floor, text: AgreementText, claims: list[Claim]
) -> None:
    """Credit nothing in place of what a floor asks for: its shortfall stays owed."""
    counter = Counter(text, {account.owed.id: account.owed.category})
    own = {claim.id: claim for claim in claims if claim.obligation == account.owed.id}
    met = sum(
        (
            line.credited
            for line in account.lines
            if is_met(rule.when, counter.given(own[line.claim]))
        ),
        NOTHING,
    )
    asked = counter.rounder(EXACT.multiply(account.owed.nominal, rule.share))
    most = account.owed.nominal - max(asked - met, NOTHING)
    if account.credited > most:
        account.steps.append(Step("floor", most, rule.id, f"{met} < {asked}"))
        account.credited = most


def _closed(text: AgreementText, account: Running, as_of: date) -> Ledger:
    owed = account.owed
    contract = text.contracts.get(owed.contract or "")
    standing = Standing(owed.nominal, account.due, contract, account.credited_by)
    charged = [
        penalties(rule, standing, text.agreement.rounding, as_of)
        for rule in penalties_of(text, owed)
    ]
    account.steps += [step for found in charged for step in found.steps]
    is_extinguished = any(found.extinguishes for found in charged)
    missing = max(owed.nominal - account.credited, NOTHING)
    bond = sum(
        (
            EXACT.multiply(missing, rule.share)
            for rule in text.rules_on(rules.Security, as_of)
            if rule.obligation == owed.id
        ),
        NOTHING,
    )
    return Ledger(
        obligation=owed.id,
        as_of=as_of,
        nominal=owed.nominal,
        claimed=account.claimed,
        verified=account.verified,
        credited=account.credited,
        banked=account.banked,
        penalised=sum((found.amount for found in charged), NOTHING),
        owed=NOTHING if is_extinguished else missing,
        bond=Counter(text, {}).rounder(bond),
        due=account.due,
        lines=tuple(account.lines),
        steps=tuple(account.steps),
    )
