"""`sepakat say`: a signed statement of any kind, or a whole batch of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from sepakat.cli.caveats import caveat_option
from sepakat.cli.kinds import complete_action, complete_kind
from sepakat.cli.node import open_node, remote_node
from sepakat.cli.output import Answer, Page, answers, note

if TYPE_CHECKING:
    from sepakat.cli.items import Item
    from sepakat.client import Client
    from sepakat.node.home import Home
    from sepakat.node.ledger import Receipt

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Sign and record statements of any kind.")
@click.argument("kind", required=False, shell_complete=complete_kind)
@click.argument("action", required=False, shell_complete=complete_action)
@click.argument("object_id", metavar="[OBJECT]", required=False)
@click.option("--set", "pairs", multiple=True, metavar="FIELD=VALUE", help="Give a field.")
@click.option("--file", type=click.File("rb"), help="A JSON object with the fields; - is stdin.")
@click.option("--attach", type=FILE, help="The file that `evidence register` keeps and describes.")
@click.option(
    "--for", "released", multiple=True, metavar="NATIONS", help="Who may see it: MYS,KOR or PUBLIC."
)
@click.option(
    "--classification",
    metavar="GRADE",
    help="UNCLASSIFIED, RESTRICTED, CONFIDENTIAL or SECRET.",
)
@click.option(
    "--only-organisation",
    "only",
    multiple=True,
    metavar="ID",
    help="Of those, only this organisation and its nation may see it.",
)
@caveat_option("And only who holds this caveat.")
@click.option("--role", help="The role in which it is said.  [default: officer]")
@click.option("--account", help="The pseudonym of who says it.  [default: office]")
@click.option("--organisation", metavar="ID", help="The organisation that it is said for.")
@click.option("--key", help="The key that signs.  [default: office]")
@click.option("--batch", type=click.File("rb"), help="A JSON list of statements; - is stdin.")
@click.option("--dry-run", is_flag=True, help="Check everything and record nothing.")
@answers
def say(batch: BinaryIO | None, dry_run: bool, **flags: Any) -> Answer:
    """Sign a statement and record it: ACTION, on OBJECT, which is of KIND. See `sepakat kinds`.

    What is answered "recorded" is on disk, in the log and in its signed checkpoint.

    Fields are given as FIELD=VALUE: amounts as "12000000 MYR"; lists repeated, or with commas
    between identifiers; anything as JSON by FIELD:=JSON. A new object needs a label, by
    --classification and --for, and keeps it. An object's identifier starts with the nation that
    makes it.

    A batch is recorded whole or not at all. Its statements have the members kind, action and
    object, and where needed body, label (classification, releasable_to, organisations, caveats),
    role, account, organisation, key, and attach (a path from the batch's folder).

    \b
    Examples:
      sepakat say obligation propose MYS-ob-1 --file obligation.json \\
        --classification RESTRICTED --for MYS,KOR
      sepakat say agreement decline KOR-g2g --role approver --set reason="Not yet."
      sepakat say evidence register MYS-ev-1 --attach report.pdf --set title="Test report" \\
        --classification RESTRICTED --for MYS,KOR
      sepakat say --batch statements.json --dry-run
    """
    client = remote_node()
    home = None if client else open_node()
    if batch is None:
        items, folder, where = [_one(flags)], Path(), ""
    else:
        items, folder, where = _many(batch, flags)
    if client:
        return _ask(client, items, folder, dry_run=dry_run)
    assert home is not None
    return _record(home, items, folder, where, dry_run=dry_run)


def _many(batch: BinaryIO, flags: dict[str, Any]) -> "tuple[list[Item], Path, str]":
    from sepakat.cli.items import parse_batch

    if given := [name for name, value in flags.items() if value]:
        raise click.UsageError(f"--batch says it all; leave out {', '.join(given)}.")
    is_stdin = batch.name in ("-", "<stdin>")
    where = "stdin" if is_stdin else str(batch.name)
    folder = Path() if is_stdin else Path(batch.name).parent
    return parse_batch(batch.read(), where), folder, where


def _one(flags: dict[str, Any]) -> "Item":
    from sepakat.cli.items import label_item, parse_item, parse_json
    from sepakat.cli.values import parse_fields
    from sepakat.record.errors import InvalidError
    from sepakat.vocabulary import REGISTRY

    for name, shown in (("kind", "KIND"), ("action", "ACTION"), ("object_id", "OBJECT")):
        if not flags[name]:
            raise click.UsageError(f"Missing argument '{shown}'.")
    body: Any = {}
    if flags["file"]:
        body = parse_json(flags["file"].read(), flags["file"].name)
        if not isinstance(body, dict):
            raise InvalidError(
                "not a JSON object", where=flags["file"].name, fix="Write {field: value, …}"
            )
    body = body | parse_fields(REGISTRY.get(flags["kind"]), flags["pairs"])
    given = {name: flags[name] for name in ("role", "account", "organisation", "key", "attach")}
    return parse_item(
        {
            "kind": flags["kind"],
            "action": flags["action"],
            "object": flags["object_id"],
            "body": body,
            "label": label_item(
                flags["classification"], flags["released"], flags["only"], flags["caveats"]
            ),
        }
        | {name: value for name, value in given.items() if value is not None},
        where=f"{flags['kind']} {flags['action']} {flags['object_id']}",
    )


def _record(
    home: "Home", items: "list[Item]", folder: Path, where: str, *, dry_run: bool
) -> Answer:
    from sepakat.cli.drafts import prepare
    from sepakat.node.recording import record
    from sepakat.record.errors import SepakatError
    from sepakat.vocabulary import REGISTRY

    batch = prepare(REGISTRY, items, folder, where)
    _check_organisations(items)
    try:
        receipts = record(home, batch, dry_run=dry_run)
    except SepakatError as error:
        error.where = f"{where}, {error.where}" if where and error.where else where or error.where
        raise
    _note_strangers(home, items)
    recorded = [_document(item, receipt) for item, receipt in zip(items, receipts, strict=True)]
    return _answer(recorded, home.card().origin, receipts[-1].index + 1, dry_run=dry_run)


def _check_organisations(items: "list[Item]") -> None:
    """Whoever speaks for an organisation speaks for one that is here, or that the batch makes."""
    from sepakat.cli import drafting

    known = set()
    for item in items:
        if item.kind == "organisation":
            known.add(item.object)
        if item.organisation and item.organisation not in known:
            known.add(drafting.get(item.organisation, "organisation").id)


def _note_strangers(home: "Home", items: "list[Item]") -> None:
    """A partner yet to be registered may be named; more often, a code is mistyped."""
    from sepakat.node.partners import all_cards
    from sepakat.record.label import PUBLIC

    named = {name for item in items if item.label for name in item.label.releasable_to}
    for name in sorted(named - {PUBLIC, *(card.nation for card in all_cards(home))}):
        note(f"--for {name}: no partner of this code is registered, and a label cannot be changed.")


def _ask(client: "Client", items: "list[Item]", folder: Path, *, dry_run: bool) -> Answer:
    """Have a node elsewhere record it."""
    from sepakat.cli import remote
    from sepakat.client import Prepared

    said = remote.say(client, items, folder, dry_run=dry_run)
    if isinstance(said, Prepared):
        return Answer(
            said.model_dump(mode="json"),
            lambda page: page.line("It waits for a second person, who confirms it at the desk."),
        )
    recorded = [receipt.model_dump(mode="json") for receipt in said.recorded]
    return _answer(recorded, said.checkpoint.origin, said.checkpoint.size, dry_run=said.dry_run)


def _answer(recorded: list[dict[str, Any]], origin: str, size: int, *, dry_run: bool) -> Answer:
    document = {
        "dry_run": dry_run,
        "recorded": recorded,
        "checkpoint": {"origin": origin, "size": size},
    }

    def text(page: Page) -> None:
        did = "would be recorded" if dry_run else "recorded"
        page.table(
            [did, "action", "object", "state", "index", "digest"],
            [
                (r["kind"], r["action"], r["object"], r["state"], r["index"], r["digest"][:16])
                for r in recorded
            ],
            right=["index"],
        )
        end = "Nothing was kept." if dry_run else f"In the signed checkpoint of size {size}."
        page.line(end)

    return Answer(document, text)


def _document(item: "Item", receipt: "Receipt") -> dict[str, Any]:
    return {
        "kind": item.kind,
        "action": item.action,
        "object": item.object,
        "state": receipt.object.state,
        "index": receipt.index,
        "digest": receipt.digest,
    }
