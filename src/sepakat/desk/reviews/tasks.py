"""Making the PDF of a review pack: while somebody waits, or as a job where it takes long."""

from datetime import date
from typing import Final, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from sepakat.desk.jobs import results
from sepakat.desk.jobs.progress import Progress
from sepakat.desk.reviews.gathering import basis, packed
from sepakat.desk.reviews.paper import review_paper
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.outlook.reviews.pack import Pack
from sepakat.record.kind import Object
from sepakat.vocabulary import REGISTRY

MAX_AT_ONCE: Final = 15  # projects of a pack that is made while somebody waits: about a second


class MadePaper(NamedTuple):
    pack: Pack
    content: bytes


def is_long(access: Access, portfolio: Object) -> bool:
    seen = table(REGISTRY.get("project")).objects.filter(
        portfolio=portfolio.id, label_id__in=access.labels_of("project")
    )
    return seen.count() > MAX_AT_ONCE


def filename(portfolio: Object, on: date) -> str:
    return f"{portfolio.id}-review-{on.isoformat()}.pdf"


def made_paper(access: Access, portfolio: Object, on: date, since: date) -> MadePaper:
    with transaction.atomic():
        made, at = packed(access, portfolio, on, since), basis(access, portfolio)
    return MadePaper(made.pack, review_paper(made, at))


def write_review(progress: Progress, portfolio: str, on: str, since: str) -> None:
    """The paper, as the job's owner may see it now."""
    access = progress.access()
    thing, day = access.get(portfolio), date.fromisoformat(on)
    progress.step(0, 1, _("Making the review pack"))
    made = made_paper(access, thing, day, date.fromisoformat(since))
    name, file = results.make(access.home)
    try:
        with file:
            file.write(made.content)
        progress.finish(file=name, filename=filename(thing, day), needs=_needs(made.pack))
    except BaseException:
        results.discard(access.home, name)
        raise


def _needs(pack: Pack) -> dict[str, list[int]]:
    """The labels that whoever takes the file must still see, by kind."""
    found: dict[str, list[int]] = {}
    for kind, label in pack.made_from:
        found.setdefault(kind, []).append(rows.label_id(label.text))
    return found
