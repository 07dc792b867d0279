"""How commands end when something is wrong: exit codes, and words that lead on."""

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from cli.conftest import BETWEEN, PATIENCE, Node, Pair, environment, sepakat
from sepakat.cli import errors
from sepakat.cli.output import clean
from sepakat.cli.program import program
from sepakat.node.mirror import CheatingError
from sepakat.node.transport import UnreachableError
from sepakat.record.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    ProofError,
    RefusedError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ProofError("x"), 1),
        (InvalidError("x"), 2),
        (click.UsageError("x"), 2),
        (RefusedError("x"), 3),
        (NotFoundError("x"), 4),
        (ConflictError("x"), 5),
        (UnreachableError("x"), 6),
        (CheatingError("x", b"", b""), 7),
        (KeyError("x"), 70),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), 74),
        (OperationalError("unable to open database file"), 74),
        (click.Abort(), 130),
    ],
)
def test_an_error_with_another_exit_code_than_documented(error: Exception, code: int) -> None:
    assert errors.problem_of(error).exit == code
    assert code in errors.EXIT_CODES


def test_a_message_that_does_not_say_where_and_what_next() -> None:
    error = NotFoundError("there is none", where="MYS-x", fix="Look elsewhere")
    assert str(errors.problem_of(error)) == "Error: MYS-x: there is none.\nLook elsewhere."


def test_a_fault_that_quotes_the_record(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError("a secret of the record")
    except KeyError as error:
        assert errors.report(error, as_json=True) == 70
    told = capsys.readouterr()
    assert "secret" not in told.out + told.err
    assert "test_errors.py:" in told.err
    assert "report it" in told.err


def test_a_fault_that_debugging_does_not_show(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEPAKAT_DEBUG", "1")
    try:
        raise KeyError("the cause")
    except KeyError as error:
        errors.report(error, as_json=False)
    told = capsys.readouterr()
    assert "Traceback" in told.err
    assert "the cause" in told.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nonsense"], 2),
        (["show"], 2),
        (["show", "MYS-x", "--nonsense"], 2),
        (["partner"], 2),
        (["kinds", "nonsense"], 2),
        (["verify", "README.md"], 2),
        (["show", "MYS-x"], 4),
        (["audit", "no/such/folder"], 2),
    ],
)
def test_a_wrong_command_line_that_prints_no_json_or_no_way_on(
    words: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEPAKAT_HOME", raising=False)
    plain = CliRunner().invoke(program, words)
    assert plain.exit_code == code
    assert plain.stdout == ""
    first, second = plain.stderr.strip().split("\n")
    assert first.startswith("Error: ")
    assert second.endswith(".")
    as_json = CliRunner().invoke(program, [*words, "--json"])
    assert as_json.exit_code == code
    assert json.loads(as_json.stdout)["error"]["exit"] == code


def test_a_home_without_a_node(tmp_path: Path) -> None:
    done = sepakat("--home", tmp_path, "list")
    assert done.returncode == 4
    assert done.stdout == ""
    assert str(tmp_path) in done.stderr
    assert "sepakat init" in done.stderr


def test_a_node_whose_keys_others_can_read(alone) -> None:  # type: ignore[no-untyped-def]
    node: Node = alone("MYS")
    (node.home / "keys" / "office.key").chmod(0o644)
    done = sepakat("--home", node.home, "say", "organisation", "register", "MYS-a", "--set",
                   "name=A", "--set", "type=company", "--for", "PUBLIC",
                   "--classification", "UNCLASSIFIED")  # fmt: skip
    assert done.returncode == 3
    assert "chmod 600" in done.stderr


def test_a_database_that_is_gone(alone) -> None:  # type: ignore[no-untyped-def]
    node: Node = alone("MYS")
    done = sepakat("--home", node.home, "list", env={"DATABASE_URL": "sqlite:////no/such/folder/x"})
    assert done.returncode == 74
    assert "DATABASE_URL" in done.stderr


def test_a_damaged_database_of_which_the_file_is_not_told(alone) -> None:  # type: ignore[no-untyped-def]
    node: Node = alone("MYS")
    file = node.home / "sepakat.sqlite3"
    for part in node.home.glob("sepakat.sqlite3-*"):
        part.unlink()
    file.write_bytes(b"no database" * 100)
    done = sepakat("--home", node.home, "list")
    assert done.returncode == 74
    assert f"Error: {file}: " in done.stderr
    assert "restore a backup" in done.stderr and "DATABASE_URL" not in done.stderr


def test_tables_of_an_older_version_taken_for_a_lost_database(alone) -> None:  # type: ignore[no-untyped-def]
    node: Node = alone("MYS")
    with closing(sqlite3.connect(node.home / "sepakat.sqlite3")) as database:
        database.execute("ALTER TABLE node_partner RENAME TO gone")
    done = sepakat("--home", node.home, "partner", "list")
    assert done.returncode == 74
    assert "`sepakat rebuild`" in done.stderr and "backup" not in done.stderr


def test_a_lost_record_hidden_behind_new_tables(alone) -> None:  # type: ignore[no-untyped-def]
    """As after an `init` that was cut off. The keys are still there: nobody is to remove them."""
    node: Node = alone("MYS")
    for file in node.home.glob("sepakat.sqlite3*"):
        file.unlink()
    done = sepakat("--home", node.home, "list")
    assert done.returncode == 74
    assert "`sepakat rebuild`" in done.stderr
    for _ in range(2):
        done = sepakat("--home", node.home, "rebuild")
        assert done.returncode == 4
        assert str(node.home) in done.stderr and "Restore a backup" in done.stderr


@pytest.mark.parametrize(
    ("message", "older"),
    [
        ('relation "node_log" does not exist', True),
        ("column node_log.at does not exist", True),
        ("table node_log has no column named at", True),
        ('FATAL:  database "sepakat" does not exist', False),
    ],
)
def test_what_a_database_says_of_older_tables(
    message: str, older: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///sepakat")
    assert ("sepakat rebuild" in errors.problem_of(OperationalError(message)).fix) is older


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["list", "--state"], "sepakat list"),
        (["--home", "list", "tender", "key", "--nonsense"], "sepakat tender key"),
        (["partner", "nonsense"], "sepakat partner"),
        (["--home"], "sepakat"),
    ],
)
def test_a_wrong_option_for_which_another_commands_help_is_advised(
    words: list[str], command: str
) -> None:
    assert f"`{command} --help`" in CliRunner().invoke(program, words).stderr


def test_an_answer_that_cannot_be_written(mys: Node) -> None:
    done = mys.run("card", "--file", "/no/such/folder/card")
    assert done.code == 74
    assert "/no/such/folder/card" in done.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["kinds", "claim"], 0, b""),
        (["--help"], 0, b""),
        (["kinds", "nonsense", "--json"], 2, b"nonsense"),
    ],
)
def test_a_reader_that_has_seen_enough(words: list[str], code: int, told: bytes) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sepakat.cli", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    with process, process.stderr:
        said = process.stderr.read()
        assert process.wait(PATIENCE) == code
    assert said.count(b"\n") == (2 if told else 0), said
    assert told in said


def test_an_answer_and_its_error_that_the_disk_has_no_room_for() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sepakat.cli", "kinds", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 74
    assert done.stderr == "Error: No space left on device.\nFree some space.\n"


def test_a_closed_output_that_counts_as_a_fault_of_the_program() -> None:
    command = [sys.executable, "-m", "sepakat.cli", "kinds", "claim"]
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" >&-', "sh", *command],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_the_terminal_has_no_letters_for(mys: Node) -> None:
    made = mys.new("organisation")
    mys.do("say", "organisation", "register", made, "--set", "name=한국", "--set", "type=company",
           *BETWEEN)  # fmt: skip
    done = sepakat("--home", mys.home, "show", made, env={"PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0, done.stderr
    assert r"\ud55c\uad6d" in done.stdout


def begun(node: Node, *words: str, options: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """A command under way, which takes Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, *options, "-m", "sepakat.cli", "--home", str(node.home), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        # Whoever runs the tests in the background has them ignore it, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_ctrl_c_that_shows_a_traceback(pair: Pair) -> None:
    with begun(pair.mys, "exchange", "--every", "3600", "--json") as process:
        assert process.stdout and process.stderr
        assert json.loads(process.stdout.readline())["exchanges"][0]["nation"] == "KOR"
        process.send_signal(signal.SIGINT)
        for line in process.stdout:
            assert json.loads(line), "one document in a line"
        told = process.stderr.read()
        assert process.wait(PATIENCE) == 130
    assert "Traceback" not in told
    assert "Stopped." in told


def test_ctrl_c_that_shows_a_traceback_while_the_program_is_loaded(mys: Node) -> None:
    with begun(mys, "say", "--batch", "-", options=["-X", "importtime"]) as process:
        assert process.stderr
        for line in process.stderr:  # each tells of a module that has been imported
            if line.endswith(" click.globals\n"):
                break
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
        assert process.wait(PATIENCE) == 130
    assert "Traceback" not in told
    assert told.endswith("Stopped.\n")


def test_a_question_answered_with_no(mys: Node, kor: Node) -> None:
    done = sepakat("--home", mys.home, "partner", "register", kor.home / "card", stdin="n\n")
    assert done.returncode == 130
    assert done.stdout == ""


@pytest.mark.parametrize(("env", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_against_the_readers_wish(env: dict[str, str], is_coloured: bool) -> None:
    leader, follower = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sepakat.cli", "kinds", "claim"],
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env=environment(TERM="xterm-256color", **env),
    )
    os.close(follower)
    told = b""
    try:
        while part := os.read(leader, 65536):
            told += part
    except OSError:  # how a terminal ends on Linux
        pass
    os.close(leader)
    assert process.wait(PATIENCE) == 0
    assert b"claim" in told
    assert (b"\x1b[1m" in told) is is_coloured


def test_colour_in_a_pipe() -> None:
    assert "\x1b" not in sepakat("kinds", "claim").stdout


def test_a_record_that_steers_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07 \u202egnp.exe \x9b2J end\nnext 한국어 Türkiye"
    shown = clean(hostile)
    assert not [c for c in shown if not c.isprintable() and c != "\n"]
    assert shown.endswith("next 한국어 Türkiye")
