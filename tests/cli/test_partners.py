"""Two nodes: registering, exchanging, and what each can see of the other."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from cli.conftest import BETWEEN, Node, Pair, environment

ONLY_MYS = ("--classification", "RESTRICTED", "--for", "MYS")


def exchange(pair: Pair) -> None:
    """Until both have read all that the other has said."""
    for node in (pair.mys, pair.kor, pair.mys):
        node.do("exchange")


def test_two_nodes_that_do_not_come_to_the_same_state(pair: Pair) -> None:
    mys, kor = pair.mys, pair.kor
    seminar = mys.new("seminar")
    mys.do("say", "engagement", "schedule", seminar, "--set", "type=seminar", "--set", "title=T",
           "--set", "counterparty=KOR", "--set", "date=2030-01-01", "--set", "place=P",
           *BETWEEN)  # fmt: skip
    exchange(pair)
    assert kor.do("show", seminar)["object"] == mys.do("show", seminar)["object"]
    mys.do("say", "engagement", "hold", seminar, "--set", "participants=150")
    mys.do("say", "engagement", "propose_minutes", seminar, "--set", "minutes=M")
    exchange(pair)
    assert kor.do("show", seminar)["turn"] == "KOR"
    kor.do("say", "engagement", "agree_minutes", seminar)
    exchange(pair)
    shown = mys.do("show", seminar)
    assert shown["object"]["state"] == "minutes_agreed"
    assert [t["nation"] for t in shown["timeline"]] == ["MYS", "MYS", "MYS", "KOR"]
    assert all(t["cosigned"] for t in shown["timeline"])
    ours, theirs = (node.do("exchange")["exchanges"][0] for node in (mys, kor))
    assert ours["agreed"] is theirs["agreed"] is True
    assert ours["digest"] == theirs["digest"]


def test_a_step_taken_by_the_wrong_side(pair: Pair) -> None:
    made = pair.mys.new("decision")
    pair.mys.do("say", "decision", "propose", made, "--role", "committee", "--set", "question=Q",
                "--set", "text=T", "--set", "reasons=R", "--set", "counterparty=KOR",
                *BETWEEN)  # fmt: skip
    done = pair.mys.run("say", "decision", "agree", made, "--role", "committee")
    assert done.code == 3
    assert "counterparty" in done.err
    dissent = ("say", "decision", "dissent", made, "--role", "committee", "--set", "dissent=D-1")
    pair.mys.do(*dissent)
    exchange(pair)
    page = pair.kor.run("show", made).out
    assert "dissent (note)" in page
    assert "D-1" in page


def test_a_hidden_record_that_shows_at_the_partner(pair: Pair) -> None:
    made = pair.mys.new("organisation")
    pair.mys.do("say", "organisation", "register", made, "--set", "name=Unseen-1234",
                "--set", "type=company", *ONLY_MYS)  # fmt: skip
    exchange(pair)
    index = pair.mys.do("show", made)["timeline"][0]["index"]
    assert pair.kor.run("show", made).code == 4
    log = pair.kor.do("log", "--nation", "MYS", "--last", "10000")
    (leaf,) = (leaf for leaf in log["leaves"] if leaf["index"] == index)
    assert leaf["statement"] is None
    page = pair.kor.run("log", "--nation", "MYS", "--last", "10000").out
    assert "undisclosed" in page
    assert "Unseen-1234" not in page


def test_evidence_that_does_not_reach_the_partner(pair: Pair, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_bytes(b"what was delivered")
    made = pair.mys.new("evidence")
    pair.mys.do("say", "evidence", "register", made, "--attach", file, "--set", "title=T", *BETWEEN)
    exchange(pair)
    out = tmp_path / "out"
    pair.kor.do("evidence", "get", made, "--file", out)
    assert out.read_bytes() == b"what was delivered"


def test_a_card_with_another_fingerprint(alone: Callable[[str], Node], kor: Node) -> None:
    node = alone("TUR")
    before = node.size()
    done = node.run("partner", "register", kor.home / "card", "--fingerprint", "5f0c 11d2")
    assert done.code == 2
    assert "read its own out" in done.err
    unasked = node.run("partner", "register", kor.home / "card", "--json")
    assert unasked.code == 2
    assert "--fingerprint" in unasked.json["error"]["what"]
    own = node.run("partner", "register", node.home / "card", "--compared")
    assert own.code == 2
    assert node.size() == before
    assert node.do("partner", "list") == []


def test_a_partner_registered_at_an_unsafe_address(alone: Callable[[str], Node], kor: Node) -> None:
    node = alone("TUR")
    before = node.size()
    done = node.run("partner", "register", kor.home / "card", "--compared", "--url",
                    "http://kor.example")  # fmt: skip
    assert done.code == 3
    assert "https://" in done.err
    assert node.size() == before


def test_a_partner_that_is_down_or_unknown(alone: Callable[[str], Node], kor: Node) -> None:
    node = alone("TUR")
    assert node.do("exchange")["exchanges"] == []
    node.do("partner", "register", kor.home / "card", "--compared", "--url", "http://127.0.0.1:9")
    done = node.run("exchange", "--json")
    assert done.code == 6
    (outcome,) = done.json["exchanges"]
    assert outcome["exit"] == 6
    assert "127.0.0.1:9" in outcome["error"]["where"]
    (listed,) = node.do("partner", "list")
    assert "does not answer" in listed["problem"]
    assert node.run("exchange", "MYS").code == 4


def test_a_partner_whose_stored_log_is_damaged_keeps_no_other_waiting(
    alone: Callable[[str], Node], kor: Node, mys: Node
) -> None:
    node = alone("TUR")
    for partner in (kor, mys):
        node.do("partner", "register", partner.home / "card", "--compared",
                "--url", "http://127.0.0.1:9")  # fmt: skip
    with closing(sqlite3.connect(node.home / "sepakat.sqlite3")) as database, database:
        assert database.execute("DELETE FROM node_log WHERE nation = 'KOR'").rowcount == 1
    done = node.run("exchange", "--json")
    assert [outcome["exit"] for outcome in done.json["exchanges"]] == [70, 6]
    assert done.code == 70
    assert "Traceback" not in done.err


def test_rounds_that_end_with_the_first_trouble_of_the_database(
    alone: Callable[[str], Node],
) -> None:
    node = alone("TUR")
    process = subprocess.Popen(
        [sys.executable, "-m", "sepakat.cli", "--home", str(node.home), "exchange",
         "--every", "1", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )  # fmt: skip
    with process, closing(sqlite3.connect(node.home / "sepakat.sqlite3")) as database:
        assert process.stdout and process.stderr
        assert json.loads(process.stdout.readline())["exchanges"] == []
        database.execute("ALTER TABLE node_partner RENAME TO gone")
        while "no such table: node_partner" not in (told := process.stderr.readline()):
            assert told, "it has ended"
        database.execute("ALTER TABLE gone RENAME TO node_partner")
        before = process.stdout.readline()
        assert json.loads(before)["exchanges"] == []
        process.kill()


def test_a_frozen_partner_that_is_exchanged_with(alone: Callable[[str], Node], kor: Node) -> None:
    node = alone("TUR")
    node.do("partner", "register", kor.home / "card", "--compared")
    node.do("partner", "freeze", "KOR", "--reason", "A stolen key.")
    assert node.run("partner", "freeze", "KOR", "--reason", "Again.").code == 5
    (listed,) = node.do("partner", "list")
    assert "A stolen key." in listed["frozen"]
    done = node.run("exchange", "KOR")
    assert done.code == 3  # it was not caught at anything
    assert "unfreeze" in done.err
    assert node.do("exchange")["exchanges"] == []
    node.do("partner", "unfreeze", "KOR", "--reason", "It has a new key.")
    assert node.run("partner", "unfreeze", "KOR", "--reason", "Again.").code == 5
    assert node.do("show", "TUR-partner-kor")["object"]["state"] == "registered"


def test_a_file_that_is_no_card(alone: Callable[[str], Node], tmp_path: Path) -> None:
    node = alone("TUR")
    file = tmp_path / "kor.card"
    file.write_text("garbage")
    done = node.run("partner", "register", file, "--compared")
    assert done.code == 2
    assert "no card" in done.err and str(file) in done.err and "sepakat card" in done.err
