"""What was said of things, as a reader may see it."""

from collections.abc import Collection

from sepakat.node.models import Object
from sepakat.node.models import Statement as Row
from sepakat.record.fold import read
from sepakat.record.label import Reader, may_see
from sepakat.record.rules import Status
from sepakat.record.statement import Statement


def standing(kinds: Collection[str], reader: Reader | None) -> dict[str, Statement]:
    """The standing statements on objects of these kinds that a reader may see, by digest.

    Without a reader, all of them. They are held in memory.
    """
    things = Object.objects.filter(kind__in=kinds).values("id")
    rows = Row.objects.filter(object__in=things, status=Status.STANDING.value)
    entries = (read(row.nation, row.index, bytes(row.envelope)) for row in rows.iterator())
    return {
        entry.digest: entry.statement
        for entry in entries
        if entry.statement and (reader is None or may_see(entry.statement.label, reader))
    }
