"""`sepakat notify`, on a node of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import sepakat

PASSWORD = "correct horse battery staple"


def do(home: Path, *arguments: object, stdin: str = "") -> Any:
    done = sepakat("--home", home, *arguments, "--json", stdin=stdin)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "MYS"
    do(home, "init", "--nation", "MYS", "--name", "Malaysia", "--url", "https://mys.example")
    return home


def test_what_is_late_comes_into_one_mail_that_names_nothing_marked(home: Path) -> None:
    person = ("nur@mys.example", "--name", "Nur", "--role", "officer", "--clearance", "RESTRICTED")
    do(home, "account", "add", *person, "--password-stdin", stdin=f"{PASSWORD}\n")
    late = ("--set", "authority=Cabinet", "--set", "due=2020-01-01")
    for name, grade, nations in (
        ("Cabinet day", "UNCLASSIFIED", "PUBLIC"),
        ("Quiet matter", "RESTRICTED", "MYS"),
    ):
        about = f"MYS-{grade.lower()}"
        label = ("--classification", grade, "--for", nations)
        do(home, "say", "gate", "plan", about, "--set", f"name={name}", *late, *label)
    first, second = do(home, "notify"), do(home, "notify")
    assert first == {"people": 1, "notices": 2, "mails": 1, "failed": 0}
    assert second == {"people": 1, "notices": 0, "mails": 0, "failed": 0}
    outbox = home / "outbox"
    assert outbox.stat().st_mode & 0o777 == 0o700
    [kept] = outbox.iterdir()
    mail = kept.read_text()
    assert "To: nur@mys.example" in mail
    assert "Cabinet day" in mail
    assert "Quiet" not in mail


def test_a_mail_server_whose_address_is_of_none(home: Path) -> None:
    done = sepakat("--home", home, "notify", env={"SEPAKAT_EMAIL_URL": "https://mail.example"})
    assert done.returncode == 2
    assert "SEPAKAT_EMAIL_URL" in done.stderr
