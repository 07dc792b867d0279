"""What exceeds an obligation: kept for a time, carried over, or transferred to another."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sepakat.policy.agreement import rules
from sepakat.policy.agreement.rates import EXACT
from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.months import add_months
from sepakat.policy.credit.running import Running
from sepakat.policy.credit.values import NOTHING, Step

Piece = tuple[date, Decimal]


def bank(text: AgreementText, accounts: Mapping[str, Running], as_of: date) -> None:
    """Bank each obligation's surplus by its rule, and give it to those that the rule names.

    What was banked first is given first. A piece counts for another obligation if it was still
    valid on that one's last day, or today if that is still to come.
    """
    for rule in text.rules(rules.Banking):
        source = accounts.get(rule.obligation)
        if source is None:
            continue
        pieces = _pieces(rule, source)
        for name in rule.into:
            if target := accounts.get(name):
                pieces = _give(rule, pieces, source, target, as_of)
        kept = [piece for piece in pieces if _is_valid(rule, piece, as_of)]
        source.banked = sum((amount for _, amount in kept), NOTHING)
        for delivered, amount in pieces:
            if not _is_valid(rule, (delivered, amount), as_of):
                until = add_months(delivered, rule.valid).isoformat()
                source.steps.append(Step("expired", -amount, rule.id, until))


def _pieces(rule: rules.Banking, source: Running) -> list[Piece]:
    """The surplus of each claim that was delivered while the rule was in force, up to its share."""
    found = []
    left = None if rule.share is None else EXACT.multiply(source.owed.nominal, rule.share)
    for line in source.lines:
        if not line.surplus or (rule.from_ and line.delivered < rule.from_):
            continue
        if rule.to and line.delivered > rule.to:
            continue
        amount = line.surplus if left is None else min(line.surplus, left)
        if left is not None:
            left -= amount
        if amount:
            found.append((line.delivered, amount))
            source.steps.append(Step("banked", amount, rule.id, line.claim))
    return found


def _give(
    rule: rules.Banking, pieces: list[Piece], source: Running, target: Running, as_of: date
) -> list[Piece]:
    left = []
    for delivered, amount in pieces:
        missing = max(target.owed.nominal - target.credited, NOTHING)
        used = min(amount, missing)
        if used and _is_valid(rule, (delivered, amount), min(as_of, target.ends)):
            target.credited += used
            target.given.append((delivered, used))
            target.steps.append(Step("transferred", used, rule.id, source.owed.id))
            source.steps.append(Step("given", -used, rule.id, target.owed.id))
            amount -= used
        if amount:
            left.append((delivered, amount))
    return left


def _is_valid(rule: rules.Banking, piece: Piece, day: date) -> bool:
    return day <= add_months(piece[0], rule.valid)
