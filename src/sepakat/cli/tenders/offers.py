"""Offers: an officer's key, sealing, each officer's share, and opening with both."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, answers

if TYPE_CHECKING:
    from sepakat.industry.procurement.sealing import SealedOffer, Share
    from sepakat.node.home import Home

IN = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


@click.command(short_help="Make the key of an officer who opens offers.")
@click.argument("file", type=OUT)
@answers
def key(file: Path) -> Answer:
    """Make a key for one officer who opens offers, and keep its secret part in FILE, which only its
    owner can read. The public part is printed: a tender names it among its openers. Keep FILE off
    the node; without it, and the other officer's, no offer opens.

    \b
    Example:
      sepakat tender key opener-1.key
    """
    from sepakat.node.files import write_durably
    from sepakat.record.errors import ConflictError
    from sepakat.record.seal import SealingKey

    if file.exists():
        raise ConflictError("the file exists", where=str(file), fix="Name another")
    made = SealingKey.generate()
    write_durably(file.absolute(), made.to_bytes())
    public = base64.b64encode(made.public.to_bytes()).decode()
    return Answer({"file": str(file), "key": public}, lambda page: page.line(public))


@click.command(short_help="Seal an offer to a tender's two openers.")
@click.argument("offer_id", metavar="OFFER")
@click.argument("content", type=IN)
@click.option("--tender", "tender_id", required=True, metavar="ID", help="The tender.")
@click.option("--organisation", required=True, metavar="ID", help="The organisation that offers.")
@click.option("--lot", "lots", multiple=True, type=int, required=True, help="A lot; repeatable.")
@click.option("--sealed", required=True, type=OUT, help="Where to seal it to.")
@click.option("--draft", required=True, type=OUT, help="Where to draft the offer.")
@click.option("--key", "signing_key", help="The key that signs.  [default: office]")
@answers
def seal(
    offer_id: str,
    content: Path,
    tender_id: str,
    organisation: str,
    lots: tuple[int, ...],
    sealed: Path,
    draft: Path,
    signing_key: str | None,
) -> Answer:
    """Seal the file CONTENT so that both of the tender's openers are needed to read it, and draft
    the statements that submit it as OFFER. Only the bidder and the buyer will see them; that there
    is an offer, the buyer tells all when the tender closes.

    \b
    Example:
      sepakat tender seal KOR-offer-1 offer.pdf --tender MYS-tender-1 --lot 1 \\
        --organisation KOR-company-k --sealed offer.spko --draft offer.json
    """
    home = open_node()
    from sepakat.cli import drafting
    from sepakat.cli.tenders.about import between
    from sepakat.industry.procurement.sealing import seal_offer
    from sepakat.record.seal import SealingPublicKey

    tender = drafting.get(tender_id, "tender")
    nation = home.config.nation
    officers = [
        SealingPublicKey.from_bytes(base64.b64decode(opener["key"]))
        for opener in tender.fields["openers"]
    ]
    made = seal_offer(content.read_bytes(), officers)
    sealed.write_bytes(made.encode())
    label = between(tender, nation, tender.owner, organisation=organisation)
    evidence = f"{offer_id}-sealed"
    speaks: dict[str, Any] = {
        "label": label,
        "role": "company",
        "organisation": organisation,
        "key": signing_key,
    }
    title = {"title": f"Sealed offer {offer_id}", "organisation": organisation}
    body = {
        "tender": tender.id,
        "organisation": organisation,
        "lots": sorted(set(lots)),
        "commitment": made.commitment,
        "sealed": evidence,
        "version": tender.fields["version"],
    }
    if nation != tender.owner:
        body["counterparty"] = tender.owner
    attached = str(sealed.absolute())
    said = drafting.write(
        draft,
        [
            drafting.say("evidence", "register", evidence, title, attach=attached, **speaks),
            drafting.say("offer", "submit", offer_id, body, **speaks),
        ],
    )
    document = {"offer": offer_id, "commitment": made.commitment, "sealed": str(sealed)}
    return Answer(document, lambda page: page.line(f"Commitment {made.commitment}\n{said}"))


@click.command(short_help="Close a tender with the offers received.")
@click.argument("tender_id", metavar="TENDER")
@click.option(
    "--evaluator", "evaluators", multiple=True, required=True, help="An account; repeatable."
)
@click.option("--draft", required=True, type=OUT, help="Where to draft the closing.")
@answers
def close(tender_id: str, evaluators: tuple[str, ...], draft: Path) -> Answer:
    """Draft the statement that closes TENDER: it lists all offers that were received, each with the
    digest of its receipt, so that none can be added afterwards, and names who scores them.

    \b
    Example:
      sepakat tender close MYS-tender-1 --evaluator evaluator-1 --evaluator evaluator-2 \\
        --draft close.json
    """
    open_node()
    from sepakat.cli import drafting
    from sepakat.cli.tenders.about import about

    tender = drafting.get(tender_id, "tender")
    offers = [offer for offer in about(tender.id, "offer") if offer.state == "received"]
    body = {
        "received": [offer.id for offer in offers],
        "receipts": [offer.head for offer in offers],
        "evaluators": list(evaluators),
    }
    said = drafting.write(draft, [drafting.say("tender", "close", tender.id, body)])
    return Answer(
        {"tender": tender.id, **body},
        lambda page: page.line(f"Received: {', '.join(body['received']) or 'no offer'}\n{said}"),
    )


@click.command(short_help="Take one officer's share of an offer's key.")
@click.argument("offer_id", metavar="OFFER")
@click.option("--key", "secret", required=True, type=IN, help="The officer's key.")
@click.option("--share", "file", required=True, type=OUT, help="Where to put it.")
@answers
def share(offer_id: str, secret: Path, file: Path) -> Answer:
    """Take an officer's share out of OFFER, by the officer's own key. A share alone says nothing of
    what is offered; both together open it.

    \b
    Example:
      sepakat tender share KOR-offer-1 --key opener-1.key --share opener-1.share
    """
    home = open_node()
    from sepakat.industry.procurement.sealing import open_share
    from sepakat.node.files import write_durably
    from sepakat.record.seal import SealingKey

    _, sealed = _sealed(home, offer_id)
    made = open_share(sealed, SealingKey.from_bytes(secret.read_bytes()))
    write_durably(file.absolute(), made.encode())
    return Answer(
        {"offer": offer_id, "share": str(file), "place": made.place},
        lambda page: page.line(f"Share {made.place + 1} of 2 written to {file}. Keep it secret."),
    )


@click.command("open", short_help="Open an offer with both officers' shares.")
@click.argument("offer_id", metavar="OFFER")
@click.argument("shares", nargs=2, type=IN)
@click.option("--content", required=True, type=OUT, help="Where to write it.")
@click.option("--price", metavar="AMOUNT", help='The price in it, such as "900000 MYR".')
@click.option(
    "--draft",
    type=(OUT, str),
    metavar="FILE OBJECT",
    help="Draft the opening under this identifier; it needs the price.",
)
@answers
def open_(
    offer_id: str,
    shares: tuple[Path, Path],
    content: Path,
    price: str | None,
    draft: tuple[Path, str] | None,
) -> Answer:
    """Open OFFER with the SHARES of both officers, after checking that its content is what it
    commits to. Read the price in it, then draft the opening.

    \b
    Examples:
      sepakat tender open KOR-offer-1 opener-1.share opener-2.share --content offer.pdf
      sepakat tender open KOR-offer-1 opener-1.share opener-2.share --content offer.pdf \\
        --price "900000 MYR" --draft opening.json MYS-opening-1
    """
    home = open_node()
    from sepakat.cli import drafting
    from sepakat.cli.values import parse_fields
    from sepakat.industry.procurement.sealing import open_offer
    from sepakat.industry.procurement.tendering.kinds import Opening

    offer, sealed = _sealed(home, offer_id)
    opened = open_offer(sealed, [_share(file) for file in shares])
    content.write_bytes(opened.content)
    document = {"offer": offer_id, "salt": opened.salt, "sha256": opened.sha256}
    told = f"{len(opened.content):,} bytes written to {content}, SHA-256 {opened.sha256}"
    if draft:
        if not price:
            raise click.UsageError("An opening states the price: give --price.")
        path, name = draft
        given = parse_fields(Opening, [f"price={price}", "outcome=opened"])
        body = given | {
            "tender": offer.fields["tender"],
            "offer": offer.id,
            "lots": list(offer.fields["lots"]),
            "salt": opened.salt,
            "sha256": opened.sha256,
        }
        said = drafting.say("opening", "record", name, body, label=offer.label)
        told = f"{told}\n{drafting.write(path, [said])}"
    return Answer(document, lambda page: page.line(told))


def _share(file: Path) -> "Share":
    from sepakat.industry.procurement.sealing import Share
    from sepakat.record.errors import InvalidError

    try:
        return Share.decode(file.read_bytes())
    except InvalidError as error:
        raise error.at(where=str(file)) from None


def _sealed(home: "Home", offer_id: str) -> "tuple[Any, SealedOffer]":
    from sepakat.cli import drafting
    from sepakat.industry.procurement.sealing import SealedOffer
    from sepakat.node.evidence import EvidenceStore

    offer = drafting.get(offer_id, "offer")
    evidence = drafting.get(offer.fields["sealed"], "evidence")
    sealed = SealedOffer.decode(EvidenceStore(home).read(evidence.fields["sha256"]))
    return offer, sealed


COMMANDS = (key, seal, close, share, open_)
