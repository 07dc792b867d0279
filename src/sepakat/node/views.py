"""What a node answers over HTTP. Errors say nothing of the record, nor whether a thing exists."""

import logging
from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from sepakat.node import disclosure, mirror, partners, reconcile, rows
from sepakat.node.evidence import EvidenceStore
from sepakat.node.exchange import EVIDENCE_PIECE, evidence_context
from sepakat.node.models import Log, Partner
from sepakat.node.signed import home, plain
from sepakat.record import canon, seal
from sepakat.record.errors import InvalidError, NotFoundError, ProofError, SepakatError
from sepakat.record.keys import decode_base64
from sepakat.record.label import may_see
from sepakat.record.merkle import HASH_SIZE
from sepakat.record.tile import WIDTH, encode_entries, parse_tile_path
from sepakat.record.witness import ForkError, WitnessError, parse_add_checkpoint
from sepakat.vocabulary import REGISTRY

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

MAX_ADD_CHECKPOINT = 64 * 1024


def for_partners(view: View) -> View:
    """Answers registered partners only; for all others there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.partner is None:
            return not_found(request)
        try:
            return view(request, *args, **kwargs)
        except InvalidError:
            return bad_request(request)
        except NotFoundError:
            return not_found(request)

    return guarded


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    try:
        Log.objects.exists()
    except DatabaseError:
        return plain("the database does not answer", 503)
    return plain("ok")


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The log's newest checkpoint, with its cosignatures where it has been cosigned already."""
    own = Log.objects.get(nation=home().config.nation)
    note = own.cosigned if own.cosigned_size == own.size and own.cosigned else own.checkpoint
    return HttpResponse(bytes(note), content_type="text/plain; charset=utf-8")


@require_GET
def tile(request: HttpRequest, name: str) -> HttpResponse:
    nation = home().config.nation
    try:
        path = parse_tile_path(name)
    except InvalidError:
        return not_found(request)
    if path.level == "entries":
        end = path.index * WIDTH + path.width
        if end > Log.objects.get(nation=nation).size:
            return not_found(request)
        data = encode_entries(rows.entries(nation, path.index * WIDTH, path.width))
    else:
        data = rows.hashes(nation, path.level, path.index, path.width)
        data = data if len(data) == path.width * HASH_SIZE else b""
    if not data:
        return not_found(request)
    response = HttpResponse(data, content_type="application/octet-stream")
    # What a tile path names never changes.
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a registered log's checkpoint (C2SP tlog-witness)."""
    if len(request.body) > MAX_ADD_CHECKPOINT:
        return plain("too long", 413)
    try:
        asked = parse_add_checkpoint(request.body)
        partner = _by_origin(asked.origin)
        card = partners.card_of(partner)
        return plain(mirror.witness(home(), card, asked).rstrip("\n"))
    except NotFoundError:
        return plain("unknown origin", 404)
    except ForkError as fork:
        proof = b"\n".join((fork.stored_note, fork.note))
        partners.freeze(home(), REGISTRY, card.nation, fork.what, proof)
        return _stored_size(fork)
    except mirror.CheatingError as error:
        partners.freeze(home(), REGISTRY, card.nation, error.what, error.proof)
        return plain(error.what, 422)
    except WitnessError as error:
        if error.status == 409:
            return _stored_size(error)
        return plain(error.what, error.status)
    except SepakatError:
        return bad_request(request)


def _by_origin(origin: str) -> Partner:
    for partner in Partner.objects.filter(frozen=""):
        if partners.card_of(partner).origin == origin:
            return partner
    raise NotFoundError("no registered partner has this log")


def _stored_size(error: WitnessError) -> HttpResponse:
    return HttpResponse(f"{error.size}\n", status=409, content_type="text/x.tlog.size")


@require_GET
@for_partners
def disclosures(request: HttpRequest) -> HttpResponse:
    """A page of what the asking partner may see of this node's log."""
    start, end = _number(request, "from"), _number(request, "to")
    if not 0 <= start < end <= Log.objects.get(nation=home().config.nation).size:
        raise InvalidError("no such stretch of the log")
    data = disclosure.page(home(), request.partner, start, end)
    return HttpResponse(data, content_type="application/json")


@require_GET
@for_partners
def evidence(request: HttpRequest, sha256: str) -> HttpResponse:
    """A piece of an evidence file, sealed to the asking partner, if it may see a record that names
    it."""
    card, start = request.partner, _number(request, "from")
    named = (
        thing
        for thing in rows.objects_of("evidence", home().config.nation)
        if thing.fields["sha256"] == sha256 and thing.state != "destroyed"
    )
    if not any(may_see(thing.label, card.reader) for thing in named):
        raise NotFoundError("no such file")
    try:
        content = EvidenceStore(home()).read(sha256)
    except ProofError as error:  # a damaged file is as good as none, and for this operator to mend
        logger.error("evidence asked for by %s: %s", card.nation, error)
        raise NotFoundError("no such file") from error
    piece = content[start : start + EVIDENCE_PIECE]
    recipient = seal.SealingPublicKey.from_bytes(decode_base64(card.sealing_key))
    sealed = seal.seal(piece, recipient, evidence_context(home().card(), sha256, start))
    return HttpResponse(sealed, content_type="application/octet-stream")


@require_GET
@for_partners
def state(request: HttpRequest) -> HttpResponse:
    """The digest over what both can see, at the sizes that this node knows."""
    own, card = home().card(), request.partner
    sizes = {
        own.nation: Log.objects.get(nation=own.nation).size,
        card.nation: partners.get(card.nation).disclosed,
    }
    digest = reconcile.shared_digest(REGISTRY, own, card, sizes)
    return HttpResponse(
        canon.encode({"sizes": sizes, "digest": digest}), content_type="application/json"
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 17):
        raise InvalidError(f"{name} is not a number")
    return int(text)


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    return plain("bad request", 400)


def refused(request: HttpRequest, exception: object = None) -> HttpResponse:
    return plain("refused", 403)


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    return plain("not found", 404)


def failed(request: HttpRequest) -> HttpResponse:
    return plain("the node met an error; its operator finds it in the log", 500)
