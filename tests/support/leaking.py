"""Records with a canary in each of their parts, and whether bytes tell of any of them."""

import hashlib
import io
import logging
import re
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import count, cycle, product
from typing import Any

from django.db import transaction
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sepakat.node.evidence import EvidenceStore
from sepakat.node.home import Home
from sepakat.node.keystore import NAMES
from sepakat.node.log import LineFormatter
from sepakat.node.models import Leaf, Object
from sepakat.record.errors import RefusedError
from sepakat.record.label import CLASSIFICATIONS, Label, make
from support.inprocess import say
from support.nodes import Refusal
from support.pdf import read as read_pdf

HELD = {"programme": ["RADAR"]}  # a caveat that a partner may hold
ALONE = ("organisation", "evidence", "gate", "action_item")
BILATERAL = ("agreement", "engagement", "decision", "obligation", "claim")
KINDS = (*ALONE, *BILATERAL)
DUE = (date.today() + timedelta(days=3)).isoformat()  # noqa: DTZ011 - soon, so that it is told of

_COUNT = count()
_ENCODED = re.compile(rb"[A-Za-z0-9+/_=-]{20,}")  # what may be hexadecimal or base64


def canary() -> str:
    """A word that is nowhere else, of small letters, which every format writes as they are."""
    digest = hashlib.sha256(f"canary {next(_COUNT)}".encode()).digest()
    return "zq" + "".join(chr(97 + byte % 26) for byte in digest[:18])


# The node itself must hold what it labels with. No other nation, and none of its people, does.
CATEGORY, VALUES = canary(), tuple(sorted(canary() for _ in range(60)))
_CAVEATS = cycle(VALUES)
CAVEATS = HELD | {CATEGORY: VALUES}


# Generated records.


@dataclass(frozen=True)
class Sketch:
    """A record to be said. "?" stands for a canary in its label: an organisation, or a caveat."""

    kind: str
    nations: tuple[str, ...]
    organisations: tuple[str, ...] = ()
    classification: Any = "RESTRICTED"
    caveat: str = ""  # none, "held" or "?"

    @property
    def counterparty(self) -> str:
        return "TUR" if "TUR" in self.nations else "KOR"


def sketches(*organisations: str) -> st.SearchStrategy[Sketch]:
    """Of kinds of one nation and of two; labels may name these organisations too."""
    own = [(), ("MYS",), ("MYS", "?"), *(("MYS", name) for name in organisations)]
    caveats = st.sampled_from(["", "", "", "held", "?"])
    grades = st.sampled_from(CLASSIFICATIONS)
    alone = st.builds(
        Sketch,
        st.sampled_from(ALONE),
        st.sampled_from([(), ("MYS",), ("KOR", "MYS"), ("MYS", "TUR"), ("PUBLIC",)]),
        st.sampled_from([*own, ("KOR", "MYS"), ("KOR", "?")]),
        grades,
        caveats,
    )
    bilateral = st.builds(
        Sketch,
        st.sampled_from(BILATERAL),
        st.sampled_from([("KOR", "MYS"), ("MYS", "TUR"), ("PUBLIC",)]),
        st.sampled_from(own),
        grades,
        caveats,
    )
    # What keeps a record from the nation that it is said to could not be said.
    return alone | bilateral.map(
        lambda s: replace(s, organisations=s.organisations and (s.counterparty, *s.organisations))
    )


@dataclass
class Planted:
    """A record, and what of it nobody may learn whom its label does not name."""

    id: str
    kind: str
    label: Label
    words: str  # in its texts, in its file and in the file's name
    marks: str  # in its label
    sha256: str = ""  # of its file
    digest: str = ""  # of its statement; empty where the node refused to say it
    index: int = -1
    salt: bytes = b""

    @property
    def name(self) -> str:
        return self.id.removeprefix("MYS-")

    @property
    def sealed(self) -> list[bytes]:
        """What comes only under the seal, to whom it is for."""
        found = [self.name.encode(), self.words.encode(), self.salt, bytes.fromhex(self.sha256)]
        return [part for part in found if part]

    @property
    def secrets(self) -> list[bytes]:
        """All of it. What names the sealed record beside it, label and digest, is among it."""
        stated = [self.marks.encode(), bytes.fromhex(self.digest)]
        stated += [name.encode() for name in self.label.restrictive if name == CATEGORY]
        return [*self.sealed, *(part for part in stated if part)]


@dataclass(frozen=True)
class Node:
    """How to say something at a node, to keep a file there, and to have an obligation in force."""

    say: Callable[..., tuple[str, int]]  # (kind, about, action, label, role, **body)
    keep: Callable[[bytes], str]
    put_in_force: Callable[[str], object]

    def begin(self) -> None:
        """What obligations are owed under: an agreement with each of two nations."""
        for nation, label in (("KOR", ["PUBLIC"]), ("TUR", ["MYS", "TUR"])):
            self.say(
                "agreement", f"MYS-base-{nation.lower()}", "propose", make("UNCLASSIFIED", label),
                "officer", title="Base", counterparty=nation, exclusivity="exclusive",
            )  # fmt: skip

    def plant(self, sketch: Sketch) -> list[Planted]:
        """Say a record, and before it what it relies on, under the same label."""
        marks = next(_CAVEATS) if sketch.caveat == "?" else canary()
        caveats = {"": {}, "held": HELD, "?": {CATEGORY: [marks]}}[sketch.caveat]
        houses = [f"MYS-{marks}" if name == "?" else name for name in sketch.organisations]
        label = make(sketch.classification, sketch.nations, organisations=houses, caveats=caveats)
        kinds = ("obligation", "evidence", "claim") if sketch.kind == "claim" else (sketch.kind,)
        made: dict[str, Planted] = {}
        for kind in kinds:
            thing = Planted(f"MYS-{canary()}", kind, label, canary(), marks)
            made[kind] = thing
            action, role, body = self._said(thing, sketch.counterparty, made)
            try:
                thing.digest, thing.index = self.say(kind, thing.id, action, label, role, **body)
            except (RefusedError, Refusal):
                break  # it is nowhere then; all the more may nothing of it be sent
            if sketch.kind == "claim" and kind == "obligation":
                self.put_in_force(thing.id)
        return list(made.values())

    def _said(
        self, thing: Planted, partner: str, made: Mapping[str, Planted]
    ) -> tuple[str, str, dict[str, Any]]:
        """An action that makes the thing, a role that may, and fields full of its words."""
        text = f"Text {thing.words}"
        value = {"amount": "1000.00", "currency": "MYR"}
        to = {"counterparty": partner}
        match thing.kind:
            case "organisation":
                about = {"registration": text, "description": text}
                return "register", "officer", about | {"name": text, "type": "company"}
            case "evidence":
                content = f"file of {thing.words}".encode()
                thing.sha256 = self.keep(content)
                file = {"sha256": thing.sha256, "size": len(content), "filename": f"{text}.txt"}
                return "register", "officer", file | {"title": text, "media_type": "text/plain"}
            case "gate":
                return "plan", "officer", {"name": text, "authority": text, "due": DUE}
            case "action_item":
                return "undertake", "officer", {"title": text, "assignee": "MYS", "due": DUE}
            case "agreement":
                about = {"title": text, "exclusivity": "exclusive", "precedents": [text]}
                return "propose", "officer", about | to
            case "engagement":
                about = {"type": "meeting", "title": text, "place": text, "sessions": [text]}
                return "schedule", "officer", about | to | {"date": DUE}
            case "decision":
                about = {"question": text, "text": text, "reasons": text, "dissent": text}
                return "propose", "committee", about | to
            case "obligation":
                about = {"title": text, "description": text, "value": value, "due": DUE}
                about |= {"agreement": f"MYS-base-{partner.lower()}", "obligor": "MYS"}
                return "propose", "officer", about | to | {"category": "training"}
            case _:
                about = {"description": text, "value": value, "activity": thing.words}
                relied = {"obligation": made["obligation"].id, "evidence": [made["evidence"].id]}
                return "file", "officer", about | relied | to


def in_process(home: Home) -> Node:
    """A node in this process, for `leaking`."""

    def speak(kind: str, about: str, action: str, *rest: object, **body: object) -> tuple[str, int]:
        receipt = say(home, kind, about, action, *rest, **body)  # type: ignore[arg-type]
        return receipt.digest, receipt.index

    def put_in_force(about: str) -> None:
        Object.objects.filter(id=about).update(state="in_force")

    return Node(speak, lambda data: EvidenceStore(home).add(data)[0], put_in_force)


def plant(home: Home, given: Iterable[Sketch]) -> list[Planted]:
    node = in_process(home)
    node.begin()
    made = [thing for sketch in given for thing in node.plant(sketch)]
    salts = dict(Leaf.objects.filter(nation="MYS").values_list("index", "salt"))
    for thing in made:
        thing.salt = bytes(salts[thing.index]) if thing.digest else b""
    return made


def keys_of(home: Home) -> list[bytes]:
    return [home.keys.get(name) for name in NAMES]


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """What the node's log would have, all levels of it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


# From a partner that is cleared for RESTRICTED, each by another part of its label.
HIDDEN = [
    Sketch("evidence", ("MYS",)),
    Sketch("evidence", ("MYS", "TUR")),
    Sketch("evidence", ("KOR", "MYS"), classification="SECRET"),
    Sketch("evidence", ("KOR", "MYS"), caveat="?"),
    Sketch("evidence", ("KOR", "MYS"), ("MYS", "?")),
]

# Each case is a node's worth of work: none is shrunk.
EXAMPLES = settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def example() -> Iterator[None]:
    """Of each generated case the node forgets everything."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Who may see them.


@dataclass(frozen=True)
class Onlooker:
    """Who looks on: the public, where no nation is named."""

    nation: str = ""
    clearance: str = "UNCLASSIFIED"
    organisation: str = ""
    caveats: tuple[str, ...] = ()

    def may_see(self, label: Label) -> bool:
        """By the words of docs/formats.md, and not by the code that is under test."""
        released, named = label.released, label.permissive.get("organisation")
        if CLASSIFICATIONS.index(label.classification) > CLASSIFICATIONS.index(self.clearance):
            return False
        if "PUBLIC" not in released and self.nation not in released:
            return False
        if named is not None and (self.organisation or self.nation) not in named:
            return False
        if self.organisation and "PUBLIC" not in released and not named:
            return False  # a house sees of what is not public only what names it
        return all(value in self.caveats for held in label.restrictive.values() for value in held)

    def hidden(self, things: Iterable[Planted]) -> list[Planted]:
        return [thing for thing in things if not thing.digest or not self.may_see(thing.label)]


# Looking for what was planted.


@cache
def spellings(secret: bytes) -> list[bytes]:
    """How it may be written otherwise."""
    # However the secret lies in a run of base64, one of three shifts shows its middle.
    shifted = [b64encode(b"x" * n + secret)[4 : -4 or None] for n in range(3)]
    urlsafe = [text.replace(b"+", b"-").replace(b"/", b"_") for text in shifted]
    return [secret.hex().encode(), *dict.fromkeys([*shifted, *urlsafe])]


def told(secrets: Iterable[bytes], sent: bytes) -> list[bytes]:
    """The secrets that can be read in what was sent."""
    encoded = b"\n".join(set(_ENCODED.findall(sent)))
    return [
        secret
        for secret in dict.fromkeys(secrets)
        if secret in sent or any(text in encoded for text in spellings(secret))
    ]


def unpacked(content: bytes) -> bytes:
    """What an answer says, out of the formats that pack it."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return b"\n".join([name.encode() + file.read(name) for name in file.namelist()])
    if content.startswith(b"%PDF"):
        return content + "\n".join(read_pdf(content)).encode()
    return content


# Every address.


def routes() -> list[str]:
    """Every route of the node's URL configuration."""
    return list(dict.fromkeys(_routes(get_resolver().url_patterns, "")))


def _routes(patterns: Iterable[Any], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


_PART = re.compile(r"<(?:\w+:)?(?P<plain>\w+)>|\(\?P<(?P<regular>\w+)>[^)]*\)")


def addresses(route: str, arguments: Mapping[str, Iterable[str]]) -> list[str]:
    """The addresses of a route with each of these arguments; a KeyError names one that is new."""
    names = [match["plain"] or match["regular"] for match in _PART.finditer(route)]
    path = _PART.sub("{}", route).replace("^", "").replace("$", "")
    values = [list(arguments[name]) for name in names]
    return ["/" + path.format(*chosen) for chosen in product(*values)]
