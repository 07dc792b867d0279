"""From what is in the record to what the ledgers are computed from."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.values import NOTHING, Claim, Owed
from sepakat.record.kind import Object

UPHELD = ("filed", "disputed", "verified")  # neither refused nor withdrawn
BINDING = ("in_force", "fulfilment_proposed", "fulfilled")  # what both nations have agreed to


def owed_of(obligation: Object, text: AgreementText) -> Owed:
    """What an obligation in the record owes; its contract is named by the text."""
    fields = obligation.fields
    stated = text.obligations.get(obligation.id)
    return Owed(
        id=obligation.id,
        category=fields["category"],
        nominal=Decimal(fields["value"]["amount"]),
        due=date.fromisoformat(fields["due"]),
        contract=stated.contract if stated else None,
    )


def is_counted(claim: Object) -> bool:
    """Whether a claim enters a ledger: its obligor upholds it, and says when it delivered."""
    return claim.state in UPHELD and bool(claim.fields.get("delivered"))


def claim_of(claim: Object, verifications: Mapping[str, Object]) -> Claim:
    """A claim that enters a ledger, with what was found of it once it is verified."""
    fields = claim.fields
    found = verifications.get(fields.get("verification") or "")
    is_verified = claim.state == "verified" and found is not None
    return Claim(
        id=claim.id,
        obligation=fields["obligation"],
        currency=fields["value"]["currency"],
        claimed=Decimal(fields["value"]["amount"]),
        verified=_amount(found) if is_verified and found else NOTHING,
        delivered=date.fromisoformat(fields["delivered"]),
        activity=fields.get("activity") or "",
        mode=fields.get("mode") or "",
        organisation=fields.get("organisation") or "",
        facts={fact["name"]: fact["value"] for fact in fields.get("facts") or ()},
        evidence=tuple(fields["evidence"]),
    )


def by_id(objects: Iterable[Object]) -> dict[str, Object]:
    return {thing.id: thing for thing in objects}


def _amount(thing: Any) -> Decimal:
    return Decimal(thing.fields["value"]["amount"])
