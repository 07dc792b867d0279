"""The definitions of an OCDS 1.1.5 release.

https://standard.open-contracting.org/1.1/en/schema/reference/ says what each field means.
"""

from dataclasses import replace

from sepakat.industry.ocds.model import codes
from sepakat.industry.ocds.model.declaring import (
    Definition,
    Field,
    Group,
    address,
    boolean,
    code,
    code_set,
    integer,
    key,
    loose_key,
    many,
    moment,
    must,
    number,
    one,
    table,
    text,
)

RELEASE = Definition(
    "Release",
    {
        "ocid": must(text(min_length=1)),
        "id": replace(must(text(min_length=1)), omitted=True),
        "date": replace(must(moment()), omitted=True),
        "tag": Field(
            ("array",),
            of=Field(("string",), codes=codes.RELEASE_TAG),
            codes=codes.RELEASE_TAG,
            min_items=1,
            required=True,
            omitted=True,
        ),
        "initiationType": must(code(codes.INITIATION_TYPE)),
        "parties": many("Organization"),
        "buyer": one("OrganizationReference"),
        "planning": one("Planning"),
        "tender": one("Tender"),
        "awards": many("Award"),
        "contracts": many("Contract"),
        "language": replace(text(), default="en"),
        "relatedProcesses": many("RelatedProcess"),
    },
)

PLANNING = Definition(
    "Planning",
    {
        "rationale": text(translated=True),
        "budget": one("Budget"),
        "documents": many("Document", unique=False),
        "milestones": many("Milestone", unique=False),
    },
)

BUDGET = Definition(
    "Budget",
    {
        "id": loose_key(),
        "description": text(translated=True),
        "amount": one("Value"),
        "project": text(translated=True),
        "projectID": loose_key(),
        "uri": address(),
        "source": replace(address(), translated=True),
    },
)

TENDER = Definition(
    "Tender",
    {
        "id": replace(key(), versioned=True),
        "title": text(translated=True),
        "description": text(translated=True),
        "status": code(codes.TENDER_STATUS),
        "procuringEntity": one("OrganizationReference"),
        "items": many("Item"),
        "value": one("Value"),
        "minValue": one("Value"),
        "procurementMethod": code(codes.METHOD),
        "procurementMethodDetails": text(),
        "procurementMethodRationale": text(translated=True),
        "mainProcurementCategory": code(codes.PROCUREMENT_CATEGORY),
        "additionalProcurementCategories": code_set(codes.EXTENDED_CATEGORY),
        "awardCriteria": code(codes.AWARD_CRITERIA),
        "awardCriteriaDetails": text(translated=True),
        "submissionMethod": code_set(codes.SUBMISSION_METHOD),
        "submissionMethodDetails": text(translated=True),
        "tenderPeriod": one("Period"),
        "enquiryPeriod": one("Period"),
        "hasEnquiries": boolean(),
        "eligibilityCriteria": text(translated=True),
        "awardPeriod": one("Period"),
        "contractPeriod": one("Period"),
        "numberOfTenderers": integer(),
        "tenderers": many("OrganizationReference"),
        "documents": many("Document", unique=False),
        "milestones": many("Milestone", unique=False),
        "amendments": many("Amendment", unique=False),
        "amendment": one("Amendment"),
    },
)

AWARD = Definition(
    "Award",
    {
        "id": key(),
        "title": text(translated=True),
        "description": text(translated=True),
        "status": code(codes.AWARD_STATUS),
        "date": moment(),
        "value": one("Value"),
        "suppliers": many("OrganizationReference"),
        "items": replace(many("Item"), min_items=1),
        "contractPeriod": one("Period"),
        "documents": many("Document"),
        "amendments": many("Amendment", unique=False),
        "amendment": one("Amendment"),
    },
)

CONTRACT = Definition(
    "Contract",
    {
        "id": key(),
        "awardID": key(),
        "title": text(translated=True),
        "description": text(translated=True),
        "status": code(codes.CONTRACT_STATUS),
        "period": one("Period"),
        "value": one("Value"),
        "items": replace(many("Item"), min_items=1),
        "dateSigned": moment(),
        "documents": many("Document"),
        "implementation": one("Implementation"),
        "relatedProcesses": many("RelatedProcess"),
        "milestones": many("Milestone", unique=False),
        "amendments": many("Amendment", unique=False),
        "amendment": one("Amendment"),
    },
)

IMPLEMENTATION = Definition(
    "Implementation",
    {
        "transactions": many("Transaction"),
        "milestones": many("Milestone"),
        "documents": many("Document"),
    },
)

TRANSACTION = Definition(
    "Transaction",
    {
        "id": key(),
        "source": address(),
        "date": moment(),
        "value": one("Value"),
        "payer": one("OrganizationReference"),
        "payee": one("OrganizationReference"),
        "uri": address(),
        "amount": one("Value"),
        "providerOrganization": one("Identifier"),
        "receiverOrganization": one("Identifier"),
    },
)

MILESTONE = Definition(
    "Milestone",
    {
        "id": key(),
        "title": text(translated=True),
        "type": code(codes.MILESTONE_TYPE),
        "description": text(translated=True),
        "code": text(),
        "dueDate": moment(),
        "dateMet": moment(),
        "dateModified": moment(),
        "status": code(codes.MILESTONE_STATUS),
        "documents": many("Document"),
    },
)

DOCUMENT = Definition(
    "Document",
    {
        "id": key(),
        "documentType": code(codes.DOCUMENT_TYPE),
        "title": text(translated=True),
        "description": text(translated=True),
        "url": address(),
        "datePublished": moment(),
        "dateModified": moment(),
        "format": text(),
        "language": text(),
    },
)

ORGANIZATION_REFERENCE = Definition(
    "OrganizationReference",
    {
        "name": text(min_length=1),
        "id": Field(("string", "integer")),
        "identifier": one("Identifier"),
        "address": one("Address"),
        "additionalIdentifiers": many("Identifier", whole=True),
        "contactPoint": one("ContactPoint"),
    },
)

ORGANIZATION = Definition(
    "Organization",
    {
        "name": text(translated=True),
        "id": Field(("string",)),
        "identifier": one("Identifier"),
        "additionalIdentifiers": many("Identifier", whole=True),
        "address": one("Address"),
        "contactPoint": one("ContactPoint"),
        "roles": code_set(codes.PARTY_ROLE),
        "details": Field(("object", "null")),
    },
)

ITEM = Definition(
    "Item",
    {
        "id": key(),
        "description": text(translated=True),
        "classification": one("Classification"),
        "additionalClassifications": many("Classification", whole=True),
        "quantity": number(),
        "unit": Field(
            ("object",),
            of=Group(
                {
                    "scheme": code(codes.UNIT_SCHEME),
                    "id": replace(text(), versioned=True),
                    "name": text(translated=True),
                    "value": one("Value"),
                    "uri": address(),
                }
            ),
        ),
    },
)

AMENDMENT = Definition(
    "Amendment",
    {
        "date": moment(),
        "rationale": text(translated=True),
        "id": text(),
        "description": text(),
        "amendsReleaseID": text(),
        "releaseID": text(),
        "changes": many(
            Group(
                {
                    "property": Field(("string",)),
                    "former_value": Field(
                        ("string", "number", "integer", "array", "object", "null")
                    ),
                }
            ),
            unique=False,
        ),
    },
)

CLASSIFICATION = Definition(
    "Classification",
    {
        "scheme": code(codes.ITEM_SCHEME),
        "id": replace(loose_key(), versioned=True),
        "description": text(translated=True),
        "uri": address(),
    },
)

IDENTIFIER = Definition(
    "Identifier",
    {
        "scheme": text(),
        "id": replace(loose_key(), versioned=True),
        "legalName": text(translated=True),
        "uri": address(),
    },
)

ADDRESS = Definition(
    "Address",
    {
        "streetAddress": text(),
        "locality": text(),
        "region": text(),
        "postalCode": text(),
        "countryName": text(translated=True),
    },
)

CONTACT_POINT = Definition(
    "ContactPoint",
    {
        "name": text(translated=True),
        "email": text(),
        "telephone": text(),
        "faxNumber": text(),
        "url": address(),
    },
)

VALUE = Definition("Value", {"amount": number(), "currency": code(codes.CURRENCY)})

PERIOD = Definition(
    "Period",
    {
        "startDate": moment(),
        "endDate": moment(),
        "maxExtentDate": moment(),
        "durationInDays": integer(),
    },
)

RELATED_PROCESS = Definition(
    "RelatedProcess",
    {
        "id": Field(("string",)),
        "relationship": code_set(codes.RELATED_PROCESS),
        "title": text(),
        "scheme": code(codes.RELATED_SCHEME),
        "identifier": text(),
        "uri": address(),
    },
)

DEFINITIONS = table(
    (
        *(RELEASE, PLANNING, TENDER, AWARD, CONTRACT, IMPLEMENTATION, MILESTONE, DOCUMENT, BUDGET),
        *(TRANSACTION, ORGANIZATION_REFERENCE, ORGANIZATION, ITEM, AMENDMENT, CLASSIFICATION),
        *(IDENTIFIER, ADDRESS, CONTACT_POINT, VALUE, PERIOD, RELATED_PROCESS),
    )
)
"""The definitions of the standard itself, by name."""
