"""`sepakat plan submit`: a file becomes the plan of a project, for the partner to accept."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.outlook import arguments
from sepakat.cli.outlook.completing import complete
from sepakat.cli.output import Answer, Page, answers

if TYPE_CHECKING:
    from sepakat.outlook.plan.model import Plan

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
STAGES = ("concept", "definition", "development", "production", "support")
USUAL = "90/100/130"
MOST = 64  # milestones that a plan's statement names


@click.command(short_help="Draft the statement that submits a plan.")
@click.argument("file", type=FILE)
@click.option(
    "--project",
    "project_id",
    required=True,
    metavar="ID",
    help="The project that it is a plan of.",
    shell_complete=complete("project"),
)
@click.option("--stage", required=True, type=click.Choice(STAGES), help="What the project is in.")
@click.option("--title", help="What it is called.  [default: the file's own name for it]")
@click.option(
    "--milestone",
    "milestones",
    multiple=True,
    metavar="ACTIVITY",
    help="A milestone to promise; repeatable.  [default: all that the file has]",
)
@click.option(
    "--tie",
    "ties",
    multiple=True,
    metavar="ACTIVITY=ID",
    help="A milestone that meets an obligation, or that a gate waits for; repeatable.",
)
@click.option(
    "--due",
    "dues",
    multiple=True,
    metavar="ACTIVITY=DATE",
    help="The day by which a milestone is promised; repeatable.  [default: the file's deadline]",
)
@click.option(
    "--estimate",
    "estimates",
    multiple=True,
    metavar="[ACTIVITY=]LOW/LIKELY/HIGH",
    help="Durations in per cent of what is planned, of an activity or phase, or of all others;"
    f" repeatable.  [default: {USUAL}]",
)
@click.option("--costs", type=FILE, help="What activities cost, as a JSON list.")
@click.option("--branches", type=FILE, help="Where it may go one way or another, as a JSON list.")
@click.option("--correlations", type=FILE, help="What moves together, as a JSON list.")
@click.option(
    "--replaces",
    metavar="PLAN",
    help="The accepted plan that it carries on from.",
    shell_complete=complete("plan"),
)
@arguments.draft("plan")
@answers
def submit(file: Path, project_id: str, draft: tuple[Path, str], **given: Any) -> Answer:
    """Read FILE, from Primavera (XER) or Microsoft Project (XML), verify and check it, and draft
    the statements that register it and submit it as a project's plan. Its label is the project's.

    Milestones with their dates, the day up to which progress is known, and the gating checks that
    fail follow from the file. A plan with one that fails is forecast only once the partner has
    accepted it knowing so. A milestone tied to an obligation is due when that is, unless the file
    or --due says otherwise.

    Costs are objects with activity, fixed and per_day; branches with title, probability, activities
    and otherwise; correlations with first, second and percent. An XER file with several projects,
    or in another encoding than CP1252, is first converted: see `sepakat plan convert`.

    \b
    Example:
      sepakat plan submit plan.xml --project MYS-project-1 --stage production \\
        --tie A900=MYS-obligation-1 --estimate 90/100/140 --draft plan.json MYS-plan-1
    """
    home = open_node()
    from sepakat.cli import drafting
    from sepakat.cli.outlook.record import partner_in
    from sepakat.outlook.forecasts.modelling import modelled
    from sepakat.outlook.plan.verifying import verify
    from sepakat.record.errors import InvalidError
    from sepakat.vocabulary import REGISTRY

    project = drafting.get(project_id, "project")
    plan = _read(file)
    body = _body(plan, project_id, given) | {"counterparty": partner_in(home, project)}
    path, name = draft
    body["file"] = evidence = f"{name}-file"
    try:
        REGISTRY.get("plan").check_body(REGISTRY.action("plan", "submit"), body)
    except InvalidError as error:
        error.at(fix="See `sepakat plan submit --help`, and `sepakat kinds plan`")
        raise
    modelled(plan, body, ())  # names each activity that the plan does not have
    said = drafting.write(
        path,
        [
            drafting.say(
                "evidence",
                "register",
                evidence,
                {"title": body["title"]},
                attach=str(file.absolute()),
                label=project.label,
            ),
            drafting.say("plan", "submit", name, body, label=project.label),
        ],
    )
    found = verify(plan)

    def text(page: Page) -> None:
        page.table(
            ["milestone", "title", "planned", "due", "achieved", "tied to"],
            [
                (row["activity"], row["title"], row["planned"], row.get("due", ""),
                 row.get("achieved", ""), row.get("obligation") or row.get("gate") or "")
                for row in body["promises"]
            ],
            wrap=["title"],
        )  # fmt: skip
        page.line(
            f"{found.compared:,} activities compared with the file's own dates, "
            f"{len(found.differing):,} differ; {len(found.unsaved):,} have no saved dates."
        )
        page.line(f"Gating checks that do not pass: {'; '.join(body['failing']) or 'none'}.")
        if body["failing"]:
            page.line("It is forecast only once the partner has accepted it knowing so.")
        page.line(said)

    verified = {
        "compared": found.compared,
        "differing": sorted(found.differing),
        "unsaved": len(found.unsaved),
    }
    return Answer({"plan": name, "verified": verified, "body": body}, text)


def _read(file: Path) -> "Plan":
    """As whoever forecasts it will: from the file alone."""
    from sepakat.cli.plans import read_plan
    from sepakat.record.errors import InvalidError

    try:
        return read_plan(file)
    except InvalidError as error:
        if file.suffix.lower() != ".xer":
            raise
        typed = f"sepakat plan convert {quote(str(file))} --to plan.xml"
        fix = f"{error.fix}; or submit what this writes: {typed}"
        raise InvalidError(error.what, where=error.where, fix=fix) from error


def _body(plan: "Plan", project: str, given: dict[str, Any]) -> dict[str, Any]:
    from sepakat.cli import drafting
    from sepakat.outlook.forecasts.rows import ActivityCost, Together, Turn
    from sepakat.outlook.forecasts.submitting import described

    described_ = described(plan)
    promises = _promises(described_["promises"], given["milestones"], given["ties"], given["dues"])
    body: dict[str, Any] = {
        "title": given["title"] or plan.name,
        "project": project,
        "stage": given["stage"],
        "as_of": described_["as_of"],
        "failing": described_["failing"],
        "promises": promises,
        "estimates": _estimates(given["estimates"]),
    }
    for tie, field in (("obligation", "obligations"), ("gate", "gates")):
        body[field] = list(dict.fromkeys(row[tie] for row in promises if tie in row))
    files = (("costs", ActivityCost), ("branches", Turn), ("correlations", Together))
    for field, row in files:
        if given[field]:
            body[field] = drafting.rows(given[field], row)
    if given["replaces"]:
        body["replaces"] = given["replaces"]
    return body


def _promises(
    found: list[dict[str, Any]],
    milestones: tuple[str, ...],
    ties: tuple[str, ...],
    dues: tuple[str, ...],
) -> list[dict[str, Any]]:
    from sepakat.record.errors import InvalidError

    known = {row["activity"]: row for row in found}
    tied, due = _pairs(ties, "--tie"), _pairs(dues, "--due")
    for name in (*milestones, *tied, *due):
        if name not in known:
            raise InvalidError(
                f"the plan has no milestone {name!r}",
                where=name,
                fix=f"It has {', '.join(known) or 'none'}",
            )
    chosen = {*milestones, *tied, *due} if milestones else known.keys()
    rows = [row for name, row in known.items() if name in chosen]
    if not 1 <= len(rows) <= MOST:
        raise InvalidError(
            f"the plan has {len(rows):,} milestones to promise",
            where="--milestone",
            fix=f"Name 1 to {MOST} of the file's with --milestone",
        )
    for row in rows:
        if row["activity"] in tied:
            row |= {"due": row.get("due")} | _tie(tied[row["activity"]], row.get("due"))
        if row["activity"] in due:
            row["due"] = due[row["activity"]]
    return [{name: value for name, value in row.items() if value} for row in rows]


def _tie(object_id: str, due: str | None) -> dict[str, str]:
    """What a milestone is tied to; the day of an obligation where it has none of its own."""
    from sepakat.cli.outlook.record import Held
    from sepakat.record.errors import InvalidError

    thing = Held().one(object_id)
    if thing.kind not in ("obligation", "gate"):
        raise InvalidError(
            f"it is of the kind {thing.kind}",
            where=object_id,
            fix="A milestone is tied to an obligation or a gate",
        )
    own = {"due": thing.fields["due"]} if thing.kind == "obligation" and not due else {}
    return own | {thing.kind: object_id}


def _estimates(given: tuple[str, ...]) -> list[dict[str, str]]:
    """One row for all others, and one for each activity or phase that is named."""
    from sepakat.record.errors import InvalidError

    rows = {"*": USUAL}
    for text in given:
        name, sign, points = text.rpartition("=")
        rows[name if sign else "*"] = points
    found = []
    for name, points in rows.items():
        three = points.split("/")
        if len(three) != 3:
            raise InvalidError(
                "not LOW/LIKELY/HIGH", where=f"--estimate {points}", fix=f"Write it as {USUAL}"
            )
        found.append(
            {"activities": name} | dict(zip(("low", "likely", "high"), three, strict=True))
        )
    return found


def _pairs(texts: tuple[str, ...], option: str) -> dict[str, str]:
    from sepakat.record.errors import InvalidError

    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.rpartition("=")
        if not sign or not name or not value:
            raise InvalidError(
                "not ACTIVITY=VALUE",
                where=f"{option} {text}",
                fix="Write both, with = between them",
            )
        if name in found:
            raise InvalidError(
                f"{name} is given twice", where=f"{option} {text}", fix="Give it once"
            )
        found[name] = value
    return found
