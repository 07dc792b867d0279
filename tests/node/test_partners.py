"""Registering, freezing and unfreezing partners."""

import base64
import os

import pytest

from sepakat.node import partners, rebuild
from sepakat.node.home import Home
from sepakat.node.models import Log, Object, Partner, Statement
from sepakat.record.card import Card
from sepakat.record.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    RefusedError,
    SepakatError,
)
from sepakat.vocabulary import REGISTRY
from support.exchanging import register
from support.party import Party

pytestmark = pytest.mark.django_db


def refused(home: Home, card: Card, error: type[SepakatError], match: str) -> None:
    before = Statement.objects.count(), Partner.objects.count(), Log.objects.count()
    with pytest.raises(error, match=match):
        partners.register(home, REGISTRY, card, card.fingerprint)
    assert (Statement.objects.count(), Partner.objects.count(), Log.objects.count()) == before


def changed(card: Card, **fields: object) -> Card:
    return Card.model_validate(card.model_dump() | fields)


def test_what_is_registered_is_said_to_the_partner(mys: Home) -> None:
    register(mys, Party("KOR"))
    thing = Object.objects.get(id="MYS-partner-kor")
    assert thing.state == "registered"
    assert '"KOR","MYS"' in thing.label.text
    rebuild.check(mys, REGISTRY)


def test_another_fingerprint_is_refused(mys: Home) -> None:
    card = Party("KOR").card
    with pytest.raises(InvalidError, match="not the one given"):
        partners.register(mys, REGISTRY, card, Party("KOR").card.fingerprint)
    assert not Partner.objects.exists()


def test_a_fingerprint_in_capitals_that_is_taken_for_another(mys: Home) -> None:
    card = Party("KOR").card
    partners.register(mys, REGISTRY, card, card.fingerprint.upper())
    assert Partner.objects.exists()


def test_a_nation_is_registered_once(mys: Home) -> None:
    register(mys, Party("KOR"))
    refused(mys, Party("KOR").card, ConflictError, "KOR is registered already")


def test_our_own_card_is_refused(mys: Home) -> None:
    refused(mys, mys.card(), InvalidError, "own card")


def test_an_unsafe_address_is_refused(mys: Home) -> None:
    card = changed(Party("KOR").card, url="http://kor.example")
    refused(mys, card, RefusedError, "neither HTTPS nor a loopback address")


def test_keys_of_another_type_are_refused(mys: Home) -> None:
    card = Party("KOR").card
    refused(mys, changed(card, log_key=card.witness_key), InvalidError, "wrong type")
    refused(mys, changed(card, witness_key=card.log_key), InvalidError, "wrong type")
    refused(mys, changed(card, ml_dsa_witness_key=card.witness_key), InvalidError, "wrong type")


@pytest.mark.parametrize("key", [bytes(1216), b"\xff" * 1216])
def test_a_key_that_nothing_can_be_sealed_to_is_refused(mys: Home, key: bytes) -> None:
    card = changed(Party("KOR").card, sealing_key=base64.b64encode(key).decode())
    refused(mys, card, InvalidError, "sealing key")


@pytest.mark.parametrize("name", ["log_key", "exchange_key"])
def test_what_names_another_nation_is_refused(mys: Home, name: str) -> None:
    """Else the one's messages, or its checkpoints, would be taken for the other's."""
    kor = Party("KOR")
    register(mys, kor)
    for taken in (kor.card, mys.card()):
        card = changed(Party("TUR").card, **{name: getattr(taken, name)})
        refused(mys, card, ConflictError, f"is {taken.nation}'s")


def test_a_log_of_anothers_name_is_refused(mys: Home) -> None:
    register(mys, Party("KOR"))
    tur = Party("TUR")
    tur.log_key = type(tur.log_key)("kor.example/log", os.urandom(32))
    refused(mys, tur.card, ConflictError, "is KOR's")


def test_freezing_is_said_once_and_keeps_the_first_proof(mys: Home) -> None:
    register(mys, Party("KOR"))
    partners.freeze(mys, REGISTRY, "KOR", "It forked.", b"first")
    partners.freeze(mys, REGISTRY, "KOR", "It forked again.", b"second")
    partner = partners.get("KOR")
    assert partner.frozen.endswith("It forked.")
    assert bytes(partner.proof) == b"first"
    said = Statement.objects.filter(object="MYS-partner-kor").values_list("action", flat=True)
    assert list(said.order_by("index")) == ["register", "freeze"]


def test_unfreezing_keeps_the_proof(mys: Home) -> None:
    register(mys, Party("KOR"))
    with pytest.raises(ConflictError, match="is not frozen"):
        partners.unfreeze(mys, REGISTRY, "KOR", "Why not.")
    partners.freeze(mys, REGISTRY, "KOR", "It forked.", b"proof")
    partners.unfreeze(mys, REGISTRY, "KOR", "It was an accident.")
    partner = partners.get("KOR")
    assert (partner.frozen, bytes(partner.proof)) == ("", b"proof")
    rebuild.check(mys, REGISTRY)


def test_an_unknown_partner_is_told(mys: Home) -> None:
    with pytest.raises(NotFoundError, match="JPN is not registered here"):
        partners.get("JPN")
