"""Labels, beside a brute force over every reader of a small universe."""

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sepakat.record import label as labels
from sepakat.record.label import (
    CLASSIFICATIONS,
    MAX_VALUES,
    ORGANISATION,
    PUBLIC,
    PUBLIC_READER,
    RELEASABLE_TO,
    Label,
    Reader,
    combine,
    is_within,
    may_see,
    nation_reader,
    organisation_reader,
)

NATIONS = ("KOR", "MYS")
ORGANISATIONS = ("KOR-a", "MYS-a")
CAVEATS = ("ip", "personal")
SHORT = CLASSIFICATIONS[:2]


def subsets(values: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(values, n) for n in range(len(values) + 1)))


def readers(*, several: bool) -> list[Reader]:
    """Everybody who holds PUBLIC and one nation, or `several` values of a category."""
    nations = subsets(NATIONS) if several else [(), *((n,) for n in NATIONS)]
    organisations = subsets(ORGANISATIONS) if several else [(), *((o,) for o in ORGANISATIONS)]
    return [
        Reader(
            rank,
            {
                RELEASABLE_TO: frozenset({*held, PUBLIC}),
                ORGANISATION: frozenset(works_for),
            },
            {"caveat": frozenset(caveats)},
        )
        for rank, held, works_for, caveats in product(
            SHORT, nations, organisations, subsets(CAVEATS)
        )
    ]


SINGLE, SEVERAL = readers(several=False), readers(several=True)


@st.composite
def some_labels(draw: st.DrawFn) -> Label:
    permissive = {RELEASABLE_TO: draw(st.sampled_from([(PUBLIC,), *subsets(NATIONS)]))}
    if draw(st.booleans()):
        permissive[ORGANISATION] = draw(st.sampled_from(subsets(ORGANISATIONS)))
    restrictive, informative = (
        {"caveat": draw(st.sampled_from(subsets(CAVEATS)))} if draw(st.booleans()) else {}
        for _ in range(2)
    )
    return Label(
        classification=draw(st.sampled_from(SHORT)),
        permissive=permissive,
        restrictive=restrictive,
        informative=informative,
    )


@given(some_labels(), some_labels(), some_labels())
def test_combining_has_no_order(a: Label, b: Label, c: Label) -> None:
    assert combine(a, b) == combine(b, a)
    assert combine(combine(a, b), c) == combine(a, combine(b, c)) == combine(a, b, c)
    assert combine(a, a) == combine(a) == a


@given(some_labels(), some_labels())
def test_what_is_derived_is_seen_by_those_who_may_see_all_sources(a: Label, b: Label) -> None:
    both = combine(a, b)
    for reader in SINGLE:
        assert may_see(both, reader) == (may_see(a, reader) and may_see(b, reader))
    for reader in SEVERAL:  # one who holds two nations loses what only each alone may see
        assert not may_see(both, reader) or (may_see(a, reader) and may_see(b, reader))


@given(some_labels(), some_labels())
def test_within_means_that_no_reader_sees_more(inner: Label, outer: Label) -> None:
    leaks = any(may_see(inner, reader) and not may_see(outer, reader) for reader in SEVERAL)
    assert is_within(inner, outer) == (not leaks)
    assert is_within(combine(inner, outer), outer)


@given(some_labels(), some_labels())
def test_equal_labels_have_one_hash(a: Label, b: Label) -> None:
    backwards = a.model_copy(update={"permissive": dict(reversed(a.permissive.items()))})
    assert backwards == a
    assert hash(backwards) == hash(a)
    assert len({a, backwards, b}) == (1 if a == b else 2)


def test_an_empty_permissive_category_means_nobody() -> None:
    for label in (
        labels.make("UNCLASSIFIED", []),
        Label(
            classification="UNCLASSIFIED", permissive={RELEASABLE_TO: (PUBLIC,), ORGANISATION: ()}
        ),
    ):
        assert not any(may_see(label, reader) for reader in [*SEVERAL, PUBLIC_READER])


def test_a_category_unknown_to_a_reader_keeps_it_out() -> None:
    label = Label(
        classification="UNCLASSIFIED", permissive={RELEASABLE_TO: (PUBLIC,), "project": ("x",)}
    )
    assert not any(may_see(label, reader) for reader in SEVERAL)


def test_public_is_for_all_and_their_height_alone_keeps_it_from_them() -> None:
    public = labels.make("UNCLASSIFIED", [PUBLIC])
    assert all(may_see(public, reader) for reader in [*SEVERAL, PUBLIC_READER])
    restricted = labels.make("RESTRICTED", [PUBLIC])
    assert not may_see(restricted, PUBLIC_READER)
    assert not may_see(labels.make("UNCLASSIFIED", ["MYS"]), PUBLIC_READER)


def test_combining_with_public_keeps_the_narrower() -> None:
    public, ours = labels.make("UNCLASSIFIED", [PUBLIC]), labels.make("UNCLASSIFIED", ["MYS"])
    assert combine(public, ours).released == ("MYS",)
    assert combine(ours, labels.make("UNCLASSIFIED", ["KOR"])).released == ()
    assert is_within(ours, public)
    assert not is_within(public, ours)


def test_height_is_by_rank_not_by_alphabet() -> None:
    ranks = [labels.make(rank, ["MYS"]) for rank in CLASSIFICATIONS]
    assert combine(*ranks).classification == "SECRET"
    for height, reader in enumerate(nation_reader("MYS", rank) for rank in CLASSIFICATIONS):
        assert [may_see(label, reader) for label in ranks] == [i <= height for i in range(4)]


def test_organisations_see_their_own_and_the_nation_sees_what_names_it() -> None:
    label = labels.make("RESTRICTED", ["MYS"], organisations=["MYS", "MYS-a"])
    assert may_see(label, organisation_reader("MYS", "MYS-a", "RESTRICTED"))
    assert may_see(label, nation_reader("MYS", "RESTRICTED"))
    assert not may_see(label, organisation_reader("MYS", "MYS-b", "RESTRICTED"))
    assert not may_see(label, organisation_reader("KOR", "MYS-a", "RESTRICTED"))


def test_caveats_must_all_be_held() -> None:
    label = labels.make("RESTRICTED", ["MYS"], caveats={"caveat": ["ip", "personal"]})
    assert may_see(label, nation_reader("MYS", "SECRET", {"caveat": ["ip", "personal", "x"]}))
    assert not may_see(label, nation_reader("MYS", "SECRET", {"caveat": ["ip"]}))
    assert not may_see(label, nation_reader("MYS", "SECRET"))


def test_informative_values_without_end_keep_no_two_labels_from_being_compared() -> None:
    one, two = (
        Label(
            classification="RESTRICTED",
            permissive={RELEASABLE_TO: ("KOR", "MYS")},
            informative={"topic": tuple(f"{start + n:03}" for n in range(MAX_VALUES))},
        )
        for start in (0, 100)
    )
    assert is_within(one, two)
    assert is_within(two, one)
    assert combine(one, two).informative == one.informative


@pytest.mark.parametrize(
    "value",
    [
        {"classification": "TOP SECRET", "permissive": {"releasable_to": []}},
        {"classification": "UNCLASSIFIED", "permissive": {}},
        {"classification": "UNCLASSIFIED", "permissive": {"organisation": ["MYS"]}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": ["MYS", "KOR"]}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": ["KOR", "KOR"]}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": ["KOR", "PUBLIC"]}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": [""]}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": ["KOR", "Malaysia"]}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": "KOR"}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": [], "Bad": []}},
        {"classification": "UNCLASSIFIED", "permissive": {"releasable_to": []}, "more": {}},
    ],
)
def test_labels_out_of_form_are_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Label.model_validate(value)
