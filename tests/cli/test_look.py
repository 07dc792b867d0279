"""Looking at what a node holds."""

import json
from itertools import permutations

import pytest

from cli.conftest import BETWEEN, Node
from sepakat.cli.reading import Shown, in_order
from support.nations import Nations

PLAN = ("--set", "name=Approval", "--set", "authority=The Cabinet")


def gate(node: Node, due: str) -> str:
    made = node.new("gate")
    node.do("say", "gate", "plan", made, *PLAN, "--set", f"due={due}", *BETWEEN)
    return made


def test_next_steps_that_may_not_be_taken(mys: Node) -> None:
    made = gate(mys, "2030-10-31")
    shown = mys.do("show", made)
    assert shown["turn"] == "MYS"
    steps = {step["action"]: step for step in shown["next"]}
    assert steps.keys() == {"table", "defer", "withdraw"}
    assert steps["defer"]["by"] == ["MYS"]
    assert steps["defer"]["needs"] == ["due", "reason"]
    mys.do("say", "gate", "table", made)
    assert {step["action"] for step in mys.do("show", made)["next"]} == {"pass", "refuse", "defer"}


def test_a_final_state_in_which_something_may_follow(mys: Node) -> None:
    made = gate(mys, "2030-10-31")
    mys.do("say", "gate", "withdraw", made, "--set", "reason=R")
    shown = mys.do("show", made)
    assert shown["turn"] is None
    assert shown["next"] == []
    assert "final" in mys.run("show", made).out


def test_a_history_out_of_order(mys: Node) -> None:
    made = gate(mys, "2030-10-31")
    for action in ("table", "defer", "table"):
        fields = ("--set", "due=2030-11-30", "--set", "reason=R") if action == "defer" else ()
        mys.do("say", "gate", action, made, *fields)
    timeline = mys.do("show", made)["timeline"]
    assert [t["statement"]["action"] for t in timeline] == ["plan", "table", "defer", "table"]
    assert [t["statement"]["prev"] for t in timeline[1:]] == [t["digest"] for t in timeline[:-1]]
    assert all(t["status"] == "standing" for t in timeline)


def test_a_partners_slow_clock_that_puts_its_answer_first() -> None:
    nations = Nations("MYS", "KOR")
    body = {"question": "Q", "text": "T", "reasons": "R", "counterparty": "KOR"}
    at = ("2026-03-02T09:00:00Z", "2026-03-02T08:59:00Z", "2026-03-02T09:01:00Z")
    said = [
        nations.say("MYS", "decision", "MYS-d", "propose", body, at=at[0]),
        nations.say("KOR", "decision", "MYS-d", "agree", at=at[1]),
        nations.say("MYS", "decision", "MYS-d", "dissent", {"dissent": "D"}, at=at[2]),
    ]
    shown = [
        Shown(e.nation, e.index, e.digest, e.statement, (), "standing", "", "", False) for e in said
    ]
    for given in permutations(shown):
        assert in_order(given) == shown


def test_text_that_leaves_out_a_field_a_step_or_a_signer(mys: Node) -> None:
    made = gate(mys, "2030-10-31")
    page = mys.run("show", made).out
    for part in (made, "planned", "The Cabinet", "RESTRICTED, to KOR and MYS", "office", "UTC"):
        assert part in page


def test_a_list_that_shows_others(mys: Node) -> None:
    early, late, done = gate(mys, "2020-01-01"), gate(mys, "2040-01-01"), gate(mys, "2020-01-01")
    mys.do("say", "gate", "withdraw", done, "--set", "reason=R")

    def listed(*words: str) -> set[str]:
        return {thing["id"] for thing in mys.do("list", *words)}

    ours = {early, late, done}
    assert listed() >= ours
    assert listed("gate") & ours == ours
    assert listed("organisation") & ours == set()
    assert listed("gate", "--state", "withdrawn") & ours == {done}
    assert listed("gate", "--owner", "KOR") & ours == set()
    assert listed("--due-before", "2030-01-01") & ours == {early}


def test_an_empty_list_that_says_nothing(mys: Node) -> None:
    done = mys.run("list", "rules")
    assert done.code == 0
    assert "none" in done.out
    assert mys.do("list", "rules") == []


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["list", "nonsense"], 2, "organisation"),
        (["list", "gate", "--state", "nonsense"], 2, "planned"),
        (["list", "--due-before", "soon"], 2, "--due-before"),
        (["show", "MYS-unknown"], 4, "sepakat list"),
        (["log", "--nation", "TUR"], 4, "sepakat partner list"),
        (["evidence", "get", "MYS-unknown", "--file", "x"], 4, "sepakat list evidence"),
        (["partner", "show", "TUR"], 4, "sepakat partner list"),
        (["commitments", "--on", "soon"], 2, "--on"),
    ],
)
def test_a_mistake_that_is_not_explained(mys: Node, words: list[str], code: int, told: str) -> None:
    done = mys.run(*words)
    assert done.code == code
    assert told in done.err
    assert done.out == ""
    as_json = mys.run(*words, "--json")
    assert as_json.json["error"]["exit"] == code


@pytest.mark.parametrize(
    "words", [["list"], ["log"], ["commitments"], ["card"], ["partner", "list"], ["kinds"],
              ["kinds", "claim"], ["partner", "show", "KOR"], ["rebuild", "--check"]],
)  # fmt: skip
def test_a_page_or_a_document_that_is_empty(mys: Node, words: list[str]) -> None:
    page = mys.run(*words)
    assert page.code == 0, page.err
    assert page.out.strip()
    assert max(map(len, page.out.split("\n"))) < 500, "a line that fills the screen"
    as_json = mys.run(*words, "--json")
    assert as_json.code == 0
    assert json.loads(as_json.out)
    assert as_json.err == ""
