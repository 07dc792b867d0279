"""How the exchange with each partner stands, for the nation's own offices."""

from dataclasses import dataclass

from sepakat.node.authorisation import Access
from sepakat.node.models import Log, Partner


@dataclass(frozen=True)
class Health:
    """The exchange with one partner: how far each has read the other, and what is in the way."""

    nation: str
    exchanged_at: str
    read: int  # of the partner's log, disclosures included
    size: int  # of the partner's log, as this node has verified it
    own_size: int
    cosigned: int  # of our own log, by the partner
    problem: str
    frozen: str

    @property
    def state(self) -> str:
        """One word for it: frozen, failing, never, behind or well."""
        if self.frozen:
            return "frozen"
        if self.problem:
            return "failing"
        if not self.exchanged_at:
            return "never"
        return "behind" if self.read < self.size or self.cosigned < self.own_size else "well"


def health(access: Access) -> list[Health]:
    """One for each partner; nothing for companies, partners' people and the public."""
    if not access.speaks or all(hat.organisation for hat in access.person.hats):
        return []
    logs = {log.nation: log for log in Log.objects.all()}
    own = logs[access.home.config.nation]
    return [
        Health(
            nation=partner.nation,
            exchanged_at=partner.exchanged_at,
            read=partner.disclosed,
            size=logs[partner.nation].size if partner.nation in logs else 0,
            own_size=own.size,
            cosigned=own.cosigned_size,
            problem=partner.problem,
            frozen=partner.frozen,
        )
        for partner in Partner.objects.order_by("nation")
    ]
