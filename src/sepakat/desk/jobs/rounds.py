"""What a node does by itself every few minutes: exchange with its partners, tell its people, and
destroy what is to be destroyed."""

import logging
import time
from threading import Thread
from typing import Final

from django.db import connection

from sepakat.desk.notices.telling import tell
from sepakat.node.exchange import exchange
from sepakat.node.home import Home
from sepakat.node.models import Partner
from sepakat.node.recording import destroy_files
from sepakat.record.errors import SepakatError
from sepakat.vocabulary import REGISTRY

logger = logging.getLogger(__name__)

PATIENCE: Final = 60.0  # seconds that a round gives its exchanges before it goes on without them


class Rounds:
    """The rounds of one worker.

    A partner that is down, lying or slow stops nothing: what was wrong is kept with it, and an
    exchange that takes longer goes on beside the rounds that follow, which leave that partner out.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._exchanges: dict[str, Thread] = {}

    def do(self) -> None:
        """Exchange with each partner that is not frozen, then tell everybody what is new."""
        under_way = {n: thread for n, thread in self._exchanges.items() if thread.is_alive()}
        partners = Partner.objects.filter(frozen="").exclude(nation__in=under_way)
        new = {
            # A daemon's, for what it has stored is whole wherever it is cut off.
            nation: Thread(target=_exchange, args=[self._home, nation], name=nation, daemon=True)
            for nation in partners.order_by("nation").values_list("nation", flat=True)
        }
        for thread in new.values():
            thread.start()
        until = time.monotonic() + PATIENCE
        for thread in new.values():
            thread.join(max(0.0, until - time.monotonic()))
        self._exchanges = under_way | new
        tell(self._home)
        destroy_files(self._home)


def _exchange(home: Home, nation: str) -> None:
    try:
        exchange(home, REGISTRY, nation)
    except SepakatError as error:
        logger.warning("no exchange with %s: %s", nation, error)
    except Exception:
        logger.exception("the exchange with %s has failed", nation)
    finally:
        connection.close()
