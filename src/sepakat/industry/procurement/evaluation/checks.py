"""What an evaluation kind's declaration cannot say of an action: each check names what is wrong."""

from decimal import Decimal

from sepakat.industry.procurement.award.rule import check_score
from sepakat.industry.procurement.checks import said_by_buyer, said_by_supplier, said_to
from sepakat.industry.procurement.evaluation.locking import commit_to
from sepakat.industry.procurement.evaluation.tallying import tally
from sepakat.industry.procurement.tendering.checks import criteria_of
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Context, Object


def is_ones_own(context: Context) -> str | None:
    """Evaluators speak for themselves, and the tender names them."""
    (tender,) = context.refs["tender"]
    evaluator = context.fields["evaluator"]
    if context.statement.by.account != evaluator:
        return f"only {evaluator} may say this"
    if evaluator not in tender.fields["evaluators"]:
        return f"{tender.id} does not name {evaluator} among its evaluators"
    return said_by_buyer(context, tender)


def may_score(context: Context) -> str | None:
    """An evaluator who has declared no interest in anybody, for a lot that there is."""
    (tender,) = context.refs["tender"]
    if wrong := is_ones_own(context) or _declaration_fault(context):
        return wrong
    if context.fields["lot"] not in {lot["number"] for lot in tender.fields["lots"]}:
        return f"{tender.id} has no lot {context.fields['lot']}"
    return None


def was_scored_alone(context: Context) -> str | None:
    """The scores are those that were locked, and all others had locked theirs before these show."""
    (tender,) = context.refs["tender"]
    fields = context.fields
    if wrong := is_ones_own(context) or _declaration_fault(context):
        return wrong
    if commit_to(fields["scores"], fields["salt"]) != fields["commitment"]:
        return "scores and salt are not those that were locked"
    if wrong := _others_fault(context, tender):
        return wrong
    by_name = {criterion.name: criterion for criterion in criteria_of(tender.fields)}
    for row in fields["scores"]:
        if row["criterion"] not in by_name:
            return f"{tender.id} has no criterion {row['criterion']}"
        try:
            where = f"{row['offer']}, {row['criterion']}"
            check_score(by_name[row["criterion"]], Decimal(row["score"]), where)
        except InvalidError as error:
            return str(error)
    return None


def adds_up(context: Context) -> str | None:
    """Every offer received and every evaluator is in it, and the results follow from the scores."""
    (tender,) = context.refs["tender"]
    openings, sheets = context.refs["openings"], context.refs["sheets"]
    fields = context.fields
    if wrong := said_by_buyer(context, tender) or _openings_fault(tender, openings):
        return wrong
    if wrong := _sheets_fault(tender, sheets, fields["lot"]) or _alone_fault(sheets):
        return wrong
    expected = {
        opening.fields["offer"]
        for opening in openings
        if opening.fields["outcome"] == "opened" and fields["lot"] in opening.fields["lots"]
    }
    for sheet in sheets:
        if odd := sorted(expected ^ {row["offer"] for row in sheet.fields["scores"]}):
            return f"{sheet.id}: {odd[0]} is scored and not open for this lot, or open and unscored"
    try:
        found = tally(tender.fields, sheets, fields.get("changes", ())).results
    except InvalidError as error:
        return str(error)
    for stated, right in zip(fields["results"], found, strict=False):
        if stated != right:
            place = f"rank {right['rank']} with {right['points']} points"
            return f"results must continue with {right['offer']}, {place}"
    return None if len(fields["results"]) == len(found) else f"results must have {len(found)} rows"


def negotiates_own_tender(context: Context) -> str | None:
    """The buyer opens it with the bidder, whose offer is for the buyer's own tender."""
    (tender,), (offer,) = context.refs["tender"], context.refs["offer"]
    if wrong := said_by_buyer(context, tender):
        return wrong
    if offer.fields["tender"] != tender.id:
        return f"{offer.id} is for {offer.fields['tender']}"
    return said_to(context, offer.owner)


def speaks_for_bidder(context: Context) -> str | None:
    """The bidder says it itself, or its nation does to a buyer abroad."""
    (offer,) = context.refs["offer"]
    return said_by_supplier(context, offer.fields["organisation"])


def _declaration_fault(context: Context) -> str | None:
    """The author's own declaration, about this tender, of no interest."""
    (declaration,) = context.refs["declaration"]
    declared, fields = declaration.fields, context.fields
    if (declared["evaluator"], declared["tender"]) != (fields["evaluator"], fields["tender"]):
        return f"{declaration.id} is of {declared['evaluator']}, about {declared['tender']}"
    if declared.get("interests"):
        return "who has declared an interest does not score: let another be appointed"
    return None


def _others_fault(context: Context, tender: Object) -> str | None:
    """One sheet of each other evaluator: of two, one could be chosen once these scores show."""
    others, fields = context.refs["others"], context.fields
    for sheet in others:
        if (sheet.fields["tender"], sheet.fields["lot"]) != (fields["tender"], fields["lot"]):
            return f"{sheet.id} is of another tender or lot"
        if sheet.fields["commitment"] == fields["commitment"]:
            # Its author could lock it unread, and show it with what these scores give away.
            return f"{sheet.id} locks the very same: one of the two is a copy, and must be void"
    locked = [sheet.fields["evaluator"] for sheet in others]
    awaited = [name for name in tender.fields["evaluators"] if name != fields["evaluator"]]
    if sorted(locked) != sorted(awaited):
        return "others must be the locked sheets of all other evaluators, one of each"
    return None


def _alone_fault(sheets: tuple[Object, ...]) -> str | None:
    """Each was locked before any other of these was shown; one made afterwards is another's."""
    for sheet in sheets:
        known = {sheet.id, *sheet.fields.get("others", ())}
        if late := [other.id for other in sheets if other.id not in known]:
            return f"{late[0]} was not locked, or not that sheet, when {sheet.id} was shown"
    return None


def _openings_fault(tender: Object, openings: tuple[Object, ...]) -> str | None:
    opened = [opening.fields["offer"] for opening in openings]
    if len(set(opened)) != len(opened):
        return "openings has two of one offer"
    if odd := sorted(set(opened) ^ set(tender.fields["received"])):
        return f"openings must be of all offers received, and of no other: {odd[0]}"
    return None


def _sheets_fault(tender: Object, sheets: tuple[Object, ...], lot: int) -> str | None:
    for sheet in sheets:
        if (sheet.fields["tender"], sheet.fields["lot"]) != (tender.id, lot):
            return f"{sheet.id} is of another tender or lot"
    scored = sorted(sheet.fields["evaluator"] for sheet in sheets)
    if scored != sorted(tender.fields["evaluators"]):
        return "sheets must be those of all evaluators, one of each"
    return None
