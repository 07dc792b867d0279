"""Who works at the two desks of the demo. Nobody of them exists."""

import secrets
from dataclasses import dataclass

CLEARANCE = "CONFIDENTIAL"
COMPANIES = {"KOR": "KOR-company-k"}

# Two approvers, since what much depends on is confirmed by a second.
_OFFICES = {
    "secretariat": ("Secretariat (illustrative)", "officer"),
    "approver": ("Approver (illustrative)", "approver"),
    "second-approver": ("Second approver (illustrative)", "approver"),
    "committee": ("Committee member (illustrative)", "committee"),
    "inspector": ("Inspector (illustrative)", "inspector"),
    "evaluator": ("Evaluator (illustrative)", "evaluator"),
    "auditor": ("Auditor (illustrative)", "auditor"),
    "administrator": ("Administrator (illustrative)", "administrator"),
}


@dataclass(frozen=True)
class Member:
    """A person with an account at one of the desks."""

    email: str
    name: str
    role: str
    organisation: str = ""


def members(nation: str) -> list[Member]:
    """A nation's people, its company's among them where the case has one."""
    domain = f"{nation.lower()}.example"
    made = [Member(f"{who}@{domain}", name, role) for who, (name, role) in _OFFICES.items()]
    if company := COMPANIES.get(nation):
        name = "Company officer (illustrative)"
        made.append(Member(f"company@{domain}", name, "company", company))
    return made


def password() -> str:
    """One for all accounts of one demo, and for no other."""
    return "-".join(secrets.token_hex(2) for _ in range(4))
