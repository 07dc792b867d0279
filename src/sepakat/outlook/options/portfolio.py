"""Choose the portfolio: the most value under yearly budgets, risk and country balance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sepakat.outlook.options.milp import PERCENT, Program, check_amounts, check_percents, minimise
from sepakat.outlook.options.result import Result, check_limits, found
from sepakat.record.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that can be chosen or left. Amounts are whole numbers in one unit and currency.

    `value` is what it is worth on the committee's own scale, `cost` what each nation pays in each
    year, `work` what is spent in each nation, `risk` its expected loss. At most one of a `group` is
    chosen: the same project begun a year later, or made smaller, is another candidate of its group.
    A candidate needs all in `needs`, each a candidate or a group, to be chosen too.
    """

    name: str
    value: int
    cost: Mapping[tuple[str, int], int] = field(default_factory=dict)
    work: Mapping[str, int] = field(default_factory=dict)
    risk: int = 0
    group: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What the portfolio is chosen from, and under what.

    `budgets` by nation and year, `risk` in all, and `floors`: the least percentage of all work
    chosen that is done in each nation. `committed` names candidates or groups that are promised.
    """

    candidates: Sequence[Candidate]
    budgets: Mapping[tuple[str, int], int]
    risk: int | None = None
    floors: Mapping[str, int] = field(default_factory=dict)
    committed: frozenset[str] = frozenset()


def choose(choice: Choice, *, limit_s: float = 10.0, seed: int = 1) -> Result[tuple[str, ...]]:
    """The names of those chosen, in the order given; the objective is their value.

    Conflicts are of the rules `budget` ("KOR 2027"), `risk`, `balance` (a nation), `committed`,
    `group` and `needs`, short by an amount, or by a number of projects.

    Raises InvalidError for amounts out of range, names used twice or not known, and a cost in a
    year for which the nation has no budget.
    """
    check_limits(limit_s)
    _check(choice)
    if not choice.candidates:
        return found((), 0, 0, limit_s)
    result = minimise(_program(choice), limit_s, seed)
    bound = None if result.bound is None else -result.bound
    if result.plan is None or result.objective is None:
        return Result(result.status, limit_s, bound=bound, conflicts=result.conflicts)
    taken = zip(choice.candidates, result.plan, strict=True)
    names = tuple(candidate.name for candidate, chosen in taken if chosen)
    return found(names, -result.objective, bound, limit_s)


def _program(choice: Choice) -> Program:
    program = Program()
    given = choice.candidates
    for candidate in given:
        program.column(objective=-candidate.value)
    for (nation, year), budget in choice.budgets.items():
        paid = {i: c.cost.get((nation, year), 0) for i, c in enumerate(given)}
        program.at_most("budget", f"{nation} {year}", paid, budget)
    if choice.risk is not None:
        program.at_most("risk", "", {i: c.risk for i, c in enumerate(given)}, choice.risk)
    for nation, percent in choice.floors.items():
        above = {
            i: PERCENT * c.work.get(nation, 0) - percent * sum(c.work.values())
            for i, c in enumerate(given)
        }
        program.at_least("balance", nation, above, 0, unit=PERCENT)
    called = _called(choice)
    for name in sorted({c.group for c in given if c.group}):
        program.at_most("group", name, dict.fromkeys(called[name], 1), 1, firm=True)
    for place, candidate in enumerate(given):
        for needed in candidate.needs:
            terms = dict.fromkeys(called[needed], 1) | {place: -1}
            program.at_least("needs", f"{candidate.name}: {needed}", terms, 0, firm=True)
    for name in sorted(choice.committed):
        program.at_least("committed", name, dict.fromkeys(called[name], 1), 1, firm=True)
    return program


def _called(choice: Choice) -> dict[str, list[int]]:
    """The places of the candidate, or of the group's, by name."""
    places: dict[str, list[int]] = {}
    for place, candidate in enumerate(choice.candidates):
        places.setdefault(candidate.name, []).append(place)
        if candidate.group:
            places.setdefault(candidate.group, []).append(place)
    return places


def _check(choice: Choice) -> None:
    names = [candidate.name for candidate in choice.candidates]
    groups = {candidate.group for candidate in choice.candidates} - {""}
    if twice := sorted(n for n, times in Counter([*names, *groups]).items() if times > 1):
        raise InvalidError(
            "the name is given twice",
            where=twice[0],
            fix="Give each candidate and each group a name of its own",
        )
    known = {*names, *groups}
    for candidate in choice.candidates:
        for needed in candidate.needs:
            if needed not in known or needed in (candidate.name, candidate.group):
                raise InvalidError(
                    f"it cannot need {needed!r}",
                    where=candidate.name,
                    fix="Name another candidate or group of the file, not its own",
                )
        for nation, year in candidate.cost:
            if (nation, year) not in choice.budgets:
                raise InvalidError(
                    f"it costs {nation} something in {year}, for which there is no budget",
                    where=candidate.name,
                    fix="Give a budget for the year, which may be 0",
                )
        amounts = (candidate.value, candidate.risk)
        check_amounts(candidate.name, *amounts, *candidate.cost.values(), *candidate.work.values())
    for name in choice.committed:
        if name not in known:
            raise InvalidError(
                f"there is no candidate {name!r}",
                where="committed",
                fix="Name a candidate or a group of the file",
            )
    check_amounts("budgets", *choice.budgets.values(), choice.risk or 0)
    check_percents(choice.floors)
