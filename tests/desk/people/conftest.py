"""People with passwords."""

import pytest
from django.core.cache import cache

from sepakat.node.accounts.models import User
from support.desks import Desk
from support.signing_in import with_password


@pytest.fixture(autouse=True)
def _nobody_is_locked_out_yet(desk: Desk) -> None:
    cache.clear()


@pytest.fixture
def officer(desk: Desk) -> User:
    """An officer with a password."""
    return with_password(desk.people["officer"])
