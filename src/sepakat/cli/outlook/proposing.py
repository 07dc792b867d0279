"""Drafting an option: its effects, its proof and, where a search found it, its solution as a file.
Imported only where a node is open."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sepakat.cli import drafting
from sepakat.cli.outlook.record import partner_in, shared
from sepakat.cli.output import Page
from sepakat.node.home import Home
from sepakat.outlook.options.effects import Effect, few
from sepakat.outlook.options.result import Result, Status
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Object

WHOLE = 100  # per cent
FAILED = 1  # the exit code where there is no plan


class Proposal:
    """An option about a forecast, made from other things beside it."""

    def __init__(
        self, home: Home, forecast: Object, draft: tuple[Path, str], *made_from: Object
    ) -> None:
        self.forecast, (self.path, self.name) = forecast, draft
        self.partner = partner_in(home, forecast)
        self.label = shared(home, self.partner, (forecast, *made_from))

    def body(self, type_: str, title: str, description: str, effects: Sequence[Effect]) -> Any:
        return {
            "title": title[:200],
            "forecast": self.forecast.id,
            "project": self.forecast.fields["project"],
            "counterparty": self.partner,
            "type": type_,
            "description": description,
            "effects": few(effects),
        }

    def write(self, body: dict[str, Any], solution: dict[str, Any] | None = None) -> str:
        """Draft it, with the solution beside the draft; what to type next."""
        batch = []
        if solution is not None:
            body["file"] = f"{self.name}-solution"
            file = self.path.with_name(f"{self.path.stem}-solution.json")
            file.write_text(json.dumps(solution, indent=2, ensure_ascii=False), encoding="utf-8")
            title = {"title": f"Solution of {self.name}"}
            attached = str(file.absolute())
            batch.append(
                drafting.say(
                    "evidence", "register", body["file"], title, attach=attached, label=self.label
                )
            )
        said = drafting.say("option", "propose", self.name, body, label=self.label)
        return drafting.write(self.path, [*batch, said])


def proved(result: Result[Any], least: int) -> dict[str, str]:
    """The proof of a search, as an option states it. `least` bounds any plan where the search
    itself proved nothing. InvalidError where the gap is too wide to say."""
    assert result.objective is not None
    bound = least if result.bound is None else result.bound
    gap = WHOLE * abs(result.objective - bound) / max(1, abs(result.objective))
    if gap > WHOLE:
        raise InvalidError(
            f"found {result.objective:,}, with a bound of {bound:,}: that tells too little",
            fix="Give the search more time by --limit",
        )
    return {
        "proof": "proved" if result.status is Status.PROVED else "feasible",
        "objective": str(result.objective),
        "bound": str(bound),
        "gap": f"{gap:.4f}".rstrip("0").rstrip("."),
    }


def told(page: Page, body: dict[str, Any], said: str) -> None:
    page.table(
        ["", "what", "present plan", "with the option"],
        [(row["aspect"], row["about"], row["present"], row["option"]) for row in body["effects"]],
        wrap=["what"],
    )
    words = {
        "proved": "Proved: none is better.",
        "simulated": "Simulated, with the forecast's own seed.",
        "feasible": f"Not proved to be the best: one could be better by {body.get('gap')} %.",
    }
    page.line(words[body["proof"]])
    page.line(said)


def none_found(page: Page, result: Result[Any]) -> None:
    """That there is no plan, or that none was found, and what stands in its way."""
    if result.status is Status.INFEASIBLE:
        page.line("It is proved that there is none.")
    else:
        page.line(f"None was found in {result.seconds:g} s; there may be one.")
    page.table(
        ["gives way", "of", "short by"],
        [(each.rule, each.of, f"{each.short:,}") for each in result.conflicts],
        right=["short by"],
        wrap=["of"],
    )


def outcome(result: Result[Any]) -> dict[str, Any]:
    """A search's outcome as a document, without its plan."""
    return {
        "status": str(result.status),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": result.seconds,
        "conflicts": [
            {"rule": each.rule, "of": each.of, "short": each.short} for each in result.conflicts
        ],
    }
