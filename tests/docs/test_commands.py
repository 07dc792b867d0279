"""Every `sepakat` command line in the documents is one that the program takes."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from sepakat.cli.errors import EXIT_CODES
from sepakat.cli.program import program

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```$", re.M | re.S)
INDENTED = re.compile(r"(?:^(?: {4}[^\n]*)?\n)+", re.M)
COMMAND = re.compile(r"^\s*(?:ExecStart=)?(?:\S*/bin/)?sepakat (.+)$", re.M)


def commands(text: str) -> Iterator[list[str]]:
    """The words after `sepakat` in each line of a code block, comments left out."""
    blocks = FENCED.findall(text) + INDENTED.findall(FENCED.sub("", text))
    for block in blocks:
        for line in COMMAND.findall(re.sub(r"\\\n\s*", "", block)):
            yield shlex.split(line, comments=True)


FOUND = [
    pytest.param(words, id=f"{page.relative_to(ROOT)}: {' '.join(words)}")
    for page in PAGES
    for words in commands(page.read_text("utf-8"))
]


@pytest.fixture
def parse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], int]:
    """Parse a command line, where the files and folders that it names are, and run none of it.
    The exit code is 2 if the program does not take it."""

    def parse_in_folder(words: list[str]) -> int:
        for path in (Path(word) for word in words if word[0] not in "-/"):
            if path.suffix:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            else:
                path.mkdir(parents=True, exist_ok=True)
        return int(program.main(words, standalone_mode=False))

    monkeypatch.chdir(tmp_path)
    # A group hands on to its command; what a command would do is left out.
    monkeypatch.setattr(click.Command, "invoke", lambda command, context: 0)
    return parse_in_folder


@pytest.mark.parametrize("words", FOUND)
def test_unknown_command_or_option_is_documented(
    words: list[str], parse: Callable[[list[str]], int], capfd: pytest.CaptureFixture[str]
) -> None:
    code = parse(words)
    assert code == 0, capfd.readouterr().err


@pytest.mark.parametrize("line", ["sepakat frobnicate", "sepakat export x --to y", "sepakat init"])
def test_wrong_line_passes_unnoticed(line: str, parse: Callable[[list[str]], int]) -> None:
    (words,) = commands(f"    {line}\n")
    assert parse(words) == 2


def test_no_command_is_found_any_more() -> None:
    assert len(FOUND) >= 30


def test_exit_codes_of_the_page_are_not_the_programs() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| (\d+) \| (.+) \|$", page, re.M))
    assert listed == {str(code): text for code, text in EXIT_CODES.items()}
