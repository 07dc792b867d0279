"""Proofs of leaves: written, opened, and checked far from any node."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from cli.conftest import Node, Pair, sepakat
from sepakat.node.keystore import Keystore
from sepakat.record.checkpoint import add_cosignatures, cosign
from sepakat.record.note import KeyType, Signer
from sepakat.record.tlogproof import parse_tlog_proof

PROOFS = "proof.tlog-proof"


@pytest.fixture(scope="module")
def proven(pair: Pair, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A record that Korea may not see, disclosed by Malaysia in a file; in a cosigned log."""
    made = pair.mys.organisation("--classification", "RESTRICTED", "--for", "MYS")
    pair.mys.do("exchange")
    file = tmp_path_factory.mktemp("proofs") / PROOFS
    pair.mys.do("disclose", made, "--to", file, "--yes")
    return made, file


def cards(pair: Pair) -> list[object]:
    return ["--card", pair.mys.home / "card", "--card", pair.kor.home / "card"]


def test_a_disclosed_record_that_a_stranger_cannot_check(
    pair: Pair, proven: tuple[str, Path], tmp_path: Path
) -> None:
    made, file = proven
    done = sepakat("verify", file, *cards(pair), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "holds" in done.stdout
    assert made in done.stdout
    assert "kor.example" in done.stdout


def test_a_proof_that_shows_what_the_leaf_hides(mys: Node, pair: Pair, tmp_path: Path) -> None:
    made = mys.organisation()
    mys.do("exchange")
    file = tmp_path / PROOFS
    told = mys.do("prove", made, "--file", file)
    assert told["disclosed"] is False
    assert told["witnesses"] == ["kor.example/kor/witness"]
    extra = file.read_text().split("\n")[1].removeprefix("extra ")
    assert len(base64.b64decode(extra)) == 32
    (checked,) = pair.kor.do("verify", file, *cards(pair))
    assert checked["holds"]
    assert "statement" not in checked
    assert checked["index"] == told["index"] == mys.do("show", made)["timeline"][0]["index"]


def test_a_leaf_found_by_its_object_but_not_by_digest_or_index(mys: Node) -> None:
    made = mys.organisation()
    shown = mys.do("show", made)["timeline"][0]
    by_object = mys.do("prove", made)
    for target in (str(shown["index"]), shown["digest"], shown["digest"][:12]):
        assert mys.do("prove", target) == by_object


def test_a_leaf_that_is_not_there(mys: Node) -> None:
    for target in ("999999", "f" * 64, "MYS-unknown"):
        done = mys.run("prove", target)
        assert done.code == 4, target
        assert "sepakat" in done.err


def test_a_leaf_not_cosigned_yet_that_is_passed_off_as_such(mys: Node, pair: Pair) -> None:
    made = mys.organisation()
    done = mys.run("prove", made, "--json")
    assert done.json["witnesses"] == []
    assert "exchange" in done.err
    proof = sepakat("--home", mys.home, "prove", made).stdout
    file = mys.home / "run" / "p"
    file.write_text(proof)
    refused = mys.run("verify", file, *cards(pair))
    assert refused.code == 1
    assert "--witnesses 0" in refused.err
    assert mys.run("verify", file, *cards(pair), "--witnesses", "0").code == 0


@pytest.mark.parametrize("place", range(1, 9))
def test_a_changed_proof_that_holds(
    pair: Pair, proven: tuple[str, Path], tmp_path: Path, place: int
) -> None:
    data = bytearray(proven[1].read_bytes())
    end = data.index("— kor.example".encode())  # what follows is the witness's own line
    at = len(b"c2sp.org/tlog-proof@v1\nextra ") + place * (end - 40) // 9
    data[at] = ord("B") if data[at] != ord("B") else ord("C")
    file = tmp_path / PROOFS
    file.write_bytes(data)
    done = pair.mys.run("verify", file, *cards(pair))
    assert done.code in (1, 2, 4), done.out
    assert str(file) in done.err


def test_one_bad_proof_among_good_ones(
    pair: Pair, proven: tuple[str, Path], tmp_path: Path
) -> None:
    bad = tmp_path / PROOFS
    index = pair.mys.do("show", proven[0])["timeline"][0]["index"]
    text = proven[1].read_text()
    bad.write_text(text.replace(f"index {index}\n", f"index {index - 1}\n"))
    done = pair.mys.run("verify", bad, proven[1], *cards(pair), "--json")
    assert done.code == 1
    assert [result["holds"] for result in done.json] == [False, True]


def test_a_proof_checked_by_nobodys_card(proven: tuple[str, Path], kor: Node) -> None:
    without = sepakat("verify", proven[1])
    assert without.returncode == 2
    assert "--card" in without.stderr
    wrong = sepakat("verify", proven[1], "--card", kor.home / "card")
    assert wrong.returncode == 4
    assert "mys.example/mys/log" in wrong.stderr
    not_a_card = sepakat("verify", proven[1], "--card", proven[1])
    assert not_a_card.returncode == 2


def test_a_disclosure_that_nobody_has_confirmed(mys: Node, tmp_path: Path) -> None:
    made, file = mys.organisation(), tmp_path / PROOFS
    asked = sepakat("--home", mys.home, "disclose", made, "--to", file, stdin="n\n")
    assert asked.returncode == 130
    assert "RESTRICTED, to KOR and MYS" in asked.stderr
    as_json = mys.run("disclose", made, "--to", file, "--json")
    assert as_json.code == 2
    assert "--yes" in as_json.json["error"]["what"]
    assert not file.exists()
    agreed = sepakat("--home", mys.home, "disclose", made, "--to", file, stdin="y\n")
    assert agreed.returncode == 0
    assert file.exists()


def test_another_nations_statement_disclosed(pair: Pair, tmp_path: Path) -> None:
    made = pair.mys.organisation()
    pair.kor.do("exchange")
    file = tmp_path / PROOFS
    done = pair.kor.run("disclose", made, "--to", file, "--yes")
    assert done.code == 3
    assert "MYS" in done.err
    assert not file.exists()
    index = str(pair.mys.do("show", made)["timeline"][0]["index"])
    proof = pair.kor.do("prove", index, "--nation", "MYS")
    assert proof["nation"] == "MYS"
    assert proof["disclosed"] is False


def test_a_nation_that_is_its_own_witness(pair: Pair, tmp_path: Path) -> None:
    made = pair.mys.organisation()
    proof = parse_tlog_proof(pair.mys.do("prove", made)["proof"].encode())
    witness = Signer(
        "mys.example/mys/witness",
        Keystore(pair.mys.home / "keys").get("witness"),
        KeyType.COSIGNATURE,
    )
    line = cosign(proof.checkpoint_note, witness, 1_800_000_000)
    cosigned = add_cosignatures(proof.checkpoint_note, [line])
    file = tmp_path / PROOFS
    file.write_bytes(replace(proof, checkpoint_note=cosigned).encode())
    done = pair.mys.run("verify", file, *cards(pair))
    assert done.code == 1
    assert "0 have cosigned" in done.err
