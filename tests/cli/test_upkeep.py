"""Making, serving, and repairing a node."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import PATIENCE, Node, environment, sepakat
from support.postgres import NewDatabase

INIT = ("--nation", "MYS", "--name", "Malaysia", "--url", "https://mys.example")


def test_a_second_node_in_one_folder(tmp_path: Path) -> None:
    home = tmp_path / "node"
    first = sepakat("init", home, *INIT)
    assert first.returncode == 0, first.stderr
    assert f"export SEPAKAT_HOME={home}" in first.stdout
    before = (home / "node.json").read_bytes()
    second = sepakat("init", home, *INIT, "--json")
    assert second.returncode == 5
    assert json.loads(second.stdout)["error"]["where"] == str(home)
    assert (home / "node.json").read_bytes() == before
    by_environment = sepakat("card", "--json", env={"SEPAKAT_HOME": str(home)})
    assert json.loads(by_environment.stdout)["card"]["nation"] == "MYS"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--nation", "Malaysia", "--name", "M", "--url", "https://mys.example"], "nation"),
        (["--nation", "MYS", "--name", "M", "--url", "mys.example"], "url"),
        ([*INIT, "--ceiling", "TOP"], "ceiling"),
        (["--name", "M", "--url", "https://mys.example"], "--nation"),
    ],
)
def test_a_node_made_of_nonsense(tmp_path: Path, words: list[str], named: str) -> None:
    home = tmp_path / "node"
    done = sepakat("init", home, *words)
    assert done.returncode == 2
    assert named in done.stderr
    assert not home.exists()


def test_two_nodes_in_one_database(tmp_path: Path, new_database: NewDatabase) -> None:
    shared = {"DATABASE_URL": new_database() or f"sqlite:///{tmp_path}/shared.sqlite3"}
    assert sepakat("init", tmp_path / "one", *INIT, env=shared).returncode == 0
    done = sepakat("init", tmp_path / "two", *INIT, env=shared)
    assert done.returncode == 5
    assert "another node's record" in done.stderr and "of its own" in done.stderr
    assert not (tmp_path / "two").exists()


def test_a_node_that_was_half_made(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/no/such/folder/x.sqlite3"}
    assert sepakat("init", tmp_path / "node", *INIT, env=nowhere).returncode != 0
    assert sepakat("init", tmp_path / "node", *INIT).returncode == 0


def test_a_card_file_that_is_not_the_card(mys: Node, tmp_path: Path) -> None:
    file = tmp_path / "mys.card"
    told = mys.do("card", "--file", file)
    assert json.loads(file.read_bytes()) == told["card"]
    assert told["fingerprint"] in mys.run("card").out


@pytest.mark.parametrize(
    ("forged", "named"),
    [
        ("UPDATE node_object SET digest = 'false' WHERE id = :made", "{made}"),
        ("UPDATE node_object SET state = 'withdrawn' WHERE id = :made", "{made}"),
        ("UPDATE node_object SET fields = '{}' WHERE id = :made", "{made}"),
        ("UPDATE node_object SET notes = '[\"x\"]' WHERE id = :made", "{made}"),
        ("DELETE FROM node_object WHERE id = :made", "{made}"),
        ("UPDATE node_statement SET status = 'rejected' WHERE object = :made", "MYS 1"),
        ("UPDATE node_statement SET at = '2020-01-01T00:00:00Z' WHERE object = :made", "MYS 1"),
        ("UPDATE node_statement SET object = 'MYS-none' WHERE object = :made", "MYS 1"),
        ("UPDATE node_statement SET label_id = NULL WHERE object = :made", "MYS 1"),
        ("UPDATE node_log SET memory = '{}'", "log of MYS"),
        ("UPDATE node_label SET text = replace(text, 'MYS', 'KOR')", "label "),
    ],
)
def test_read_tables_that_are_not_made_again(
    alone: Callable[[str], Node], forged: str, named: str
) -> None:
    import sqlite3

    node = alone("MYS")
    made = node.organisation("--classification", "UNCLASSIFIED", "--for", "MYS")
    sound = node.do("rebuild", "--check")["state"]
    with sqlite3.connect(node.home / "sepakat.sqlite3") as database:
        changed = database.execute(forged, {"made": made} if ":made" in forged else {}).rowcount
    database.close()
    assert changed > 0
    done = node.run("rebuild", "--check")
    assert done.code == 1
    assert named.format(made=made) in done.err
    assert "sepakat rebuild" in done.err
    assert node.do("rebuild")["state"] == sound
    assert node.do("rebuild", "--check")["state"] == sound


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_served_node_that_does_not_answer_or_stop(on_either: Node, stop: signal.Signals) -> None:
    node = on_either
    with (node.home / "run" / "stderr").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sepakat.cli", "--home", node.home, "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment(**node.env),
        )
    with process:
        assert process.stdout
        address = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(f"{address}/checkpoint", timeout=PATIENCE) as answer:
            assert answer.read().startswith(b"mys.example/mys/log\n1\n")
        os.kill(process.pid, stop)
        assert process.wait(PATIENCE) == 0
    assert "Traceback" not in (node.home / "run" / "stderr").read_text()


def test_a_node_served_in_the_clear(alone: Callable[[str], Node]) -> None:
    done = alone("MYS").run("serve", "--host", "0.0.0.0")
    assert done.code == 3
    assert "--certificate" in done.err


def test_a_restored_node_that_is_not_the_same(
    on_either: Node, new_database: NewDatabase, tmp_path: Path
) -> None:
    node, another = on_either, {"DATABASE_URL": new_database()}
    content = tmp_path / "report.txt"
    content.write_bytes(b"what was delivered")
    label = ("--classification", "UNCLASSIFIED", "--for", "MYS")
    made = node.new("evidence")
    node.do("say", "evidence", "register", made, "--attach", content, "--set", "title=T", *label)
    file, home = tmp_path / "node.backup", tmp_path / "again"
    told = node.do("backup", file)
    assert told["logs"]["MYS"]["size"] == node.size()
    assert told["size"] == file.stat().st_size
    done = sepakat("--home", home, "restore", file, "--json", env=another)
    assert done.returncode == 0, done.stderr
    checked = sepakat("--home", home, "rebuild", "--check", "--json", env=another)
    assert json.loads(checked.stdout) == node.do("rebuild", "--check")
    out = tmp_path / "out"
    got = sepakat("--home", home, "evidence", "get", made, "--file", out, env=another)
    assert got.returncode == 0, got.stderr
    assert out.read_bytes() == b"what was delivered"
    say = "say", "evidence", "withdraw", made, "--set", "reason=R"
    said = sepakat("--home", home, *say, env=another)
    assert said.returncode == 0, said.stderr


def test_a_backup_or_a_record_that_is_overwritten(on_either: Node, tmp_path: Path) -> None:
    node, file = on_either, tmp_path / "node.backup"
    node.do("backup", file)
    before = file.read_bytes()
    again = node.run("backup", file)
    assert again.code == 5, again.err
    assert file.read_bytes() == before
    node.organisation("--classification", "UNCLASSIFIED", "--for", "MYS")
    over = sepakat("--home", node.home, "restore", file, env=node.env)
    assert over.returncode == 5, over.stderr
    back = sepakat("--home", node.home, "restore", file, "--replace", env=node.env)
    assert back.returncode == 3, back.stderr
    assert node.size() == 2
    forced = sepakat("--home", node.home, "restore", file, "--rewind", env=node.env)
    assert forced.returncode == 0, forced.stderr
    assert node.size() == 1


def test_keys_in_a_backup_that_should_have_none(
    alone: Callable[[str], Node], tmp_path: Path
) -> None:
    node, file = alone("MYS"), tmp_path / "node.backup"
    assert node.do("backup", file, "--without-keys")["keys"] == []
    done = sepakat("--home", tmp_path / "again", "restore", file)
    assert done.returncode == 4, done.stderr
    assert "keys" in done.stderr
    assert not (tmp_path / "again").exists()


def test_a_damaged_backup_that_is_restored(alone: Callable[[str], Node], tmp_path: Path) -> None:
    node, file = alone("MYS"), tmp_path / "node.backup"
    node.do("backup", file)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    done = sepakat("--home", tmp_path / "again", "restore", file)
    assert done.returncode in (1, 2), done.stderr
    assert not (tmp_path / "again").exists()
