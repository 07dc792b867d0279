"""Making the read tables again from the record alone."""

from django.db import connection, transaction

from sepakat.node import rows
from sepakat.node.home import Home
from sepakat.node.ledger import load_state
from sepakat.node.models import Log, Statement
from sepakat.node.state import Memory
from sepakat.record.errors import ProofError
from sepakat.record.fold import Fold, read
from sepakat.record.kind import Registry
from sepakat.record.rules import Status


def rebuild(home: Home, registry: Registry) -> str:
    """Fold all statements anew, replace the read tables by what comes out, and name the state."""
    with transaction.atomic():
        logs = rows.logs()
        fold = refold(home, registry)
        save(fold, logs)
    return fold.digest()


def check(home: Home, registry: Registry) -> str:
    """Fold all statements anew and compare with the read tables, changing nothing."""
    fold = refold(home, registry)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, digest FROM node_object")
        kept = dict(cursor.fetchall())
    made = dict(fold.object_digests())
    wrong = sorted(i for i in kept.keys() | made.keys() if kept.get(i) != made.get(i))
    if wrong:
        raise ProofError(
            f"{len(wrong):,} objects in the tables are not what the record says, first {wrong[0]}",
            fix="Run `sepakat rebuild`",
        )
    return fold.digest()


def refold(home: Home, registry: Registry) -> Fold:
    cards = load_state(registry, home.card(), {}).cards.values()
    fold = Fold(registry, cards)
    fold.add(read(*place) for place in rows.all_envelopes())
    return fold


def save(fold: Fold, logs: dict[str, Log]) -> None:
    """Replace the read tables by what a fold gives, within the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM node_object")
    label_ids = rows.save_labels({thing.label for thing in fold.objects.values()})
    rows.save_objects(fold.objects.values(), label_ids)
    rows.save_decisions(fold.decisions.values())
    for nation in logs:
        memory = Memory(dict(fold.seen(nation)), fold.edition(nation), fold.keys_of(nation))
        Log.objects.filter(nation=nation).update(memory=memory.dump())


def has_pending() -> bool:
    return Statement.objects.filter(status=Status.PENDING.value).exists()
