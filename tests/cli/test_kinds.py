"""What `sepakat kinds KIND --json` tells, from which a second implementation is written."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from typing import Annotated, Any

import pytest
from click.testing import CliRunner
from pydantic import AfterValidator

from sepakat.cli.program import program
from sepakat.cli.schema import name_of, schema_of
from sepakat.record.kind import Action, Kind, Lifecycle, Side
from sepakat.vocabulary import REGISTRY

KINDS = REGISTRY.kinds.values()


def described(kind: type[Kind]) -> dict[str, Any]:
    done = CliRunner().invoke(program, ["kinds", kind.kind, "--json"])
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.output)
    return document


def function(name: str) -> Callable[..., Any]:
    module, _, within = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), within)
    return found


def rebuilt(told: dict[str, Any]) -> Action:
    """The action that the description is of."""
    check = told["check"]
    return Action(
        told["action"],
        end=told["to"],
        start=tuple(told["from"]),
        by=Side(told["by"]),
        roles=tuple(told["roles"]),
        needs=tuple(told["needs"]),
        may=tuple(told["may"]),
        requires={name: tuple(states) for name, states in told["requires"].items()},
        after=told["after"],
        check=function(check["function"]) if check else None,
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_rule_of_a_declaration_that_is_left_out(kind: type[Kind]) -> None:
    told = described(kind)
    assert (told["edition"], told["references"]) == (kind.edition, kind.refs)
    assert told["bilateral"] == ("counterparty" in told["fields"])
    actions = [rebuilt(action) for action in told["actions"]]
    for action, declared in zip(actions, kind.lifecycle.actions.values(), strict=True):
        needed = kind.needed_by(declared)
        may = tuple(name for name in declared.may if name not in needed)
        # That two people say it is each node's own matter, and no rule.
        assert action == replace(declared, needs=needed, may=may, four_eyes=False)
    again = Lifecycle(*actions)
    assert told["states"] == [
        {"state": state, "turn": again.turn.get(state), "final": state in again.final}
        for state in again.states
    ]


def passed(schema: Any) -> Iterator[Callable[..., Any]]:
    """The functions that Pydantic calls on values."""
    if isinstance(schema, dict):
        if str(schema.get("type")).startswith("function-"):
            yield schema["function"]["function"]
        for part in schema.values():
            yield from passed(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from passed(part)


def named(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("x-passes", ())
        for part in schema.values():
            yield from named(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from named(part)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_function_that_a_value_must_pass_is_not_named(kind: type[Kind]) -> None:
    told = described(kind)
    found = [function(name) for name in named([told["fields"], told["definitions"]])]
    assert set(found) == set(passed(kind.__pydantic_core_schema__))


def _first(text: str) -> str:
    return text


def _second(text: str) -> str:
    return text


class Twice(Kind):
    """A kind with a value that passes two functions."""

    text: Annotated[str, AfterValidator(_first), AfterValidator(_second)]
    lifecycle = Lifecycle(Action("make", end="made"))


def test_a_value_passes_two_functions_and_one_is_named() -> None:
    names = schema_of(Twice)["properties"]["text"]["x-passes"]
    assert [function(name) for name in names] == [_first, _second]


def test_the_words_of_a_check_are_not_shown() -> None:
    claim = described(REGISTRY.get("claim"))
    checks = {action["action"]: action["check"] for action in claim["actions"]}
    assert checks["uphold_refusal"] is None
    refile, file = checks["refile"], checks["file"]
    assert refile["function"] == "sepakat.industry.checks:brings_new_evidence"
    assert file["function"] == "sepakat.industry.checks:fits_obligation"
    page = CliRunner().invoke(program, ["kinds", "claim"]).output
    assert f"check     {refile['help']}\n" in page
    assert f"check     {file['help']}\n" in page


def test_a_check_that_does_not_say_what_it_asks() -> None:
    actions = (action for kind in KINDS for action in kind.lifecycle.actions.values())
    checks = {action.check for action in actions if action.check}
    silent = {
        name_of(check)
        for check in checks
        if not (check.__doc__ or "").partition("\n\n")[0].rstrip().endswith(".")
    }
    assert not silent
