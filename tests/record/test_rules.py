"""The rules: each way to break them is rejected with its code, and changes no object."""

from collections.abc import Callable
from typing import Any

import pytest

from record.strategies import (
    ALL,
    CARDS,
    NARROW,
    ROOT,
    UNKNOWN,
    WIDER,
    World,
    author,
    card,
    envelope_of,
    fold,
    key,
)
from sepakat.record import canon, dsse
from sepakat.record import label as labels
from sepakat.record.fold import Entry
from sepakat.record.label import Label
from sepakat.record.rules import Status
from sepakat.record.statement import MAX_ENVELOPE_BYTES, Seen

Amiss = Callable[[World], Entry]
FOR_ANOTHER = author("MYS").model_copy(update={"organisation": "KOR-company"})
DEAL = {"title": "A deal", "counterparty": "KOR"}


def start() -> World:
    """MYS has a report, one retracted, a deal proposed to KOR and one that KOR has accepted."""
    world = World()
    world.say("MYS", "report", "MYS-r", "publish", {"title": "A report"})
    world.say("MYS", "report", "MYS-gone", "publish", {"title": "Gone"})
    world.say("MYS", "report", "MYS-gone", "retract")
    world.say("MYS", "report", "MYS-low", "publish", {"title": "Low"}, label=WIDER)
    world.say("MYS", "report", "MYS-own", "publish", {"title": "Own"}, label=NARROW)
    world.say("MYS", "deal", "MYS-d", "propose", DEAL | {"report": "MYS-r"})
    world.say("MYS", "deal", "MYS-e", "propose", DEAL)
    world.say("KOR", "deal", "MYS-e", "accept")
    world.say("TUR", "deal", "TUR-d", "propose", DEAL)
    assert len(world.state.objects) == 7
    return world


def head(world: World, object_id: str) -> str:
    return world.state.objects[object_id].head


def rejected(world: World) -> str:
    """The digest of a statement of MYS's that does not stand."""
    return world.say("MYS", "report", "MYS-bad", "publish", {"title": 5}).digest


def publish(world: World, nation: str = "MYS", **other: Any) -> Entry:
    return world.say(nation, "report", f"{nation}-new", "publish", {"title": "New"}, **other)


def propose(world: World, nation: str = "MYS", body: Any = None, **other: Any) -> Entry:
    return world.say(nation, "deal", f"{nation}-new", "propose", DEAL | (body or {}), **other)


EYES = labels.make("RESTRICTED", ["MYS"], caveats={"eyes": ["agency", "ministry"]})


def _unsigned_payload(world: World) -> Entry:
    """A statement under a signature that is made over it without its type."""
    payload = world.draft("MYS", "report", "MYS-new", "publish", {"title": "New"}).encode()
    signature = dsse.Signature(key("MYS").public.keyid, key("MYS").sign(payload))
    return world.append("MYS", dsse.Envelope(dsse.STATEMENT, payload, (signature,)).encode())


def _other_type(world: World) -> Entry:
    payload = world.draft("MYS", "report", "MYS-new", "publish", {"title": "New"}).encode()
    return world.append("MYS", dsse.sign(dsse.MANIFEST, payload, key("MYS")).encode())


def _no_statement(world: World) -> Entry:
    return world.append("MYS", dsse.sign(dsse.STATEMENT, b"{}", key("MYS")).encode())


def _relying(world: World, short: int) -> Entry:
    """KOR relies on MYS's newest statement, and marks its log as seen up to `short` of it."""
    newest = publish(world)
    seen = {"MYS": Seen(size=newest.index + 1 - short, root=ROOT)}
    return publish(world, "KOR", deps=(newest.digest,), seen=seen)


def _again(world: World, nation: str, kind: str, object_id: str, action: str) -> Entry:
    """Another step from the state that an object was made in, when one is taken already."""
    return world.say(nation, kind, object_id, action, prev=_made(world, object_id))


AMISS: list[tuple[str, Amiss]] = [
    # Who speaks
    ("foreign", lambda w: publish(w, by=author("KOR"))),
    ("foreign", lambda w: publish(w, by=author("KOR"), keys=[key("KOR")])),
    ("foreign", lambda w: w.append("KOR", envelope_of(w.logs["MYS"][0]))),
    ("repeated", lambda w: w.append("MYS", envelope_of(w.logs["MYS"][0]))),
    ("unreadable", lambda w: w.append("MYS", b"garbage")),
    ("unreadable", _other_type),
    ("unreadable", _no_statement),
    ("unreadable", lambda w: publish(w, by=FOR_ANOTHER)),
    ("unreadable", lambda w: w.append("MYS", bytes(MAX_ENVELOPE_BYTES + 1))),
    ("signature", _unsigned_payload),
    ("signature", lambda w: publish(w, keys=[key("KOR")])),
    ("signature", lambda w: publish(w, keys=[key("nobody")])),
    ("ceiling", lambda w: publish(w, label=labels.make("SECRET", ["MYS"]))),
    ("ceiling", lambda w: publish(w, label=EYES)),
    # What it relies on
    ("reliance", lambda w: publish(w, deps=(rejected(w),))),
    ("unseen", lambda w: _relying(w, 1)),
    ("unseen", lambda w: publish(w, "KOR", deps=(head(w, "MYS-r"),), seen={})),
    ("seen", lambda w: publish(w, "KOR", seen={"MYS": Seen(size=6, root=ROOT)})),
    # What may be said of which object, when, and by whom
    ("vocabulary", lambda w: w.say("MYS", "gun", "MYS-gun", "fire")),
    ("vocabulary", lambda w: w.say("MYS", "report", "MYS-r", "fire")),
    ("edition", lambda w: w.say("MYS", "pact", "MYS-p", "declare", {"title": "A pact"})),
    ("owner", lambda w: w.say("MYS", "report", "KOR-new", "publish", {"title": "New"})),
    ("taken", lambda w: w.say("MYS", "report", "MYS-r", "publish", {"title": "New"}, prev=None)),
    ("taken", lambda w: w.say("MYS", "deal", "MYS-r", "propose", DEAL, prev=None)),
    ("prev", lambda w: publish(w, prev=head(w, "MYS-r"))),
    ("prev", lambda w: w.say("MYS", "report", "MYS-r", "amend", prev=None)),
    ("prev", lambda w: w.say("MYS", "report", "MYS-r", "amend", prev=head(w, "MYS-low"))),
    ("prev", lambda w: w.say("MYS", "deal", "MYS-r", "deliver", prev=head(w, "MYS-r"))),
    ("state", lambda w: w.say("MYS", "report", "MYS-gone", "amend")),
    ("state", lambda w: w.say("MYS", "deal", "MYS-d", "deliver")),
    ("turn", lambda w: w.say("MYS", "deal", "MYS-d", "accept")),
    ("turn", lambda w: w.say("TUR", "deal", "MYS-d", "accept")),
    ("turn", lambda w: w.say("TUR", "deal", "MYS-d", "comment", {"title": "Hm"})),
    ("turn", lambda w: w.say("KOR", "report", "MYS-r", "amend", {"title": "Ours"})),
    ("turn", lambda w: w.say("KOR", "report", "MYS-r", "remark", {"remark": "Hm"})),
    ("turn", lambda w: w.say("KOR", "deal", "MYS-e", "deliver")),
    ("superseded", lambda w: _again(w, "MYS", "report", "MYS-gone", "amend")),
    ("superseded", lambda w: _again(w, "KOR", "deal", "MYS-e", "decline")),
    ("role", lambda w: w.say("MYS", "report", "MYS-r", "retract", by=author("MYS"))),
    # What it says
    ("body", lambda w: w.say("MYS", "report", "MYS-new", "publish", {})),
    ("body", lambda w: w.say("MYS", "report", "MYS-new", "publish", {"title": "N", "x": 1})),
    ("body", lambda w: propose(w, body={"share": "5"})),
    ("counterparty", lambda w: propose(w, body={"counterparty": "MYS"})),
    ("check", lambda w: w.say("MYS", "report", "MYS-r", "amend", {"title": "LOUD"})),
    ("check", lambda w: w.say("MYS", "report", "MYS-r", "amend", {"title": "unforeseen"})),
    ("reference", lambda w: propose(w, body={"report": "MYS-r"}, deps=())),
    ("reference", lambda w: propose(w, body={"report": "MYS-none"})),
    ("reference", lambda w: propose(w, body={"report": "MYS-d"})),
    ("reference", lambda w: propose(w, body={"annexes": ["MYS-r", "MYS-none"]})),
    ("reference", lambda w: w.say("KOR", "deal", "MYS-d", "accept", deps=())),
    ("requires", lambda w: _note_on(w, "MYS-gone")),
    ("parties", lambda w: propose(w, body={"follows": "TUR-d"})),
    # Who may see it
    ("label", lambda w: publish(w, deps=(head(w, "MYS-own"),))),
    ("label", lambda w: publish(w, deps=(head(w, "MYS-r"),), label=WIDER)),
    ("label", lambda w: w.say("MYS", "report", "MYS-r", "amend", label=WIDER)),
    ("label", lambda w: w.say("MYS", "report", "MYS-r", "amend", label=NARROW)),
    ("label", lambda w: w.say("MYS", "report", "MYS-r", "remark", {"remark": "Hm"}, label=WIDER)),
    ("label", lambda w: propose(w, label=labels.make("RESTRICTED", ["MYS", "TUR"]))),
    ("label", lambda w: propose(w, label=labels.make("RESTRICTED", ["KOR"]))),
    ("label", lambda w: propose(w, label=labels.make("RESTRICTED", []))),
    (
        "label",
        lambda w: propose(w, label=labels.make("RESTRICTED", ["KOR", "MYS"], organisations=["x"])),
    ),
]


def _made(world: World, object_id: str) -> str:
    """The digest of the statement that made an object."""
    for entry in world.entries:
        said = entry.statement
        if said and (said.object, said.prev) == (object_id, None):
            return entry.digest
    raise AssertionError(object_id)


def _note_on(world: World, report: str) -> Entry:
    return world.say("KOR", "deal", "MYS-e", "comment", {"title": "See", "report": report})


@pytest.mark.parametrize(("code", "say"), AMISS, ids=[f"{c}-{i}" for i, (c, _) in enumerate(AMISS)])
def test_what_breaks_a_rule_is_rejected_and_changes_nothing(code: str, say: Amiss) -> None:
    world = start()
    entry = say(world)
    decision = world.decision(entry)
    assert (decision.status, decision.code) == (Status.REJECTED, code), decision
    assert decision.detail
    assert world.state.objects == fold([e for e in world.entries if e is not entry]).objects
    for state in (fold(world.entries), fold(*([e] for e in reversed(world.entries)))):
        assert state.digest() == world.state.digest()
    # It is kept, and its author's sound statements go on.
    assert world.code(publish(world, "TUR")) == ""
    assert world.code(after(world)) == ""


def after(world: World) -> Entry:
    return world.say("MYS", "report", "MYS-after", "publish", {"title": "After"})


@pytest.mark.parametrize(
    "say",
    [
        lambda w: publish(w),
        lambda w: publish(w, deps=(head(w, "MYS-r"),)),
        lambda w: publish(w, deps=(head(w, "MYS-r"),), label=NARROW),
        lambda w: publish(w, keys=[key("nobody"), key("MYS")]),
        lambda w: propose(w, body={"report": "MYS-gone", "annexes": ["MYS-r", "MYS-low"]}),
        lambda w: propose(w, body={"follows": "MYS-d"}),
        lambda w: w.say("KOR", "deal", "MYS-d", "accept"),
        lambda w: w.say("MYS", "deal", "MYS-e", "deliver", {"share": 1}),
        lambda w: _note_on(w, "MYS-r"),
        lambda w: _relying(w, 0),
    ],
)
def test_what_keeps_the_rules_stands(say: Amiss) -> None:
    """The counterpart of the list above: the same acts, without the fault."""
    world = start()
    assert world.code(say(world)) == ""


@pytest.mark.parametrize("place", ["prev", "deps"])
def test_what_relies_on_the_unknown_is_pending(place: str) -> None:
    world = start()
    links: dict[str, Any] = {"prev": UNKNOWN} if place == "prev" else {"deps": (UNKNOWN,)}
    first = world.say("MYS", "report", "MYS-r", "amend", {"title": "New"}, **links)
    then = world.say("MYS", "report", "MYS-r", "amend", {"title": "Newer"}, prev=first.digest)
    assert [world.decision(e).status for e in (first, then)] == [Status.PENDING] * 2
    assert UNKNOWN in world.decision(first).detail
    assert world.state.objects["MYS-r"].fields == {"title": "A report"}


def test_without_a_card_nothing_of_a_nation_stands() -> None:
    world = World()
    entry = publish(world, "TUR")
    state = fold([entry], cards=[c for c in CARDS if c.nation != "TUR"])
    assert state.decisions["TUR", 0].code == "stranger"


def test_the_height_of_the_authors_card_bounds_its_words() -> None:
    world = World()
    entry = publish(world, label=labels.make("RESTRICTED", ["MYS"]))
    for ceiling, code in (("UNCLASSIFIED", "ceiling"), ("RESTRICTED", "")):
        state = fold([entry], cards=[card("MYS", ceiling)])
        assert state.decisions["MYS", 0].code == code


def test_the_caveats_of_the_authors_card_bound_its_words() -> None:
    entry = publish(World(), label=EYES)
    for caveats, code in (
        ({}, "ceiling"),
        ({"eyes": ("ministry",)}, "ceiling"),
        ({"other": ("agency", "ministry")}, "ceiling"),
        ({"eyes": ("agency", "ministry", "office")}, ""),
    ):
        own = card("MYS").model_copy(update={"caveats": caveats})
        assert fold([entry], cards=[own]).decisions["MYS", 0].code == code


def test_another_card_is_another_nations_word() -> None:
    """The key on the card decides, not the name of the nation."""
    entry = publish(World())
    forged = card("MYS").model_copy(update={"statement_key": str(key("KOR").public)})
    assert fold([entry], cards=[forged]).decisions["MYS", 0].code == "signature"


# Keys


def register(
    world: World, nation: str, name: str, public: str, label: Label = ALL, **body: Any
) -> Entry:
    body = {"name": "A key", "public_key": str(key(public).public)} | body
    return world.say(nation, "key", f"{nation}-{name}", "register", body, label=label)


def revoke(world: World, nation: str, name: str, **other: Any) -> Entry:
    return world.say(nation, "key", f"{nation}-{name}", "revoke", {"reason": "Lost"}, **other)


def speak(world: World, public: str, nation: str = "MYS", **by: Any) -> str:
    """The code of a statement that is signed with a key."""
    name = f"{nation}-said-{len(world.entries)}"
    entry = world.say(
        nation,
        "report",
        name,
        "publish",
        {"title": "New"},
        keys=[key(public)],
        by=author(nation, **by),
    )
    return world.code(entry)


def test_a_key_counts_from_its_registration_to_its_revocation() -> None:
    world = World()
    assert speak(world, "office") == "signature"
    assert world.code(register(world, "MYS", "k", "office")) == ""
    assert speak(world, "office") == ""
    assert speak(world, "office", "KOR") == "signature"
    assert world.code(revoke(world, "MYS", "k")) == ""
    assert speak(world, "office") == "signature"
    assert speak(world, "MYS") == ""
    state = fold(*([e] for e in reversed(world.entries)))
    assert state.decisions == world.state.decisions


def test_a_key_signs_for_readers_to_whom_it_is_not_shown() -> None:
    """They could not find the signature good, and would come to another state."""
    world = World()
    register(world, "MYS", "k", "office", label=NARROW)
    assert speak(world, "office") == "signature"
    narrow = publish(world, keys=[key("office")], label=NARROW)
    assert world.code(narrow) == ""


def test_a_revoked_key_is_not_revived_by_registering_it_again() -> None:
    world = World()
    register(world, "MYS", "k", "office")
    revoke(world, "MYS", "k")
    register(world, "MYS", "again", "office")
    assert speak(world, "office") == "signature"


def test_a_key_registered_twice_is_revoked_by_either_name() -> None:
    world = World()
    register(world, "MYS", "k", "office")
    register(world, "MYS", "also", "office")
    revoke(world, "MYS", "also")
    assert speak(world, "office") == "signature"


@pytest.mark.parametrize("public", ["KOR", "office"])
def test_registering_and_revoking_anothers_key_does_it_no_harm(public: str) -> None:
    world = World()
    register(world, "KOR", "k", "office")
    for nation in ("MYS", "TUR"):
        register(world, nation, "theirs", public)
        assert speak(world, public, nation) == ""
        assert speak(world, public, "KOR") == ""
        revoke(world, nation, "theirs")
        assert speak(world, public, nation) == "signature"
    assert speak(world, public, "KOR") == ""
    for state in (fold(world.entries), fold(*([e] for e in reversed(world.entries)))):
        assert state.digest() == world.state.digest()


def test_the_key_of_a_card_is_not_revoked_by_a_statement() -> None:
    world = World()
    register(world, "MYS", "root", "MYS")
    revoke(world, "MYS", "root")
    assert speak(world, "MYS") == ""
    assert world.code(register(world, "MYS", "k", "office")) == ""


def test_only_the_key_of_the_card_registers_and_revokes() -> None:
    world = World()
    register(world, "MYS", "k", "office")
    body = {"name": "A key", "public_key": str(key("more").public)}
    more = world.say("MYS", "key", "MYS-more", "register", body, keys=[key("office")])
    assert world.code(more) == "signature"
    assert world.code(revoke(world, "MYS", "k", keys=[key("office")])) == "signature"
    assert speak(world, "more") == "signature"
    assert speak(world, "office") == ""


def test_a_key_of_one_organisation_speaks_for_no_other() -> None:
    world = World()
    for name in ("MYS-one", "MYS-two"):
        world.say("MYS", "organisation", name, "register", {"name": name})
    entry = register(world, "MYS", "k", "company", organisation="MYS-one")
    assert world.code(entry) == ""
    assert speak(world, "company", organisation="MYS-one") == ""
    assert speak(world, "company", organisation="MYS-two") == "signature"
    assert speak(world, "company") == "signature"
    assert speak(world, "MYS", organisation="MYS-two") == ""


def test_a_key_for_a_role_signs_in_no_other() -> None:
    world = World()
    register(world, "MYS", "k", "inspectors", sign_as=["inspector"])
    assert speak(world, "inspectors", role="inspector") == ""
    assert speak(world, "inspectors") == "signature"


@pytest.mark.parametrize("public", ["", "AAAA", str(key("MYS").public)[:-1], "é", "AA" * 21 + "A="])
def test_an_unsound_key_is_not_registered(public: str) -> None:
    world = World()
    body = {"name": "A key", "public_key": public}
    entry = world.say("MYS", "key", "MYS-k", "register", body)
    assert world.code(entry) == "check"


def test_a_key_of_small_order_is_not_registered() -> None:
    world = World()
    body = {"name": "A key", "public_key": "AQ" + "A" * 41 + "="}  # the point of order one
    assert world.code(world.say("MYS", "key", "MYS-k", "register", body)) == "check"


# Editions


def pact(world: World, nation: str) -> str:
    name = f"{nation}-pact-{len(world.entries)}"
    return world.code(world.say(nation, "pact", name, "declare", {"title": "A pact"}))


def test_a_new_edition_binds_each_log_from_where_its_nation_adopts_it() -> None:
    world = World()
    body = {"title": "Second edition", "counterparty": "KOR", "number": 2}
    codes = [(pact(world, "MYS"), pact(world, "KOR"))]
    for nation, action in (("MYS", "propose"), ("KOR", "accept"), ("MYS", "confirm")):
        given = body if action == "propose" else {}
        assert world.code(world.say(nation, "rules", "MYS-rules", action, given)) == ""
        codes.append((pact(world, "MYS"), pact(world, "KOR")))
    assert codes == [
        ("edition", "edition"),
        ("edition", "edition"),
        ("edition", ""),
        ("", ""),
    ]
    assert pact(world, "TUR") == "edition"
    for state in (fold(world.entries), fold(*([e] for e in reversed(world.entries)))):
        assert state.decisions == world.state.decisions


def test_an_edition_that_is_declined_binds_nobody() -> None:
    world = World()
    body = {"title": "Second edition", "counterparty": "KOR", "number": 2}
    world.say("MYS", "rules", "MYS-rules", "propose", body)
    assert world.code(world.say("MYS", "rules", "MYS-rules", "confirm")) == "state"
    assert world.code(world.say("MYS", "rules", "MYS-rules", "accept")) == "turn"
    world.say("KOR", "rules", "MYS-rules", "decline", {"reason": "Not yet"})
    assert (pact(world, "MYS"), pact(world, "KOR")) == ("edition", "edition")


def test_an_edition_that_would_leave_nothing_to_say_is_none() -> None:
    world = World()
    body = {"title": "No edition", "counterparty": "KOR", "number": 0}
    assert world.code(world.say("MYS", "rules", "MYS-rules", "propose", body)) == "body"


# What the fold leaves to others, and what it must not be led by


def test_a_forged_size_buys_no_more_than_the_statements_that_are_known() -> None:
    """A mark far beyond a log lets its author rely on what is known, and binds its later marks."""
    world = start()
    far = {"MYS": Seen(size=10_000, root=ROOT)}
    first = publish(world, "KOR", deps=(head(world, "MYS-r"),), seen=far)
    assert world.code(first) == ""
    honest = world.say("KOR", "deal", "MYS-d", "accept")
    assert world.code(honest) == "seen"
    assert world.code(publish(world, "TUR")) == ""


def test_marks_of_statements_that_do_not_stand_bind_nobody() -> None:
    world = start()
    far = {"MYS": Seen(size=10_000, root=ROOT)}
    assert world.code(publish(world, "KOR", seen=far, keys=[key("nobody")])) == "signature"
    assert world.code(world.say("KOR", "deal", "MYS-d", "accept")) == ""


def test_a_statement_on_an_old_state_of_another_object_stands_as_it_was_relied_on() -> None:
    """MYS relies on the report as published, before it can know that TUR has retracted it."""
    world = start()
    made = world.say("TUR", "report", "TUR-r", "publish", {"title": "Theirs"})
    world.say("TUR", "report", "TUR-r", "retract")
    seen = {"TUR": Seen(size=2, root=ROOT), "KOR": Seen(size=1, root=ROOT)}
    body = {"title": "See", "report": "TUR-r"}
    deps = (made.digest,)
    entry = world.say("MYS", "deal", "MYS-e", "comment", body, deps=deps, seen=seen)
    assert world.code(entry) == ""
    assert _note_on(world, "TUR-r").digest in {
        place.digest for place in world.state.decisions.values() if place.code == "requires"
    }


def test_which_rule_is_named_first_does_not_depend_on_chance() -> None:
    """Two references are at fault in different ways; the kind's first field decides."""
    world = start()
    body = {"report": "MYS-none", "follows": "TUR-d", "annexes": ["MYS-d"]}
    entry = propose(world, body=body)
    assert "report names MYS-none" in world.decision(entry).detail


def test_the_same_note_said_twice_is_rejected_by_the_rules_themselves() -> None:
    world = start()
    notes = [
        world.say("MYS", "deal", "MYS-d", "comment", {"title": "Hm"}, label=ALL) for _ in range(2)
    ]
    assert notes[0].digest == notes[1].digest == canon.digest(payload(notes[0]))
    assert [world.code(e) for e in notes] == ["", "repeated"]


def payload(entry: Entry) -> bytes:
    assert entry.envelope
    return entry.envelope.payload
