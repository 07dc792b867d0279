"""What a production kind's declaration cannot say of an action: each check names what is wrong."""

from decimal import Decimal
from itertools import pairwise

from sepakat.record.kind import Context

WHOLE = Decimal(100)


def shares_are_whole(context: Context) -> str | None:
    """The shares are of the organisations named, of both nations', and come to 100 %."""
    fields, named = context.fields, context.refs["organisations"]
    sharing = {share["organisation"] for share in fields["shares"]}
    if odd := sorted(sharing ^ {organisation.id for organisation in named}):
        return f"organisations and shares must name the same: {odd[0]} is in one of them alone"
    total = sum(Decimal(share["percent"]) for share in fields["shares"])
    if total != WHOLE:
        return f"the shares come to {total} %, and must come to 100 %"
    parties = {context.statement.by.nation, fields["counterparty"]}
    if missing := sorted(parties - {organisation.owner for organisation in named}):
        return f"no organisation of {missing[0]} has a share"
    if fields["ends"] < fields["starts"]:
        return "it ends before it starts"
    return None


def rates_are_possible(context: Context) -> str | None:
    """The factory is a sharer's, and its months follow one another within its capacity."""
    fields = context.fields
    (package,) = context.refs["work_package"]
    if fields["organisation"] not in package.fields["organisations"]:
        return f"{fields['organisation']} has no share in {package.id}"
    for before, after in pairwise(rate["month"] for rate in fields["rates"]):
        if after <= before:
            return f"the months must follow one another, and {after} follows {before}"
    for rate in fields["rates"]:
        if rate["units"] > fields["capacity"]:
            return f"{rate['units']} units in {rate['month']} exceed the capacity"
    return None


def is_of_own_factory(context: Context) -> str | None:
    """The nation whose organisation runs the factory reports, and corrects the same month."""
    (factory,) = context.refs["factory"]
    runs = factory.fields["organisation"][:3]
    if context.statement.by.nation != runs:
        return f"{runs} runs {factory.id}, and reports of it"
    for report in context.refs.get("corrects", ()):
        of = (report.fields["factory"], report.fields["month"])
        if of != (factory.id, context.fields["month"]):
            return f"{report.id} is of {of[0]} in {of[1]}"
    return None
