"""What is done with workbooks as jobs, because it takes long."""

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sepakat.desk import uploads
from sepakat.desk.jobs import results
from sepakat.desk.jobs.progress import Progress
from sepakat.desk.kinds.lists import Listing
from sepakat.desk.workbook.export import Export, write_xlsx
from sepakat.desk.workbook.sheet import Sheet
from sepakat.node import clock
from sepakat.node.ledger import Receipt
from sepakat.vocabulary import REGISTRY


def export_list(progress: Progress, kind: str, query: str, title: str) -> None:
    """Write the list that a query string names into a workbook, as the owner may see it now."""
    access = progress.access()
    declared = REGISTRY.get(kind)
    listing = Listing(access, declared, QueryDict(query))
    what = Export(declared, listing.rows, access, title, listing.describe(), clock.now())
    total = listing.rows.count()
    message = _("Writing rows")
    progress.step(0, total, message)
    name, file = results.make(access.home)
    try:
        with file:
            write_xlsx(what, file, lambda done: progress.step(done, total, message))
        progress.finish(
            ngettext("{} row", "{} rows", total).format(total),
            file=name,
            filename=f"{what.filename}.xlsx",
            needs={kind: list(what.labels)},
        )
    except BaseException:
        results.discard(access.home, name)
        raise


def record_sheet(progress: Progress, upload: str) -> None:
    """Record all rows of a sheet that its sender has confirmed, or none."""
    access = progress.access()
    account = access.person.account
    sheet = Sheet.model_validate_json(uploads.read(access.home, account, upload))
    count = len(sheet.rows)
    progress.step(0, 0, _("Recording {} rows, all or none").format(count))
    with transaction.atomic():
        receipts = sheet.record(access)
        # Together: what is recorded is never said to have failed.
        progress.finish(recorded(receipts), link=receipt_address(sheet.kind, receipts))
    uploads.discard(access.home, account, upload)


def recorded(receipts: list[Receipt]) -> str:
    count = len(receipts)
    return ngettext("{} record is signed.", "{} records are signed.", count).format(count)


def receipt_address(kind: str, receipts: list[Receipt]) -> str:
    return reverse("workbook-receipt", args=[kind, receipts[0].index, receipts[-1].index])
