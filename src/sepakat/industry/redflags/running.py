"""Running the indicators over releases, one at a time."""

from collections.abc import Iterable, Mapping
from typing import Any

from sepakat.industry.redflags.findings import Findings, Flag
from sepakat.industry.redflags.indicator import Indicator
from sepakat.industry.redflags.process import Process, record, text
from sepakat.industry.redflags.r003 import ShortNotice
from sepakat.industry.redflags.r018 import SingleBid
from sepakat.industry.redflags.r024 import CloseBid
from sepakat.industry.redflags.r025 import SeldomWins
from sepakat.industry.redflags.r028 import SamePrice
from sepakat.industry.redflags.r030 import LateWinner
from sepakat.industry.redflags.r035 import OthersDisqualified
from sepakat.industry.redflags.r036 import LowestDisqualified
from sepakat.industry.redflags.r038 import OftenDisqualified
from sepakat.industry.redflags.r048 import SuppliesEverything
from sepakat.industry.redflags.r058 import DeepDiscount
from sepakat.industry.redflags.settings import Settings

INDICATORS: tuple[type[Indicator], ...] = (
    ShortNotice,
    SingleBid,
    CloseBid,
    SeldomWins,
    SamePrice,
    LateWinner,
    OthersDisqualified,
    LowestDisqualified,
    OftenDisqualified,
    SuppliesEverything,
    DeepDiscount,
)


def run(releases: Iterable[Mapping[str, Any]], settings: Settings | None = None) -> Findings:
    """Flag what is unusual in compiled releases, one for each contracting process.

    Releases are read once and not kept. What is kept grows with the flags, the organisations and,
    for R024 and R058, the processes that have a gap. Two releases of one process count twice, so
    compile them first. A field of another type than the standard's counts as absent.
    """
    settings = settings or Settings()
    wanted = settings.indicators
    indicators = [one(settings) for one in INDICATORS if wanted is None or one.code in wanted]
    flags: list[Flag] = []
    read = cancelled = excluded = nameless = 0
    for release in releases:
        read += 1
        tender, ocid = record(release.get("tender")), text(release.get("ocid"))
        method = text(tender.get("procurementMethodDetails"))
        if ocid is None:
            nameless += 1
        elif tender.get("status") == "cancelled":
            cancelled += 1
        elif method in settings.exclude:
            excluded += 1
        else:
            process = Process(ocid, release, method not in settings.no_price_comparison)
            for indicator in indicators:
                flags += indicator.read(process)
    for indicator in indicators:
        flags += indicator.finish()
    fences = {one.code: one.fences for one in indicators if one.fences}
    return Findings(tuple(flags), fences, read, cancelled, excluded, nameless)
