"""`sepakat forecast scores`: how good earlier forecasts were, and where projects stand."""

from typing import TYPE_CHECKING, Any

import click

from sepakat.cli.node import open_node
from sepakat.cli.output import Answer, Page, answers, note

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepakat.outlook.learning.earned import Earned
    from sepakat.outlook.learning.scoring import StageScore
    from sepakat.record.kind import Object

SHOWN = (0.5, 0.8)  # levels whose coverage is shown
PROGRESS = ("weeks", "of", "days planned", "days earned", "SPI(t)", "weeks in all")


@click.command(short_help="How good earlier forecasts were.")
@answers
def scores() -> Answer:
    """Score each earlier forecast of a milestone that has since been reached, as it would have been
    corrected on its day, by stage: how many came out by the corrected P50 and P80, and the pinball
    loss of the corrected and of the uncorrected forecast, of which less is better. While own
    outcomes are few, they are corrected by a public class, which is named with its basis.

    Beside it, for each accepted plan whose file has progress and a baseline: its SPI(t), and the
    weeks that it will have taken at that pace. Value is in working days of its activities.

    \b
    Example:
      sepakat forecast scores
    """
    home = open_node()
    from sepakat.cli.outlook.record import Held, reader
    from sepakat.outlook.learning.outcomes import outcomes
    from sepakat.outlook.learning.reference import TIME_TO_FINISH as PUBLIC
    from sepakat.outlook.learning.scoring import rolling, table

    plans = (held := Held()).all("plan")
    came_out = outcomes(held.all("forecast"), plans, held.all("project"))
    found = table(rolling(came_out, PUBLIC))
    stand = _standings([p for p in plans if p.state == "accepted"], reader(home))

    def text(page: Page) -> None:
        page.table(
            ["stage", "forecasts", "by P50", "by P80", "loss, corrected", "uncorrected"],
            [
                (
                    each.stage,
                    each.count,
                    *_coverage(each),
                    _loss(each.pinball),
                    _loss(each.uncorrected),
                )
                for each in found
            ],
            right=["forecasts", "by P50", "by P80", "loss, corrected", "uncorrected"],
        )
        if not found:
            page.line("No milestone that was forecast has been reached yet.")
        of = f", of {PUBLIC.count} projects" if PUBLIC.count else ""
        page.line(f"Public class: {PUBLIC.name} ({PUBLIC.basis}{of}).")
        page.table(
            ["plan", *PROGRESS],
            [(name, *_row(each)) for name, each in stand],
            right=PROGRESS,
        )
        if not stand:
            page.line("No accepted plan has both progress and a baseline.")

    document = {
        "public": {"name": PUBLIC.name, "basis": str(PUBLIC.basis), "projects": PUBLIC.count},
        "stages": [_document(each) for each in found],
        "plans": [_standing(name, each) for name, each in stand],
    }
    return Answer(document, text)


def _standings(
    plans: "list[Object]", read_file: "Callable[[Object], bytes]"
) -> "list[tuple[str, Earned]]":
    from sepakat.cli import drafting
    from sepakat.outlook.learning.progress import progress
    from sepakat.outlook.plan.reading import read
    from sepakat.record.errors import SepakatError

    found = []
    for plan in plans:
        try:
            file = drafting.get(plan.fields["file"], "evidence")
            stands = progress(read(read_file(file)))
        except SepakatError as error:
            note(f"{plan.id}: {error}")
            continue
        if stands is not None:
            found.append((plan.id, stands))
    return found


def _coverage(score: "StageScore") -> list[str]:
    return [f"{100 * score.coverage[at]:.0f} %" if at in score.coverage else "" for at in SHOWN]


def _loss(loss: float | None) -> str:
    return "" if loss is None else f"{loss:.3f}"


def _row(found: "Earned") -> tuple[str, ...]:
    numbers = (found.at, found.planned_duration, found.planned, found.earned)
    index = "" if found.spi_t is None else f"{found.spi_t:.2f}"
    finish = "" if found.finish is None else f"{found.finish:.1f}"
    return (*(f"{each:.1f}" for each in numbers), index, finish)


def _document(score: "StageScore") -> dict[str, Any]:
    return {
        "stage": score.stage,
        "count": score.count,
        "uncovered": score.uncovered,
        "coverage": {f"P{100 * at:.0f}": share for at, share in score.coverage.items()},
        "pinball": score.pinball,
        "uncorrected": score.uncorrected,
    }


def _standing(name: str, found: "Earned") -> dict[str, Any]:
    from dataclasses import asdict

    return {"plan": name} | asdict(found)
