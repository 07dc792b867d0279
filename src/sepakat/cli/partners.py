"""Partners: registering, looking at, freezing them, and exchanging with them."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.errors import problem_of
from sepakat.cli.node import open_node, read_card
from sepakat.cli.output import Answer, Page, answers, is_json, note, working

if TYPE_CHECKING:
    from sepakat.node.home import Home
    from sepakat.node.models import Partner
    from sepakat.record.card import Card

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(no_args_is_help=False, short_help="Register partners, look at them, freeze them.")
def partner() -> None:
    """Register other nations as partners, look at them, freeze and unfreeze them.

    \b
    Example:
      sepakat partner register kor.card --fingerprint "5f0c 11d2 ..."
    """


@partner.command(short_help="Register a partner by its card.")
@click.argument("file", type=FILE)
@click.option("--fingerprint", help="What the partner has read out to you as its card's.")
@click.option("--compared", is_flag=True, help="You have compared the fingerprint already.")
@click.option("--url", help="Where its node answers, if not at the address on its card.")
@answers
def register(file: Path, fingerprint: str | None, compared: bool, url: str | None) -> Answer:
    """Register the nation whose card is in FILE, and say so in the log.

    Everything that this node will believe of the partner rests on its card. Have the partner read
    out the fingerprint, in person or by telephone, and give it with --fingerprint; or compare it
    with the one shown, and say so.

    \b
    Example:
      sepakat partner register kor.card --fingerprint "5f0c 11d2 ..."
    """
    home = open_node()
    from django.db import transaction

    from sepakat.node import partners
    from sepakat.node.models import Partner
    from sepakat.node.transport import require_safe
    from sepakat.record.errors import SepakatError
    from sepakat.vocabulary import REGISTRY

    card = read_card(file)
    if not fingerprint:
        _ask(card, compared)
        fingerprint = card.fingerprint
    try:
        with transaction.atomic():
            partners.register(home, REGISTRY, card, fingerprint)
            if url:
                require_safe(url)
                Partner.objects.filter(nation=card.nation).update(url=url.rstrip("/"))
    except SepakatError as error:
        error.at(where=str(file), fix="Have the partner write its card anew: `sepakat card --file`")
        raise
    document = {"nation": card.nation, "fingerprint": card.fingerprint, "url": url or card.url}

    def text(page: Page) -> None:
        page.line(f"{card.nation}, {card.name}, is registered as a partner.")
        page.line("Once it has registered this node too:  sepakat exchange")

    return Answer(document, text)


def _ask(card: "Card", compared: bool) -> None:
    if compared:
        return
    if is_json():
        raise click.UsageError("With --json, give --fingerprint, or --compared.")
    note(f"The card of {card.nation}, {card.name}, has the fingerprint\n  {card.fingerprint}")
    question = "Is it, to the last digit, what the partner has read out to you?"
    click.confirm(question, abort=True, err=True)


@partner.command("list", short_help="The partners, and how the exchange with each stands.")
@answers
def list_() -> Answer:
    """List the partners: how far each one's log is known, and how the last exchange ended.

    \b
    Example:
      sepakat partner list
    """
    open_node()
    from sepakat.node.models import Partner

    found = [_document(partner) for partner in Partner.objects.order_by("nation")]

    def text(page: Page) -> None:
        page.table(
            ["nation", "name", "address", "leaves", "exchanged (UTC)", "state"],
            [
                (
                    p["nation"],
                    p["name"],
                    p["url"],
                    p["size"],
                    p["exchanged_at"] or "never",
                    _state(p),
                )
                for p in found
            ],
            right=["leaves"],
            wrap=["name", "address"],
        )
        if not found:
            page.line("No partner is registered. See `sepakat partner register --help`.")

    return Answer(found, text)


def _document(partner: "Partner") -> dict[str, Any]:
    from sepakat.node.models import Log
    from sepakat.node.partners import card_of

    card, log = card_of(partner), Log.objects.get(nation=partner.nation)
    return {
        "nation": partner.nation,
        "name": card.name,
        "url": partner.url,
        "fingerprint": card.fingerprint,
        "ceiling": card.ceiling,
        "size": log.size,
        "disclosed": partner.disclosed,
        "exchanged_at": partner.exchanged_at or None,
        "problem": partner.problem or None,
        "frozen": partner.frozen or None,
    }


def _state(partner: dict[str, Any]) -> str:
    return "frozen" if partner["frozen"] else "with a problem" if partner["problem"] else "well"


@partner.command("show", short_help="One partner: its card, its log, any proof against it.")
@click.argument("nation")
@answers
def show(nation: str) -> Answer:
    """Show a partner: its card, how far its log is known, what the last exchange ended with, and
    why it is frozen, with the signed notes that prove what its log did.

    \b
    Example:
      sepakat partner show KOR
    """
    open_node()
    from sepakat.cli.words import card_fields
    from sepakat.node import partners

    found = partners.get(nation)
    document = _document(found)
    proof = bytes(found.proof).decode(errors="backslashreplace")

    def text(page: Page) -> None:
        page.fields(card_fields(partners.card_of(found)), indent=0)
        page.line()
        page.fields(
            [
                ("answers at", document["url"]),
                ("leaves known", f"{document['size']:,}"),
                ("disclosures read", f"up to leaf {document['disclosed']:,}"),
                ("last exchange", document["exchanged_at"] or "never"),
                ("problem", document["problem"] or ""),
                ("frozen", document["frozen"] or ""),
            ],
            indent=0,
        )
        if proof:
            page.heading("Proof of what its log did")
            page.line(proof)

    card = partners.card_of(found).plain()
    return Answer(document | {"card": card, "proof": proof or None}, text)


@partner.command(short_help="Take no more input from a partner.")
@click.argument("nation")
@click.option("--reason", required=True, help="Why, in words that go on the record.")
@answers
def freeze(nation: str, reason: str) -> Answer:
    """Take no more input from a partner, and say so in the log. Its words up to now stay.

    \b
    Example:
      sepakat partner freeze KOR --reason "Its exchange key may have been stolen."
    """
    home = open_node()
    from sepakat.node import partners
    from sepakat.record.errors import ConflictError
    from sepakat.vocabulary import REGISTRY

    if since := partners.get(nation).frozen:
        raise ConflictError(
            f"it is frozen already, since {since}",
            where=nation,
            fix="See why with `sepakat partner show`",
        )
    partners.freeze(home, REGISTRY, nation, reason)
    return Answer(
        {"nation": nation, "frozen": True}, lambda page: page.line(f"{nation} is frozen.")
    )


@partner.command(short_help="Take a frozen partner's input again.")
@click.argument("nation")
@click.option("--reason", required=True, help="Why, in words that go on the record.")
@answers
def unfreeze(nation: str, reason: str) -> Answer:
    """Take a frozen partner's input again, and say so in the log. Any proof against it is kept.

    \b
    Example:
      sepakat partner unfreeze KOR --reason "The joint committee has settled it."
    """
    home = open_node()
    from sepakat.node import partners
    from sepakat.vocabulary import REGISTRY

    partners.unfreeze(home, REGISTRY, nation, reason)
    return Answer(
        {"nation": nation, "frozen": False}, lambda page: page.line(f"{nation} is not frozen now.")
    )


@click.command(short_help="Read partners' logs, have ours cosigned, compare.")
@click.argument("nations", metavar="[NATION]...", nargs=-1)
@click.option(
    "--every",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="Go on, a round each so many seconds, until Ctrl-C.",
)
@answers
def exchange(nations: tuple[str, ...], every: int | None) -> Answer:
    """Exchange with each NATION, or with all partners that are not frozen: read its log and what
    it discloses, have our checkpoint cosigned, and compare what both nodes make of it.

    One partner that is down, slow or lying does not keep the others waiting: all are tried, and
    the exit code is the highest that any came to. With --every each round prints its outcome, and
    with --json one document in a line.

    \b
    Examples:
      sepakat exchange
      sepakat exchange KOR --every 60
    """
    home = open_node()
    if not every:
        return _round(home, nations)
    from django.db import close_old_connections

    while True:
        close_old_connections()  # such as to a database that was restarted
        try:
            answer = _round(home, nations)
        except Exception as error:  # whatever it is, it is told, and the next round's turn comes
            note(str(problem_of(error)))
        else:
            _print(answer)
        time.sleep(every)


def _print(answer: Answer) -> None:
    if is_json():
        import json

        click.echo(json.dumps(answer.document, ensure_ascii=False))
    else:
        answer.text(Page())


def _round(home: "Home", nations: tuple[str, ...]) -> Answer:
    from sepakat.node import clock
    from sepakat.node.models import Partner

    wanted = nations or tuple(
        Partner.objects.filter(frozen="").order_by("nation").values_list("nation", flat=True)
    )
    outcomes = [_exchange(home, nation) for nation in wanted]
    code = max((outcome["exit"] for outcome in outcomes), default=0)

    def text(page: Page) -> None:
        for outcome in outcomes:
            page.line(_outcome_text(outcome))
        if not outcomes:
            page.line("There is no partner to exchange with. See `sepakat partner list`.")

    return Answer({"at": clock.now(), "exchanges": outcomes}, text, code)


def _exchange(home: "Home", nation: str) -> dict[str, Any]:
    """What an exchange came to, and the exit code: 1 if the two states differ."""
    from dataclasses import asdict

    from sepakat.node import partners
    from sepakat.node.exchange import exchange as run
    from sepakat.record.errors import NotFoundError, SepakatError
    from sepakat.vocabulary import REGISTRY

    try:
        with working(f"{nation}") as say:
            outcome = run(home, REGISTRY, nation, say)
    except Exception as error:  # whatever it is, it is told, and the next partner's turn comes
        problem = problem_of(error)
        note(f"{nation}: {problem}")
        is_known = isinstance(error, SepakatError) and not isinstance(error, NotFoundError)
        partner = partners.get(nation) if is_known else None
        is_caught = partner is not None and bool(partner.frozen and partner.proof)
        return {
            "nation": nation,
            "exit": 7 if is_caught else problem.exit,
            "error": {"what": problem.what, "where": problem.where, "fix": problem.fix},
        }
    return asdict(outcome) | {"exit": 1 if outcome.agreed is False else 0}


def _outcome_text(outcome: dict[str, Any]) -> str:
    nation = outcome["nation"]
    if "error" in outcome:
        return f"{nation}: not exchanged ({outcome['error']['what']})"
    agreed = {
        True: f"both nodes hold the same state, {outcome['digest'][:16]}",
        False: "THE TWO STATES DIFFER: compare them with its operator",
        None: "it has said more meanwhile; exchange again to compare",
    }[outcome["agreed"]]
    files = f", {outcome['files']:,} files" if outcome["files"] else ""
    return (
        f"{nation}: {outcome['leaves']:,} new leaves, {outcome['records']:,} new records{files}; "
        f"ours cosigned up to {outcome['cosigned']:,}; {agreed}"
    )
