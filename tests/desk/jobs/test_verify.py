"""The record is verified as of one moment, while a node goes on."""

from pathlib import Path

from support.postgres import NewDatabase
from support.processes import init, run

SPEAK_WHILE_IT_IS_CHECKED = """
from threading import Thread
from django.db import connection
from sepakat.node import integrity, rebuild
from sepakat.node.models import Statement
from sepakat.node.snapshot import snapshot
from sepakat.vocabulary import REGISTRY
from support.inprocess import company

def speak(name):
    try:
        company(home, name)
    finally:
        connection.close()

def another(name):
    thread = Thread(target=speak, args=[name])
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "a writer had to wait"

another("first")
with snapshot():
    before = Statement.objects.count()
    another("second")
    assert Statement.objects.count() == before
    integrity.check(home, REGISTRY)
assert Statement.objects.count() == before + 1
another("third")

refold = rebuild.refold

def slowly(*what):
    fold = refold(*what)
    another("fourth")
    return fold

rebuild.refold = slowly
rebuild.check(home, REGISTRY)
print(before)
"""


def test_what_is_said_meanwhile_neither_waits_nor_seems_a_fault(
    tmp_path: Path, new_database: NewDatabase
) -> None:
    url = new_database()
    home = init(tmp_path / "node", url=url)
    assert run(SPEAK_WHILE_IT_IS_CHECKED, home, url=url) == "2\n"
