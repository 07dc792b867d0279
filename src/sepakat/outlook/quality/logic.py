"""Checks 1 to 4: whether activities are linked, and how."""

from collections.abc import Iterable

from sepakat.outlook.network import LinkType
from sepakat.outlook.plan.model import Dependency
from sepakat.outlook.quality.finding import Check, Finding, Subject, share

LOGIC = Check(
    1,
    "Activities without a predecessor or a successor",
    5,
    "%",
    "A delay does not travel along a link that is missing, so the plan stays on time on paper. "
    "A single first and a single last activity have one end open by nature, and do not count.",
    is_gating=True,
)
LEADS = Check(
    2,
    "Links with a lead",
    0,
    "%",
    "A lead lets work begin before what it depends on is done, and hides how long that takes.",
)
LAGS = Check(
    3,
    "Links with a lag",
    5,
    "%",
    "A lag is time that nobody is responsible for, and whose length nobody forecasts.",
)
TYPES = Check(
    4,
    "Links from finish to start",
    90,
    "%",
    "Other links are harder to understand, and let one end of an activity hang free.",
    at_least=True,
)


def logic(subject: Subject) -> Finding:
    work = {a.code for a in subject.work}
    links = subject.plan.links
    first = work - {link.successor for link in links}
    last = work - {link.predecessor for link in links}
    offenders = {code for ends in (first, last) if len(ends) > 1 for code in ends} | first & last
    return share(
        LOGIC,
        (a.code for a in subject.open if a.code in offenders),
        len(subject.open),
        "nothing is left to do",
    )


def leads(subject: Subject) -> Finding:
    links = _open_links(subject)
    return share(LEADS, _named(a for a in links if a.lag < 0), len(links), "there are no links")


def lags(subject: Subject) -> Finding:
    links = _open_links(subject)
    return share(LAGS, _named(a for a in links if a.lag > 0), len(links), "there are no links")


def types(subject: Subject) -> Finding:
    links = _open_links(subject)
    if not links:
        return Finding(TYPES, None, reason="there are no links")
    others = tuple(_named(a for a in links if a.type != LinkType.FINISH_START))
    return Finding(TYPES, 100 - 100 * len(others) / len(links), others, len(links))


def _open_links(subject: Subject) -> list[Dependency]:
    """Links to what is not finished."""
    codes = {activity.code for activity in subject.open}
    return [link for link in subject.plan.links if link.successor in codes]


def _named(links: Iterable[Dependency]) -> Iterable[str]:
    return (f"{link.predecessor} -> {link.successor}" for link in links)
