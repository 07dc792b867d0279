"""What a node does by itself every few minutes: exchange with its partners, tell its people, and
destroy what is to be destroyed."""

import logging

from sepakat.desk.notices.telling import tell
from sepakat.node.exchange import exchange
from sepakat.node.home import Home
from sepakat.node.models import Partner
from sepakat.node.recording import destroy_files
from sepakat.record.errors import SepakatError
from sepakat.vocabulary import REGISTRY

logger = logging.getLogger(__name__)


def do_round(home: Home) -> None:
    """Exchange with each partner that is not frozen, then tell everybody what is new.

    A partner that is down or lying stops nothing; what was wrong is kept with it.
    """
    partners = Partner.objects.filter(frozen="").order_by("nation")
    for nation in partners.values_list("nation", flat=True):
        try:
            exchange(home, REGISTRY, nation)
        except SepakatError as error:
            logger.warning("no exchange with %s: %s", nation, error)
        except Exception:  # what nobody foresaw of one partner is no reason to leave out the others
            logger.exception("the exchange with %s has failed", nation)
    tell(home)
    destroy_files(home)
