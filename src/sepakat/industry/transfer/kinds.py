"""What may be said of technology transfer: packages, authorisations, deliveries, and absorption."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sepakat.industry.checks import ends_after_it_begins
from sepakat.industry.kinds import APPROVER, INSPECTOR, OFFICER, WITNESS, EvidenceRefs
from sepakat.industry.transfer import checks
from sepakat.record.fields import (
    Account,
    Count,
    Counterparty,
    Date,
    Line,
    Nation,
    ObjectId,
    Reason,
    Ref,
    Text,
)
from sepakat.record.kind import COUNTERPARTY, Action, Kind, Lifecycle

Proof = Literal["first_article", "certified_staff", "repaired_failure"]
AGREED = ("agreed", "absorption_proposed")  # what both nations have agreed to, and is under way

PackageRef = Annotated[
    ObjectId,
    Ref("transfer_package"),
    Field(title="Package", description="The technology-transfer package that it is about."),
]


class Item(BaseModel):
    """One thing that a package transfers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Line = Field(title="Title", description="What it is.")
    form: Literal["tangible", "intangible"] = Field(
        title="Form", description="Goods can be held; know-how, data and software cannot."
    )


class Classification(BaseModel):
    """Where a control list puts what a package transfers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    control_list: Line = Field(title="Control list", description="The list's name.")
    edition: Line = Field(title="Edition", description="The list's edition, or its date.")
    code: Line = Field(title="Code", description="The entry's code on that list.")


class TransferPackage(Kind):
    """Technology that one nation transfers to the other, until the receiver can do it alone."""

    title: Line = Field(title="Title", description="What is transferred, in a few words.")
    counterparty: Counterparty
    provider: Nation = Field(title="Provider", description="The nation that transfers it.")
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=100)] = Field(
        title="Items", description="What the package holds."
    )
    background_ip: Text = Field(
        title="Background IP", description="What each brings in, and keeps the rights to."
    )
    foreground_ip: Text = Field(
        title="Foreground IP", description="Who owns what comes of the work."
    )
    licence: Text = Field(
        title="Licence", description="What the receiver may do with it, where, and for how long."
    )
    end_user: Annotated[ObjectId, Ref("organisation")] = Field(
        title="End user", description="The organisation that is to use it."
    )
    needed: Annotated[tuple[Proof, ...], Field(min_length=1, max_length=3)] = Field(
        title="Proofs needed", description="What must be shown for it to count as absorbed."
    )
    obligation: Annotated[ObjectId | None, Ref("obligation")] = Field(
        default=None, title="Obligation", description="The obligation that it serves."
    )
    classifications: Annotated[tuple[Classification, ...], Field(max_length=32)] = Field(
        default=(),
        title="Classifications",
        description="The control lists' entries it falls under.",
    )
    classifier: Annotated[ObjectId | None, Ref("organisation")] = Field(
        default=None, title="Classified by", description="The organisation that classified it."
    )
    classifier_account: Account | None = Field(
        default=None,
        title="Classifying person",
        description="The account of who classified it for that organisation.",
    )
    proofs: Annotated[
        tuple[Annotated[ObjectId, Ref("absorption_proof")], ...], Field(max_length=32)
    ] = Field(default=(), title="Proofs", description="What shows that the receiver can do it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "propose",
            end="proposed",
            roles=OFFICER,
            may=("obligation", "classifications", "classifier", "classifier_account"),
            requires={
                "end_user": ("registered",),
                "classifier": ("registered",),
                "obligation": ("in_force",),
            },
            check=checks.fits_parties,
        ),
        Action("accept", start=("proposed",), end="agreed", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "decline",
            start=("proposed",),
            end="declined",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "propose_absorption",
            start=("agreed",),
            end="absorption_proposed",
            roles=OFFICER,
            needs=("proofs",),
            requires={"proofs": ("witnessed",)},
            check=checks.proofs_suffice,
        ),
        Action(
            "confirm_absorption",
            start=("absorption_proposed",),
            end="absorbed",
            by=COUNTERPARTY,
            roles=APPROVER,
            four_eyes=True,
        ),
        Action(
            "deny_absorption",
            start=("absorption_proposed",),
            end="agreed",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        Action(
            "propose_end", start=("agreed",), end="end_proposed", roles=APPROVER, needs=("reason",)
        ),
        Action("agree_end", start=("end_proposed",), end="ended", by=COUNTERPARTY, roles=APPROVER),
        Action(
            "refuse_end",
            start=("end_proposed",),
            end="agreed",
            by=COUNTERPARTY,
            roles=APPROVER,
            needs=("reason",),
        ),
        resting=("agreed",),
    )


class ExportAuthorisation(Kind):
    """The provider's permission to export what a package holds, on conditions and for a time."""

    package: PackageRef
    number: Line = Field(title="Number", description="Its number in the authority's register.")
    authority: Line = Field(title="Authority", description="Who issued it.")
    conditions: Annotated[tuple[Line, ...], Field(max_length=32)] = Field(
        default=(), title="Conditions", description="What must be kept to under it."
    )
    effective: Date = Field(title="In force from", description="The first day that it covers.")
    expires: Date = Field(title="Expires", description="The last day that it covers.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "issue",
            end="in_force",
            roles=APPROVER,
            may=("conditions",),
            requires={"package": AGREED},
            check=checks.authorises_own_export,
        ),
        Action(
            "vary",
            start=("in_force",),
            end="in_force",
            roles=APPROVER,
            needs=("reason",),
            may=("conditions", "expires"),
            check=ends_after_it_begins,
        ),
        Action(
            "revoke",
            start=("in_force",),
            end="revoked",
            roles=APPROVER,
            needs=("reason",),
            four_eyes=True,
        ),
        Action("expire", start=("in_force",), end="expired", roles=OFFICER, after="expires"),
        resting=("in_force",),
    )


class Delivery(Kind):
    """Something of a package, handed over by its provider."""

    package: PackageRef
    title: Line = Field(title="Title", description="What is delivered.")
    counterparty: Counterparty
    date: Date = Field(title="Date", description="The day it is handed over.")
    authorisation: Annotated[ObjectId | None, Ref("export_authorisation")] = Field(
        default=None, title="Authorisation", description="The permission that it goes under."
    )
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "send",
            end="sent",
            roles=WITNESS,
            may=("authorisation",),
            requires={
                "package": AGREED,
                "authorisation": ("in_force",),
                "evidence": ("registered",),
            },
            check=checks.is_authorised,
        ),
        Action("receive", start=("sent",), end="received", by=COUNTERPARTY, roles=WITNESS),
        Action(
            "reject",
            start=("sent",),
            end="rejected",
            by=COUNTERPARTY,
            roles=WITNESS,
            needs=("reason",),
        ),
    )


class Readiness(Kind):
    """How ready a package's technology is where it is received, on a published scale."""

    package: PackageRef
    counterparty: Counterparty
    scale: Literal["technology_readiness", "manufacturing_readiness"] = Field(
        title="Scale", description="Technology readiness, 1 to 9, or manufacturing, 1 to 10."
    )
    level: Count = Field(title="Level", description="The level that is reached.")
    date: Date = Field(title="Date", description="The day it was assessed.")
    findings: Text = Field(title="Findings", description="What the level rests on.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "assess",
            end="assessed",
            roles=INSPECTOR,
            requires={"package": (*AGREED, "absorbed"), "evidence": ("registered",)},
            check=checks.is_on_scale,
        ),
        Action("confirm", start=("assessed",), end="confirmed", by=COUNTERPARTY, roles=INSPECTOR),
        Action(
            "contest",
            start=("assessed",),
            end="contested",
            by=COUNTERPARTY,
            roles=INSPECTOR,
            needs=("reason",),
        ),
    )


class AbsorptionProof(Kind):
    """What the receiver did without the provider's help, and the provider's witness to it."""

    package: PackageRef
    counterparty: Counterparty
    type: Proof = Field(title="Type", description="What sort of proof it is.")
    title: Line = Field(title="Title", description="What was done, in a few words.")
    date: Date = Field(title="Date", description="The day it was done.")
    findings: Text = Field(title="Findings", description="Who did what, and how it came out.")
    evidence: EvidenceRefs = Field(title="Evidence", description="What shows it.")
    reason: Reason = None

    lifecycle = Lifecycle(
        Action(
            "show",
            end="shown",
            roles=WITNESS,
            requires={"package": AGREED, "evidence": ("registered",)},
            check=checks.is_shown_by_receiver,
        ),
        Action("witness", start=("shown",), end="witnessed", by=COUNTERPARTY, roles=INSPECTOR),
        Action(
            "contest",
            start=("shown",),
            end="contested",
            by=COUNTERPARTY,
            roles=INSPECTOR,
            needs=("reason",),
        ),
    )


KINDS: tuple[type[Kind], ...] = (
    TransferPackage,
    ExportAuthorisation,
    Delivery,
    Readiness,
    AbsorptionProof,
)
