"""A node's own round: partners are asked and people told, and one that is down stops nothing."""

import logging

import pytest

from sepakat.desk.jobs.rounds import do_round
from sepakat.desk.notices.models import Notice
from sepakat.node.models import Partner
from support.desks import Desk


def test_a_partner_that_is_down_keeps_people_from_being_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    Partner.objects.update(url="http://127.0.0.1:1", frozen="")
    with caplog.at_level(logging.WARNING):
        do_round(desk.home)
    assert "no exchange with KOR" in caplog.text
    assert Partner.objects.get(nation="KOR").problem
    assert Notice.objects.filter(user=desk.people["officer"]).exists()


def test_a_frozen_partner_is_asked(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    Partner.objects.update(url="http://127.0.0.1:1", frozen="2026-11-24T00:00:00Z")
    with caplog.at_level(logging.WARNING):
        do_round(desk.home)
    assert not caplog.records
