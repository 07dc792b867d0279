"""What a reader and all nations of a meeting or a portfolio may see: what lies on the table."""

from collections.abc import Iterable

from sepakat.node import partners, rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Partner
from sepakat.record.label import Reader, may_see, nation_reader


class JointSight:
    """The labels under which a reader and each of these nations see."""

    def __init__(self, access: Access, nations: Iterable[str]) -> None:
        self._access = access
        self.labels = rows.labels()
        readers = [_reader(n) for n in nations if n != access.home.config.nation]
        self._theirs = {
            number
            for number, label in self.labels.items()
            if all(may_see(label, reader) for reader in readers)
        }

    def numbers(self, kind: str) -> frozenset[int]:
        """The numbers of those labels, of a kind's records."""
        return self._access.labels_of(kind) & self._theirs


def _reader(nation: str) -> Reader:
    """The other nation as its card says; a nation that is no partner sees what is for everybody."""
    partner = Partner.objects.filter(nation=nation).first()
    return partners.card_of(partner).reader if partner else nation_reader(nation, "UNCLASSIFIED")
