"""Recording what people say: statements and the files that go with them, all or nothing."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction

from sepakat.node import clock, rows
from sepakat.node.evidence import EvidenceStore
from sepakat.node.home import Home
from sepakat.node.ledger import Draft, Ledger, Receipt
from sepakat.record.errors import NotFoundError
from sepakat.vocabulary import REGISTRY


@dataclass(frozen=True)
class Batch:
    """Drafts for the ledger, and the contents of the files that go with them."""

    drafts: list[Draft]
    files: list[bytes] = field(default_factory=list)


def record(home: Home, batch: Batch, *, dry_run: bool = False) -> list[Receipt]:
    """Record drafts and keep their files. A file is destroyed once the log says so, unless another
    record of this nation names the same one."""
    with transaction.atomic():
        ledger = Ledger(home, REGISTRY)
        receipts = ledger.append(batch.drafts, at=clock.now(), dry_run=dry_run)
        if not dry_run:
            for content in batch.files:
                EvidenceStore(home).add(content)
    if not dry_run and any(receipt.object.state == "destroyed" for receipt in receipts):
        # Whoever has begun a transaction around this may yet take all of it back.
        transaction.on_commit(partial(destroy_files, home))
    return receipts


def destroy_files(home: Home) -> None:
    """Destroy the files of which the log says so. That is asked again now and then, as whoever was
    about to do it may have been cut off."""
    store = EvidenceStore(home)
    own = home.config.nation
    named = {o.fields["sha256"] for o in rows.objects_of("evidence", own, "destroyed")}
    left = set(filter(store.has_trace, named))
    if not left:  # as it mostly is
        return
    others = rows.objects_of("evidence", own)
    for sha256 in left - {o.fields["sha256"] for o in others if o.state != "destroyed"}:
        with suppress(NotFoundError):  # another process has done it meanwhile
            store.destroy(sha256)
