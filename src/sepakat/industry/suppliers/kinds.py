"""What may be said of suppliers: how far they have come, what certifies them, what is local."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.checks import ends_after_it_begins
from sepakat.industry.kinds import APPROVER, CLAIMANT, INSPECTOR, OFFICER, EvidenceRefs
from sepakat.industry.suppliers import checks
from sepakat.record.fields import (
    Counterparty,
    Currency,
    Date,
    Line,
    Nation,
    Number,
    ObjectId,
    Percent,
    Reason,
    Ref,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

STAGES = ("in_research", "qualified", "in_production", "in_support")

OrganisationRef = Annotated[
    ObjectId,
    Ref("organisation"),
    Field(title="Organisation", description="The organisation that it is about."),
]


class Certification(Kind):
    """A body's word that an organisation keeps to a standard, up to a day."""

    organisation: OrganisationRef
    standard: Line = Field(title="Standard", description="The standard, with its edition.")
    issuer: Line = Field(title="Issuer", description="The body that certifies it.")
    number: Line = Field(title="Number", description="The certificate's number.")
    scope: Line = Field(title="Scope", description="The work and the site that it covers.")
    effective: Date = Field(title="In force from", description="The first day that it covers.")
    expires: Date = Field(title="Expires", description="The last day that it covers.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "register",
            end="in_force",
            roles=CLAIMANT,
            requires={"organisation": ("registered",), "evidence": ("registered",)},
            check=checks.certifies_own,
        ),
        Action(
            "renew",
            start=("in_force", "expired"),
            end="in_force",
            roles=CLAIMANT,
            needs=("expires", "evidence"),
            may=("number", "scope", "effective"),
            requires={"evidence": ("registered",)},
            check=ends_after_it_begins,
        ),
        Action(
            "withdraw",
            start=("in_force", "expired"),
            end="withdrawn",
            roles=OFFICER,
            needs=("reason",),
        ),
        Action("expire", start=("in_force",), end="expired", roles=OFFICER, after="expires"),
        resting=("in_force", "expired"),
    )


class Supplier(Kind):
    """A company on its way from research to production to support after the sale."""

    organisation: OrganisationRef
    product: Line = Field(title="Product", description="What it is to supply.")
    counterparty: Counterparty
    obligation: Annotated[ObjectId | None, Ref("obligation")] = Field(
        default=None, title="Obligation", description="The obligation that it serves."
    )
    certifications: Annotated[
        tuple[Annotated[ObjectId, Ref("certification")], ...], Field(max_length=32)
    ] = Field(default=(), title="Certifications", description="What it relies on at this stage.")
    evidence: EvidenceRefs | None = Field(
        default=None, title="Evidence", description="What shows that it is ready for the stage."
    )
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "nominate",
            end="in_research",
            roles=OFFICER,
            may=("obligation",),
            requires={"organisation": ("registered",), "obligation": ("in_force",)},
            check=checks.is_of_own_organisation,
        ),
        *(
            step
            for name, before, after in (
                ("qualification", "in_research", "qualified"),
                ("production", "qualified", "in_production"),
                ("support", "in_production", "in_support"),
            )
            for step in (
                Action(
                    f"apply_for_{name}",
                    start=(before,),
                    end=f"{name}_applied",
                    roles=CLAIMANT,
                    needs=("evidence",),
                    may=("certifications",),
                    requires={"evidence": ("registered",), "certifications": ("in_force",)},
                    check=checks.certifications_hold,
                ),
                Action(
                    f"approve_{name}",
                    start=(f"{name}_applied",),
                    end=after,
                    by=COUNTERPARTY,
                    roles=INSPECTOR,
                ),
                Action(
                    f"refuse_{name}",
                    start=(f"{name}_applied",),
                    end=before,
                    by=COUNTERPARTY,
                    roles=INSPECTOR,
                    needs=("reason",),
                ),
            )
        ),
        Action("withdraw", start=STAGES, end="withdrawn", roles=OFFICER, needs=("reason",)),
        resting=STAGES,
    )


class BillLine(BaseModel):
    """A part of an assembly; one that has lines of its own is itself an assembly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assembly: Line = Field(title="Assembly", description="What the part goes into.")
    part: Line = Field(title="Part", description="The part's name.")
    quantity: Number = Field(title="Quantity", description="How many go into one assembly.")
    cost: Number = Field(
        title="Cost", description="Of one, without the cost of parts listed under it."
    )
    origin: Nation | None = Field(
        default=None, title="Origin", description="The nation it is made in, if that is shown."
    )


class BillOfMaterials(Kind):
    """What a product is made of, what it costs and where it is from, and so what of it is local.

    The share is computed anew by whoever folds the record; another one is rejected.
    """

    organisation: OrganisationRef
    product: Line = Field(title="Product", description="The product, as the lines name it.")
    counterparty: Counterparty
    currency: Currency = Field(title="Currency", description="Of all costs, by its ISO 4217 code.")
    date: Date = Field(title="Date", description="The day that the costs are of.")
    lines: Annotated[tuple[BillLine, ...], Field(min_length=1, max_length=500)] = Field(
        title="Lines", description="Each part, and what it goes into."
    )
    nation: Nation = Field(title="Nation", description="The nation whose share is stated.")
    percent: Percent = Field(
        title="Local content", description="Its share of the whole cost, to two decimals."
    )
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "state",
            end="stated",
            roles=CLAIMANT,
            requires={"organisation": ("registered",), "evidence": ("registered",)},
            check=checks.share_is_as_computed,
        ),
        Action("confirm", start=("stated",), end="confirmed", by=COUNTERPARTY, roles=INSPECTOR),
        Action(
            "contest",
            start=("stated",),
            end="contested",
            by=COUNTERPARTY,
            roles=INSPECTOR,
            needs=("reason",),
        ),
        Action(
            "supersede", start=("confirmed",), end="superseded", roles=APPROVER, needs=("reason",)
        ),
        resting=("confirmed",),
    )


KINDS: tuple[type[Kind], ...] = (Certification, Supplier, BillOfMaterials)
