"""A desk within the test's own process: a node with matters of several labels, and its people."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from sepakat.node import rows
from sepakat.node.accounts.models import Membership, User
from sepakat.node.accounts.person import person_of
from sepakat.node.authorisation import Access
from sepakat.node.home import Home
from sepakat.node.ledger import Receipt
from sepakat.record.kind import Object
from sepakat.record.label import PUBLIC, Label, make
from support.inprocess import say

PASSWORD = "correct horse battery staple"
OPEN = make("UNCLASSIFIED", [PUBLIC])
OWN = make("RESTRICTED", ["MYS"])
BOTH = make("RESTRICTED", ["KOR", "MYS"])
HIGH = make("SECRET", ["MYS"])
OF_A = make("RESTRICTED", ["KOR", "MYS"], organisations=["KOR", "MYS", "MYS-company-a"])
OF_B = make("RESTRICTED", ["KOR", "MYS"], organisations=["KOR", "MYS", "MYS-company-b"])

# Role, organisation, nation where it is not the node's own, clearance.
PEOPLE: dict[str, tuple[str, str, str, str]] = {
    "officer": ("officer", "", "", "SECRET"),
    "approver": ("approver", "", "", "SECRET"),
    "second_approver": ("approver", "", "", "SECRET"),
    "committee": ("committee", "", "", "SECRET"),
    "inspector": ("inspector", "", "", "SECRET"),
    "administrator": ("administrator", "", "", "SECRET"),
    "auditor": ("auditor", "", "", "SECRET"),
    "clerk": ("officer", "", "", "UNCLASSIFIED"),
    "company_a": ("company", "MYS-company-a", "", "SECRET"),
    "company_b": ("company", "MYS-company-b", "", "SECRET"),
    "partner": ("officer", "", "KOR", "SECRET"),
}


@dataclass
class Desk:
    """A node, with what has been said there; `people` by name."""

    home: Home
    people: dict[str, User] = field(default_factory=dict)

    def say(
        self, kind: str, about: str, action: str, label: Label | None = None, **body: Any
    ) -> Receipt:
        return say(self.home, kind, about, action, label, **body)

    def keep(self, things: Iterable[Object], label: Label) -> None:
        """Objects as an exchange of what both nations said would have left them here."""
        kept = [thing._replace(label=label) for thing in things]
        rows.save_objects(kept, rows.save_labels([label]))

    def client(self, name: str) -> Client:
        """A browser of one of the people; of the public's, for "public"."""
        client = Client(HTTP_HOST="localhost", headers={"accept-language": "en"})
        if name != "public":
            client.force_login(self.people[name], settings.AUTHENTICATION_BACKENDS[0])
        return client

    def access(self, name: str) -> Access:
        return Access(self.home, person_of(self.home, self.people[name]))


def add_people(desk: Desk) -> None:
    for name, (role, organisation, nation, clearance) in PEOPLE.items():
        user = User(
            email=f"{name.replace('_', '-')}@mys.example",
            name=name.replace("_", " ").title(),
            account=f"p-{name.replace('_', '-')}",
            clearance=clearance,
            nation=nation,
        )
        user.set_unusable_password()
        user.save()
        Membership.objects.create(user=user, role=role, organisation=organisation)
        desk.people[name] = user


def add_matters(desk: Desk) -> None:
    """Open, own, bilateral, high, and two companies' matters."""
    today = date.today()  # noqa: DTZ011

    def day(offset: int) -> str:
        return (today + timedelta(days=offset)).isoformat()

    for name in "ab":
        desk.say(
            "organisation",
            f"MYS-company-{name}",
            "register",
            OPEN,
            name=f"Company {name.upper()} (illustrative)",
            type="company",
        )
    desk.say(
        "gate",
        "MYS-gate-open",
        "plan",
        OPEN,
        name="Cabinet approval",
        authority="Cabinet",
        due=day(20),
    )
    desk.say(
        "gate",
        "MYS-gate-high",
        "plan",
        HIGH,
        name="Secret gate Zulkarnain",
        authority="Cabinet",
        due=day(-3),
    )
    desk.say(
        "action_item",
        "MYS-action-own",
        "undertake",
        OWN,
        title="Prepare the position",
        assignee="MYS",
        due=day(-5),
    )
    desk.say(
        "agreement",
        "MYS-agreement-g2g",
        "propose",
        BOTH,
        counterparty="KOR",
        title="G2G agreement",
        exclusivity="exclusive",
        approvals=["MYS-gate-open"],
    )
    for name, label in (("a", OF_A), ("b", OF_B)):
        desk.say(
            "obligation",
            f"MYS-obligation-{name}",
            "propose",
            label,
            title=f"Housings of company {name.upper()}",
            agreement="MYS-agreement-g2g",
            counterparty="KOR",
            obligor="KOR",
            category="co_production",
            value={"amount": "1500000.00", "currency": "MYR"},
            due=day(90),
            description="What is owed.",
        )


@contextmanager
def queries() -> Iterator[list[str]]:
    """The reads that are sent to SQLite, those that go past Django's cursors among them."""
    connection.ensure_connection()
    found: list[str] = []

    def note(sql: str) -> None:
        if sql.lstrip().upper().startswith("SELECT"):
            found.append(sql)

    connection.connection.set_trace_callback(note)
    try:
        yield found
    finally:
        connection.connection.set_trace_callback(None)
