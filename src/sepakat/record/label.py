"""Labels: who may see a record. The semantics are those of STANAG 4774, the policy is our own.

A label has one classification of an ordered list, restrictive categories (a reader must hold every
value), permissive categories (a reader must hold one; an empty list means nobody) and informative
ones, which decide nothing. `releasable_to` is a permissive category that every label has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from sepakat.record import canon
from sepakat.record.fields import is_nation

# Higher grades have no place on a node that talks to another nation's.
CLASSIFICATIONS = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET")
Classification = Literal["UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"]
RANK = {name: rank for rank, name in enumerate(CLASSIFICATIONS)}

PUBLIC = "PUBLIC"
RELEASABLE_TO = "releasable_to"
MAX_VALUES = 64  # of a category
ORGANISATION = "organisation"


def _sorted_unique(values: tuple[str, ...]) -> tuple[str, ...]:
    if list(values) != sorted(set(values)):
        raise ValueError("values must be sorted and named once")
    return values


Value = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Values = Annotated[tuple[Value, ...], Field(max_length=MAX_VALUES), AfterValidator(_sorted_unique)]
CategoryName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]


def _releasable_stated(categories: dict[str, Values]) -> dict[str, Values]:
    released = categories.get(RELEASABLE_TO)
    if released is None:
        raise ValueError("releasable_to must be stated, be it empty")
    if PUBLIC in released and len(released) > 1:
        raise ValueError("PUBLIC stands alone in releasable_to")
    for name in released:
        if name != PUBLIC and not is_nation(name):
            raise ValueError(f"releasable_to lists nations by three capital letters, not {name}")
    return categories


Categories = dict[CategoryName, Values]


class Label(BaseModel):
    """Who may see a record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classification: Classification
    permissive: Annotated[Categories, AfterValidator(_releasable_stated)]
    restrictive: Categories = {}
    informative: Categories = {}

    def __hash__(self) -> int:
        return hash(self.text)

    @cached_property
    def text(self) -> bytes:
        """The label as canonical JSON."""
        return canon.write(self.model_dump())

    @cached_property
    def is_stated(self) -> bool:
        """Whether it was given with all its members, as a record states them."""
        return len(self.model_fields_set) == len(Label.model_fields)

    @property
    def released(self) -> tuple[str, ...]:
        return self.permissive[RELEASABLE_TO]


def make(
    classification: Classification,
    releasable_to: Iterable[str],
    *,
    organisations: Iterable[str] = (),
    caveats: Mapping[str, Iterable[str]] | None = None,
) -> Label:
    """A label from plain values; naming no organisation sets no limit by organisation."""
    permissive = {RELEASABLE_TO: tuple(sorted(set(releasable_to)))}
    if named := tuple(sorted(set(organisations))):
        permissive[ORGANISATION] = named
    restrictive = {name: tuple(sorted(set(values))) for name, values in (caveats or {}).items()}
    return Label(classification=classification, permissive=permissive, restrictive=restrictive)


@dataclass(frozen=True)
class Reader:
    """One who would see: the highest classification held, and the values held by category."""

    classification: Classification
    permissive: Mapping[str, frozenset[str]]
    restrictive: Mapping[str, frozenset[str]] = field(default_factory=dict)


PUBLIC_READER = Reader("UNCLASSIFIED", {RELEASABLE_TO: frozenset({PUBLIC})})


def nation_reader(
    nation: str,
    ceiling: Classification,
    caveats: Mapping[str, Iterable[str]] | None = None,
) -> Reader:
    """A nation's own node or officer, cleared up to `ceiling`."""
    return Reader(
        ceiling,
        {RELEASABLE_TO: frozenset({nation, PUBLIC}), ORGANISATION: frozenset({nation})},
        {name: frozenset(values) for name, values in (caveats or {}).items()},
    )


def organisation_reader(nation: str, organisation: str, ceiling: Classification) -> Reader:
    """Somebody of one organisation of a nation: sees no other organisation's records."""
    return Reader(
        ceiling,
        {RELEASABLE_TO: frozenset({nation, PUBLIC}), ORGANISATION: frozenset({organisation})},
    )


def may_see(label: Label, reader: Reader) -> bool:
    if RANK[label.classification] > RANK[reader.classification]:
        return False
    nothing: frozenset[str] = frozenset()
    for name, values in label.permissive.items():
        if reader.permissive.get(name, nothing).isdisjoint(values):
            return False
    return all(
        reader.restrictive.get(name, nothing).issuperset(values)
        for name, values in label.restrictive.items()
    )


def combine(*labels: Label) -> Label:
    """The label of what is derived from things so labelled: never wider than any of them."""
    if not labels:
        raise ValueError("nothing to combine")
    first, *rest = labels
    for label in rest:
        first = _combine(first, label)
    return first


def _combine(one: Label, two: Label) -> Label:
    return Label(
        classification=max(one.classification, two.classification, key=RANK.__getitem__),
        permissive=_both_permit(one.permissive, two.permissive),
        restrictive=_union(one.restrictive, two.restrictive),
        # They decide nothing, so what there is no room for may go. Of the others there is room: a
        # node holds what it sees, and its card has no more of them.
        informative={
            name: values[:MAX_VALUES]
            for name, values in _union(one.informative, two.informative).items()
        },
    )


def _both_permit(one: Categories, two: Categories) -> Categories:
    found = dict(one)
    for name, values in two.items():
        mine = found.get(name)
        if mine is None or (name == RELEASABLE_TO and mine == (PUBLIC,)):
            found[name] = values
        elif not (name == RELEASABLE_TO and values == (PUBLIC,)):
            found[name] = tuple(sorted(set(mine) & set(values)))
    return found


def _union(one: Categories, two: Categories) -> Categories:
    return {
        name: tuple(sorted(set(one.get(name, ())) | set(two.get(name, ()))))
        for name in sorted(one.keys() | two.keys())
    }


def is_within(inner: Label, outer: Label) -> bool:
    """Whether everyone who may see `inner` may see `outer`."""
    return inner is outer or _is_within(inner, outer)


@lru_cache(maxsize=4096)
def _is_within(inner: Label, outer: Label) -> bool:
    if inner == outer:
        return True
    if not all(inner.permissive.values()):
        return True  # nobody sees inner
    if RANK[inner.classification] < RANK[outer.classification]:
        return False
    if any(not set(v).issubset(inner.restrictive.get(n, ())) for n, v in outer.restrictive.items()):
        return False
    # No label is made of the two: what decides nothing could be too much for one.
    return _both_permit(inner.permissive, outer.permissive) == inner.permissive
