"""What an outcome kind's declaration cannot say of an action: each check names what is wrong."""

from decimal import Decimal

from sepakat.record.kind import Context


def can_be_measured(context: Context) -> str | None:
    """There is a way to go, a time to go it in, and a party whose it is."""
    fields = context.fields
    parties = {context.statement.by.nation, fields["counterparty"]}
    if fields["nation"] not in parties:
        return f"the nation must be one of the two parties, {' or '.join(sorted(parties))}"
    if Decimal(fields["baseline"]) == Decimal(fields["target"]):
        return "the target is the baseline: nothing would have to come of it"
    if fields["due"] <= fields["effective"]:
        return "it is due before the day of its baseline"
    return None


def is_after_baseline(context: Context) -> str | None:
    """The day measured is not before the baseline's, nor after that of the report."""
    (indicator,) = context.refs["indicator"]
    first, said = indicator.fields["effective"], context.statement.at[:10]
    if not first <= context.fields["date"] <= said:
        return f"what is measured lies between the baseline's day, {first}, and {said}"
    return None
