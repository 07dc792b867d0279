"""The code lists of OCDS 1.1.5. https://standard.open-contracting.org/1.1/en/schema/codelists/"""

from sepakat.industry.ocds.model.declaring import CodeList


def _closed(name: str, codes: str) -> CodeList:
    return CodeList(name, tuple(codes.split()), is_open=False)


def _open(name: str, codes: str = "") -> CodeList:
    return CodeList(name, tuple(codes.split()))


# ISO 4217, with what it has withdrawn: old contracts keep their currency.
CURRENCY = _closed(
    "currency",
    """
    ADP AED AFA AFN ALK ALL AMD ANG AOA AOK AON AOR ARA ARP ARS ARY ATS AUD AWG AYM AZM AZN
    BAD BAM BBD BDT BEC BEF BEL BGJ BGK BGL BGN BHD BIF BMD BND BOB BOP BOV BRB BRC BRE BRL
    BRN BRR BSD BTN BUK BWP BYB BYN BYR BZD CAD CDF CHC CHE CHF CHW CLF CLP CNY COP COU CRC
    CSD CSJ CSK CUC CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD ECS ECV EEK EGP ERN ESA ESB ESP
    ETB EUR FIM FJD FKP FRF GBP GEK GEL GHC GHP GHS GIP GMD GNE GNF GNS GQE GRD GTQ GWE GWP
    GYD HKD HNL HRD HRK HTG HUF IDR IEP ILP ILR ILS INR IQD IRR ISJ ISK ITL JMD JOD JPY KES
    KGS KHR KMF KPW KRW KWD KYD KZT LAJ LAK LBP LKR LRD LSL LSM LTL LTT LUC LUF LUL LVL LVR
    LYD MAD MDL MGA MGF MKD MLF MMK MNT MOP MRO MRU MTL MTP MUR MVQ MVR MWK MXN MXP MXV MYR
    MZE MZM MZN NAD NGN NIC NIO NLG NOK NPR NZD OMR PAB PEH PEI PEN PES PGK PHP PKR PLN PLZ
    PTE PYG QAR RHD ROK ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SDP SEK SGD SHP SIT SKK
    SLL SOS SRD SRG SSP STD STN SUR SVC SYP SZL THB TJR TJS TMM TMT TND TOP TPE TRL TRY TTD
    TWD TZS UAH UAK UGS UGW UGX USD USN USS UYI UYN UYP UYU UYW UZS VEB VEF VES VNC VND VUV
    WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XEU XFO XFU XOF XPD XPF XPT XRE XSU XTS XUA XXX
    YDD YER YUD YUM YUN ZAL ZAR ZMK ZMW ZRN ZRZ ZWC ZWD ZWL ZWN ZWR
    """,
)

RELEASE_TAG = _closed(
    "releaseTag",
    "planning planningUpdate tender tenderAmendment tenderUpdate tenderCancellation award "
    "awardUpdate awardCancellation contract contractUpdate contractAmendment implementation "
    "implementationUpdate contractTermination compiled",
)
INITIATION_TYPE = _closed("initiationType", "tender")
TENDER_STATUS = _closed(
    "tenderStatus", "planning planned active cancelled unsuccessful complete withdrawn"
)
METHOD = _closed("method", "open selective limited direct")
PROCUREMENT_CATEGORY = _closed("procurementCategory", "goods works services")
AWARD_STATUS = _closed("awardStatus", "pending active cancelled unsuccessful")
CONTRACT_STATUS = _closed("contractStatus", "pending active cancelled terminated")
MILESTONE_STATUS = _closed("milestoneStatus", "scheduled met notMet partiallyMet")

EXTENDED_CATEGORY = _open("extendedProcurementCategory", "goods works services consultingServices")
AWARD_CRITERIA = _open(
    "awardCriteria",
    "priceOnly costOnly qualityOnly ratedCriteria lowestCost bestProposal bestValueToGovernment "
    "singleBidOnly",
)
SUBMISSION_METHOD = _open(
    "submissionMethod", "electronicSubmission electronicAuction written inPerson"
)
MILESTONE_TYPE = _open(
    "milestoneType",
    "preProcurement approval engagement assessment delivery reporting financing",
)
PARTY_ROLE = _open(
    "partyRole",
    "buyer procuringEntity supplier tenderer funder enquirer payer payee reviewBody "
    "interestedParty",
)
RELATED_PROCESS = _open(
    "relatedProcess",
    "framework planning parent prior unsuccessfulProcess subContract replacementProcess "
    "renewalProcess",
)
RELATED_SCHEME = _open("relatedProcessScheme", "ocid")
DOCUMENT_TYPE = _open("documentType")  # long, and told to people only
ITEM_SCHEME = _open("itemClassificationScheme")
UNIT_SCHEME = _open("unitClassificationScheme")
