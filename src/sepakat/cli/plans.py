"""`sepakat plan`: a plan in a file, verified, checked and converted."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.output import Answer, Page, answers, note

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepakat.outlook.plan.model import Plan

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
SHOWN = 100


@click.group(short_help="Plans of activities: verify, check, convert, submit.")
def plan() -> None:
    """Read a plan from Primavera (XER) or Microsoft Project (XML), and submit it as a project's.
    All but `submit` need no node. See docs/plans.md.

    \b
    Example:
      sepakat plan verify plan.xer
    """


def _from_file(command: "Callable[..., Answer]") -> "Callable[..., Answer]":
    command = click.option(
        "--encoding", default="", help="Of an XER file: cp949 in Korea.  [default: cp1252]"
    )(command)
    command = click.option("--project", default="", help="Which project, if a file has several.")(
        command
    )
    return click.argument("file", type=FILE)(command)


@plan.command(short_help="Compare our dates with those saved in the file.")
@_from_file
@answers
def verify(file: Path, project: str, encoding: str) -> Answer:
    """Date the plan anew and compare early and late dates and total float, activity by activity,
    with those saved in the file. It exits with 1 if any differ, or there are none to compare.

    \b
    Example:
      sepakat plan verify plan.xer --project AERO
    """
    from sepakat.outlook.plan.verifying import verify as verified

    found = verified(read_plan(file, project, encoding))
    rows = [
        (d.activity, d.field, str(d.saved), str(d.computed), f"{d.apart:,}")
        for d in found.differences
    ]

    def text(page: Page) -> None:
        page.table(
            ["activity", "what", "saved", "computed", "minutes"], rows[:SHOWN], right=["minutes"]
        )
        page.line(
            f"{file}: {found.compared:,} activities compared, {len(found.differing):,} differ; "
            f"{len(found.unsaved):,} have no saved dates."
        )

    document = {
        "compared": found.compared,
        "unsaved": list(found.unsaved),
        "differences": [
            asdict(d) | {"saved": str(d.saved), "computed": str(d.computed)}
            for d in found.differences
        ],
    }
    return Answer(document, text, 0 if found.holds else 1)


@plan.command(short_help="Assess the schedule by fourteen checks and ten practices.")
@_from_file
@answers
def check(file: Path, project: str, encoding: str) -> Answer:
    """Run the DCMA's fourteen checks, and say what they tell of GAO's ten practices. It exits with
    1 if a check fails that gates simulation.

    \b
    Example:
      sepakat plan check plan.xml
    """
    from sepakat.outlook.quality import assess, blocking, practices

    findings = assess(read_plan(file, project, encoding))
    judged = practices(findings)
    words = {True: "passes", False: "FAILS", None: "not known"}

    def text(page: Page) -> None:
        page.table(
            ["", "check", "value", "limit", "", "who"],
            [
                (f.check.number, f.check.title, "" if f.value is None else f"{f.value:.4g}",
                 f"{f.check.limit:g} {f.check.unit}", words[f.passes],
                 f.reason or ", ".join(f.offenders[:5]) + (" …" if len(f.offenders) > 5 else ""))
                for f in findings
            ],
            right=["value"],
            wrap=["check", "who"],
        )  # fmt: skip
        page.table(
            ["", "practice", "", "to be asked"],
            [
                (j.practice.number, j.practice.title, str(j.answer), j.practice.question)
                for j in judged
            ],
            wrap=["practice", "to be asked"],
        )
        gates = ", ".join(str(f.check.number) for f in blocking(findings))
        page.line(f"Gating checks that do not pass: {gates or 'none'}.")

    document: dict[str, Any] = {
        "checks": [asdict(f) | {"passes": f.passes} for f in findings],
        "practices": [{**asdict(j.practice), "answer": str(j.answer)} for j in judged],
        "blocking": [f.check.number for f in blocking(findings)],
    }
    return Answer(document, text, 1 if blocking(findings) else 0)


@plan.command(short_help="Write the plan as Microsoft Project XML.")
@_from_file
@click.option("--to", type=OUT, required=True, metavar="FILE", help="Where to write.")
@answers
def convert(file: Path, project: str, encoding: str, to: Path) -> Answer:
    """Write the plan as Microsoft Project XML, and say what that cannot carry.

    \b
    Example:
      sepakat plan convert plan.xer --to plan.xml
    """
    from sepakat.outlook.plan.mspdi import lost, write_mspdi

    found = read_plan(file, project, encoding)
    to.write_bytes(write_mspdi(found))
    gone = lost(found)

    def text(page: Page) -> None:
        for each in gone[:SHOWN]:
            page.line(f"{each.place}, {each.field}: {each.reason}")
        page.line(f"{to}: {len(found.activities):,} activities; {len(gone):,} things not carried.")

    document = {
        "file": str(to),
        "activities": len(found.activities),
        "lost": [asdict(n) for n in gone],
    }
    return Answer(document, text)


def read_plan(file: Path, project: str = "", encoding: str = "") -> "Plan":
    """The plan in a file; what was not taken of it, or not as it stood, is noted on stderr."""
    from sepakat.outlook.plan.elements import MAX_FILE
    from sepakat.outlook.plan.reading import read
    from sepakat.record.errors import InvalidError

    if file.stat().st_size > MAX_FILE:
        raise InvalidError(
            "the file is too large",
            where=str(file),
            fix=f"At most {MAX_FILE:,} bytes are read; leave out what the plan does not need",
        )
    try:
        found = read(file.read_bytes(), project=project, encoding=encoding)
    except InvalidError as error:
        where = f"{file}: {error.where}" if error.where else str(file)
        fix = error.fix or "Correct it in the program that wrote it, and save it once more"
        raise InvalidError(error.what, where=where, fix=fix) from error
    for each in found.notes[:SHOWN]:
        about = f"{each.place}: {each.field}" if each.field else each.place
        note(f"{about}: {each.reason}")
    if len(found.notes) > SHOWN:
        note(f"{len(found.notes) - SHOWN:,} more notes.")
    return found
