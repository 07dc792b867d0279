"""What a tendering kind's declaration cannot say of an action: each check names what is wrong."""

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sepakat.industry.procurement.award.rule import Criterion
from sepakat.industry.procurement.award.rule import shares as weights_of
from sepakat.industry.procurement.checks import said_by_buyer, said_by_supplier, said_to
from sepakat.industry.procurement.sealing import commit
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Context, Object
from sepakat.record.seal import SealingPublicKey

WHOLE = Decimal(100)
ASKED = ("interoperability", "security")  # sorts of criterion that no tender goes without


def criteria_of(fields: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """A tender's criteria, as the award rule takes them."""
    return tuple(
        Criterion(
            row["name"],
            Decimal(row["weight"]),
            Decimal(row["scale_min"]),
            Decimal(row["scale_max"]),
            row["best"],
        )
        for row in fields["criteria"]
    )


def may_be_published(context: Context) -> str | None:
    """All that decides the award is there before the first offer."""
    if context.fields["version"] != 1:
        return "a tender is published in its version 1"
    return _openers_fault(context.fields["openers"]) or _terms_fault(context)


def may_be_amended(context: Context) -> str | None:
    """A change makes the next version, while offers are still taken."""
    assert context.before is not None
    before = context.before.fields
    if context.fields["version"] != before["version"] + 1:
        return f"version must be {before['version'] + 1}, the one after the present"
    if context.statement.at > before["closes"]:
        return f"it closed at {before['closes']}"
    return _terms_fault(context)


def may_be_closed(context: Context) -> str | None:
    """Each offer received is listed once, with a receipt; evaluators are named, none twice."""
    fields = context.fields
    if len(set(fields["received"])) != len(fields["received"]):
        return "received names an offer twice"
    if len(fields["receipts"]) != len(fields["received"]):
        return "receipts must give one digest for each offer received"
    return evaluators_are_different(context)


def evaluators_are_different(context: Context) -> str | None:
    """At least one evaluator is named, and none twice."""
    evaluators = context.fields["evaluators"]
    if not evaluators:
        return "evaluators must name at least one"
    return None if len(set(evaluators)) == len(evaluators) else "evaluators names one twice"


def notices_are_of_tender(context: Context) -> str | None:
    """Each notice is of this tender, and no two are of one lot."""
    assert context.before is not None
    lots = [notice.fields["lot"] for notice in context.refs["notices"]]
    for notice in context.refs["notices"]:
        if notice.fields["tender"] != context.before.id:
            return f"{notice.id} is of {notice.fields['tender']}"
    return None if len(set(lots)) == len(lots) else "two notices are of one lot"


def is_own_tender(context: Context) -> str | None:
    """Only the nation whose tender it is publishes a clarification of it."""
    (tender,) = context.refs["tender"]
    return said_by_buyer(context, tender)


def may_be_asked(context: Context) -> str | None:
    """Questions are still taken; the organisation asks the buyer through its own nation."""
    (tender,) = context.refs["tender"]
    if context.statement.at > tender.fields["questions_until"]:
        return f"questions were taken until {tender.fields['questions_until']}"
    return _bidder_fault(context, tender)


def clarification_is_of_tender(context: Context) -> str | None:
    """The clarification is of the same tender as the question."""
    (clarification,) = context.refs["clarification"]
    if clarification.fields["tender"] != context.fields["tender"]:
        return f"{clarification.id} is about {clarification.fields['tender']}"
    return None


def fits_tender(context: Context) -> str | None:
    """In time, of the present version, for lots that there are, by the bidder's own nation."""
    (tender,) = context.refs["tender"]
    if context.statement.at > tender.fields["closes"]:
        return f"{tender.id} closed at {tender.fields['closes']}"
    if context.fields["version"] != tender.fields["version"]:
        return (
            f"{tender.id} is in its version {tender.fields['version']}: read it, and confirm that"
        )
    known = {lot["number"] for lot in tender.fields["lots"]}
    if stray := sorted(set(context.fields["lots"]) - known):
        return f"{tender.id} has no lot {stray[0]}"
    return _bidder_fault(context, tender)


def is_in_time(context: Context) -> str | None:
    """By the buyer's own clock: it was in its hands before any could be opened."""
    (tender,) = context.refs["tender"]
    closes = tender.fields["closes"]
    return None if context.statement.at <= closes else f"{tender.id} closed at {closes}: refuse it"


def may_be_withdrawn(context: Context) -> str | None:
    """Before the tender closes, by the bidder itself, or by its nation to a buyer abroad."""
    (tender,) = context.refs["tender"]
    if context.statement.at > tender.fields["closes"]:
        return f"{tender.id} closed at {tender.fields['closes']}, and what it received stands"
    return said_by_supplier(context, context.fields["organisation"])


def opens_as_committed(context: Context) -> str | None:
    """An offer of those received, opened in time, whose content is what was committed to."""
    (tender,), (offer,) = context.refs["tender"], context.refs["offer"]
    if wrong := said_by_buyer(context, tender):
        return wrong
    if offer.fields["tender"] != tender.id:
        return f"{offer.id} is for {offer.fields['tender']}"
    if context.statement.at < tender.fields["opens"]:
        return f"offers are opened from {tender.fields['opens']}"
    if list(context.fields["lots"]) != list(offer.fields["lots"]):
        return f"{offer.id} is for the lots {', '.join(map(str, offer.fields['lots']))}"
    if wrong := _receipt_fault(tender, offer) or _version_fault(context.fields, tender, offer):
        return wrong
    if wrong := _content_fault(context.fields, offer.fields["commitment"]):
        return wrong
    for content in context.refs["content"]:
        if content.fields["sha256"] != context.fields.get("sha256"):
            return f"{content.id} is not the content of {offer.id}"
    return _withheld_fault(context, tender)


def _receipt_fault(tender: Object, offer: Object) -> str | None:
    """A digest cannot be foretold: what was received later, whatever its date, is not listed."""
    if offer.id not in tender.fields["received"]:
        return f"{offer.id} is not among those received when {tender.id} closed"
    place = tender.fields["received"].index(offer.id)
    if offer.head != tender.fields["receipts"][place]:
        return f"{offer.id} is not as it was received when {tender.id} closed"
    return None


def _version_fault(fields: Mapping[str, Any], tender: Object, offer: Object) -> str | None:
    lapsed = offer.fields["version"] != tender.fields["version"]
    if lapsed != (fields["outcome"] == "lapsed"):
        return f"{offer.id} answers version {offer.fields['version']} of {tender.fields['version']}"
    return None


def _bidder_fault(context: Context, tender: Object) -> str | None:
    """The bidder speaks through its own nation, to the nation that buys."""
    for organisation in context.refs.get("organisation", ()):
        if organisation.owner != context.statement.by.nation:
            return f"{organisation.id} speaks through {organisation.owner}, its own nation"
    return said_to(context, tender.owner) or said_by_supplier(
        context, context.fields["organisation"]
    )


def _withheld_fault(context: Context, tender: Object) -> str | None:
    """That an offer opens, its salt proves; that it does not, only who can open it may say."""
    openers = [opener["account"] for opener in tender.fields["openers"]]
    if context.fields["outcome"] == "withheld" and context.statement.by.account not in openers:
        return f"only an opener may say that it does not open: {' or '.join(openers)}"
    return None


def _content_fault(fields: Mapping[str, Any], commitment: str) -> str | None:
    given = [name for name in ("salt", "sha256", "price") if fields.get(name)]
    if fields["outcome"] != "opened":
        if given:
            return f"what was not opened has no {given[0]}"
        return None if fields.get("reason") else "reason must say why it was not opened"
    if len(given) < 3:
        return "what was opened has a salt, a digest and a price"
    salt, digest = bytes.fromhex(fields["salt"]), bytes.fromhex(fields["sha256"])
    if commit(salt, digest) != commitment:
        return "salt and digest are not what the offer commits to"
    return None


def _openers_fault(openers: Sequence[Mapping[str, str]]) -> str | None:
    if len({opener["account"] for opener in openers}) != len(openers):
        return "two different officers must open the offers"
    keys = [base64.b64decode(opener["key"]) for opener in openers]
    if len(set(keys)) != len(keys):  # as bytes: base64 has more than one spelling of the last one
        return "each opener must have a key of their own"
    for opener, key in zip(openers, keys, strict=True):
        try:
            SealingPublicKey.from_bytes(key)
        except InvalidError as error:
            return f"the key of {opener['account']}: {error.what}"
    return None


def _terms_fault(context: Context) -> str | None:
    """Criteria that can be scored, weights that come to 100, and times in their order."""
    fields = context.fields
    try:
        weights_of(criteria_of(fields))
    except InvalidError as error:
        return f"criteria: {error}"
    if sum(Decimal(row["weight"]) for row in fields["criteria"]) != WHOLE:
        return "the weights of all criteria must come to 100"
    asked = {row["type"] for row in fields["criteria"]}
    if missing := [sort for sort in ASKED if sort not in asked]:
        return f"no criterion is of the type {missing[0]}"
    numbers = [lot["number"] for lot in fields["lots"]]
    if len(set(numbers)) != len(numbers):
        return "two lots have one number"
    times = [context.statement.at, fields["questions_until"], fields["closes"], fields["opens"]]
    if times != sorted(times) or times[0] == times[2]:
        return "questions end first, then it closes, then offers are opened, all of it from now on"
    return None
