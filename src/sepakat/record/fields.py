"""The field types that kinds are declared with."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

_WORDS: dict[str, str] = {}


def shape(
    pattern: str, words: str, min_length: int | None = None, max_length: int | None = None
) -> StringConstraints:
    """The pattern of a text, and what it asks for in words: "must be" goes before them."""
    assert _WORDS.setdefault(pattern, words) == words
    return StringConstraints(pattern=pattern, min_length=min_length, max_length=max_length)


def described(item: Any) -> str:
    """One finding of Pydantic's, in words that show nobody a pattern or a type of ours."""
    if item["type"] == "string_pattern_mismatch":
        words = _WORDS.get(item["ctx"]["pattern"])
        return f"must be {words}" if words else "is not in the form that is asked for"
    if item["type"] in ("model_type", "dict_type"):
        return "must be an object of names and values"
    return str(item["msg"]).removeprefix("Value error, ")


Digest = Annotated[str, shape(r"^[0-9a-f]{64}$", "64 small hexadecimal digits")]
# ISO 3166-1 alpha-3 and ISO 4217 have codes of one form.
_CODE = shape(
    r"^[A-Z]{3}$", "three capital letters, as in ISO 3166-1 (MYS) or, of a currency, ISO 4217 (MYR)"
)
Nation = Annotated[str, _CODE]


def is_nation(text: str) -> bool:
    """Whether a text has the form of a nation's code."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


# The format tells who reads our schemas that it is no nation.
Currency = Annotated[str, _CODE, Field(json_schema_extra={"format": "iso-4217"})]
Name = Annotated[
    str, shape(r"^[a-z][a-z_]{0,31}$", "1 to 32 small letters and underscores, a letter first")
]
# A person's pseudonym, which the person's nation can resolve.
Account = Annotated[
    str, shape(r"^[a-z0-9][a-z0-9-]{0,63}$", "1 to 64 small letters, digits and dashes")
]
# What a log's checkpoints call it.
Origin = Annotated[
    str, shape(r"^[^\s+]{1,200}$", "1 to 200 characters, no space or +, such as node.example/log")
]

# An object's identifier starts with the nation that made it, so that two nations never collide.
ObjectId = Annotated[
    str,
    shape(
        r"^[A-Z]{3}-[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
        "a nation and 1 to 63 small letters, digits and dashes, such as MYS-company-1",
    ),
]

# One line of text: no control characters, and no separators of lines or paragraphs. They are
# spelled out, as tools that read our schemas know no classes of Unicode.
Line = Annotated[
    str,
    shape(r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$", "one line of text", 1, 200),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


def _real_date(text: str) -> str:
    date.fromisoformat(text)
    return text


def _real_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"  # as strftime writes it

# Digits are spelled out: \d takes those of every script.
Date = Annotated[
    str,
    shape(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a day such as 2027-01-31"),
    AfterValidator(_real_date),
]
Time = Annotated[
    str,
    shape(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        "a time of UTC such as 2027-01-31T09:00:00Z",
    ),
    AfterValidator(_real_time),
]


Number = Annotated[
    str,
    shape(
        r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?$",
        "a number such as 1250000.50, with at most 18 digits and 4 decimals",
    ),
]
Percent = Annotated[
    str,
    shape(
        r"^(100(\.0{1,4})?|[1-9]?[0-9](\.[0-9]{1,4})?)$",
        "a number from 0 to 100, with at most 4 decimals",
    ),
]


class Money(BaseModel):
    """An amount as a decimal string with its ISO 4217 code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Number
    currency: Currency

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.amount)


# Fields that many kinds have, with the words that forms show for them.
Counterparty = Annotated[
    Nation, Field(title="Counterparty", description="The other nation that this concerns.")
]
Reason = Annotated[
    Text | None, Field(title="Reason", description="Why, in words that the other nation can read.")
]


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field as the identifier of an object of `kind`, of this domain or another."""

    kind: str
