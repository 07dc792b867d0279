"""Accounts from the command line: the first administrator, the list, closing."""

import re
import subprocess
import sys

from cli.conftest import PATIENCE, Pair, environment, sepakat

PASSWORD = "correct horse battery staple"


def test_the_first_administrator_gets_a_link_at_the_nodes_own_address(pair: Pair) -> None:
    email = f"{pair.mys.new('person').lower()}@mys.example"
    made = pair.mys.do("account", "add", email, "--name", "Nur", "--role", "administrator")
    assert re.fullmatch(r"https://mys\.example/invitation/[\w-]{43}", made["link"])
    assert made["email"] == email
    assert email not in str(pair.mys.do("account", "list")), "a link makes no account"


def test_an_account_made_at_once_is_listed_and_closed(pair: Pair) -> None:
    email = f"{pair.mys.new('person').lower()}@mys.example"
    done = sepakat(
        "--home", pair.mys.home, "account", "add", email.upper(), "--name", "Lee", "--role",
        "officer", "--clearance", "RESTRICTED", "--password-stdin", stdin=PASSWORD + "\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    [found] = [a for a in pair.mys.do("account", "list")["accounts"] if a["email"] == email]
    assert found["open"]
    assert found["clearance"] == "RESTRICTED"
    assert found["roles"] == [{"role": "officer", "organisation": None}]
    again = pair.mys.run("account", "add", email, "--name", "Lee", "--role", "officer")
    assert again.code == 5
    assert "at the desk, under People" in again.err
    text = pair.mys.run("account", "list").out
    assert email in text
    assert not pair.mys.do("account", "close", email)["open"]


def test_a_password_asked_for_where_there_is_no_terminal(pair: Pair) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sepakat.cli", "--home", str(pair.mys.home), "account", "add",
         "nur@mys.example", "--name", "Nur", "--role", "officer", "--password"],
        input=f"{PASSWORD}\n{PASSWORD}\n",
        capture_output=True,
        text=True,
        env=environment(),
        start_new_session=True,  # of no terminal
        timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--password-stdin" in done.stderr
    assert "Warning" not in done.stderr


def test_a_person_holds_the_caveats_given_and_no_other(pair: Pair) -> None:
    mys = pair.mys
    email = f"{mys.new('person').lower()}@mys.example"
    given = ("--home", mys.home, "account", "add", email, "--name", "Lee", "--role", "officer",
             "--clearance", "RESTRICTED", "--password-stdin", "--caveat")  # fmt: skip
    strange = sepakat(*given, "code=green", stdin=PASSWORD + "\n")
    assert strange.returncode == 2
    assert "does not hold the caveat code=green" in strange.stderr
    assert "code=blue" in strange.stderr, "it says which there are"
    assert sepakat(*given, "code=blue", stdin=PASSWORD + "\n").returncode == 0
    [found] = [a for a in mys.do("account", "list")["accounts"] if a["email"] == email]
    assert found["caveats"] == {"code": ["blue"]}


def test_a_companys_person_belongs_to_a_registered_organisation(pair: Pair) -> None:
    email = f"{pair.mys.new('person').lower()}@mys.example"
    given = ("account", "add", email, "--name", "C", "--role", "company", "--organisation")
    refused = pair.mys.run(*given, "MYS-not-there")
    assert refused.code == 2
    assert "MYS-not-there" in refused.err
    assert pair.mys.do(*given, pair.mys.organisation())["link"]


def test_a_liaison_officer_comes_of_a_registered_partner(pair: Pair) -> None:
    email = f"{pair.mys.new('person').lower()}@kor.example"
    given = ("account", "add", email, "--name", "K", "--role", "officer", "--organisation")
    assert pair.mys.run(*given, "FRA").code == 2
    assert pair.mys.do(*given, "KOR")["link"]


def test_what_cannot_be_is_refused(pair: Pair) -> None:
    def add(email: str, *more: str) -> int:
        return pair.mys.run("account", "add", email, "--name", "X", *more).code

    email = f"{pair.mys.new('person').lower()}@mys.example"
    assert add("no-address", "--role", "officer") == 2
    assert add(email, "--role", "king") == 2
    assert add(email, "--role", "officer", "--clearance", "SECRET") == 2  # above the ceiling
    weak = sepakat("--home", pair.mys.home, "account", "add", email, "--name", "X", "--role",
                   "officer", "--password-stdin", stdin="short\n")  # fmt: skip
    assert weak.returncode == 2
    assert "Choose another password" in weak.stderr
    assert pair.mys.run("account", "close", email).code == 4


def test_the_last_administrators_account_stays_open(pair: Pair) -> None:
    done = sepakat("--home", pair.kor.home, "account", "add", "one@kor.example", "--name", "One",
                   "--role", "administrator", "--password-stdin", stdin=PASSWORD)  # fmt: skip
    assert done.returncode == 0, done.stderr
    refused = pair.kor.run("account", "close", "one@kor.example")
    assert refused.code == 3
    assert "last administrator" in refused.err
