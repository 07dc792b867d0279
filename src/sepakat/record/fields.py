"""The field types that kinds are declared with."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Nation = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]  # ISO 3166-1 alpha-3
# ISO 4217; the format tells who reads our schemas that it is no nation.
Currency = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    Field(json_schema_extra={"format": "iso-4217"}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
# A person's pseudonym, which the person's nation can resolve.
Account = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]

# An object's identifier starts with the nation that made it, so that two nations never collide.
ObjectId = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{3}-[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
]

# One line of text: no control characters, and no separators of lines or paragraphs. They are
# spelled out, as tools that read our schemas know no classes of Unicode.
Line = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"
    ),
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
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    AfterValidator(_real_date),
]
Time = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_real_time),
]


Number = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?$")]
Percent = Annotated[
    str, StringConstraints(pattern=r"^(100(\.0{1,4})?|[1-9]?[0-9](\.[0-9]{1,4})?)$")
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
