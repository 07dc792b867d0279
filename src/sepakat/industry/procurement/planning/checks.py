"""What a planning kind's declaration cannot say of an action: each check names what is wrong."""

from sepakat.industry.procurement.checks import said_by_buyer
from sepakat.record.kind import Context


def targets_are_of_different_stages(context: Context) -> str | None:
    """No stage has two targets."""
    stages = [target["stage"] for target in context.fields.get("targets", ())]
    twice = next((stage for stage in stages if stages.count(stage) > 1), None)
    return f"targets give {twice} twice" if twice else None


def tender_asks_what_is_required(context: Context) -> str | None:
    """The buyer's own tender, by the method and over the requirements of the strategy."""
    (tender,) = context.refs["tender"]
    approved, asked = set(context.fields["requirements"]), set(tender.fields["requirements"])
    if missing := sorted(approved - asked):
        return f"{tender.id} does not ask for {missing[0]}"
    if tender.fields["method"] != context.fields["method"]:
        return f"{tender.id} is by the method {tender.fields['method']}"
    return said_by_buyer(context, tender)
