"""A witness for the logs of the desk's tests."""

from collections.abc import Callable

import pytest

from sepakat.node import mirror
from sepakat.node.models import Log
from sepakat.record.checkpoint import cosign
from support.desks import Desk
from support.exchanging import register
from support.party import Party

AT = 1_790_000_000  # 2026-09-21T14:13:20Z


@pytest.fixture
def cosign_now(desk: Desk) -> Callable[[], None]:
    """Has another partner cosign the node's log as it is."""
    partner = Party("VNM")
    register(desk.home, partner)

    def now() -> None:
        note = bytes(Log.objects.get(nation="MYS").checkpoint)
        line = cosign(note, partner.witness, AT)
        mirror.cosigned(desk.home, partner.card, line.encode(), note)

    return now
