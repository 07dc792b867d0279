"""What an industry kind's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Mapping
from typing import Any

from sepakat.record.fields import Money
from sepakat.record.kind import Context, Object


def for_own_organisation(context: Context) -> str | None:
    """People of a company speak for that company alone; a nation's officers for any of its own."""
    by = context.statement.by
    if by.role != "company":
        return None
    if by.organisation is None or by.organisation != context.fields.get("organisation"):
        return "a company speaks for itself only: organisation must be the author's own"
    return None


def fits_agreement(context: Context) -> str | None:
    """The obligor is a party, and the edition is one of the agreement's own text."""
    for edition in context.refs.get("terms", ()):
        if edition.fields["agreement"] != context.fields["agreement"]:
            return f"{edition.id} is the text of {edition.fields['agreement']}"
    parties = {context.statement.by.nation, context.fields["counterparty"]}
    if context.fields["obligor"] not in parties:
        return f"the obligor must be one of the two parties, {' or '.join(sorted(parties))}"
    return None


def fits_obligation(context: Context) -> str | None:
    """Only the obligor claims, in the obligation's currency, on the obligation's own milestone."""
    (obligation,) = context.refs["obligation"]
    obligor = obligation.fields["obligor"]
    if context.statement.by.nation != obligor:
        return f"only {obligor}, which owes {obligation.id}, may claim on it"
    owed, claimed = _value(obligation.fields), _value(context.fields)
    if claimed.currency != owed.currency:
        return f"{obligation.id} is in {owed.currency}, the claim in {claimed.currency}"
    for milestone in context.refs["milestone"]:
        if milestone.fields["obligation"] != obligation.id:
            return f"{milestone.id} is a milestone of {milestone.fields['obligation']}"
    return for_own_organisation(context)


def brings_new_evidence(context: Context) -> str | None:
    """The claim names evidence that it did not name before, and still fits its obligation."""
    assert context.before is not None
    if set(context.fields["evidence"]) <= set(context.before.fields["evidence"]):
        return "a refused claim is filed again with new evidence only"
    return fits_obligation(context)


def finds_within_claim(context: Context) -> str | None:
    """The claim's counterparty finds all of its value, a part of it, or none."""
    (claim,) = context.refs["claim"]
    if context.statement.by.nation != claim.counterparty:
        return f"only {claim.counterparty}, the claim's counterparty, verifies {claim.id}"
    claimed, found = _value(claim.fields), _value(context.fields)
    if found.currency != claimed.currency:
        return f"{claim.id} is in {claimed.currency}, the finding in {found.currency}"
    fits = {
        "verified": found.decimal == claimed.decimal,
        "partial": 0 < found.decimal < claimed.decimal,
        "refused": found.decimal == 0,
    }
    outcome = context.fields["outcome"]
    if not fits[outcome]:
        return f"{found.amount} of {claimed.amount} {claimed.currency} is not {outcome!r}"
    return None


def verification_is_of_claim(context: Context) -> str | None:
    """The verification, where one is named, is of this claim."""
    for verification in context.refs.get("verification", ()):
        if wrong := _is_of_claim(verification, context):
            return wrong
    return None


def verification_credits_claim(context: Context) -> str | None:
    """The verification is of this claim, and found something, but no more than is claimed."""
    (verification,) = context.refs["verification"]
    if wrong := _is_of_claim(verification, context):
        return wrong
    if verification.fields["outcome"] == "refused":
        return f"{verification.id} found nothing; refuse the claim"
    # The claim may have been filed anew, for less, since it was inspected.
    claimed, found = _value(context.fields), _value(verification.fields)
    if found.decimal > claimed.decimal:
        return f"{verification.id} found {found.amount}, more than the {claimed.amount} claimed"
    return None


def dispute_is_of_claim(context: Context) -> str | None:
    """The dispute is about this claim."""
    (dispute,) = context.refs["dispute"]
    return _is_of_claim(dispute, context)


def claim_is_on_milestone(context: Context) -> str | None:
    """The claim is on this milestone."""
    assert context.before is not None
    (claim,) = context.refs["claim"]
    if claim.fields.get("milestone") != context.before.id:
        return f"{claim.id} is not a claim on {context.before.id}"
    return None


def _is_of_claim(thing: Object, context: Context) -> str | None:
    if thing.fields["claim"] != context.statement.object:
        return f"{thing.id} is about {thing.fields['claim']}, not {context.statement.object}"
    return None


def _value(fields: Mapping[str, Any]) -> Money:
    return Money.model_validate(fields["value"])


def ends_after_it_begins(context: Context) -> str | None:
    """It does not expire before the day from which it is in force."""
    if context.fields["expires"] < context.fields["effective"]:
        return "it expires before it is in force"
    return None
