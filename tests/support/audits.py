"""A short story of two nations to export, and what an audit says of what became of that."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sepakat.record import label as labels
from sepakat.record.audit import Report, audit
from sepakat.vocabulary import REGISTRY
from support import records
from support.nations import Nations

OWN = labels.make("RESTRICTED", ["MYS"])
COMPANY = {"name": "Company", "type": "company"}
AGREEMENT = {"title": "A title", "counterparty": "MYS", "exclusivity": "exclusive"}


def tell(nations: Nations, own: int = 2) -> Nations:
    """A short story of both nations, after `own` statements that MYS keeps to itself."""
    for i in range(own):
        nations.say("MYS", "organisation", f"MYS-own-{i}", "register", COMPANY, label=OWN)
    office = records.secret("MYS", "office")
    nations.say(
        "MYS", "key", "MYS-office", "register", {"name": "Office", "public_key": str(office.public)}
    )
    root, nations.keys["MYS"] = nations.keys["MYS"], office
    nations.say("MYS", "organisation", "MYS-a", "register", COMPANY)
    nations.keys["MYS"] = root
    nations.say("KOR", "agreement", "KOR-ag", "propose", AGREEMENT)
    nations.say("MYS", "agreement", "KOR-ag", "accept")
    nations.say(
        "KOR",
        "organisation",
        "KOR-own",
        "register",
        COMPANY,
        label=labels.make("RESTRICTED", ["KOR"]),
    )
    nations.say("MYS", "agreement", "KOR-ag", "accept")  # once too often: it is rejected
    return nations


def places(report: Report) -> list[str]:
    return [finding.place for finding in report.findings]


def found(report: Report, place: str, what: str) -> bool:
    return any(f.place.startswith(place) and what in f.what for f in report.findings)


def resigned(directory: Path, **change: object) -> Report:
    records.sign_anew(directory, **change)  # type: ignore[arg-type]
    return audit(directory, REGISTRY)


@contextmanager
def changed(path: Path, data: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)
