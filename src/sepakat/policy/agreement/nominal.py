"""What an obligation comes to by the agreement's text: its value, or its share of a contract."""

from decimal import Decimal

from sepakat.policy.agreement import rules
from sepakat.policy.agreement.rates import EXACT, Rounder
from sepakat.policy.agreement.text import AgreementText, Contract, Obligation

NOTHING = Decimal(0)


def nominal(text: AgreementText, obligation: Obligation) -> Decimal | None:
    """The amount owed, by the rules in force when the contract was signed; None if none says."""
    contract = text.contracts.get(obligation.contract or "")
    if contract is None:
        return obligation.value
    if is_exempt(text, contract):
        return NOTHING
    for rule in text.rules_on(rules.ShareOfContract, contract.signed):
        if rule.obligation == obligation.id:
            return Rounder(text.agreement.rounding)(EXACT.multiply(contract.value, rule.share))
    return obligation.value


def is_exempt(text: AgreementText, contract: Contract) -> bool:
    """Whether a contract owes nothing: exempted by name, or below the threshold for its like."""
    if any(r.contract == contract.id for r in text.rules_on(rules.Exemption, contract.signed)):
        return True
    thresholds = [
        rule.amount
        for rule in text.rules_on(rules.Threshold, contract.signed)
        if rule.party in (None, contract.party) and rule.competition in (None, contract.competition)
    ]
    return bool(thresholds) and contract.value < min(thresholds)
