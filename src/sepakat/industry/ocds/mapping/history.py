"""What was said of objects, one step after the other, with what each statement relied on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sepakat.record.kind import Kind, Object
from sepakat.record.rules import apply, first_state
from sepakat.record.statement import Statement


@dataclass(frozen=True)
class Step:
    """A standing statement, its object before and after it, and what the object had relied on.

    `date` is the statement's time; where the clocks of two nations differ, it is not before that
    of anything the statement relies on.
    """

    statement: Statement
    digest: str
    date: str
    before: Object | None
    after: Object
    relied: Mapping[str, Object] = field(default_factory=dict)  # by identifier

    def first(self, kind: str) -> Object | None:
        return next((thing for thing in self.relied.values() if thing.kind == kind), None)


def steps(standing: Mapping[str, Statement], kinds: Mapping[str, type[Kind]]) -> Iterator[Step]:
    """The steps of standing statements, given by digest, on objects of these kinds.

    Each object's statements must be there from its first on. A step follows what it relies on; of
    others, what was said earlier comes first. A statement's step is the same for whoever sees it,
    since nothing relies on what its readers may not see.
    """
    said = {digest: one for digest, one in standing.items() if one.kind in kinds}
    known: dict[str, Step] = {}
    for digest in _in_order(said):
        statement = said[digest]
        action = kinds[statement.kind].lifecycle.actions[statement.action]
        before = known[statement.prev] if statement.prev else None
        relied = [known[d] for d in statement.relied_on if d in known]
        after = (
            apply(before.after, statement.body, digest, action)
            if before
            else first_state(action, statement, digest)
        )
        known[digest] = Step(
            statement,
            digest,
            max([statement.at, *(step.date for step in relied)]),
            before.after if before else None,
            after,
            {
                **(before.relied if before else {}),
                **{step.after.id: step.after for step in relied if step is not before},
            },
        )
        yield known[digest]


def _in_order(said: Mapping[str, Statement]) -> Iterable[str]:
    """Digests, each after those that it relies on; no two rely on each other."""
    done: dict[str, None] = {}
    for first in sorted(said, key=lambda digest: (said[digest].at, digest)):
        waiting = [first]
        while waiting:
            missing = [d for d in said[waiting[-1]].relied_on if d in said and d not in done]
            if missing:
                waiting += missing
            else:
                done[waiting.pop()] = None
    return done
