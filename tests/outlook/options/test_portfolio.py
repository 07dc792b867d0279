"""The portfolio: against every choice there is, and what stands in the way of one."""

import subprocess
import sys
from collections.abc import Collection, Mapping
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat.outlook.options.portfolio import Candidate, Choice, choose
from sepakat.outlook.options.result import Conflict, Status
from sepakat.record.errors import InvalidError, SepakatError

pytest.importorskip("highspy", reason="the extra `outlook` is not installed")

YEARS = [("KOR", 2027), ("MYS", 2027), ("MYS", 2028)]


def keeps_all(choice: Choice, names: Collection[str]) -> bool:
    chosen = [candidate for candidate in choice.candidates if candidate.name in names]
    called = {c.name for c in chosen} | {c.group for c in chosen if c.group}
    groups = [c.group for c in chosen if c.group]
    work = sum(sum(c.work.values()) for c in chosen)
    return (
        all(sum(c.cost.get(y, 0) for c in chosen) <= most for y, most in choice.budgets.items())
        and (choice.risk is None or sum(c.risk for c in chosen) <= choice.risk)
        and all(
            100 * sum(c.work.get(nation, 0) for c in chosen) >= least * work
            for nation, least in choice.floors.items()
        )
        and len(groups) == len(set(groups))
        and all(needed in called for c in chosen for needed in c.needs)
        and choice.committed <= called
    )


def best_of_all(choice: Choice) -> int | None:
    names = [c.name for c in choice.candidates]
    value = {c.name: c.value for c in choice.candidates}
    sets = chain.from_iterable(combinations(names, n) for n in range(len(names) + 1))
    return max((sum(value[n] for n in s) for s in sets if keeps_all(choice, s)), default=None)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    names = [f"p{number}" for number in range(draw(st.integers(0, 7)))]
    unit = draw(st.sampled_from([1, 1_000, 7_654_321]))
    amount = st.integers(0, 9).map(lambda units: units * unit)
    candidates = [
        Candidate(
            name,
            value=draw(st.integers(0, 20)),
            cost={year: draw(amount) for year in YEARS},
            work={"KOR": draw(amount), "MYS": draw(amount)},
            risk=draw(amount),
            group=draw(st.sampled_from(["", "", "radar", "wing"])),
            needs=tuple(draw(st.sets(st.sampled_from(names[:place] or ["-"]), max_size=1)) - {"-"}),
        )
        for place, name in enumerate(names)
    ]
    budgets = {year: draw(st.integers(0, 25)) * unit for year in YEARS}
    risk = draw(st.none() | st.integers(0, 25).map(lambda units: units * unit))
    floors = draw(st.dictionaries(st.sampled_from(["KOR", "MYS"]), st.integers(0, 60)))
    committed = draw(st.frozensets(st.sampled_from(names), max_size=2)) if names else frozenset()
    return Choice(candidates, budgets, risk, floors, committed)


@settings(max_examples=120, deadline=None)
@given(choices())
def test_a_better_portfolio_exists_than_the_one_called_proved(choice: Choice) -> None:
    best, result = best_of_all(choice), choose(choice, limit_s=5)
    if best is None:
        assert result.status is Status.INFEASIBLE and result.conflicts
        assert all(conflict.short > 0 for conflict in result.conflicts)
    else:
        assert (result.status, result.objective, result.bound) == (Status.PROVED, best, best)
        assert result.plan is not None and keeps_all(choice, result.plan)


def choice(budget: int = 10, **more: Any) -> Choice:
    cost = {("MYS", 2027): 6}
    candidates = [
        Candidate("radar", 5, cost, {"KOR": 6}, risk=3),
        Candidate("wing", 4, cost, {"MYS": 6}, risk=2),
    ]
    return Choice(candidates, {("MYS", 2027): budget}, **more)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (choice(committed=frozenset({"radar", "wing"})), Conflict("budget", "MYS 2027", 2)),
        (choice(20, risk=4, committed=frozenset({"radar", "wing"})), Conflict("risk", "", 1)),
        (
            choice(20, floors={"MYS": 60}, committed=frozenset({"radar", "wing"})),
            Conflict("balance", "MYS", 2),  # 1.2, in whole amounts
        ),
    ],
)
def test_constraint_that_would_have_to_give_way_is_not_named(
    given: Choice, expected: Conflict
) -> None:
    result = choose(given, limit_s=3)
    assert (result.status, result.plan, result.conflicts) == (Status.INFEASIBLE, None, (expected,))


def test_budget_is_overrun_by_a_share_that_floating_point_does_not_see() -> None:
    amounts = [10**12 - 1, 1]
    candidates = [Candidate(f"p{a}", 1, {("MYS", 2027): a}) for a in amounts]
    result = choose(Choice(candidates, {("MYS", 2027): 10**12 - 1}), limit_s=3)
    assert result.plan is None or len(result.plan) == 1
    assert result.status is not Status.PROVED or result.objective == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"budgets": {}},
        {"budgets": {("MYS", 2027): -1}},
        {"candidates": [Candidate("radar", 1), Candidate("radar", 1)]},
        {"candidates": [Candidate("radar", 1, needs=("wing",))]},
        {"candidates": [Candidate("radar", 1, needs=("radar",))]},
        {"candidates": [Candidate("radar", -1)]},
        {"candidates": [Candidate("radar", 10**13)]},
        {"committed": frozenset({"ship"})},
        {"floors": {"MYS": 101}},
    ],
)
def test_what_no_choice_can_be_made_of_is_tried(changed: Mapping[str, Any]) -> None:
    given = choice()
    fields = {name: getattr(given, name) for name in ("candidates", "budgets", "committed")}
    with pytest.raises(InvalidError):
        choose(Choice(**fields | changed), limit_s=1)


def test_missing_package_is_a_riddle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(SepakatError, match=r"sepakat\[outlook\]"):
        choose(choice(), limit_s=1)


def test_highs_speaks_in_the_answer() -> None:
    """It prints two lines about itself, which would be in the JSON that a command answers with."""
    ask = (
        "from sepakat.outlook.options.portfolio import *\n"
        "for n in (1, 2): print(choose(Choice([Candidate('a', n)], {})).plan, flush=True)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout == "('a',)\n('a',)\n"
    assert "HiGHS" in done.stderr
