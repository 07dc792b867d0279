"""What is computed from the record: the checkpoint of its log, and the table of commitments."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query

from sepakat.desk.api import lists, schemas
from sepakat.desk.pages.proofs import logs
from sepakat.industry.commitments import commitments as table
from sepakat.industry.commitments import totals_by_category, totals_by_nation
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.models import Object as Row
from sepakat.node.partners import all_cards
from sepakat.record.kind import Object

COUNTED = ("obligation", "claim", "verification", "milestone")


class CommitmentsQuery(schemas.Model):
    on: date | None = None


def checkpoint(request: HttpRequest) -> schemas.SignedCheckpoint:
    """The newest signed checkpoint of this node's log, as everybody may have it."""
    home = request.access.home
    signed = logs(all_cards(home))[home.config.nation]
    return schemas.SignedCheckpoint(
        nation=signed.nation,
        origin=home.card().origin,
        size=signed.size,
        root=signed.root.hex(),
        checkpoint=signed.note.decode(),
        cosigned_size=signed.cosigned_size,
        cosigned_checkpoint=signed.cosigned_note.decode(),
        cosigned=[schemas.Cosigned(nation=c.nation, at=c.at) for c in signed.cosigned],
    )


def commitments(request: HttpRequest, query: Query[CommitmentsQuery]) -> schemas.Commitments:
    """The table of commitments as due on a day, over all that the caller may see."""
    lists.check_known(request, CommitmentsQuery)
    today = query.on or timezone.now().date()
    found = table(_counted(request.access), today)
    return schemas.Commitments(
        on=today,
        commitments=[schemas.Commitment(**asdict(row)) for row in found],
        by_nation=[schemas.Total(**asdict(total)) for total in totals_by_nation(found)],
        by_category=[schemas.Total(**asdict(total)) for total in totals_by_category(found)],
    )


def _counted(access: Access) -> list[Object]:
    visible = Q(pk__in=())
    for labels, kinds in access.alike(COUNTED).items():
        visible |= Q(kind__in=kinds, label_id__in=labels)
    ids: Any = Row.objects.filter(visible).values_list("id", flat=True)
    return list(rows.objects(ids).values())
