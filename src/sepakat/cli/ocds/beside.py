"""What an officer gives beside an Open Contracting file: who opens the offers, and other fields."""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sepakat.industry.ocds.mapping.tenders.drafting import Given

Json = dict[str, Any]


def read_openers(given: Iterable[str]) -> list[Json]:
    """A tender's openers from ACCOUNT=FILE; a file has a key as `sepakat tender key` prints it."""
    from sepakat.industry.procurement.tendering.kinds import Opener
    from sepakat.record.errors import InvalidError

    found = []
    for pair in given:
        account, sign, file = pair.partition("=")
        if not sign:
            raise InvalidError(
                "not ACCOUNT=FILE", where=f"--opener {pair}", fix="Write both, with = between them"
            )
        try:
            key = Path(file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidError(
                f"no key can be read from it: {error}",
                where=file,
                fix="Name the file with what `sepakat tender key` printed",
            ) from error
        found.append({"account": account, "key": key})
        check(Opener, found[-1], f"--opener {account}")
    return found


def read_beside(file: Path) -> "dict[str, Given]":
    """By ocid, what a TOML file gives of each process."""
    from sepakat.industry.ocds.mapping.tenders.drafting import Given
    from sepakat.record.errors import InvalidError

    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidError(
            f"this is no TOML: {error}", where=str(file), fix="Correct it; see docs/ocds.md"
        ) from error
    return {
        ocid: check(Given, _plain(table, str(file)), f"{file}, {ocid}")
        for ocid, table in tables.items()
    }


def with_openers(given: "Given | None", openers: Sequence[Json]) -> "Given":
    """With the same openers for each tender that names no others."""
    from sepakat.industry.ocds.mapping.tenders.drafting import Given

    given = given or Given()
    common = {"openers": list(openers)} if openers else {}
    return given.model_copy(update={"tender": common | given.tender})


def check(of: Any, value: Any, where: str) -> Any:
    """A value of a type. Raises InvalidError."""
    from pydantic import TypeAdapter, ValidationError

    from sepakat.record.statement import from_validation

    try:
        return TypeAdapter(of).validate_python(value)
    except ValidationError as error:
        raise from_validation(error, where, fix="Correct it there; see docs/ocds.md") from error


def _plain(value: Any, where: str) -> Any:
    """With TOML's dates and times as statements write them."""
    from sepakat.record.errors import InvalidError
    from sepakat.record.fields import TIME_FORMAT

    if isinstance(value, dict):
        return {name: _plain(item, where) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, where) for item in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidError(f"{value} has no offset from UTC", where=where, fix="End it with Z")
        return value.astimezone(UTC).strftime(TIME_FORMAT)
    if isinstance(value, int) and abs(value) >= 2**53:
        raise InvalidError(
            f"{value} is more than JSON holds", where=where, fix="Write it as text, in quotes"
        )
    return value.isoformat() if isinstance(value, date) else value
