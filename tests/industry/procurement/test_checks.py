"""No check raises, whatever a body that passes its type says: one that did would stop the fold."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from sepakat.industry.procurement.kinds import KINDS
from sepakat.record.kind import Action
from support import procurement
from support.case import Case


class Step(NamedTuple):
    kind: str
    action: Action

    def __str__(self) -> str:
        return f"{self.kind}-{self.action.name}"


STEPS = [
    Step(kind.kind, action)
    for kind in KINDS
    for action in kind.lifecycle.actions.values()
    if action.check
]
ODD = ("0", "-0", "-1", "0.0000", "100", "999999999999999999.9999", "0001-01-01", "a", "b-1")
ODD_TIMES = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "00" * 32, "0.0000", "TUR-nothing")


def odd(value: Any) -> Iterator[Any]:
    """Other values in place of one: of its type for the most part, at the ends of what it takes."""
    yield None
    match value:
        case str():
            yield from (*ODD, *ODD_TIMES)
        case int():
            yield from (0, 2**53 - 1)
        case list():
            yield from ([], value + value, value[::-1])
            for place, row in enumerate(value):
                for other in odd(row):
                    yield [*value[:place], other, *value[place + 1 :]]
        case dict():
            for name in value:
                yield {k: v for k, v in value.items() if k != name}
                for other in odd(value[name]):
                    yield value | {name: other}


def bodies(case: Case, step: Step, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield body
    for name in case.nations.registry.get(step.kind).body_of(step.action).model_fields:
        yield {k: v for k, v in body.items() if k != name}
        for other in odd(body.get(name, "a")):
            yield body | {name: other}
        yield body | {name: []}


def set_up(step: Step) -> tuple[Case, str, dict[str, Any]]:
    case = Case()
    start = step.action.start
    made = case.make(step.kind, start[0]) if start else "MYS-new"
    return case, made, case.body(step.kind, step.action, made)


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_no_check_raises(step: Step) -> None:
    case, made, body = set_up(step)
    asked = 0
    for number, other in enumerate(list(bodies(case, step, body))):
        if not step.action.start:
            made = f"MYS-new-{number}"  # what stands must not keep the next from being asked
        voice = procurement.voice(case, step.kind, step.action, made, body)
        nation = case.speaker(step.action, made) if step.action.start else "MYS"
        entry = case.nations.say(nation, step.kind, made, step.action.name, other, **voice)
        code = case.nations.decision(entry).code
        asked += code in ("", "check")
        if step.action.start and not code:
            case, made, body = set_up(step)
    assert asked
