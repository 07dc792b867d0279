"""The fold: any order of arrival gives one state, and what stands is never undone."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.strategies import (
    NARROW,
    REGISTRY,
    World,
    author,
    envelope_of,
    fold,
    histories,
    key,
    sign,
    standing,
)
from sepakat.record.errors import ConflictError
from sepakat.record.fold import Entry, Fold, Past, read
from sepakat.record.kind import Object
from sepakat.record.rules import Status, apply, first_state
from sepakat.record.statement import Seen, Statement

Place = tuple[str, int]


@st.composite
def deliveries(draw: st.DrawFn, entries: list[Entry]) -> list[list[Entry]]:
    """The entries in some order, some of them twice, in some number of parts."""
    order = draw(st.permutations(entries))
    again = draw(st.lists(st.sampled_from(entries), max_size=5))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=6)))
    parts = [order[i:j] for i, j in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    return [*parts, again]


@st.composite
def interleaved(draw: st.DrawFn, world: World) -> list[Entry]:
    """The entries of all logs, each log in its own order."""
    left = {nation: list(log) for nation, log in world.logs.items() if log}
    order = []
    while left:
        nation = draw(st.sampled_from(sorted(left)))
        order.append(left[nation].pop(0))
        if not left[nation]:
            del left[nation]
    return order


@given(st.data())
@settings(deadline=None)
def test_any_order_split_and_repetition_gives_one_state(data: st.DataObject) -> None:
    world = data.draw(histories())
    state = fold(*data.draw(deliveries(world.entries)))
    assert state.decisions == world.state.decisions
    assert state.objects == world.state.objects
    assert state.digest() == world.state.digest()


@given(st.data())
@settings(deadline=None)
def test_one_by_one_gives_what_all_at_once_gives(data: st.DataObject) -> None:
    order = data.draw(interleaved(data.draw(histories(most=16))))
    state = fold()
    for count, entry in enumerate(order, 1):
        state.add([entry])
        assert state.digest() == fold(order[:count]).digest()


@given(st.data())
@settings(deadline=None)
def test_what_stands_on_a_known_past_stands_for_ever(data: st.DataObject) -> None:
    order = data.draw(interleaved(data.draw(histories())))
    state = fold()
    kept: dict[Place, str] = {}
    for entry in order:
        state.add([entry])
        for place, digest in kept.items():
            assert state.decisions[place].status is Status.STANDING, state.decisions[place]
            assert state.decisions[place].digest == digest
        kept = {
            place: state.decisions[place].digest
            for place in standing(state)
            if _has_known_past(place, state)
        }


def _has_known_past(place: Place, state: Fold) -> bool:
    """Whether nothing before it, in its log or in those that it relies on, is pending."""
    homes = {d.digest: p for p, d in reversed(state.decisions.items()) if d.is_own}
    done: set[Place] = set()
    ahead = [place]
    while ahead:
        nation, index = ahead.pop()
        if (nation, index) in done:
            continue
        done.add((nation, index))
        statement = state.entries[nation, index].statement
        if state.decisions[nation, index].status is Status.PENDING:
            return False
        if index:
            ahead.append((nation, index - 1))
        if statement and state.decisions[nation, index].status is Status.STANDING:
            ahead += [homes[d] for d in statement.relied_on]
    return True


@given(st.data())
@settings(deadline=None)
def test_a_cheat_undoes_nothing_of_others(data: st.DataObject) -> None:
    world = data.draw(histories(cheats=["KOR"]))
    state = fold(*data.draw(deliveries(world.entries)))
    for entry in world.logs["MYS"] + world.logs["TUR"]:
        statement = entry.statement
        assert statement
        if statement.kind not in ("key", "rules"):  # administration is drawn without regard
            assert state.decisions[entry.nation, entry.index].status is Status.STANDING
    for thing in state.objects.values():
        made_by, head = thing.id[:3], _statements(state)[thing.head]
        assert thing.owner == made_by
        assert head.by.nation in thing.parties


@given(st.data())
@settings(deadline=None)
def test_the_state_after_each_statement_is_that_of_its_own_chain(data: st.DataObject) -> None:
    state = data.draw(histories()).state
    said = _statements(state)
    for digest, statement in said.items():
        decision = state.decision(digest)
        assert decision
        after = state.object_after(digest)
        if decision.status is not Status.STANDING:
            assert after is None
        else:
            expected = _after(said, digest, statement)
            assert after
            assert (after.state, after.fields, after.head) == expected
            assert (after.id, after.label) == (statement.object, statement.label)
    assert state.object_after("00" * 32) is None


def _statements(state: Fold) -> dict[str, Statement]:
    return {e.digest: e.statement for e in state.entries.values() if e.statement and e.is_own}


def _after(
    said: Mapping[str, Statement], digest: str, statement: Statement
) -> tuple[str, Mapping[str, Any], str]:
    """State, fields and head after a standing statement, by its own account of what it follows."""
    end = REGISTRY.action(statement.kind, statement.action).end
    if statement.prev is None:
        assert end
        return end, statement.body, digest
    state, fields, head = _after(said, statement.prev, said[statement.prev])
    return (end, {**fields, **statement.body}, digest) if end else (state, fields, head)


def test_two_statements_at_one_place_are_a_conflict() -> None:
    world = World()
    entry = world.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    other = world.draft("MYS", "report", "MYS-b", "publish", {"title": "Two"})
    assert entry.statement
    for data in (sign(other, key("MYS")), sign(entry.statement, key("KOR")), b"garbage"):
        with pytest.raises(ConflictError, match="MYS 0"):
            world.state.add([read("MYS", 0, data)])
    assert world.state.digest() == fold([entry]).digest()


def test_a_refused_delivery_leaves_nothing_behind() -> None:
    world = World()
    world.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    before = world.state.digest()
    more = read("TUR", 0, sign(_report("TUR-a", "TUR"), key("TUR")))
    clash = read("MYS", 0, sign(_report("MYS-b", "MYS"), key("MYS")))
    with pytest.raises(ConflictError):
        world.state.add([more, clash])
    assert world.state.digest() == before


def _report(object_id: str, nation: str, **other: Any) -> Statement:
    return World().draft(nation, "report", object_id, "publish", {"title": "A report"}, **other)


def _orders(entries: list[Entry]) -> Iterable[Fold]:
    """Folds of the same entries: at once, one by one, and one by one from the end."""
    yield fold(entries)
    yield fold(*([e] for e in entries))
    yield fold(*([e] for e in reversed(entries)))


@pytest.mark.parametrize("thief", ["KOR", "TUR"])
@pytest.mark.parametrize("bare", [False, True], ids=["envelope", "bare payload"])
def test_a_copy_does_not_answer_for_the_statement(thief: str, bare: bool) -> None:
    """KOR's log sorts before MYS's, TUR's after it."""
    world = World()
    original = world.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    assert original.envelope
    copy = world.append(thief, original.envelope.payload if bare else envelope_of(original))
    follower = world.say(thief, "deal", f"{thief}-d", "propose", _deal("MYS", "MYS-a"))
    for state in _orders(world.entries):
        assert state.decisions["MYS", 0].status is Status.STANDING
        assert state.decisions[thief, copy.index].code == ("unreadable" if bare else "foreign")
        assert state.decisions[thief, follower.index].status is Status.STANDING


def test_a_copy_of_what_relies_on_oneself_does_not_answer_for_it() -> None:
    """MYS's statement relies on KOR's second; KOR's log has a copy of it before that."""
    mine, late = World(), World()
    late.append("KOR", b"in the copy's place")
    report = late.say("KOR", "report", "KOR-a", "publish", {"title": "One"})
    deal = late.say("MYS", "deal", "MYS-d", "propose", _deal("KOR", "KOR-a"))
    mine.append("KOR", envelope_of(deal))
    mine.append("KOR", envelope_of(report))
    mine.append("MYS", envelope_of(deal))
    for state in _orders(mine.entries):
        assert [d.code for _, d in sorted(state.decisions.items())] == ["foreign", "", ""]


def _deal(counterparty: str, report: str | None = None) -> dict[str, Any]:
    body = {"title": "A deal", "counterparty": counterparty}
    return body | {"report": report} if report else body


def test_a_repeated_statement_is_rejected_and_the_first_stands() -> None:
    world = World()
    first = world.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    world.append("MYS", envelope_of(first))
    for state in _orders(world.entries):
        assert [state.decisions["MYS", i].code for i in (0, 1)] == ["", "repeated"]


def test_of_two_that_follow_one_prev_the_lower_index_stands() -> None:
    world = World()
    made = world.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    first, second = (
        world.say("MYS", "report", "MYS-a", "amend", {"title": title}, prev=made.digest)
        for title in ("Two", "Three")
    )
    for state in _orders(world.entries):
        assert state.decisions["MYS", first.index].status is Status.STANDING
        assert state.decisions["MYS", second.index].code == "superseded"
        assert state.objects["MYS-a"].fields["title"] == "Two"


def test_of_two_that_follow_one_prev_the_second_waits_until_the_first_is_known_to_fall() -> None:
    world = World()
    made = world.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    late = World().draft("KOR", "report", "KOR-a", "publish", {"title": "Late"})
    digest, envelope = late.sign(key("KOR"))
    seen = {"KOR": Seen(size=1, root="00" * 32)}
    first, second = (
        world.say("MYS", "report", "MYS-a", "amend", body, prev=made.digest, deps=deps, seen=seen)
        for body, deps in (({"title": "Two"}, (digest,)), ({"title": "Three"}, ()))
    )
    assert [world.decision(e).status for e in (first, second)] == [Status.PENDING] * 2
    noted = world.say("MYS", "report", "MYS-a", "remark", {"remark": "A note takes no turn."})
    assert world.decision(noted).status is Status.STANDING
    world.append("KOR", envelope)
    assert [world.code(e) for e in (first, second)] == ["", "superseded"]


def test_a_pending_statement_is_decided_when_what_it_waits_for_comes() -> None:
    world = World()
    report = world.say("KOR", "report", "KOR-a", "publish", {"title": "One"})
    deal = world.say("MYS", "deal", "MYS-d", "propose", _deal("KOR", "KOR-a"))
    accepted = world.say("KOR", "deal", "MYS-d", "accept")
    state = fold([deal], [accepted])
    assert [d.status for d in state.decisions.values()] == [Status.PENDING] * 2
    assert state.objects == {}
    state.add([report])
    assert state.digest() == world.state.digest()
    assert state.objects["MYS-d"].state == "accepted"


@pytest.mark.parametrize("amiss", ["signed by nobody", "relies on a rejected one too"])
def test_what_waits_is_not_judged_by_what_is_known_already(amiss: str) -> None:
    world = World()
    bad = world.say("MYS", "report", "MYS-bad", "publish", {"title": 5})
    late = World().draft("KOR", "report", "KOR-a", "publish", {"title": "Late"})
    digest, envelope = late.sign(key("KOR"))
    deps = (bad.digest, digest) if amiss.startswith("relies") else (digest,)
    keys = [key("nobody")] if amiss.startswith("signed") else [key("MYS")]
    seen = {"KOR": Seen(size=1, root="00" * 32)}
    waits = world.say(
        "MYS", "report", "MYS-a", "publish", {"title": "One"}, deps=deps, seen=seen, keys=keys
    )
    assert world.decision(waits).status is Status.PENDING
    world.append("KOR", envelope)
    assert world.code(waits) == ("reliance" if amiss.startswith("relies") else "signature")


def test_a_past_state_is_worked_out_again_for_each_that_relies_on_it() -> None:
    """A statement can rely on 256 states of a chain that never ends."""
    world = World()
    actions = ["publish", *["amend"] * 49]
    chain = [
        world.say("MYS", "report", "MYS-a", action, {"title": str(number)})
        for number, action in enumerate(actions)
    ]
    asked: list[str] = []

    def standing(digest: str) -> Statement:
        asked.append(digest)
        return statements[digest]

    statements = {e.digest: e.statement for e in chain if e.statement}
    past = Past(world.state.registry)
    for entry in (chain[30], *chain):
        assert entry.statement
        assert past.after(entry.digest, standing).fields["title"] == entry.statement.body["title"]
    assert sorted(asked) == sorted(statements)


def test_logs_that_wait_for_each_other_are_rejected_and_no_third() -> None:
    """KOR 0 relies on TUR 1 and TUR 0 on KOR 1, which only forged marks allow."""
    names = ("KOR", "TUR")
    after = {n: _report(f"{n}-b", n) for n in names}
    far = {n: Seen(size=9, root="00" * 32) for n in ("KOR", "MYS", "TUR")}
    world = World()
    for nation, other in zip(names, reversed(names), strict=True):
        first = _report(f"{nation}-a", nation, deps=(after[other].sign(key(other))[0],), seen=far)
        world.append(nation, sign(first, key(nation)))
        world.append(nation, sign(after[nation], key(nation)))
    honest = world.say("MYS", "deal", "MYS-d", "propose", _deal("KOR", "KOR-b"))
    assert honest.statement
    assert honest.statement.deps
    for state in _orders(world.entries):
        codes = {place: d.code for place, d in sorted(state.decisions.items())}
        assert codes == {
            ("KOR", 0): "circular",
            ("KOR", 1): "",
            ("MYS", 0): "",
            ("TUR", 0): "circular",
            ("TUR", 1): "",
        }


def test_who_waits_for_whom_does_not_depend_on_what_is_known_to_be_false() -> None:
    """MYS 0 is not even signed, and waits for a later word of its own that KOR has foretold."""
    world = World()
    foretold = _report("KOR-a", "MYS")
    digest, envelope = foretold.sign(key("KOR"))
    early = _report("MYS-a", "MYS", deps=(digest,))
    world.append("KOR", envelope)
    world.append("MYS", sign(early, key("KOR")))
    world.append("MYS", envelope)
    assert len({state.digest() for state in _orders(world.entries)}) == 1


def test_what_relies_on_its_own_later_statement_is_circular() -> None:
    world = World()
    late = _report("MYS-b", "MYS")
    digest, envelope = late.sign(key("MYS"))
    early = world.say("MYS", "report", "MYS-a", "publish", {"title": "One"}, deps=(digest,))
    assert world.decision(early).status is Status.PENDING
    world.append("MYS", envelope)
    for state in _orders(world.entries):
        assert [state.decisions["MYS", i].code for i in (0, 1)] == ["circular", ""]


@pytest.mark.parametrize("writer", ["MYS", "KOR"])
def test_notes_change_no_state_and_survive_later_moves(writer: str) -> None:
    world = World()
    made = world.say("MYS", "deal", "MYS-d", "propose", _deal("KOR"))
    before = world.state.objects["MYS-d"]
    note = world.say(writer, "deal", "MYS-d", "comment", {"title": "A comment"})
    assert world.code(note) == ""
    assert world.state.objects["MYS-d"] == _with_notes(before, note.digest)
    accepted = world.say("KOR", "deal", "MYS-d", "accept")
    late = world.say(writer, "deal", "MYS-d", "comment", {"title": "Late"}, prev=made.digest)
    world.say("MYS", "deal", "MYS-d", "deliver", {"share": 3})
    notes = tuple(sorted((note.digest, late.digest)))
    for state in _orders(world.entries):
        thing = state.objects["MYS-d"]
        assert (thing.state, thing.notes) == ("delivered", notes)
        assert thing.fields == _deal("KOR") | {"share": 3}
        between = state.object_after(accepted.digest)
        assert between
        assert (between.state, between.head) == ("accepted", accepted.digest)
        for said in (note.digest, late.digest):
            beside = state.object_after(said)
            assert beside
            assert (beside.state, beside.head) == ("proposed", made.digest)


def _with_notes(thing: Object, *notes: str) -> Object:
    actions = REGISTRY.get("deal").lifecycle.actions
    for digest in notes:
        thing = apply(thing, {}, digest, actions["comment"])
    return thing


def test_a_note_is_judged_by_the_state_that_it_answers() -> None:
    """When KOR's decline overtakes MYS's comment on the proposal, the comment still stands."""
    world = World()
    made = world.say("MYS", "deal", "MYS-d", "propose", _deal("KOR"))
    comment = world.draft("MYS", "deal", "MYS-d", "comment", {"title": "Please hurry"})
    decline = world.say("KOR", "deal", "MYS-d", "decline")
    entry = world.append("MYS", sign(comment, key("MYS")))
    fresh = world.say("MYS", "deal", "MYS-d", "comment", {"title": "A pity"})
    for state in _orders([made, decline, entry, fresh]):
        assert state.decisions["MYS", entry.index].code == ""
        assert state.decisions["MYS", fresh.index].code == "state"
        assert state.objects["MYS-d"].notes == (entry.digest,)


def test_a_notes_references_are_its_own_not_the_objects() -> None:
    """The deal names one report, the note another; the note must rely on its own."""
    world = World()
    for name in ("MYS-a", "MYS-b"):
        world.say("MYS", "report", name, "publish", {"title": name})
    world.say("MYS", "deal", "MYS-d", "propose", _deal("KOR", "MYS-a"))
    body = {"title": "See", "report": "MYS-b"}
    deps = {name: world.state.objects[name].head for name in ("MYS-a", "MYS-b")}
    wrong = world.say("KOR", "deal", "MYS-d", "comment", body, deps=(deps["MYS-a"],))
    right = world.say("KOR", "deal", "MYS-d", "comment", body, deps=(deps["MYS-b"],))
    assert [world.code(e) for e in (wrong, right)] == ["reference", ""]
    assert world.state.objects["MYS-d"].fields["report"] == "MYS-a"


def test_the_digest_names_every_part_of_the_state() -> None:
    base = World()
    base.say("MYS", "report", "MYS-a", "publish", {"title": "One"})
    digests = {base.state.digest(), fold().digest()}
    for title, change in (
        ("Two", {}),
        ("One", {"label": NARROW}),
        ("One", {"by": author("MYS", role="approver")}),
        ("One", {"at": "2026-01-01T00:00:01Z"}),
    ):
        world = World()
        world.say("MYS", "report", "MYS-a", "publish", {"title": title}, **change)
        digests.add(world.state.digest())
    base.say("MYS", "report", "MYS-a", "remark", {"remark": "A note"})
    digests.add(base.state.digest())
    base.append("MYS", b"garbage")
    digests.add(base.state.digest())
    assert len(digests) == 8


def test_signatures_are_asked_of_the_hook_and_only_for_registered_keys() -> None:
    world = World()
    world.say("MYS", "report", "MYS-a", "publish", {"title": "One"}, keys=[key("MYS"), key("?")])
    asked = []

    def verify(public: Any, message: bytes, signature: bytes) -> bool:
        asked.append((public, message, signature))
        return False

    state = Fold(REGISTRY, world.state.cards.values(), verify=verify)
    state.add(world.entries)
    assert state.decisions["MYS", 0].code == "signature"
    ((public, message, signature),) = asked
    assert public == key("MYS").public
    assert public.verifies(message, signature)


def test_an_object_made_is_what_the_first_statement_gives() -> None:
    world = World()
    entry = world.say("MYS", "deal", "MYS-d", "propose", _deal("KOR"))
    assert entry.statement
    action = REGISTRY.action("deal", "propose")
    made = first_state(action, entry.statement, entry.digest)
    assert made == world.state.objects["MYS-d"]
    assert made.parties == {"MYS", "KOR"}
