"""Objects and statements as this node holds them. Imported only where a node is open."""

from collections.abc import Iterable, Mapping
from typing import Any

from sepakat.cli.shown import Shown, in_order
from sepakat.node import rows
from sepakat.node.home import Home
from sepakat.node.models import Log, Statement
from sepakat.node.partners import all_cards
from sepakat.record.fold import read
from sepakat.record.keys import PublicKey
from sepakat.record.kind import Object


class Reading:
    """Reads statements, with the names of the keys that sign and how far each log is cosigned."""

    def __init__(self, home: Home) -> None:
        self._cosigned = dict(Log.objects.values_list("nation", "cosigned_size"))
        self._names: dict[tuple[str, str], str] = {}
        for card in all_cards(home):
            root = PublicKey.parse(card.statement_key)
            self._names[card.nation, root.keyid] = "root"
            for thing in rows.objects_of("key", card.nation):
                keyid = PublicKey.parse(thing.fields["public_key"]).keyid
                self._names.setdefault((card.nation, keyid), thing.fields["name"])

    def statements(self, found: Iterable[Statement]) -> list[Shown]:
        return [self._shown(row) for row in found]

    def _shown(self, row: Statement) -> Shown:
        entry = read(row.nation, row.index, bytes(row.envelope))
        keyids = [s.keyid for s in entry.envelope.signatures] if entry.envelope else []
        return Shown(
            nation=row.nation,
            index=row.index,
            digest=row.digest,
            said=entry.statement,
            signers=tuple(self._names.get((row.nation, keyid), keyid) for keyid in keyids),
            status=row.status,
            code=row.code,
            reason=row.detail,
            cosigned=row.index < self._cosigned.get(row.nation, 0),
        )

    def timeline(self, object_id: str) -> list[Shown]:
        """All that was said of an object, in order."""
        return in_order(self.statements(Statement.objects.filter(object=object_id)))


def select(conditions: Mapping[str, Any]) -> list[Object]:
    """The objects whose columns have these values, by kind and identifier."""
    from sepakat.node.models import Object as Row

    ids = Row.objects.filter(**conditions).order_by("kind", "id").values_list("id", flat=True)
    found = rows.objects(ids)
    return [found[i] for i in ids if i in found]
