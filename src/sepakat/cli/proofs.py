"""Proofs in files: that a leaf is in a log, and what a leaf of one's own hides."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import named_home, open_node, parse_card, remote_node
from sepakat.cli.output import Answer, Page, answers, is_json, note

if TYPE_CHECKING:
    from sepakat.node.proofs import Proof
    from sepakat.record.card import Card
    from sepakat.record.fold import Entry

OUT = click.Path(dir_okay=False, path_type=Path)
IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(short_help="Write a proof that a statement is in its log.")
@click.argument("target", metavar="OBJECT|DIGEST|INDEX")
@click.option("--nation", metavar="NATION", help="Whose log an INDEX is of.  [default: own]")
@click.option("--file", type=OUT, help="Where to write the proof.  [default: stdout]")
@answers
def prove(target: str, nation: str | None, file: Path | None) -> Answer:
    """Write a .tlog-proof of a leaf: that the log has it, by a checkpoint that a partner has
    cosigned where there is one. It shows nothing of what the leaf hides; see `sepakat disclose`.

    The leaf is given by its INDEX, by the DIGEST of its statement (its first 8 digits are enough),
    or by an OBJECT, whose latest statement is meant.

    \b
    Examples:
      sepakat prove MYS-ob-1 --file ob-1.tlog-proof
      sepakat prove 12 --nation KOR > kor-12.tlog-proof
    """
    if client := remote_node():
        from sepakat.cli import remote

        if nation:
            raise click.UsageError("With --node, name an object, and no --nation.")
        return _written(remote.prove(client, target), file)
    home = open_node()
    from sepakat.cli.leaves import find
    from sepakat.node.proofs import prove_leaf

    proof = prove_leaf(*find(target, nation or home.config.nation), opened=False)
    return _written(proof, file)


@click.command(short_help="Write a proof that shows what a leaf hides. For good.")
@click.argument("target", metavar="OBJECT|DIGEST|INDEX")
@click.option("--to", "file", type=OUT, required=True, help="Where to write it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@answers
def disclose(target: str, file: Path, yes: bool) -> Answer:
    """Write a .tlog-proof of one of this nation's own statements together with the statement:
    whoever has the file can show it, and prove when and by whom it was made, to anybody.

    It goes past the label, to whomever you give the file, and cannot be undone.

    \b
    Example:
      sepakat disclose MYS-ob-1 --to ob-1.tlog-proof
      sepakat verify ob-1.tlog-proof --card mys.card --card kor.card
    """
    home = open_node()
    from sepakat.cli.leaves import find
    from sepakat.node.proofs import prove_leaf
    from sepakat.record.errors import RefusedError

    own = home.config.nation
    nation, index = find(target, own)
    if nation != own:
        raise RefusedError(
            f"it is a statement of {nation}, and only {nation} may disclose it",
            where=target,
            fix=f"Ask {nation}'s node to; `sepakat prove` shows that its log has it",
        )
    proof = prove_leaf(nation, index, opened=True)
    if not yes:
        _ask(proof)
    return _written(proof, file)


def _ask(proof: "Proof") -> None:
    from sepakat.cli.words import label_text

    if is_json():
        raise click.UsageError("With --json, give --yes: a disclosure cannot be undone.")
    said = proof.entry().statement
    assert said is not None  # one's own statements can be read
    note(f"{said.kind} {said.action} {said.object}, of {said.at}: {label_text(said.label)}")
    click.confirm(
        "Whoever has the file can prove this to anybody, for good. Write it?", abort=True, err=True
    )


def _written(proof: "Proof", file: Path | None) -> Answer:
    if file:
        file.write_bytes(proof.data)
    if not proof.witnesses:
        note("No partner has cosigned this leaf yet. After `sepakat exchange`, prove it again.")

    def text(page: Page) -> None:
        if file is None:
            click.echo(proof.data.decode(), nl=False)
            return
        by = f"cosigned by {' and '.join(proof.witnesses)}" if proof.witnesses else "not cosigned"
        page.line(f"{file} proves leaf {proof.index} of {proof.origin}, size {proof.size}, {by}.")
        page.line(f"Check it:  sepakat verify {quote(str(file))} --card CARD ...")

    return Answer(proof.document() | {"file": str(file) if file else None}, text)


@click.command(short_help="Check .tlog-proof files, offline.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=IN)
@click.option(
    "--card",
    "cards",
    multiple=True,
    type=IN,
    help="A nation's card, or keys.json of an export.  [default: those that the node knows]",
)
@click.option(
    "--witnesses",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="How many of the other cards' nations must have cosigned.",
)
@answers
def verify(files: tuple[Path, ...], cards: tuple[Path, ...], witnesses: int) -> Answer:
    """Check that the leaf of each FILE is in its log, by the keys on the cards, and show the
    statement in it where it is disclosed. It needs no network, and no node if --card is given.

    It exits with 1 if a proof does not hold.

    \b
    Example:
      sepakat verify ob-1.tlog-proof --card mys.card --card kor.card
    """
    known = _cards(cards)
    from sepakat.record.errors import SepakatError

    results: list[tuple[dict[str, Any], Entry | None]] = []
    for file in files:
        try:
            results.append(_verify(file, known, witnesses))
        except SepakatError as error:
            if len(files) == 1:
                error.where = f"{file}, {error.where}" if error.where else str(file)
                raise
            results.append(({"file": str(file), "holds": False, "problem": str(error)}, None))

    def text(page: Page) -> None:
        for document, entry in results:
            _show(page, document, entry)

    code = 0 if all(document["holds"] for document, _ in results) else 1
    return Answer([document for document, _ in results], text, code)


def _cards(files: tuple[Path, ...]) -> "list[Card]":
    if not files:
        if named_home() is None:
            raise click.UsageError("Give the nations' cards with --card, or a node with --home.")
        home = open_node()
        from sepakat.node.partners import all_cards

        return all_cards(home)
    from sepakat.record.errors import SepakatError
    from sepakat.record.export import parse_cards

    known: list[Card] = []
    for file in files:
        data = file.read_bytes()
        try:
            known += (
                parse_cards(data).values() if data.startswith(b"[") else [parse_card(data, file)]
            )
        except SepakatError as error:
            error.at(where=str(file))
            raise
    return known


def _verify(
    file: Path, cards: "list[Card]", witnesses: int
) -> "tuple[dict[str, Any], Entry | None]":
    from sepakat.node.proofs import verify_file
    from sepakat.record.fold import read
    from sepakat.record.leaf import SALT_BYTES

    checked = verify_file(file.read_bytes(), cards, witnesses)
    entry = None
    document = {
        "file": str(file),
        "holds": True,
        "nation": checked.card.nation,
        "origin": checked.card.origin,
        "index": checked.index,
        "size": checked.size,
        "witnesses": [{"name": w.name, "time": w.time} for w in checked.witnesses],
        "fingerprint": checked.card.fingerprint,
    }
    if checked.opening:
        entry = read(checked.card.nation, checked.index, checked.opening[SALT_BYTES:])
        document |= {
            "digest": entry.digest,
            "statement": entry.statement.plain() if entry.statement else None,
            "signed_by": checked.signers(entry),
        }
    return document, entry


def _show(page: Page, document: dict[str, Any], entry: "Entry | None") -> None:
    from sepakat.cli.words import label_text, value_text
    from sepakat.record.checkpoint import Cosignature

    if not document["holds"]:
        page.line(f"{document['file']}: does not hold: {document['problem']}", "bold red")
        return
    page.line(f"{document['file']}: holds", "bold green")
    seen = [
        f"{witness['name']} at {Cosignature(**witness).at}" for witness in document["witnesses"]
    ]
    page.fields(
        [
            ("leaf", f"{document['index']} of {document['origin']}, size {document['size']}"),
            ("cosigned by", "\n".join(seen) or "nobody known"),
            ("card of", f"{document['nation']}, fingerprint {document['fingerprint']}"),
        ]
    )
    if entry is None:
        return
    if entry.statement is None:
        page.line(f"  The leaf hides what is no statement: {entry.fault}")
        return
    said = entry.statement
    page.fields(
        [
            ("said", f"{said.kind} {said.action} {said.object}"),
            ("at", f"{said.at} (UTC, by its author)"),
            ("by", f"{said.by.nation} {said.by.role} ({said.by.account})"),
            ("signed by", "\n".join(map(_signer_text, document["signed_by"]))),
            ("label", label_text(said.label)),
            ("digest", entry.digest),
        ]
    )
    page.fields(((name, value_text(value)) for name, value in said.body.items()), indent=4)


def _signer_text(name: str) -> str:
    if name == "root":
        return "the root key on the card, and the signature holds"
    return f"key {name}, not on the card and so not checked here; the log holds it for good"
