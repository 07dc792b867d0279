"""From an agreement's file to its text. Every error names the line that it is on."""

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from sepakat.policy.agreement.text import AgreementText
from sepakat.record.errors import InvalidError
from sepakat.record.fields import described

MAX_CHARACTERS = 20_000  # record.fields.Text: a text is said in one statement
MAX_ERRORS = 20  # more are not listed

Place = Sequence[str | int]

_TABLE = re.compile(r"\s*\[\[?\s*([A-Za-z_][\w-]*)\s*\]\]?")
_KEY = re.compile(r"\s*([A-Za-z_][\w-]*)\s*=")


def read(source: str | bytes, where: str = "") -> AgreementText:
    """The text of a file, or of what an edition says; `InvalidError` with a line for each fault."""
    toml = _decoded(source, where)
    if len(toml) > MAX_CHARACTERS:
        raise InvalidError(
            f"an agreement's text of {len(toml):,} characters; at most {MAX_CHARACTERS:,}",
            where=where,
            fix="Put long matter into the treaty's text, and name its clause",
        )
    try:
        found = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise InvalidError(
            f"this is no TOML: {error}",
            where=where,
            fix="Correct it there; docs/agreements.md shows the format",
        ) from None
    except RecursionError:
        raise InvalidError(
            "this is no TOML that anyone needs: too deep",
            where=where,
            fix="Write it in tables, as docs/agreements.md shows",
        ) from None
    except ValueError as error:  # such as an integer of more digits than Python reads
        raise InvalidError(
            f"this is no TOML that anyone needs: {error}",
            where=where,
            fix="Write numbers in quotes, as docs/agreements.md shows",
        ) from None
    try:
        return AgreementText.model_validate(found)
    except ValidationError as error:
        raise InvalidError(
            _described(error, Lines(toml)),
            where=where,
            fix="Correct what is named; docs/agreements.md shows the format",
        ) from None


def _decoded(source: str | bytes, where: str) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidError(
            f"this is not UTF-8: byte {error.start}", where=where, fix="Save the file as UTF-8"
        ) from None


class Lines:
    """On which line a text's tables and keys stand; tomllib does not tell."""

    def __init__(self, toml: str) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {}
        counts: dict[str, int] = {}
        table: tuple[str | int, ...] = ()
        is_open = False  # within a text of several lines
        for number, line in enumerate(toml.splitlines(), 1):
            if not is_open:
                if found := _TABLE.match(line):
                    name = found[1]
                    table = (name,)
                    if line.lstrip().startswith("[["):
                        table = (name, counts.get(name, 0))
                        counts[name] = counts.get(name, 0) + 1
                    self._lines.setdefault(table, number)
                elif found := _KEY.match(line):
                    self._lines.setdefault((*table, found[1]), number)
            if (line.count('"""') + line.count("'''")) % 2:
                is_open = not is_open

    def of(self, place: Place) -> int:
        """The line of the nearest thing that holds what is at a place; 1 for the whole."""
        names = _plain(place)
        while names and names not in self._lines:
            names = names[:-1]
        return self._lines.get(names, 1)


def _described(error: ValidationError, lines: Lines) -> str:
    found = error.errors(include_url=False, include_input=False)
    said = [f"line {lines.of(item['loc'])}: {_name(item['loc'])}: {_said(item)}" for item in found]
    more = f"; and {len(said) - MAX_ERRORS} more" if len(said) > MAX_ERRORS else ""
    return "; ".join(said[:MAX_ERRORS]) + more


def _plain(place: Place) -> tuple[str | int, ...]:
    """A place as the text has it: without the type by which a rule's model was chosen."""
    names = tuple("from" if part == "from_" else part for part in place)
    return names[:2] + names[3:] if names[:1] == ("rule",) and len(names) > 3 else names


def _name(place: Place) -> str:
    """The names in a place, without a table's number, which the line tells."""
    return " ".join(part for part in _plain(place) if isinstance(part, str)) or "the whole"


def _said(item: Any) -> str:
    if item["type"] == "extra_forbidden":
        return "is nothing that this table has"
    return described(item)
