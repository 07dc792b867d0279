"""What may be said of the ledgers: an account, closed by one nation and confirmed by the other.

Its rows are computed anew by whoever folds the record, and rows that come to anything else are
rejected. So every audit does the arithmetic of every credit again.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sepakat.policy.agreement.reading import read
from sepakat.policy.credit.ledger import ledgers
from sepakat.policy.credit.objects import by_id, claim_of, is_counted, owed_of
from sepakat.policy.credit.values import Ledger
from sepakat.record.errors import InvalidError
from sepakat.record.fields import Counterparty, Date, ObjectId, Reason, Ref, shape
from sepakat.record.kind import COUNTERPARTY, Action, Context, Kind, Lifecycle

OFFICER = ("officer",)
APPROVER = ("approver",)
BINDING = ("in_force", "fulfilment_proposed", "fulfilled")
MAX_CLAIMS = 100  # a statement relies on 256 others at most, and a verified claim counts twice

Amount = Annotated[
    str,
    shape(
        r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?$",
        "an amount such as 1250000.50, with at most 18 digits and 4 decimals",
    ),
]
COLUMNS = ("nominal", "claimed", "verified", "credited", "banked", "penalised", "owed")


class Row(BaseModel):
    """One obligation's ledger, in the agreement's currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    obligation: ObjectId = Field(title="Obligation", description="The obligation's identifier.")
    nominal: Amount = Field(title="Nominal", description="What is owed in all.")
    claimed: Amount = Field(title="Claimed", description="What its obligor upholds.")
    verified: Amount = Field(title="Verified", description="What was found of it.")
    credited: Amount = Field(title="Credited", description="What counts of it by the rules.")
    banked: Amount = Field(title="Banked", description="What exceeds it and is kept.")
    penalised: Amount = Field(title="Penalised", description="What its lateness costs.")
    owed: Amount = Field(title="Owed", description="What is still to be credited.")


def row_of(ledger: Ledger) -> dict[str, str]:
    """A ledger as an account states it."""
    amounts = {name: plain(getattr(ledger, name)) for name in COLUMNS}
    return {"obligation": ledger.obligation, **amounts}


def plain(amount: object) -> str:
    """An amount as the record writes it: no exponent, and no zeros that say nothing."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def adds_up(context: Context) -> str | None:
    """The rows are those that the edition, the obligations and the claims come to."""
    refs, fields = context.refs, context.fields
    (edition,) = refs["terms"]
    for obligation in refs["obligations"]:
        if obligation.fields.get("terms") != edition.id:
            return f"{obligation.id} is not under {edition.id}"
    named = set(fields["obligations"])
    for claim in refs.get("claims", ()):
        if claim.fields["obligation"] not in named:
            return f"{claim.id} is on {claim.fields['obligation']}, which is not in this account"
        if not is_counted(claim):
            return f"{claim.id} is not upheld, or has no day of delivery"
        found = claim.fields.get("verification")
        if claim.state == "verified" and found not in fields["verifications"]:
            return f"verifications must name {found}, which {claim.id} was verified by"
    try:
        text = read(edition.fields["source"])
        found_of = by_id(refs.get("verifications", ()))
        computed = ledgers(
            text,
            [owed_of(thing, text) for thing in refs["obligations"]],
            [claim_of(thing, found_of) for thing in refs.get("claims", ())],
            date.fromisoformat(fields["as_of"]),
        )
    except InvalidError as error:
        return error.what
    return _difference(fields["rows"], {name: row_of(found) for name, found in computed.items()})


def _difference(stated: list[dict[str, str]], computed: dict[str, dict[str, str]]) -> str | None:
    if [row["obligation"] for row in stated] != sorted(computed):
        return "rows must have one row for each of the obligations, in order"
    for row in stated:
        for name in COLUMNS:
            right = computed[row["obligation"]][name]
            if row[name] != right:
                return f"{row['obligation']}: {name} is {right}, and not {row[name]}"
    return None


class Account(Kind):
    """What was owed, claimed, verified, credited, banked and penalised by a day, computed by the
    agreement's text."""

    terms: Annotated[ObjectId, Ref("edition")] = Field(
        title="Terms", description="The edition of the agreement's text that it is computed by."
    )
    counterparty: Counterparty
    as_of: Date = Field(title="As of", description="The day that it is computed for.")
    obligations: Annotated[
        tuple[Annotated[ObjectId, Ref("obligation")], ...], Field(min_length=1, max_length=32)
    ] = Field(title="Obligations", description="The obligations that it is an account of.")
    claims: Annotated[
        tuple[Annotated[ObjectId, Ref("claim")], ...], Field(max_length=MAX_CLAIMS)
    ] = Field(default=(), title="Claims", description="The claims that it counts.")
    verifications: Annotated[
        tuple[Annotated[ObjectId, Ref("verification")], ...], Field(max_length=MAX_CLAIMS)
    ] = Field(default=(), title="Verifications", description="What those claims were decided by.")
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=32)] = Field(
        title="Rows", description="The ledger of each obligation, in order."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "close",
            end="closed",
            roles=OFFICER,
            may=("claims", "verifications"),
            requires={
                "terms": ("accepted",),
                "obligations": BINDING,
                "verifications": ("countersigned",),
            },
            check=adds_up,
        ),
        Action(
            "confirm",
            start=("closed",),
            end="confirmed",
            by=COUNTERPARTY,
            roles=APPROVER,
            four_eyes=True,
        ),
        Action(
            "contest",
            start=("closed",),
            end="contested",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
    )


KINDS: tuple[type[Kind], ...] = (Account,)
