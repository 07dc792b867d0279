"""A served node, with people whose tokens ask it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sepakat.client import Client
from sepakat.node.home import Home
from support import processes
from support.serving import serving

PEOPLE = """
import json
from datetime import timedelta
from django.utils import timezone
from sepakat.node.accounts.models import Membership, Token, User
from sepakat.node.recording import Batch, record
from sepakat.node.ledger import Draft
from sepakat.record.label import make
secrets = {}
for name, role, organisation in (
    ("officer", "officer", ""),
    ("approver", "approver", ""),
    ("company", "company", "MYS-company-a"),
):
    user = User.objects.create_user(
        f"{name}@mys.example", name=name, account=f"p-{name}", clearance="SECRET"
    )
    Membership.objects.create(user=user, role=role, organisation=organisation)
    ends = timezone.now() + timedelta(days=1)
    secrets[name] = Token.issue(user, name, [role], ends)[1]
gate = {"name": "Cabinet approval", "authority": "Cabinet", "due": "2027-01-31"}
record(home, Batch([
    Draft("organisation", "MYS-company-a", "register", {"name": "Company A", "type": "company"},
          make("UNCLASSIFIED", ["PUBLIC"])),
    Draft("gate", "MYS-gate-open", "plan", gate, make("UNCLASSIFIED", ["PUBLIC"])),
    Draft("gate", "MYS-gate-own", "plan", gate, make("RESTRICTED", ["MYS"])),
]))
print(json.dumps(secrets))
"""


@dataclass(frozen=True)
class Node:
    """A node that is served at an address, and the tokens of its people."""

    home: Path
    address: str
    tokens: dict[str, str]

    def client(self, name: str = "public") -> Client:
        return Client(self.address, self.tokens.get(name, ""))


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    home = processes.init(tmp_path_factory.mktemp("client") / "MYS")
    tokens = json.loads(processes.run(PEOPLE, home).splitlines()[-1])
    with serving(Home(home)) as served:
        yield Node(home, served.address, tokens)
