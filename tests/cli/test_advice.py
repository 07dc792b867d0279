"""What a command prints to be typed next."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Node, sepakat
from sepakat.node.keystore import Keystore
from sepakat.record.errors import RefusedError


def typed(text: str, begin: str) -> list[str]:
    """The words, as a shell reads them, of the command in `text` that begins so."""
    (found,) = (line for line in text.split("\n") if begin in line)
    return shlex.split(found[found.index(begin) :])


@pytest.fixture
def spaced(tmp_path: Path) -> Path:
    folder = tmp_path / "kor 대한's"
    folder.mkdir()
    return folder


def test_a_mistyped_nation_in_a_label_that_cannot_be_changed(alone: Callable[[str], Node]) -> None:
    mys = alone("MYS")
    say = ("say", "organisation", "register", "MYS-a", "--set", "name=A", "--set", "type=company",
           "--classification", "RESTRICTED", "--dry-run", "--for")  # fmt: skip
    assert "--for KRO: no partner" in mys.run(*say, "KRO,MYS").err
    assert mys.run(*say, "MYS").err == ""
    assert mys.run("account", "list").out == "There are none.\n"


def test_a_path_with_a_space_that_is_two_words_when_it_is_typed(
    alone: Callable[[str], Node], spaced: Path
) -> None:
    mys = alone("MYS")
    made = mys.organisation("--classification", "RESTRICTED", "--for", "MYS")
    home, record, proof = spaced / "home", spaced / "record", spaced / "proof"
    done = sepakat("init", home, "--nation", "MYS", "--name", "M", "--url", "https://mys.example")
    assert typed(done.stdout, "export SEPAKAT_HOME") == ["export", f"SEPAKAT_HOME={home}"]
    said = mys.run("export", record)
    assert typed(said.out, "sepakat audit")[2:] == [str(record)]
    said = mys.run("prove", made, "--file", proof)
    assert typed(said.out, "sepakat verify")[2:3] == [str(proof)]
    (home / "keys" / "office.key").chmod(0o644)
    with pytest.raises(RefusedError) as refused:
        Keystore(home / "keys").get("office")
    assert typed(refused.value.fix, "chmod")[2:] == [str(home / "keys" / "office.key")]
