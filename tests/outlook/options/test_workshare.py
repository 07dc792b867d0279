"""Work shares: against every allotment there is, and what stands in the way of one."""

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat.outlook.options.result import Conflict, Status
from sepakat.outlook.options.workshare import Offer, Work, allot
from sepakat.record.errors import InvalidError

pytest.importorskip("highspy", reason="the extra `outlook` is not installed")


def keeps_all(work: Work, shares: Mapping[tuple[str, str], int]) -> bool:
    of = [(offer, shares.get((offer.package, offer.organisation), 0)) for offer in work.offers]
    packages = {offer.package for offer in work.offers}
    total = sum(offer.price * share for offer, share in of)
    return (
        all(share == 0 or offer.least <= share <= offer.most for offer, share in of)
        and all(sum(s for o, s in of if o.package == package) == 100 for package in packages)
        and all(
            100 * sum(o.price * s * o.content.get(nation, 0) for o, s in of) >= 100 * least * total
            for nation, least in work.floors.items()
        )
        and all(
            sum(o.price * s for o, s in of if o.organisation == organisation) <= 100 * most
            for organisation, most in work.capacities.items()
        )
    )


def best_of_all(work: Work) -> int | None:
    prices = {(o.package, o.organisation): o.price for o in work.offers}
    packages = [[o for o in work.offers if o.package == p] for p in ("radar", "wing")]
    least = None
    for pair in product(*map(_splits, packages)):
        shares = {place: share for part in pair for place, share in part.items()}
        price = sum(prices[place] * share for place, share in shares.items())
        if (least is None or price < least) and keeps_all(work, shares):
            least = price
    return least


def _splits(offers: Sequence[Offer]) -> list[dict[tuple[str, str], int]]:
    if not offers:
        return [{}]
    places = [(offer.package, offer.organisation) for offer in offers]
    if len(places) == 1:
        return [{places[0]: 100}]
    return [dict(zip(places, (share, 100 - share), strict=True)) for share in range(101)]


@st.composite
def works(draw: st.DrawFn) -> Work:
    offers = []
    for package, organisation in draw(
        st.sets(st.tuples(st.sampled_from(["radar", "wing"]), st.sampled_from("AB")), max_size=4)
    ):
        local = draw(st.integers(0, 100))
        content = {"MYS": local, "KOR": draw(st.integers(0, 100 - local))}
        least = draw(st.integers(1, 60))
        price = draw(st.integers(0, 900)) * draw(st.sampled_from([1, 1_000_003]))
        offers.append(
            Offer(package, organisation, price, content, least, draw(st.integers(least, 100)))
        )
    floors = draw(st.dictionaries(st.sampled_from(["KOR", "MYS"]), st.integers(0, 60)))
    most = st.integers(0, 900).map(lambda price: price * 1_000)
    return Work(offers, floors, draw(st.dictionaries(st.sampled_from("AB"), most, max_size=1)))


@settings(max_examples=60, deadline=None)
@given(works())
def test_a_cheaper_allotment_exists_than_the_one_called_proved(work: Work) -> None:
    best, result = best_of_all(work), allot(work, limit_s=5)
    if best is None:
        assert result.status is Status.INFEASIBLE and result.conflicts
    else:
        assert result.plan is not None and keeps_all(work, result.plan)
        assert result.bound is not None and result.objective is not None
        assert result.bound <= best <= result.objective
        assert (result.objective - best) <= 1e-8 * best
        assert result.status is Status.FEASIBLE or result.objective == best


def test_floor_is_met_by_the_dearer_offer_only_as_far_as_it_must() -> None:
    """40 percent of content, at 100 and 90: 80 * 100 x >= 40 * (100 x + 90 (100 - x))."""
    offers = [
        Offer("wing", "ours", 100, {"MYS": 80, "KOR": 20}),
        Offer("wing", "theirs", 90, {"KOR": 100}),
    ]
    result = allot(Work(offers, {"MYS": 40}), limit_s=3)
    assert result.status is Status.PROVED
    assert result.plan == {("wing", "ours"): 48, ("wing", "theirs"): 52}
    assert result.objective == 48 * 100 + 52 * 90


@pytest.mark.parametrize(
    ("work", "conflict"),
    [
        (Work([Offer("wing", "A", 100, {"MYS": 30})], {"MYS": 50}), Conflict("floor", "MYS", 20)),
        (Work([Offer("wing", "A", 100, {})], {}, {"A": 60}), Conflict("capacity", "A", 40)),
        (Work([Offer("wing", "A", 100, {}, most=70)]), Conflict("package", "wing", 30)),
    ],
)
def test_constraint_that_would_have_to_give_way_is_not_named(
    work: Work, conflict: Conflict
) -> None:
    result = allot(work, limit_s=3)
    assert (result.status, result.plan, result.conflicts) == (Status.INFEASIBLE, None, (conflict,))


@pytest.mark.parametrize(
    "offers",
    [
        [Offer("wing", "A", 1, {}), Offer("wing", "A", 2, {})],
        [Offer("wing", "A", -1, {})],
        [Offer("wing", "A", 1, {"MYS": 70, "KOR": 40})],
        [Offer("wing", "A", 1, {}, least=60, most=50)],
        [Offer("wing", "A", 1, {}, least=0)],
    ],
)
def test_offers_that_mean_nothing_are_taken(offers: Sequence[Offer]) -> None:
    with pytest.raises(InvalidError):
        allot(Work(offers), limit_s=1)


def test_nothing_to_allot_fails() -> None:
    assert allot(Work([]), limit_s=1).plan == {}
