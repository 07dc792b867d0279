"""Honest nodes in processes of their own, each served on a real port."""

import base64
import os
from collections.abc import Iterator
from itertools import combinations

import pytest

from sepakat.node.exchange import EVIDENCE_PIECE
from sepakat.record.label import Label, make
from support.nodes import Node, config, draft, running
from support.postgres import NewDatabase

NATIONS = ("MYS", "KOR", "TUR")
TWO = make("RESTRICTED", ["KOR", "MYS"])
ALL = make("RESTRICTED", ["KOR", "MYS", "TUR"])
PUBLIC = make("UNCLASSIFIED", ["PUBLIC"])


@pytest.fixture(scope="module")
def nodes(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase
) -> Iterator[list[Node]]:
    folder, configs = tmp_path_factory.mktemp("exchange"), map(config, NATIONS)
    with running(folder, *configs, new_database=new_database) as nodes:
        yield nodes


@pytest.fixture
def mys(nodes: list[Node]) -> Node:
    return nodes[0]


@pytest.fixture
def kor(nodes: list[Node]) -> Node:
    return nodes[1]


@pytest.fixture
def tur(nodes: list[Node]) -> Node:
    return nodes[2]


def settle(one: Node, two: Node) -> None:
    """Exchange until both have all that the other has for them, and see that they agree."""
    for _ in range(2):
        one.exchange(two)
        two.exchange(one)
    assert one.exchange(two)["agreed"] is True
    assert two.exchange(one)["agreed"] is True


def company(node: Node, name: str, label: Label = TWO) -> str:
    about = f"{node.nation}-company-{name}"
    node.say("organisation", about, "register", label, name=f"Co {name}", type="company")
    return about


def of(node: Node, nation: str) -> list[str]:
    """The objects whose statements of a nation are held here."""
    return [row[3] for row in node.look()["said"] if row[0] == nation]


def test_an_agreement_is_proposed_here_and_accepted_there(mys: Node, kor: Node) -> None:
    body = {"title": "On cooperation", "counterparty": "KOR", "exclusivity": "exclusive"}
    mys.say("agreement", "MYS-agreement", "propose", TWO, **body)
    settle(mys, kor)
    _, _, state = kor.say("agreement", "MYS-agreement", "accept", role="approver")
    assert state == "accepted"
    settle(mys, kor)
    mys.say("agreement", "MYS-agreement", "enter_into_force", role="approver",
            effective="2026-10-01")  # fmt: skip
    settle(mys, kor)
    for node in (mys, kor):
        seen = node.look()
        assert seen["objects"]["MYS-agreement"] == "in_force"
        steps = [row[4:] for row in seen["said"] if row[3] == "MYS-agreement"]
        assert sorted(steps) == [
            ["accept", "standing", ""],
            ["enter_into_force", "standing", ""],
            ["propose", "standing", ""],
        ]


def test_each_pair_agrees_though_three_take_part(nodes: list[Node]) -> None:
    """What the third has a part in is known to one pair and not to the other."""
    mys, kor, tur = nodes
    company(mys, "all", ALL)
    company(kor, "all", ALL)
    company(tur, "all", ALL)
    for one, two in ((mys, kor), (mys, tur), (kor, tur)):
        label = make("RESTRICTED", [one.nation, two.nation])
        company(one, f"with-{two.nation.lower()}", label)
        body = {"title": "T", "counterparty": two.nation, "exclusivity": "exclusive"}
        about = f"{one.nation}-agreement-{two.nation.lower()}"
        one.say("agreement", about, "propose", ALL, **body)
    for one, two in combinations(nodes, 2):
        settle(one, two)
    for node in nodes:
        assert node.look()["frozen"] == {}
    for one, two in combinations(nodes, 2):
        assert one.do("both_digests", two.nation) == two.do("both_digests", one.nation)


def test_what_relies_on_a_third_waits_for_it(mys: Node, kor: Node, tur: Node) -> None:
    """MYS relies on a company of TUR's that KOR has not heard of yet."""
    theirs = company(tur, "third", ALL)
    settle(mys, tur)
    mys.say("evidence", "MYS-evidence-third", "register", ALL, title="T", sha256="ab" * 32, size=1,
            media_type="text/plain", filename="a.txt", organisation=theirs)  # fmt: skip
    kor.exchange(mys)
    about = "MYS-evidence-third"
    assert [row[5] for row in kor.look()["said"] if row[3] == about] == ["pending"]
    assert about not in kor.look()["objects"]
    kor.exchange(tur)
    assert [row[5] for row in kor.look()["said"] if row[3] == about] == ["standing"]
    assert kor.look()["objects"][about] == "registered"
    outcome = kor.exchange(mys)  # the file itself is kept nowhere, which keeps nothing else back
    assert (outcome["files"], outcome["missing"], outcome["agreed"]) == (0, 1, True)
    mys.say("evidence", about, "withdraw", reason="It is nowhere.")
    for one, two in combinations((mys, kor, tur), 2):
        settle(one, two)


@pytest.mark.parametrize("size", [0, 200_000, 2 * EVIDENCE_PIECE])
def test_evidence_follows_its_record(mys: Node, kor: Node, tur: Node, size: int) -> None:
    content = os.urandom(size)
    sha256 = mys.do("add_evidence", base64.b64encode(content).decode())
    mys.say("evidence", f"MYS-evidence-{size}", "register", TWO, title="A report", sha256=sha256,
            size=len(content), media_type="text/plain", filename="a.txt")  # fmt: skip
    assert kor.exchange(mys)["files"] == 1
    assert base64.b64decode(kor.do("read_evidence", sha256)) == content
    assert kor.exchange(mys)["files"] == 0
    assert tur.exchange(mys)["files"] == 0
    with pytest.raises(Exception, match="not kept here"):
        tur.do("read_evidence", sha256)


def test_the_state_from_the_tables_is_the_one_folded_anew(mys: Node, kor: Node) -> None:
    company(mys, "fast")
    settle(mys, kor)
    fast, folded = mys.do("both_digests", "KOR")
    assert fast == folded
    assert kor.do("both_digests", "MYS") == [fast, fast]


def test_an_older_state_is_compared_when_more_has_been_said(mys: Node, kor: Node) -> None:
    """The partner's answer is about what it had read by then."""
    settle(mys, kor)
    company(mys, "newer")
    outcome = mys.exchange(kor)  # KOR has not read that yet
    assert outcome["agreed"] is True
    settle(mys, kor)


def test_rebuild_comes_to_the_same_state(mys: Node, kor: Node) -> None:
    settle(mys, kor)
    for node in (mys, kor):
        before = node.look()
        assert node.do("remade") == before["digest"]
        assert node.look() == before
    assert mys.exchange(kor)["agreed"] is True


def test_many_pages_and_bundles_arrive_in_one_exchange(mys: Node, kor: Node) -> None:
    drafts = [
        draft("organisation", f"MYS-bulk-{n}", "register", {"name": f"B {n}", "type": "company"},
              TWO if n % 3 else make("RESTRICTED", ["MYS"]))
        for n in range(1_100)
    ]  # fmt: skip
    mys.do("say", drafts)
    assert kor.exchange(mys)["leaves"] >= 1_100
    held = {name for name in of(kor, "MYS") if name.startswith("MYS-bulk-")}
    assert held == {f"MYS-bulk-{n}" for n in range(1_100) if n % 3}
    settle(mys, kor)


def test_two_exchanges_at_once_accuse_nobody(mys: Node, kor: Node) -> None:
    """Each asks the other while it is asked itself, and while both speak."""
    for number in range(8):
        company(mys, f"at-once-{number}")
        mys.ask("run_exchange", "KOR")
        kor.ask("run_exchange", "MYS")
        company_draft = draft("organisation", f"KOR-company-at-once-{number}", "register",
                              {"name": "X", "type": "company"}, TWO)  # fmt: skip
        kor.ask("say", [company_draft])
        mys.answer()
        kor.answer()
        kor.answer()
    settle(mys, kor)
    assert mys.look()["frozen"] == kor.look()["frozen"] == {}


def test_a_frozen_partner_is_neither_asked_nor_answered(mys: Node, kor: Node, tur: Node) -> None:
    mys.do("freeze", "TUR")
    with pytest.raises(Exception, match="frozen since"):
        mys.exchange(tur)
    with pytest.raises(Exception, match="does not take our signature"):
        tur.exchange(mys)
    assert mys.exchange(kor)["agreed"] is True
    company(mys, "at-home")
    mys.do("unfreeze", "TUR")
    settle(mys, tur)


def test_a_node_that_does_not_know_us_says_so(mys: Node, kor: Node, tur: Node) -> None:
    """An address that belongs to another nation's node: its answers are not the partner's."""
    kor.do("move", "MYS", tur.address)
    with pytest.raises(Exception, match="does not take our signature"):
        kor.exchange(mys)
    kor.do("move", "MYS", mys.address)
    settle(mys, kor)
