"""What an oversight kind's declaration cannot say of an action: each check names what is wrong."""

from sepakat.industry.procurement.checks import said_by_buyer, said_by_supplier, said_to
from sepakat.industry.procurement.contracting.checks import speaks_for_contract
from sepakat.record.kind import Context


def objects_to_buyer(context: Context) -> str | None:
    """By an organisation of the nation that speaks, to the nation whose tender it is."""
    (tender,), (organisation,) = context.refs["tender"], context.refs["organisation"]
    if organisation.owner != context.statement.by.nation:
        return f"{organisation.id} objects through {organisation.owner}, its own nation"
    return said_to(context, tender.owner) or said_by_supplier(context, organisation.id)


def is_reported_by_supplier(context: Context) -> str | None:
    """The supplier reports to the buyer, on a time that does not end before it starts."""
    (contract,) = context.refs["contract"]
    supplies = contract.counterparty or contract.owner
    if context.statement.by.nation != supplies:
        return f"only {supplies}, whose organisation supplies under {contract.id}, reports on it"
    if context.fields["ends"] < context.fields["starts"]:
        return "it ends before it starts"
    return said_to(context, contract.owner) or speaks_for_contract(context)


def inspects_own_tender(context: Context) -> str | None:
    """Only the nation whose tender it is reports an audit of it."""
    (tender,) = context.refs["tender"]
    return said_by_buyer(context, tender)
