"""A node within the test's own process, in the test's database."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sepakat.node.home import Config, Home
from sepakat.node.init import make_keys
from sepakat.node.ledger import Draft, Ledger, Receipt, begin
from sepakat.record.keys import SigningKey
from sepakat.record.label import PUBLIC, Label, make
from sepakat.vocabulary import REGISTRY

AT = "2026-02-01T00:00:00Z"
OWN = make("RESTRICTED", ["MYS"])
BOTH = make("RESTRICTED", ["KOR", "MYS"])


CAVEATS = {"project": ("falcon", "heron")}  # that a node in a test holds


def new_node(
    path: Path,
    nation: str = "MYS",
    ceiling: str = "SECRET",
    caveats: Mapping[str, Iterable[str]] = CAVEATS,
) -> Home:
    """A node as `init` makes it, whose tables are there already."""
    home = Home.create(
        path,
        Config(
            nation=nation,
            name=f"The nation {nation}",
            origin=f"{nation.lower()}.example/log",
            url=f"https://{nation.lower()}.example",
            ceiling=ceiling,
            caveats={name: tuple(values) for name, values in caveats.items()},
        ),
    )
    make_keys(home)
    begin(home)
    office = str(SigningKey(home.keys.get("office")).public)
    body = {"name": "office", "public_key": office}
    label = make("UNCLASSIFIED", [PUBLIC])
    say(home, "key", f"{nation}-key-office", "register", label, "administrator", **body)
    return home


def say(
    home: Home,
    kind: str,
    about: str,
    action: str,
    label: Label | None = None,
    role: str = "officer",
    **body: object,
) -> Receipt:
    [receipt] = Ledger(home, REGISTRY).append(
        [Draft(kind, about, action, dict(body), label, role)], at=AT
    )
    return receipt


def numbered(value: object) -> Label:
    """A label of its own, for the readers of `BOTH`."""
    return Label(**BOTH.model_dump() | {"informative": {"number": (str(value),)}})


def company(home: Home, name: str, label: Label = OWN) -> Receipt:
    """Register a company, the plainest thing that there is to say."""
    about = f"{home.config.nation}-company-{name}"
    return say(home, "organisation", about, "register", label, name=f"Co {name}", type="company")
