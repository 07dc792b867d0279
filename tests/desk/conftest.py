"""A desk for every test of the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from sepakat.node import signed
from sepakat.node.sqlviews import create_views
from sepakat.vocabulary import REGISTRY
from support.desks import Desk, add_matters, add_people
from support.exchanging import register
from support.inprocess import new_node
from support.party import Party


@pytest.fixture
def desk(db: None, tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """Malaysia's node with Korea registered, matters of several labels, and people to look."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    home = new_node(tmp_path / "MYS")
    settings.SEPAKAT_HOME = home.path
    signed.home.cache_clear()
    create_views(connection, REGISTRY)
    register(home, Party("KOR"))
    made = Desk(signed.home())
    add_people(made)
    add_matters(made)
    yield made
    signed.home.cache_clear()
