"""What several kinds of procurement ask: who buys, and who speaks to whom."""

from sepakat.record.kind import Context, Object


def said_by_buyer(context: Context, tender: Object) -> str | None:
    """Only the nation whose tender it is says how it goes on."""
    if context.statement.by.nation != tender.owner:
        return f"only {tender.owner}, whose tender {tender.id} is, may say this"
    return None


def said_to(context: Context, nation: str) -> str | None:
    """The counterparty is the nation of who buys or supplies; at home there is none."""
    expected = None if context.statement.by.nation == nation else nation
    if context.fields.get("counterparty") == expected:
        return None
    if expected is None:
        return f"{nation} is at home, and there is no counterparty: leave it out"
    return f"the counterparty must be {nation}, whom it is said to"


def said_by_supplier(context: Context, organisation: str) -> str | None:
    """A company speaks for itself alone, and a nation for its own organisations to another.

    At home the nation is the buyer, whose people would otherwise hold both ends.
    """
    by = context.statement.by
    if by.role == "company" and by.organisation != organisation:
        return f"it is for {organisation} to say"
    if by.role != "company" and not context.fields.get("counterparty"):
        return f"at home {organisation} says it, in the role of a company"
    return None
