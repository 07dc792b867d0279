"""The help, the shell's completion, and how quickly both start."""

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cli.conftest import environment, sepakat
from sepakat.cli.errors import EXIT_CODES
from sepakat.cli.program import ENVIRONMENT, SECTIONS, program


def commands(group: click.Group = program, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command, groups included, by the words that name it."""
    for name, command in group.commands.items():
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")


ALL = dict(commands())
LEAVES = {name: c for name, c in ALL.items() if not isinstance(c, click.Group)}


def test_a_command_is_missing_from_the_page() -> None:
    named = [name for names in SECTIONS.values() for name in names]
    assert sorted(named) == sorted(program.commands)


def test_the_page_leaves_out_a_section_a_variable_or_an_exit_code() -> None:
    page = CliRunner().invoke(program, ["--help"]).output
    for section in SECTIONS:
        assert f"{section}:" in page
    for name in ENVIRONMENT:
        assert name in page
    for code in EXIT_CODES:
        assert re.search(rf"^  {code} +\w", page, re.MULTILINE)


def test_no_arguments_say_nothing() -> None:
    done = CliRunner().invoke(program, [])
    assert done.exit_code == 0
    assert "Type first" in done.output


@pytest.mark.parametrize("name", ALL)
def test_a_command_without_an_example(name: str) -> None:
    done = CliRunner().invoke(program, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert re.search(rf"Examples?:\n +sepakat (--home \w+ )?{name.split()[0]}\b", done.output)


@pytest.mark.parametrize("name", LEAVES)
def test_a_command_without_json(name: str) -> None:
    assert any("--json" in parameter.opts for parameter in LEAVES[name].params)


@pytest.mark.parametrize("name", ALL)
def test_a_summary_that_is_cut_off(name: str) -> None:
    assert not ALL[name].get_short_help_str(limit=60).endswith("...")


def test_help_that_waits_for_heavy_modules() -> None:
    heavy = "{'django', 'pydantic', 'rich', 'nacl', 'httpx', 'gunicorn'}"
    check = f"import sys, sepakat.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_an_empty_completion_script(shell: str) -> None:
    done = CliRunner().invoke(program, ["completion", shell])
    assert done.exit_code == 0
    assert "_SEPAKAT_COMPLETE" in done.output


@pytest.mark.parametrize(
    ("words", "last", "wanted"),
    [
        ("sepakat ", 1, "commitments"),
        ("sepakat say obl", 2, "obligation"),
        ("sepakat say obligation ", 3, "propose"),
        ("sepakat kinds ", 2, "claim"),
    ],
)
def test_completion_that_does_not_know_the_words(words: str, last: int, wanted: str) -> None:
    env = {
        "_SEPAKAT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(last),
    }
    assert f"plain,{wanted}" in sepakat(env=env).stdout.splitlines()


def test_a_kind_that_is_not_explained() -> None:
    from sepakat.vocabulary import REGISTRY

    for name in REGISTRY.kinds:
        done = CliRunner().invoke(program, ["kinds", name])
        assert done.exit_code == 0, name
        for action in REGISTRY.get(name).lifecycle.actions:
            assert re.search(rf"^  {action}$", done.output, re.MULTILINE)
