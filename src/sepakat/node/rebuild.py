"""Making the read tables again from the record alone."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import QuerySet

from sepakat.node import rows
from sepakat.node.home import Home
from sepakat.node.ledger import load_state
from sepakat.node.models import Label, Log, Statement
from sepakat.node.snapshot import snapshot
from sepakat.node.state import Memory
from sepakat.record.errors import ProofError
from sepakat.record.fold import Fold, read
from sepakat.record.kind import Registry
from sepakat.record.rules import Status
from sepakat.record.statement import Statement as Said


def rebuild(home: Home, registry: Registry) -> str:
    """Fold all statements anew, replace the read tables by what comes out, and name the state."""
    with transaction.atomic():
        logs = rows.logs()
        fold = refold(home, registry)
        save(fold, logs)
    return fold.digest()


def check(home: Home, registry: Registry) -> str:
    """Fold all statements anew and compare with the read tables, changing nothing."""
    with snapshot():
        fold = refold(home, registry)
        wrong = [
            *_objects_apart(fold),
            *_statements_apart(fold),
            *_memories_apart(fold),
            *_labels_apart(),
        ]
    if wrong:
        raise ProofError(
            "the read tables are not what the record says; rows that differ: "
            f"{len(wrong):,}, first that of {wrong[0]}",
            fix="Run `sepakat rebuild`",
        )
    return fold.digest()


def _objects_apart(fold: Fold) -> list[str]:
    kept = {row[0]: row for row in rows.object_rows()}
    made = {o.id: rows.object_row(o, rows.label_id(o.label.text)) for o in fold.objects.values()}
    return sorted(i for i in kept.keys() | made.keys() if kept.get(i) != made.get(i))


def _statements_apart(fold: Fold) -> list[str]:
    """Those of which something else is said, but for the detail: its words are the program's, and
    another version has others."""
    made = _read_columns(fold)
    return [
        f"{nation} {index}"
        for (nation, index), said in rows.read_columns()
        if said._replace(detail="") != made[nation, index]._replace(detail="")
    ]


def _memories_apart(fold: Fold) -> list[str]:
    kept = {log.nation: Memory.load(log.nation, log.memory) for log in Log.objects.all()}
    return [f"log of {nation}" for nation in sorted(kept) if kept[nation] != _memory(fold, nation)]


def _labels_apart() -> list[str]:
    kept = Label.objects.order_by("id").values_list("id", "text")
    return [f"label {number}" for number, text in kept if rows.label_id(text.encode()) != number]


def _memory(fold: Fold, nation: str) -> Memory:
    return Memory(dict(fold.seen(nation)), fold.edition(nation), fold.keys_of(nation))


def _read_columns(fold: Fold) -> dict[tuple[str, int], rows.ReadColumns]:
    return {
        place: rows.ReadColumns.of(decision, fold.entries[place].statement)
        for place, decision in fold.decisions.items()
    }


def refold(home: Home, registry: Registry) -> Fold:
    cards = load_state(registry, home.card(), {}).cards.values()
    fold = Fold(registry, cards)
    fold.add(read(*place) for place in rows.all_envelopes())
    return fold


def save(fold: Fold, logs: dict[str, Log]) -> None:
    """Replace the read tables by what a fold gives, within the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM node_object")
    said = [entry.statement.label for entry in fold.entries.values() if entry.statement]
    label_ids = rows.save_labels({*said, *(thing.label for thing in fold.objects.values())})
    rows.save_objects(fold.objects.values(), label_ids)
    columns = _read_columns(fold)
    rows.save_read_columns(columns.keys(), columns.values())
    for nation in logs:
        Log.objects.filter(nation=nation).update(memory=_memory(fold, nation).dump())


def is_due(registry: Registry) -> bool:
    """Whether a fold would decide otherwise: what a pending statement waits for has come, or one
    stands that must wait with it. To fold whenever anything is pending would let one statement
    that waits for nothing cost each exchange a fold of all there is."""
    waiting_here = Statement.objects.filter(status=Status.PENDING.value)
    pending = list(_readable(waiting_here))
    if not pending:
        return False
    known = rows.decisions({d for _, said in pending for d in said.relied_on})
    settled = {d for d, found in known.items() if found.status is not Status.PENDING}
    # What only one of a log's moves can fill: the log, the object, and the move before.
    waiting: dict[tuple[str, str, str | None], int] = {}
    for (nation, index), said in pending:
        slot = nation, said.object, said.prev
        is_note = registry.is_note(said.kind, said.action)
        if not settled.issuperset(said.relied_on):
            if not is_note:
                waiting.setdefault(slot, index)
        elif is_note or slot not in waiting:
            return True
    standing = Statement.objects.filter(
        status=Status.STANDING.value, object__in=waiting_here.values("object")
    )
    return any(
        index > waiting.get((nation, said.object, said.prev), index)
        and not registry.is_note(said.kind, said.action)
        for (nation, index), said in _readable(standing)
    )


def _readable(found: QuerySet[Statement]) -> Iterator[tuple[tuple[str, int], Said]]:
    places = found.order_by("nation", "index").values_list("nation", "index", "envelope")
    for nation, index, envelope in places.iterator():
        said = read(nation, index, bytes(envelope)).statement
        assert said is not None  # it stands, or waits
        yield (nation, index), said
