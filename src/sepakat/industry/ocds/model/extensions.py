"""The OCDS extensions that Sepakat uses, and its own for tenders and obligations.

Only the fields that are read or written here are declared; others pass unchecked, as OCDS wants it.
https://extensions.open-contracting.org/en/extensions/ has those of others; docs/ocds.md has ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sepakat.industry.ocds.model.codes import CURRENCY
from sepakat.industry.ocds.model.declaring import (
    CodeList,
    Definition,
    Field,
    code,
    integer,
    key,
    many,
    moment,
    must,
    number,
    one,
    text,
)
from sepakat.industry.ocds.model.release import DEFINITIONS

_REPOSITORIES = "https://raw.githubusercontent.com/open-contracting-extensions/"

Added = Mapping[str, Mapping[str, Field]]


@dataclass(frozen=True)
class Extension:
    """What an extension adds: fields by definition, whether that is new or the standard's."""

    name: str
    uri: str
    added: Added = field(default_factory=dict)


def extended(extensions: Iterable["Extension"] | None = None) -> dict[str, Definition]:
    """The standard's definitions with these extensions; with all of them, unless said."""
    found = dict(DEFINITIONS)
    for extension in EXTENSIONS if extensions is None else extensions:
        for name, fields in extension.added.items():
            found[name] = found.get(name, Definition(name)).with_fields(fields)
    return found


def _published(repository: str) -> str:
    return f"{_REPOSITORIES}{repository}/master/extension.json"


def _closed(name: str, codes: str) -> Field:
    return code(CodeList(name, tuple(codes.split()), is_open=False))


def _open(name: str) -> Field:
    return code(CodeList(name))


def _names() -> Field:
    """Identifiers of other items."""
    return Field(("array", "null"), of=Field(("string",)))


_LOT_KEY = replace(key(), types=("string",))
_TEXT_KEY = Field(("string",), min_length=1, required=True)

BIDS = Extension(
    "bids",
    _published("ocds_bid_extension"),
    {
        "Release": {"bids": one("Bids")},
        "Bids": {
            "statistics": many("BidsStatistic", unique=False),
            "details": many("Bid", unique=False),
        },
        "BidsStatistic": {
            "id": _TEXT_KEY,
            "measure": must(_open("statistic")),
            "date": moment(),
            "value": must(number()),
            "currency": code(CURRENCY),
            "notes": text(),
            "relatedLot": text(),
        },
        "Bid": {
            "id": _TEXT_KEY,
            "date": moment(),
            "status": _closed("bidStatus", "invited pending valid disqualified withdrawn"),
            "tenderers": many("OrganizationReference", unique=False),
            "value": one("Value"),
            "documents": many("Document"),
            "relatedLots": _names(),
        },
        "Award": {"relatedBids": _names()},
    },
)

LOTS = Extension(
    "lots",
    _published("ocds_lots_extension"),
    {
        "Tender": {"lots": many("Lot")},
        "Lot": {
            "id": _LOT_KEY,
            "title": text(translated=True),
            "description": text(translated=True),
            "status": _closed(
                "tenderStatus", "planning planned active cancelled unsuccessful complete withdrawn"
            ),
            "value": one("Value"),
        },
        "Item": {"relatedLot": text()},
        "Award": {"relatedLots": _names()},
        "Document": {"relatedLots": _names()},
        "Milestone": {"relatedLots": _names()},
    },
)

REQUIREMENTS = Extension(
    "requirements",
    _published("ocds_requirements_extension"),
    {
        "Tender": {"criteria": many("Criterion")},
        "Criterion": {
            "id": _TEXT_KEY,
            "title": text(translated=True),
            "description": text(translated=True),
            "source": _open("responseSource"),
            "relatesTo": _open("criterionRelatesTo"),
            "requirementGroups": many("RequirementGroup"),
        },
        "RequirementGroup": {
            "id": _TEXT_KEY,
            "description": text(translated=True),
            "requirements": many("Requirement"),
        },
        "Requirement": {
            "id": _TEXT_KEY,
            "title": text(translated=True),
            "description": text(translated=True),
            "dataType": _closed("dataType", "string date-time number integer boolean"),
            "minValue": number(),
            "maxValue": number(),
        },
        "Bid": {"requirementResponses": many("RequirementResponse")},
        "RequirementResponse": {
            "id": _TEXT_KEY,
            "value": Field(("string", "number", "integer", "boolean", "null")),
            "requirement": one("RequirementReference"),
        },
        "RequirementReference": {"id": Field(("string",)), "title": text()},
    },
)

EVALUATION = Extension(
    "awardCriteriaBreakdown",
    _published("ocds_awardCriteriaBreakdown_extension"),
    {
        "Lot": {"awardCriteria": one("AwardCriteria")},
        "AwardCriteria": {
            "weightingDescription": text(),
            "criteria": many("AwardCriterion", whole=True),
        },
        "AwardCriterion": {
            "type": _open("awardCriterionType"),
            "name": text(),
            "description": text(),
            "numbers": many("AwardCriterionNumber", whole=True),
        },
        "AwardCriterionNumber": {
            "number": number(),
            "weight": _closed(
                "criterionWeight",
                "percentageExact percentageRangeMiddle decimalExact decimalRangeMiddle pointsExact "
                "pointsRangeMiddle order",
            ),
            "threshold": _closed("criterionThreshold", "minimumScore maximumBids"),
        },
    },
)

TRANSACTIONS = Extension(
    "transactions_relatedMilestone",
    _published("ocds_transactions_relatedMilestone_extension"),
    {
        "Transaction": {"relatedImplementationMilestone": one("MilestoneReference")},
        "MilestoneReference": {"id": Field(("string",)), "title": text()},
    },
)

METRICS = Extension(
    "metrics",
    _published("ocds_metrics_extension"),
    {
        "Tender": {"targets": many("Metric", unique=False)},
        "Contract": {"agreedMetrics": many("Metric", unique=False)},
        "Implementation": {"metrics": many("Metric", unique=False)},
        "Metric": {
            "id": _TEXT_KEY,
            "title": text(translated=True),
            "description": text(translated=True),
            "observations": many("Observation", unique=False),
        },
        "Observation": {
            "id": _TEXT_KEY,
            "period": one("Period"),
            "value": one("Value"),
            "measure": Field(("string", "number", "null")),
            "notes": text(translated=True),
        },
    },
)

WITHHELD = Extension(
    "withheldInformation",
    _published("ocds_withheldInformation_extension"),
    {
        "Release": {"withheldInformation": many("WithheldInformationItem")},
        "WithheldInformationItem": {
            "id": _TEXT_KEY,
            "field": text(),
            "name": text(),
            "rationale": text(translated=True),
            "availabilityDate": moment(),
        },
    },
)

ENQUIRIES = Extension(
    "enquiries",
    _published("ocds_enquiry_extension"),
    {
        "Tender": {"enquiries": many("Enquiry")},
        "Enquiry": {
            "id": _TEXT_KEY,
            "date": moment(),
            "author": one("OrganizationReference"),
            "title": text(translated=True),
            "description": text(translated=True),
            "answer": text(translated=True),
            "dateAnswered": moment(),
        },
    },
)

TENDERS = Extension(
    "tenders",
    "urn:sepakat:ocds:tenders:1",
    {
        # The signed statement that a release was made of; each release has its own.
        "Release": {"statement": replace(one("SignedStatement"), omitted=True)},
        "SignedStatement": {"nation": text(), "digest": text()},
        "AwardCriterion": {"scale": one("AwardCriterionScale")},
        "AwardCriterionScale": {
            "minimum": number(),
            "maximum": number(),
            "best": _closed("bestEnd", "high low"),
        },
        "Requirement": {
            "number": integer(),
            "type": _open("requirementType"),
            "priority": _closed("requirementPriority", "mandatory desirable"),
            "method": _open("verificationMethod"),
        },
        "Bid": {"results": many("BidResult")},
        "BidResult": {"id": _TEXT_KEY, "points": number(), "rank": integer()},
        "Milestone": {"value": one("Value")},
    },
)

OBLIGATIONS = Extension(
    "obligations",
    "urn:sepakat:ocds:obligations:1",
    {
        "Release": {"obligations": many("Obligation")},
        "Obligation": {
            "id": _TEXT_KEY,
            "title": text(translated=True),
            "description": text(translated=True),
            "category": text(),
            "agreement": text(),
            "relatedContracts": _names(),
            "obligor": one("OrganizationReference"),
            "value": one("Value"),
            "verified": one("Value"),
            "due": moment(),
            "status": _closed("obligationStatus", "proposed inForce fulfilled declined"),
            "milestones": many("Milestone", unique=False),
            "claims": many("ObligationClaim"),
            "statement": one("SignedStatement"),
        },
        "ObligationClaim": {
            "id": _TEXT_KEY,
            "description": text(translated=True),
            "date": moment(),
            "status": _closed(
                "obligationClaimStatus", "filed verified partial refused disputed withdrawn"
            ),
            "claimed": one("Value"),
            "verified": one("Value"),
            "statement": one("SignedStatement"),
        },
        # The last signed statement about it, which anyone may have proved.
        "SignedStatement": {"nation": text(), "digest": text()},
    },
)

EXTENSIONS = (
    *(BIDS, LOTS, REQUIREMENTS, EVALUATION, ENQUIRIES, TRANSACTIONS, METRICS, WITHHELD),
    *(TENDERS, OBLIGATIONS),
)
