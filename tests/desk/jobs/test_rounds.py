"""A node's own round: partners are asked and people told, and one that is down, or slow, stops
nothing."""

import logging
from collections.abc import Callable
from threading import Event

import pytest

from sepakat.desk.jobs import rounds
from sepakat.desk.jobs.rounds import Rounds
from sepakat.desk.notices.models import Notice
from sepakat.node.models import Partner
from support.desks import Desk
from support.exchanging import register
from support.hostile import Answer, Asked, serving_partner
from support.party import Party

# Each exchange has a connection of its own, which sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_partner_that_is_down_keeps_people_from_being_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    Partner.objects.update(url="http://127.0.0.1:1", frozen="")
    with caplog.at_level(logging.WARNING):
        Rounds(desk.home).do()
    assert "no exchange with KOR" in caplog.text
    assert Partner.objects.get(nation="KOR").problem
    assert Notice.objects.filter(user=desk.people["officer"]).exists()


def test_a_frozen_partner_is_asked(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    Partner.objects.update(url="http://127.0.0.1:1", frozen="2026-11-24T00:00:00Z")
    with caplog.at_level(logging.WARNING):
        Rounds(desk.home).do()
    assert not caplog.records


def test_a_slow_partner_keeps_people_and_other_partners_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "PATIENCE", 0.1)
    Partner.objects.update(url="http://127.0.0.1:1")
    party, answered = Party("TUR"), Event()

    def slowly(asked: Asked, honest: Callable[[], Answer]) -> Answer:
        assert answered.wait(60)
        return honest()

    with serving_partner(party) as slow:
        slow.peer = desk.home.card()
        register(desk.home, party)
        slow.lie("/checkpoint", slowly)
        made = Rounds(desk.home)
        made.do()
        assert Notice.objects.filter(user=desk.people["officer"]).exists()
        Partner.objects.filter(nation="KOR").update(problem="")
        made.do()
        while not Partner.objects.get(nation="KOR").problem:
            made.do()  # a busy machine may need more than one
        assert len(slow.asked) == 1
        answered.set()
        while not Partner.objects.get(nation="TUR").exchanged_at:
            made.do()
