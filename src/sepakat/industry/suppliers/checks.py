"""What a supplier kind's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sepakat.industry.checks import ends_after_it_begins
from sepakat.industry.suppliers.localcontent import Content, Part, content
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Context

HUNDREDTH = Decimal("0.01")


def is_of_own_organisation(context: Context) -> str | None:
    """A nation speaks of its own companies, and a company of itself alone."""
    by, (organisation,) = context.statement.by, context.refs["organisation"]
    if organisation.owner != by.nation:
        return f"{organisation.id} is {organisation.owner}'s to speak of"
    if by.organisation not in (None, organisation.id):
        return f"{by.organisation} speaks of itself alone"
    return None


def certifies_own(context: Context) -> str | None:
    """A certification is of an own organisation, from a day to a later one."""
    return is_of_own_organisation(context) or ends_after_it_begins(context)


def certifications_hold(context: Context) -> str | None:
    """Each certification named is this organisation's, and covers the day it is relied on."""
    day = context.statement.at[:10]
    for certification in context.refs.get("certifications", ()):
        fields = certification.fields
        if fields["organisation"] != context.fields["organisation"]:
            return f"{certification.id} is of {fields['organisation']}"
        if not fields["effective"] <= day <= fields["expires"]:
            return (
                f"{certification.id} is in force from {fields['effective']} to {fields['expires']}"
            )
    return None


def share_is_as_computed(context: Context) -> str | None:
    """The share stated is the one that the lines come to."""
    if wrong := is_of_own_organisation(context):
        return wrong
    fields = context.fields
    try:
        computed = percent(content_of(fields), fields["nation"])
    except InvalidError as error:
        return str(error)
    if Decimal(fields["percent"]) != computed:
        return f"the lines come to {computed} % for {fields['nation']}"
    return None


def content_of(fields: Mapping[str, Any]) -> Content:
    """What a bill's product costs by origin; `InvalidError` if no line belongs to it."""
    return content(fields["product"], _bills(fields["lines"]))


def percent(found: Content, nation: str) -> Decimal:
    """A nation's share, in per cent to two decimals, halves up."""
    return (found.share(nation) * 100).quantize(HUNDREDTH, ROUND_HALF_UP)


def _bills(lines: Iterable[Mapping[str, Any]]) -> dict[str, list[Part]]:
    bills: dict[str, list[Part]] = {}
    for line in lines:
        amounts = Decimal(line["quantity"]), Decimal(line["cost"])
        bills.setdefault(line["assembly"], []).append(
            Part(line["part"], *amounts, line.get("origin"))
        )
    return bills
