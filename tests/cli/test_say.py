"""Saying things: by flags, from files, in batches; and what is refused leaves no trace."""

import hashlib
import json
from pathlib import Path

import pytest

from cli.conftest import BETWEEN, Node, sepakat
from sepakat.node.evidence import MAX_BYTES


def organisation(node: Node, **more: object) -> dict[str, object]:
    """One statement of a batch."""
    label = {"classification": "RESTRICTED", "releasable_to": ["KOR", "MYS"]}
    return {
        "kind": "organisation",
        "action": "register",
        "object": node.new("organisation"),
        "body": {"name": "A laboratory", "type": "laboratory"},
        "label": label,
    } | more


def batch(path: Path, *items: object) -> Path:
    path.write_text(json.dumps(items))
    return path


def test_a_statement_told_at_another_place_than_it_stands(mys: Node) -> None:
    made = mys.new("organisation")
    told = mys.do("say", "organisation", "register", made, "--set", "name=A", "--set",
                  "type=ministry", *BETWEEN)  # fmt: skip
    recorded = told["recorded"][0]
    assert told["checkpoint"]["size"] == recorded["index"] + 1 == mys.size()
    leaf = mys.do("log", "--last", "1")["leaves"][0]
    assert leaf["index"] == recorded["index"]
    assert leaf["digest"] == recorded["digest"]
    assert leaf["statement"]["object"] == made
    assert leaf["statement"]["body"] == {"name": "A", "type": "ministry"}
    assert leaf["signed_by"] == ["office"]


def test_text_for_people_that_leaves_out_what_was_recorded(mys: Node) -> None:
    made = mys.new("organisation")
    done = mys.run("say", "organisation", "register", made, "--set", "name=A", "--set",
                   "type=ministry", *BETWEEN)  # fmt: skip
    assert made in done.out
    assert f"checkpoint of size {mys.size()}" in done.out


def test_flags_that_do_not_go_over_the_file(mys: Node, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text(json.dumps({"name": "From the file", "type": "company"}))
    made = mys.new("organisation")
    mys.do("say", "organisation", "register", made, "--file", file, "--set", "type=agency",
           *BETWEEN)  # fmt: skip
    fields = mys.do("show", made)["object"]["fields"]
    assert fields == {"name": "From the file", "type": "agency"}


def test_a_body_on_stdin_that_is_not_read(mys: Node) -> None:
    made = mys.new("organisation")
    body = json.dumps({"name": "From stdin", "type": "company"})
    done = sepakat("--home", mys.home, "say", "organisation", "register", made, "--file", "-",
                   *BETWEEN, stdin=body)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert mys.do("show", made)["object"]["fields"]["name"] == "From stdin"


def test_who_says_it_is_not_as_told(mys: Node) -> None:
    made = mys.new("organisation")
    mys.do("say", "organisation", "register", made, "--set", "name=A", "--set", "type=company",
           "--role", "administrator", "--account", "a-17", *BETWEEN)  # fmt: skip
    by = mys.do("show", made)["timeline"][0]["statement"]["by"]
    assert by == {"nation": "MYS", "organisation": None, "role": "administrator", "account": "a-17"}


def test_a_label_for_one_organisation_that_keeps_its_nation_out(mys: Node) -> None:
    made = mys.organisation(*BETWEEN, "--only-organisation", "MYS-acme", "--caveat", "code=blue")
    label = mys.do("show", made)["object"]["label"]
    assert label["permissive"] == {
        "releasable_to": ["KOR", "MYS"],
        "organisation": ["MYS", "MYS-acme"],
    }
    assert label["restrictive"] == {"code": ["blue"]}


def test_a_caveat_that_the_node_does_not_hold(mys: Node) -> None:
    made = mys.new("organisation")
    refused = mys.run("say", "organisation", "register", made, "--set", "name=A",
                      "--set", "type=company", *BETWEEN, "--caveat", "code=green")  # fmt: skip
    assert refused.code == 3
    assert "does not hold the caveat code=green" in refused.err


def test_an_attached_file_described_otherwise_than_it_is(mys: Node, tmp_path: Path) -> None:
    content = b"%PDF-1.7 an illustration"
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    made = mys.new("evidence")
    mys.do("say", "evidence", "register", made, "--attach", file, "--set", "title=T", *BETWEEN)
    fields = mys.do("show", made)["object"]["fields"]
    assert fields == {
        "title": "T",
        "filename": "report.pdf",
        "media_type": "application/pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }
    out = tmp_path / "again.pdf"
    assert mys.do("evidence", "get", made, "--file", out)["size"] == len(content)
    assert out.read_bytes() == content


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["organisation", "register", "MYS-n", "--set", "colour=red"], 2, ["colour", "name, type"]),
        (["organisation", "retire", "MYS-n", "--set", "name=A"], 2, ["'name'", "reason"]),
        (["organisation", "register", "MYS-n", "--set", "name=A"], 2, ["type"]),
        (["organisation", "register", "MYS-n", "--set", "name=A", "--set", "type=x"], 2, ["type"]),
        (["organisation", "found", "MYS-n"], 2, ["'found'", "register, update, retire"]),
        (["nonsense", "register", "MYS-n"], 2, ["'nonsense'", "organisation"]),
        (["organisation", "register"], 2, ["OBJECT"]),
        (["organisation", "register", "MYS-n", "--set", "name=A", "--set", "type=company"], 2,
         ["label"]),
        (["organisation", "register", "MYS-n", "--for", "KOR"], 2, ["--classification"]),
        (["organisation", "register", "MYS-n", "--for", "KOR", "--classification", "TOP"], 2,
         ["classification"]),
        (["organisation", "register", "KOR-n", "--set", "name=A", "--set", "type=company",
          *BETWEEN], 3, ["KOR-n", "MYS-"]),
        (["organisation", "register", "MYS-n", "--set", "name=A", "--set", "type=company",
          *BETWEEN, "--role", "inspector"], 3, ["--role", "officer or administrator"]),
        (["organisation", "register", "MYS-n", "--set", "name=A", "--set", "type=company",
          *BETWEEN, "--key", "nobody"], 4, ["'nobody'", "SEPAKAT_KEY_NOBODY"]),
        (["organisation", "retire", "MYS-n", "--set", "reason=R"], 4, ["MYS-n", "sepakat list"]),
    ],
)  # fmt: skip
def test_a_wrong_statement_that_is_recorded_or_not_explained(
    mys: Node, words: list[str], code: int, told: list[str]
) -> None:
    before = mys.size()
    done = mys.run("say", *words)
    assert done.code == code, done.err
    for part in told:
        assert part in done.err
    assert mys.size() == before


def test_a_taken_identifier(mys: Node) -> None:
    made = mys.organisation()
    done = mys.run("say", "organisation", "register", made, "--set", "name=A", "--set",
                   "type=company", *BETWEEN)  # fmt: skip
    assert done.code == 5
    assert "another identifier" in done.err


def test_a_dry_run_that_leaves_something(mys: Node, tmp_path: Path) -> None:
    before = mys.size()
    file = tmp_path / "a.txt"
    file.write_bytes(b"never kept")
    made = mys.new("evidence")
    words = ("say", "evidence", "register", made, "--attach", file, "--set", "title=T", *BETWEEN)
    told = mys.do(*words, "--dry-run")
    assert told["dry_run"] is True
    assert told["recorded"][0]["object"] == made
    assert mys.size() == before
    assert mys.run("show", made).code == 4
    digest = hashlib.sha256(b"never kept").hexdigest()
    assert not list((mys.home / "evidence").rglob(digest))
    mys.do(*words)  # and it may be said in earnest afterwards
    assert list((mys.home / "evidence").rglob(digest))


def test_a_batch_out_of_order(mys: Node, tmp_path: Path) -> None:
    items = [organisation(mys) for _ in range(3)]
    made = items[0]["object"]
    retire = {"kind": "organisation", "action": "retire", "object": made, "body": {"reason": "R"}}
    file = tmp_path / "report.txt"
    file.write_bytes(b"evidence of a batch")
    evidence = organisation(mys, kind="evidence", object=mys.new("evidence"),
                            body={"title": "T"}, attach="report.txt")  # fmt: skip
    told = mys.do("say", "--batch", batch(tmp_path / "batch.json", *items, evidence, retire))
    indices = [recorded["index"] for recorded in told["recorded"]]
    assert indices == list(range(indices[0], indices[0] + 5))
    assert told["checkpoint"]["size"] == indices[-1] + 1
    assert mys.do("show", str(made))["object"]["state"] == "retired"
    assert mys.do("evidence", "get", evidence["object"], "--file", tmp_path / "out")["size"] == 19


def test_a_bad_batch_recorded_in_part(mys: Node, tmp_path: Path) -> None:
    good = organisation(mys)
    file = tmp_path / "a.txt"
    file.write_bytes(b"of a bad batch")
    evidence = organisation(mys, kind="evidence", object=mys.new("evidence"),
                            body={"title": "T"}, attach=str(file))  # fmt: skip
    bad_bodies = organisation(mys, body={"name": "A", "type": "company", "colour": "red"})
    bad_rules = organisation(mys, object="KOR-not-ours")
    before = mys.size()
    first = mys.run("say", "--batch", batch(tmp_path / "1.json", good, evidence, bad_bodies))
    assert first.code == 2
    assert "1.json, statement 3" in first.err
    assert "'colour'" in first.err
    second = mys.run("say", "--batch", batch(tmp_path / "2.json", good, evidence, bad_rules))
    assert second.code == 3
    assert "KOR-not-ours" in second.err
    assert mys.size() == before
    assert mys.run("show", str(good["object"])).code == 4
    assert not list((mys.home / "evidence").rglob(hashlib.sha256(b"of a bad batch").hexdigest()))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON"),
        ("{}", "not a list"),
        ('[{"kind": "organisation"}]', "statement 1"),
        ('[{"kind":"gate","action":"table","object":"MYS-a","colour":1}]', "colour"),
        ("[]", "0 statements"),
    ],
)
def test_a_batch_that_is_none(mys: Node, tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "batch.json"
    file.write_text(content)
    done = mys.run("say", "--batch", file)
    assert done.code == 2
    assert told in done.err


def test_a_batch_with_flags_beside_it(mys: Node, tmp_path: Path) -> None:
    file = batch(tmp_path / "batch.json", organisation(mys))
    done = mys.run("say", "--batch", file, "--role", "officer")
    assert done.code == 2
    assert "role" in done.err


def test_a_company_that_speaks_for_another(mys: Node) -> None:
    acme, other = mys.organisation(), mys.organisation()
    name = acme.lower().removeprefix("mys-")
    key = mys.do("key", "add", name, "--organisation", acme, "--sign-as", "company")
    words = ("say", "evidence", "register")
    rest = ("--role", "company", "--key", name, "--set", "title=T", "--set", "sha256=" + "ab" * 32,
            "--set", "size=1", "--set", "media_type=text/plain", "--set", "filename=a.txt",
            *BETWEEN)  # fmt: skip
    made = mys.new("evidence")
    mys.do(*words, made, *rest, "--organisation", acme, "--set", f"organisation={acme}")
    assert mys.do("show", made)["timeline"][0]["signed_by"] == [name]
    other_made = mys.new("evidence")
    done = mys.run(*words, other_made, *rest, "--organisation", other, "--set",
                   f"organisation={other}")  # fmt: skip
    assert done.code == 3
    revoked = mys.do("key", "revoke", key["object"], "--reason", "It has left.")
    assert revoked["state"] == "revoked"
    late = mys.run(*words, mys.new("evidence"), *rest, "--organisation", acme, "--set",
                   f"organisation={acme}")  # fmt: skip
    assert late.code == 3


def test_a_key_kept_though_it_could_not_be_registered(mys: Node) -> None:
    done = mys.run("key", "add", "stray", "--organisation", "MYS-unknown")
    assert done.code == 4
    assert "organisation register" in done.err
    assert not (mys.home / "keys" / "stray.key").exists()
    again = mys.run("key", "add", "office")
    assert again.code == 5


def test_evidence_registered_whose_file_could_not_be_kept(mys: Node, tmp_path: Path) -> None:
    before = mys.size()
    file = tmp_path / "huge.bin"
    with file.open("wb") as huge:
        huge.truncate(MAX_BYTES + 1)
    done = mys.run("say", "evidence", "register", mys.new("evidence"), "--attach", file, "--set",
                   "title=T", *BETWEEN)  # fmt: skip
    assert done.code == 2
    assert "are kept" in done.err
    assert mys.size() == before
