"""Programs that call the API, each with a token of one of the people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sepakat.desk.api import rates
from sepakat.node.accounts.models import Token
from support.desks import PEOPLE, Desk
from support.programs import Program


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test is held back by the requests of another."""
    monkeypatch.setattr(rates, "TOKEN", rates.Limit(100_000, 1))
    monkeypatch.setattr(rates, "ADDRESS", rates.Limit(100_000, 1))


@pytest.fixture
def program(desk: Desk) -> Callable[[str], Program]:
    """Makes the program of a person by name."""

    def make(name: str) -> Program:
        client = Client(HTTP_HOST="localhost")
        if name == "public":
            return Program(client)
        user = desk.people[name]
        roles = [PEOPLE[name][0]]
        _, secret = Token.issue(user, name, roles, timezone.now() + timedelta(days=1))
        return Program(client, secret)

    return make
