"""One exchange with a partner: read its log and what it discloses, have ours cosigned, compare.

Each step stores what it has checked before the next begins, so an interrupted exchange goes on
where it stopped. A partner that is down, slow or lying stops nothing at home.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from pydantic import BaseModel, ConfigDict, ValidationError

from sepakat.node import clock, disclosure, mirror, partners, reconcile, rows
from sepakat.node.evidence import MAX_BYTES as MAX_EVIDENCE
from sepakat.node.evidence import EvidenceStore
from sepakat.node.home import Home
from sepakat.node.models import Log, Partner
from sepakat.node.transport import Transport, UnreachableError, UnwelcomeError
from sepakat.record import canon, seal
from sepakat.record.card import Card
from sepakat.record.errors import (
    InvalidError,
    NotFoundError,
    ProofError,
    SepakatError,
)
from sepakat.record.fields import Count, Digest, Nation
from sepakat.record.kind import Registry
from sepakat.record.lines import parse_size
from sepakat.record.tile import WIDTH

CHECKPOINT_BYTES = 64 * 1024
BUNDLE_BYTES = WIDTH * (2 + mirror.ENTRY_BYTES)
STATE_BYTES = 4 * 1024
EVIDENCE_PIECE = 4 * 1024 * 1024  # of a file in one answer, so that 0.6 Mbit/s meet its deadline
SEAL_BYTES = 4 * 1024  # more than sealing adds

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What an exchange came to.

    `missing` counts files that the partner has registered and does not have. `agreed` is none where
    the two could not be compared yet.
    """

    nation: str
    leaves: int
    records: int
    files: int
    missing: int
    cosigned: int
    agreed: bool | None
    digest: str = ""


class _State(BaseModel):
    """How a partner's node names the state that both can see, and at which sizes."""

    model_config = ConfigDict(extra="forbid")

    sizes: dict[Nation, Count]
    digest: Digest


def exchange(
    home: Home, registry: Registry, nation: str, say: Say = lambda message: None
) -> Outcome:
    """Exchange with one partner. Every problem is kept with the partner and raised."""
    partner = partners.require_unfrozen(nation)
    try:
        card = partners.card_of(partner)
        with Transport(home, card, partner.url) as transport:
            outcome = _exchange(home, registry, card, transport, say)
    except mirror.CheatingError as error:
        error.at(where=partner.url)
        partners.freeze(home, registry, nation, error.what, error.proof)
        raise
    except SepakatError as error:
        is_theirs = isinstance(error, ProofError | InvalidError | UnreachableError)
        if is_theirs and str(home.path) not in error.where:
            error.where = _place(partner.url, error.where)
            error.at(fix="Nothing of it was kept; ask its operator")
        Partner.objects.filter(nation=nation).update(problem=f"{clock.now()} {error}")
        raise
    Partner.objects.filter(nation=nation).update(problem="", exchanged_at=clock.now())
    return outcome


def _place(url: str, where: str) -> str:
    """A place in what a partner answered, by its node's address."""
    if url in where:
        return where
    return f"{url}{where}" if where.startswith("/") else f"{url}, {where}" if where else url


def _exchange(
    home: Home, registry: Registry, card: Card, transport: Transport, say: Say
) -> Outcome:
    say("reading its log")
    advance = mirror.follow(
        home,
        card,
        lambda: transport.get("/checkpoint", CHECKPOINT_BYTES),
        lambda path: transport.get(f"/{path}", BUNDLE_BYTES),
    )
    say("reading what it discloses")
    records = _disclosures(home, registry, card, transport)
    say("asking for its cosignature")
    size = _cosignature(home, card, transport)
    say("comparing the two states")
    agreed, digest = _compare(home, registry, card, transport)
    # Last, so that a file which cannot be had keeps nothing else back.
    files, missing = _evidence(home, card, transport, say)
    leaves = advance.new - advance.old
    return Outcome(card.nation, leaves, records, files, missing, size, agreed, digest)


def _disclosures(home: Home, registry: Registry, card: Card, transport: Transport) -> int:
    size = Log.objects.get(nation=card.nation).size
    before = _held(card.nation)
    start = partners.get(card.nation).disclosed
    while start < size:
        path = f"/exchange/disclosures?from={start}&to={size}"
        data = transport.get(path, disclosure.MAX_PAGE_BYTES)
        start = disclosure.take(home, registry, card, data, start)
    return _held(card.nation) - before


def _held(nation: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM node_statement WHERE nation = %s", (nation,))
        return int(cursor.fetchone()[0])


def _evidence(home: Home, card: Card, transport: Transport, say: Say) -> tuple[int, int]:
    """Fetch the evidence files that the partner has registered and that are not here yet; how many
    came, and how many it does not have. One that cannot be had, or is not what was registered,
    stops no other. What a record of ours says is destroyed is not brought back."""
    store = EvidenceStore(home)
    fetched = missing = 0
    wrong: list[SepakatError] = []
    ours = rows.objects_of("evidence", home.config.nation, "destroyed")
    destroyed = {thing.fields["sha256"] for thing in ours}
    for thing in rows.objects_of("evidence", card.nation):
        sha256 = thing.fields["sha256"]
        if thing.state != "registered" or sha256 in destroyed or store.has(sha256):
            continue
        say(f"fetching {thing.fields['filename']}")
        try:
            content = _file(home, card, transport, sha256)
        except NotFoundError:
            missing += 1
            continue
        except (ProofError, UnwelcomeError) as error:
            error.where = ", ".join(filter(None, (f"evidence {thing.id}", error.where)))
            wrong.append(error)
            continue
        partners.require_unfrozen(card.nation)
        store.add(content)
        fetched += 1
    if wrong:
        raise wrong[0]
    return fetched, missing


def _file(home: Home, card: Card, transport: Transport, sha256: str) -> bytes:
    """An evidence file, piece by piece: one that is not whole is the last."""
    key = seal.SealingKey.from_bytes(home.keys.get("sealing"))
    pieces: list[bytes] = []
    while not pieces or len(pieces[-1]) == EVIDENCE_PIECE:
        start = len(pieces) * EVIDENCE_PIECE
        if start > MAX_EVIDENCE:
            raise ProofError(f"a file of more than {MAX_EVIDENCE:,} bytes")
        path = f"/exchange/evidence/{sha256}?from={start}"
        sealed = transport.get(path, EVIDENCE_PIECE + SEAL_BYTES)
        pieces.append(seal.unseal(sealed, key, evidence_context(card, sha256, start)))
    content = b"".join(pieces)
    if canon.digest(content) != sha256:
        raise ProofError("a file that is not the one registered")
    return content


def evidence_context(owner: Card, sha256: str, start: int) -> bytes:
    """What a piece of a file is sealed for: whose file, and the byte that the piece begins at."""
    return f"{owner.origin} evidence {sha256} {start}".encode()


def _cosignature(home: Home, card: Card, transport: Transport) -> int:
    """Push our checkpoint to the partner as its witness (C2SP tlog-witness)."""
    old = Log.objects.get(nation=home.config.nation).cosigned_size
    for _ in range(2):  # the second time from the size that the witness says it has stored
        request = mirror.request_for(home, old)
        status, body = transport.post("/add-checkpoint", request.encode(), CHECKPOINT_BYTES)
        if status == 200:
            return mirror.cosigned(home, card, body, request.checkpoint)
        if status != 409:
            break
        try:
            old = parse_size(body.decode("ascii", "replace").removesuffix("\n"), "/add-checkpoint")
        except InvalidError as error:
            raise ProofError("its witness names no size", where="/add-checkpoint") from error
    raise UnreachableError(
        f"{card.nation}'s witness does not cosign (status {status})",
        where="/add-checkpoint",
        fix="Ask its operator; the next exchange tries again",
    )


def _compare(
    home: Home, registry: Registry, card: Card, transport: Transport
) -> tuple[bool | None, str]:
    own, nation = home.card(), card.nation
    try:
        state = _State.model_validate(canon.decode(transport.get("/exchange/state", STATE_BYTES)))
        sizes = {name: state.sizes[name] for name in (own.nation, nation)}
    except (InvalidError, ValidationError, KeyError) as error:
        raise ProofError("not a state", where="/exchange/state") from error
    if sizes[nation] > partners.get(nation).disclosed:
        return None, state.digest  # it has said more meanwhile
    return state.digest == reconcile.shared_digest(registry, own, card, sizes), state.digest
