"""What an option changes, as the committee reads it: rows beside the present plan."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sepakat.outlook.forecasts.figures import Treated
from sepakat.outlook.forecasts.simulating import Simulated
from sepakat.outlook.forecasts.stating import number, percent

Effect = dict[str, str]
Fields = Mapping[str, Any]

MOST = 64  # effects that an option has at most
LONGEST = 200  # characters of each


def effect(aspect: str, about: str, present: str, option: str) -> Effect:
    """A row, with what is too long for one cut short."""
    said = {"about": about, "present": present, "option": option}
    return {"aspect": aspect} | {name: _line(text) for name, text in said.items()}


def of_treatment(row: Treated, milestone: str, currency: str, *, has_costs: bool) -> list[Effect]:
    """What a treatment changes of the last milestone, from a forecast's figures. Where the plan
    states no costs, only its price is known."""
    cost = [_money(amount, currency) for amount in (row.cost_before, row.cost_after)]
    chance = [_tenths(share) for share in (row.on_time_before, row.on_time_after)]
    return [
        effect("date", f"P80 of {milestone}", row.before, row.after),
        effect("risk", f"Chance that {milestone} is on time", *chance),
        *([effect("money", "Cost, P80, with the price", *cost)] if has_costs else []),
        effect("money", "Price", _money(0, currency), _money(row.price, currency)),
    ]


def of_simulations(before: Simulated, after: Simulated, currency: str) -> list[Effect]:
    """What differs between two simulations of one plan: its last milestone, and its cost, where the
    plan states costs."""
    title, ends = before.last["title"], [of.end(of.result) for of in (before, after)]
    found = [
        effect("date", f"P80 of {title}", *(end.p80.isoformat() for end in ends)),
        effect(
            "risk",
            f"Chance that {title} is on time",
            *(f"{percent(end.on_time)} %" for end in ends),
        ),
    ]
    if before.model.costs:
        cost = (_money(number(end.cost), currency) for end in ends)
        found.append(effect("money", "Cost, P80", *cost))
    return found


def of_credit(
    before: Iterable[Fields], after: Iterable[Fields], currencies: Mapping[str, str]
) -> list[Effect]:
    """What differs between two forecasts' obligations; `currencies` are those they are owed in."""
    found = []
    for was, would in zip(before, after, strict=True):
        name = was["obligation"]
        on_time = (f"{row['on_time']} %" for row in (was, would))
        found.append(effect("credit", f"Chance to meet {name} without a penalty", *on_time))
        penalties = (_money(row["penalty"], currencies[name]) for row in (was, would))
        found.append(effect("credit", f"Mean penalty on {name}", *penalties))
    return found


def few(effects: Sequence[Effect]) -> list[Effect]:
    """As many as an option may have; the last then says how many more there are."""
    if len(effects) <= MOST:
        return list(effects)
    rest = len(effects) - MOST + 1
    more = effect("other", f"{rest} more", "in the file", "in the file")
    return [*effects[: MOST - 1], more]


def _money(amount: int | str, currency: str) -> str:
    return f"{Decimal(amount):,} {currency}"


def _tenths(share: int) -> str:
    return f"{number(share / 10)} %"


def _line(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
