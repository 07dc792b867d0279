"""The arithmetic of an evaluation against an independent one, and each other result rejected."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat.industry.procurement.evaluation.checks import adds_up
from sepakat.industry.procurement.evaluation.tallying import tally
from sepakat.record.kind import Context, Object
from sepakat.record.statement import Author, Statement
from support.playing import BUYER, TENDER

STATEMENT = Statement(
    kind="evaluation",
    object="MYS-evaluation",
    action="record",
    body={},
    prev=None,
    deps=(),
    seen={},
    by=Author(nation="MYS", organisation=None, role="officer", account="a-1"),
    at="2026-01-05T09:00:00Z",
    label=BUYER,
)
FOUR = Decimal("0.0001")


def thing(kind: str, made: str, state: str, **fields: Any) -> Object:
    return Object(made, kind, "MYS", None, BUYER, state, fields, "00" * 32)


def decimals(low: int, high: int) -> st.SearchStrategy[str]:
    """Numbers with four places, as text, some with needless zeros and some without."""
    exact = st.integers(low * 10_000, high * 10_000).map(lambda n: f"{n * FOUR:f}")
    return st.one_of(exact, st.integers(low, high).map(str))


@st.composite
def weights(draw: st.DrawFn, count: int) -> list[str]:
    """Per cents with four places that come to 100."""
    cuts = sorted(draw(st.lists(st.integers(0, 1_000_000), min_size=count - 1, max_size=count - 1)))
    bounds = zip([0, *cuts], [*cuts, 1_000_000], strict=True)
    return [f"{(high - low) * FOUR:f}" for low, high in bounds]


@st.composite
def evaluations(draw: st.DrawFn) -> tuple[Object, list[Object], list[Object], list[Fraction]]:
    """A tender, its openings and sheets, and each offer's exact total of 100, offers by name."""
    count, offers, evaluators = (draw(st.integers(low, 4)) for low in (2, 1, 1))
    rising = st.tuples(st.integers(-50, 50), st.integers(1, 100))
    scales = draw(st.lists(rising, min_size=count, max_size=count))
    ends = draw(st.lists(st.sampled_from(["high", "low"]), min_size=count, max_size=count))
    shares = draw(weights(count))
    criteria = [
        {
            "name": "abcd"[place],
            "weight": shares[place],
            "scale_min": str(low),
            "scale_max": str(low + length),
            "best": ends[place],
        }
        for place, (low, length) in enumerate(scales)
    ]
    names = [f"KOR-offer-{place}" for place in range(offers)]
    panel = [f"eva-{place}" for place in range(evaluators)]
    grid = {
        (evaluator, name, row["name"]): draw(decimals(int(row["scale_min"]), int(row["scale_max"])))
        for evaluator in panel
        for name in names
        for row in criteria
    }
    tender = thing("tender", TENDER, "closed", criteria=criteria, received=names, evaluators=panel)
    openings = [
        thing(
            "opening", f"MYS-o-{name.lower()}", "recorded", offer=name, outcome="opened", lots=[1]
        )
        for name in names
    ]
    sheets = [
        thing(
            "score_sheet",
            f"MYS-sheet-{who}",
            "revealed",
            tender=TENDER,
            lot=1,
            evaluator=who,
            others=[f"MYS-sheet-{other}" for other in panel if other != who],
            scores=[
                {"offer": name, "criterion": row["name"], "score": grid[who, name, row["name"]]}
                for name in names
                for row in criteria
            ],
        )
        for who in panel
    ]
    return tender, openings, sheets, [_total(criteria, panel, name, grid) for name in names]


def _total(
    criteria: list[dict[str, str]],
    panel: list[str],
    name: str,
    grid: dict[tuple[str, str, str], str],
) -> Fraction:
    total = Fraction(0)
    for row in criteria:
        given = sorted(Fraction(grid[evaluator, name, row["name"]]) for evaluator in panel)
        middle = (given[(len(given) - 1) // 2] + given[len(given) // 2]) / 2
        low, high = Fraction(row["scale_min"]), Fraction(row["scale_max"])
        part = (middle - low) / (high - low)
        total += Fraction(row["weight"]) * (part if row["best"] == "high" else 1 - part)
    return total


@given(evaluations(), st.data())
@settings(deadline=None, max_examples=60)
def test_results_are_those_of_an_independent_calculation(
    made: tuple[Object, list[Object], list[Object], list[Fraction]], data: st.DataObject
) -> None:
    tender, openings, sheets, totals = made
    by_name = dict(zip(tender.fields["received"], totals, strict=True))
    expected = [
        {
            "offer": name,
            # Fraction's own round() goes to even, as points do.
            "points": f"{Decimal(round(by_name[name] * 10_000)) * FOUR:f}",
            "rank": 1 + sum(other > by_name[name] for other in totals),
        }
        for name in sorted(by_name, key=lambda name: (-by_name[name], name))
    ]
    results = tally(tender.fields, sheets, []).results
    assert results == expected

    def stated(rows: list[dict[str, Any]]) -> str | None:
        refs = {"tender": (tender,), "openings": tuple(openings), "sheets": tuple(sheets)}
        return adds_up(Context(STATEMENT, None, {"lot": 1, "results": rows}, refs))

    assert stated(results) is None
    place = data.draw(st.integers(0, len(results) - 1))
    row = results[place]
    more = f"{Decimal(row['points']) + data.draw(st.sampled_from([FOUR, -FOUR, Decimal(1)])):f}"
    for wrong in ({"points": more}, {"rank": row["rank"] + 1}, {"offer": "KOR-offer-none"}):
        changed = [*results[:place], row | wrong, *results[place + 1 :]]
        assert stated(changed)
    assert stated(results[:-1])
    assert stated([*results, results[-1]])
    if len(results) > 1:
        assert stated(results[::-1])
