"""The accounts that the record comes to: the ledgers of each edition, from objects alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sepakat.policy.agreement.reading import read
from sepakat.policy.agreement.text import AgreementText
from sepakat.policy.credit.kinds import row_of
from sepakat.policy.credit.ledger import ledgers
from sepakat.policy.credit.objects import BINDING, UPHELD, by_id, claim_of, is_counted, owed_of
from sepakat.policy.credit.values import Ledger
from sepakat.record.kind import Object
from sepakat.record.label import Label, combine

KINDS = ("edition", "obligation", "claim", "verification")


@dataclass(frozen=True)
class Computed:
    """The ledgers of the obligations under one edition. `left_out` are the claims that are upheld
    and enter none, as they state no day of delivery."""

    edition: Object
    text: AgreementText
    as_of: date
    ledgers: tuple[Ledger, ...]
    obligations: tuple[Object, ...]
    claims: tuple[Object, ...]
    verifications: tuple[Object, ...]
    left_out: tuple[str, ...]

    @property
    def label(self) -> Label:
        """That of what is derived from all of these."""
        things = (self.edition, *self.obligations, *self.claims, *self.verifications)
        return combine(*(thing.label for thing in things))

    def body(self) -> dict[str, Any]:
        """What an account says that closes these ledgers; the counterparty is the edition's."""
        return {
            "terms": self.edition.id,
            "as_of": self.as_of.isoformat(),
            "obligations": [thing.id for thing in self.obligations],
            "claims": [thing.id for thing in self.claims],
            "verifications": [thing.id for thing in self.verifications],
            "rows": [row_of(ledger) for ledger in self.ledgers],
        }


def compute(objects: Iterable[Object], as_of: date) -> list[Computed]:
    """The ledgers of every edition that an obligation is under, by the edition's identifier.

    `objects` are all that a reader may see of `KINDS`. `InvalidError` where the agreement states
    no rate for a claim's currency.
    """
    known = sorted(objects, key=lambda thing: thing.id)
    bound: dict[str, list[Object]] = {}
    for thing in known:
        if thing.kind == "obligation" and thing.state in BINDING and thing.fields.get("terms"):
            bound.setdefault(thing.fields["terms"], []).append(thing)
    editions = {thing.id: thing for thing in known if thing.id in bound}
    claims = [thing for thing in known if thing.kind == "claim" and thing.state in UPHELD]
    found = by_id(thing for thing in known if thing.kind == "verification")
    return [
        _of_edition(editions[name], bound[name], claims, found, as_of) for name in sorted(editions)
    ]


def _of_edition(
    edition: Object,
    obligations: list[Object],
    claims: list[Object],
    found: dict[str, Object],
    as_of: date,
) -> Computed:
    text = read(edition.fields["source"], edition.id)
    names = {thing.id for thing in obligations}
    own = [claim for claim in claims if claim.fields["obligation"] in names]
    counted = [claim for claim in own if is_counted(claim)]
    computed = ledgers(
        text,
        [owed_of(thing, text) for thing in obligations],
        [claim_of(thing, found) for thing in counted],
        as_of,
    )
    decided = [c.fields["verification"] for c in counted if c.state == "verified"]
    return Computed(
        edition,
        text,
        as_of,
        tuple(computed[thing.id] for thing in obligations),
        tuple(obligations),
        tuple(counted),
        tuple(found[name] for name in sorted(decided) if name in found),
        tuple(claim.id for claim in own if not is_counted(claim)),
    )
