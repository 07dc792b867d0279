"""Scores: locked before they are shown, shown once all are locked, and what they come to."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from sepakat.industry.procurement.evaluation.tallying import Tally
    from sepakat.record.kind import Object

IN = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
LOT = click.option("--lot", required=True, type=int, help="The lot's number.")
TENDER = click.option("--tender", "tender_id", required=True, metavar="ID", help="The tender.")
DRAFT = click.option(
    "--draft", required=True, type=OUT, help="Where to draft what is to be signed."
)


@click.command(short_help="Lock scores before anybody sees them.")
@click.argument("sheet_id", metavar="SHEET")
@click.argument("scores", type=IN)
@TENDER
@LOT
@click.option("--account", required=True, help="The evaluator's account.")
@click.option("--kept", required=True, type=OUT, help="Where to keep the scores.")
@DRAFT
@answers
def lock(
    sheet_id: str, scores: Path, tender_id: str, lot: int, account: str, kept: Path, draft: Path
) -> Answer:
    """Draft the SHEET that locks an evaluator's SCORES: a commitment that shows none of them.
    SCORES is a JSON list of objects with offer, criterion, score and, where wanted, comment. They
    are kept with their salt in a file that only its owner can read, until they are revealed.

    \b
    Example:
      sepakat tender lock MYS-sheet-1 scores.json --tender MYS-tender-1 --lot 1 \\
        --account evaluator-1 --kept sheet-1.kept --draft lock.json
    """
    home = open_node()
    import json

    from sepakat.cli import drafting
    from sepakat.industry.procurement.evaluation.kinds import Score
    from sepakat.industry.procurement.evaluation.locking import commit_to, new_salt
    from sepakat.node.files import write_durably
    from sepakat.record import label as labels

    tender = drafting.get(tender_id, "tender")
    rows = drafting.rows(scores, Score)
    declaration = _declaration(tender.id, account)
    salt = new_salt()
    commitment = commit_to(rows, salt)
    secret = {"salt": salt, "scores": rows}
    write_durably(kept.absolute(), json.dumps(secret, ensure_ascii=False).encode())
    body = {
        "tender": tender.id,
        "lot": lot,
        "declaration": declaration.id,
        "evaluator": account,
        "commitment": commitment,
    }
    nation = home.config.nation
    offices = labels.make("RESTRICTED", [nation], organisations=[nation])
    label = labels.combine(tender.label, declaration.label, offices)
    said = drafting.write(
        draft,
        [
            drafting.say(
                "score_sheet",
                "lock",
                sheet_id,
                body,
                label=label,
                role="evaluator",
                account=account,
            )
        ],
    )
    return Answer(
        {"sheet": sheet_id, "commitment": commitment, "kept": str(kept)},
        lambda page: page.line(f"{said}\nKeep {kept}: without it the scores cannot be shown."),
    )


@click.command(short_help="Show scores that were locked, once all are.")
@click.argument("sheet_id", metavar="SHEET")
@click.argument("kept", type=IN)
@DRAFT
@answers
def reveal(sheet_id: str, kept: Path, draft: Path) -> Answer:
    """Draft the statement that shows the scores of SHEET, as KEPT has them. It names the sheets of
    all other evaluators, so that everybody sees that they were locked before.

    \b
    Example:
      sepakat tender reveal MYS-sheet-1 sheet-1.kept --draft reveal.json
    """
    open_node()
    from sepakat.cli import drafting
    from sepakat.cli.items import parse_json
    from sepakat.record.errors import InvalidError

    sheet = drafting.get(sheet_id, "score_sheet")
    secret = parse_json(kept.read_bytes(), str(kept))
    if not isinstance(secret, dict) or secret.keys() != {"salt", "scores"}:
        raise InvalidError(
            "no scores are kept in it", where=str(kept), fix="Name what `tender lock` wrote"
        )
    tender = drafting.get(sheet.fields["tender"], "tender")
    others = [
        other.id
        for other in _sheets(tender, sheet.fields["lot"], "locked", "revealed")
        if other.fields["evaluator"] != sheet.fields["evaluator"]
    ]
    account = sheet.fields["evaluator"]
    body = {**secret, "others": others}
    said = drafting.write(
        draft,
        [drafting.say("score_sheet", "reveal", sheet.id, body, role="evaluator", account=account)],
    )
    return Answer({"sheet": sheet.id, "others": others}, lambda page: page.line(said))


@click.command(short_help="Compute what all scores come to.")
@click.argument("evaluation_id", metavar="EVALUATION")
@TENDER
@LOT
@click.option("--changes", type=IN, help="What moderation changed, as a JSON list.")
@DRAFT
@answers
def evaluate(
    evaluation_id: str, tender_id: str, lot: int, changes: Path | None, draft: Path
) -> Answer:
    """Compute points and ranks from the score sheets that are revealed, show how far each weight
    may move before another offer comes first, and draft the EVALUATION. Changes are objects with
    evaluator, offer, criterion, before, after and reason.

    \b
    Example:
      sepakat tender evaluate MYS-evaluation-1 --tender MYS-tender-1 --lot 1 \\
        --draft evaluation.json
    """
    open_node()
    from sepakat.cli import drafting
    from sepakat.cli.tenders.about import about
    from sepakat.industry.procurement.evaluation.kinds import ScoreChange
    from sepakat.industry.procurement.evaluation.tallying import tally
    from sepakat.record import label as labels

    tender = drafting.get(tender_id, "tender")
    made = drafting.rows(changes, ScoreChange) if changes else []
    sheets = _sheets(tender, lot, "revealed")
    openings = about(tender.id, "opening")
    found = tally(tender.fields, sheets, made)
    body = {
        "tender": tender.id,
        "lot": lot,
        "openings": [opening.id for opening in openings],
        "sheets": [sheet.id for sheet in sheets],
        "changes": made,
        "results": found.results,
    }
    label = labels.combine(*(thing.label for thing in (tender, *sheets, *openings)))
    said = drafting.write(
        draft, [drafting.say("evaluation", "record", evaluation_id, body, label=label)]
    )
    intervals = _intervals(found)

    def text(page: Page) -> None:
        page.table(
            ["rank", "offer", "points"],
            [(row["rank"], row["offer"], row["points"]) for row in found.results],
            right=["rank", "points"],
        )
        page.table(
            ["criterion", "weight", "first from", "first to"],
            [tuple(row.values()) for row in intervals],
            right=["weight", "first from", "first to"],
        )
        page.line(said)

    return Answer({"results": found.results, "weights": intervals}, text)


def _intervals(found: "Tally") -> list[dict[str, str]]:
    """For each criterion its weight, and between which weights the first offer stays first."""
    from sepakat.industry.procurement.award.weights import stable_weights
    from sepakat.industry.procurement.evaluation.tallying import points

    first = found.ranking.first[0]
    return [
        {
            "criterion": interval.criterion,
            "weight": points(interval.share),
            "from": "" if interval.lower is None else points(interval.lower),
            "to": "" if interval.upper is None else points(interval.upper),
        }
        for interval in stable_weights(found.criteria, found.moderation.scores, first)
    ]


def _sheets(tender: "Object", lot: int, *states: str) -> "list[Object]":
    """The sheets of the tender's present evaluators."""
    from sepakat.cli.tenders.about import about

    named = tender.fields["evaluators"]
    return [
        sheet
        for sheet in about(tender.id, "score_sheet")
        if sheet.fields["lot"] == lot
        and sheet.state in states
        and sheet.fields["evaluator"] in named
    ]


def _declaration(tender: str, account: str) -> Any:
    from sepakat.cli.tenders.about import about
    from sepakat.record.errors import NotFoundError

    for thing in about(tender, "declaration"):
        if thing.fields["evaluator"] == account:
            return thing
    raise NotFoundError(
        f"{account} has declared nothing about interests",
        where=tender,
        fix="Say first: sepakat say declaration declare …",
    )


COMMANDS = (lock, reveal, evaluate)
