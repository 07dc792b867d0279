"""What holds for all tests of a node."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sepakat.node.home import Home
from support.exchanging import register
from support.hostile import HostilePartner, serving_partner
from support.inprocess import new_node
from support.party import Party

# Django has its settings by now. Processes that a test starts have databases of their own.
os.environ.pop("DATABASE_URL", None)


@pytest.fixture
def mys(db: None, tmp_path: Path) -> Home:
    """A node in this process and in the test's database."""
    return new_node(tmp_path / "MYS")


@pytest.fixture
def kor(mys: Home) -> Iterator[HostilePartner]:
    """Its partner, which has said a few things and has not been told to lie yet."""
    party = Party("KOR")
    for name in ("a", "b", "c"):
        party.company(name)
    with serving_partner(party) as served:
        served.peer = mys.card()
        register(mys, party)
        yield served
