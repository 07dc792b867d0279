"""Conditions of rules, in CEL (Common Expression Language), over what a claim states.

They are typed, have no side effects and no loops: comprehensions are refused, so that the time one
takes is bounded by its length. Regular expressions are RE2's, which do not backtrack.

- `activity`, `mode`, `category`, `organisation`: texts; empty where the claim does not say.
- `delivered`: a day as text, such as "2027-09-20"; days compare as texts do.
- `value`: what was verified, a whole number of the smallest part of the agreement's currency that
  its rounding keeps (sen, with two places).
- `facts`: what else the claim states, texts by name; `"shift" in facts` asks for one.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from sepakat.record.errors import InvalidError

_LOOPS = re.compile(r"\.\s*(all|exists|exists_one|map|filter|transform\w*)\s*\(")
_TEXTS = ("activity", "mode", "category", "organisation", "delivered")


@lru_cache(maxsize=1)
def _environment() -> Any:
    texts = dict.fromkeys(_TEXTS, cel.Type.STRING)
    facts = cel.Type.Map(cel.Type.STRING, cel.Type.STRING)
    return cel.NewEnv(variables={**texts, "value": cel.Type.INT, "facts": facts})


@lru_cache(maxsize=2048)
def compiled(expression: str) -> Any:
    """The condition ready to be asked; `InvalidError` says what is wrong with it."""
    if found := _LOOPS.search(expression):
        raise InvalidError(
            f"a condition has no loops, and {found[1]} is one", fix="Name the cases one by one"
        )
    try:
        made = _environment().compile(expression)
    except RuntimeError as error:
        raise InvalidError(
            _plain(str(error)), fix="See the CEL language, and docs/agreements.md"
        ) from None
    if made.return_type() != cel.Type.BOOL:
        raise InvalidError(
            f"a condition is true or false, and this is {made.return_type().name()}",
            fix='Compare it with something, as in mode == "direct"',
        )
    return made


def is_met(expression: str | None, given: Mapping[str, Any]) -> bool:
    """Whether a condition holds. One that asks for a fact that is not given does not."""
    if expression is None:
        return True
    found = compiled(expression).eval(data=given).value()
    return found is True


def _plain(message: str) -> str:
    """The first line of what the compiler says, without its own codes."""
    first = message.removeprefix("INVALID_ARGUMENT: ").splitlines()[0]
    return re.sub(r"^ERROR: <input>:\d+:(\d+): ", r"at character \1: ", first)
