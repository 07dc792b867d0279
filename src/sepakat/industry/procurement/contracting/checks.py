"""What a contracting kind's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sepakat.industry.procurement.checks import (
    said_by_buyer,
    said_by_supplier,
    said_to,
)
from sepakat.record.fields import Money
from sepakat.record.kind import Context, Object

ANNOUNCED = ("tender", "lot", "offer", "organisation", "value")
CHANGEABLE = ("value", "ends", "milestones")


def announces_own_tender(context: Context) -> str | None:
    """The buyer's own tender received the offer and has the lot; the standstill is not over."""
    (tender,) = context.refs["tender"]
    fields = context.fields
    if fields["offer"] not in tender.fields["received"]:
        return f"{fields['offer']} is not among those that {tender.id} received"
    if fields["lot"] not in {lot["number"] for lot in tender.fields["lots"]}:
        return f"{tender.id} has no lot {fields['lot']}"
    if fields["standstill_until"] < context.statement.at[:10]:
        return "the standstill ends before it is announced"
    return said_by_buyer(context, tender)


def goes_to_the_first(context: Context) -> str | None:
    """The offer that the approved evaluation puts first, and to whoever made it."""
    (tender,), (evaluation,), (offer,) = (
        context.refs[name] for name in ("tender", "evaluation", "offer")
    )
    fields = context.fields
    if (evaluation.fields["tender"], evaluation.fields["lot"]) != (tender.id, fields["lot"]):
        return f"{evaluation.id} is of another tender or lot"
    first = [row["offer"] for row in evaluation.fields["results"] if row["rank"] == 1]
    if offer.id not in first:
        return f"{evaluation.id} puts {' and '.join(first)} first"
    if offer.fields["organisation"] != fields["organisation"]:
        return f"{offer.id} was made by {offer.fields['organisation']}"
    return said_by_buyer(context, tender)


def notice_says_the_same(context: Context) -> str | None:
    """The notice states the same tender, lot, offer, organisation and value as the award."""
    (notice,) = context.refs["notice"]
    return _difference(notice, context.fields, ANNOUNCED)


def follows_notice(context: Context) -> str | None:
    """The buyer's, with who was announced, for what was announced, after the standstill."""
    (notice,), (organisation,) = context.refs["notice"], context.refs["organisation"]
    fields = context.fields
    if context.statement.by.nation != notice.owner:
        return f"only {notice.owner}, which announced {notice.id}, may propose it"
    if wrong := _difference(notice, fields, ("organisation", "value")):
        return wrong
    last = notice.fields["standstill_until"]
    if context.statement.at[:10] <= last:
        return f"no contract is made until {last} is over"
    return said_to(context, organisation.owner) or _terms_fault(fields)


def speaks_for_supplier(context: Context) -> str | None:
    """The supplier says it itself, or its nation does to a buyer abroad."""
    return said_by_supplier(context, context.fields["organisation"])


def speaks_for_contract(context: Context) -> str | None:
    """The contract's supplier says it itself, or its nation does to a buyer abroad."""
    (contract,) = context.refs["contract"]
    return said_by_supplier(context, contract.fields["organisation"])


def changes_something(context: Context) -> str | None:
    """The buyer asks its supplier for a new value, end or milestones, which fit one another."""
    (contract,) = context.refs["contract"]
    fields = context.fields
    if context.statement.by.nation != contract.owner:
        return f"only {contract.owner}, which buys under {contract.id}, proposes a change of it"
    if fields.get("counterparty") != contract.counterparty:
        return f"the counterparty must be that of {contract.id}"
    changed = {name: fields[name] for name in CHANGEABLE if fields.get(name)}
    if not changed:
        return f"a change gives at least one of {', '.join(CHANGEABLE)}"
    return _terms_fault({**contract.fields, **changed})


def changed_as_accepted(context: Context) -> str | None:
    """A contract takes in one accepted change at a time, once, and changes as it says."""
    assert context.before is not None
    said = context.statement.body
    *earlier, latest = context.refs["changes"] or (None,)
    if latest is None or [c.id for c in earlier] != list(context.before.fields.get("changes", ())):
        return "changes must list those already made, then one more"
    if latest in earlier or latest.fields["contract"] != context.before.id:
        return f"{latest.id} is made already, or changes {latest.fields['contract']}"
    agreed = {name: latest.fields[name] for name in CHANGEABLE if latest.fields.get(name)}
    if {name: said[name] for name in CHANGEABLE if name in said} != agreed:
        return f"it must change what {latest.id} changes, to the same: {', '.join(agreed)}"
    return _terms_fault(context.fields)  # which another change may have altered since


def is_presented_by_supplier(context: Context) -> str | None:
    """The supplier presents it to the buyer, for a milestone that the contract has."""
    (contract,) = context.refs["contract"]
    supplies = contract.counterparty or contract.owner
    if context.statement.by.nation != supplies:
        return f"only {supplies}, whose organisation supplies under {contract.id}, presents it"
    if _milestone(contract, context.fields["milestone"]) is None:
        return f"{contract.id} has no milestone {context.fields['milestone']}"
    return said_to(context, contract.owner) or speaks_for_contract(context)


def pays_what_was_accepted(context: Context) -> str | None:
    """The buyer pays for what was accepted under the contract, up to the milestone's amount."""
    (contract,), (acceptance,) = context.refs["contract"], context.refs["acceptance"]
    fields = context.fields
    if acceptance.fields["contract"] != contract.id:
        return f"{acceptance.id} is under {acceptance.fields['contract']}"
    if context.statement.by.nation != contract.owner:
        return f"only {contract.owner}, which buys under {contract.id}, pays"
    if fields.get("counterparty") != contract.counterparty:
        return f"the counterparty must be that of {contract.id}"
    milestone = _milestone(contract, acceptance.fields["milestone"])
    paid, worth = _money(fields), _money(contract.fields)
    if paid.currency != worth.currency:
        return f"{contract.id} is in {worth.currency}, the payment in {paid.currency}"
    if milestone is None:
        return f"{contract.id} no longer has the milestone {acceptance.fields['milestone']}"
    if paid.decimal > Decimal(milestone["amount"]):
        return f"the milestone is worth {milestone['amount']} {worth.currency}"
    return None


def _difference(notice: Object, fields: Mapping[str, Any], names: Sequence[str]) -> str | None:
    """What a notice states otherwise; an amount is the same with zeros at its end."""
    for name in names:
        said, told = notice.fields[name], fields[name]
        if name == "value":
            said, told = _worth(notice.fields), _worth(fields)
        if said != told:
            return f"{notice.id} states another {name}"
    return None


def _terms_fault(fields: Mapping[str, Any]) -> str | None:
    """Milestones of different numbers, whose amounts come to the value, within its time."""
    milestones: Sequence[Mapping[str, Any]] = fields["milestones"]
    if fields["ends"] < fields["starts"]:
        return "it ends before it starts"
    numbers = [row["number"] for row in milestones]
    if len(set(numbers)) != len(numbers):
        return "two milestones have one number"
    amounts = [Decimal(row["amount"]) for row in milestones]
    if min(amounts) <= 0 or sum(amounts) != _money(fields).decimal:
        return f"the milestones come to {sum(amounts)}, and must come to its value"
    if late := [row["number"] for row in milestones if row["due"] > fields["ends"]]:
        return f"milestone {late[0]} is due after it ends"
    return None


def _milestone(contract: Object, number: int) -> Mapping[str, Any] | None:
    return next((m for m in contract.fields["milestones"] if m["number"] == number), None)


def _money(fields: Mapping[str, Any]) -> Money:
    return Money.model_validate(fields["value"])


def _worth(fields: Mapping[str, Any]) -> tuple[Decimal, str]:
    value = _money(fields)
    return value.decimal, value.currency
