"""What is irregular about a tender, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sepakat.desk.pages.procurements import Procurement
from sepakat.industry.procurement.irregularities import irregularities


@dataclass(frozen=True)
class Irregular:
    sentence: str
    about: tuple[str, ...]


def irregular(found: Procurement) -> list[Irregular]:
    """What all that the reader sees of a procurement shows to be wrong."""
    sentences = _sentences()
    return [
        Irregular(sentences[one.code], one.about)
        for one in irregularities(found.tender, found.by_kind)
    ]


def _sentences() -> Mapping[str, str]:
    return {
        "offer_not_listed": _("The buyer received this offer, and did not list it at the closing."),
        "opened_twice": _("This offer has more than one record of its opening."),
        "evaluated_twice": _("This lot has more than one approved evaluation."),
        "notice_without_award": _("No award that was approved announces this notice."),
        "price_differs": _("The value announced is not the price offered, nor one agreed since."),
        "contracted_twice": _("More than one contract follows this notice."),
        "paid_beyond": _("More was paid for a milestone than it is worth."),
    }
