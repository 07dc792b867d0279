"""An agreement's text: what lawyers read beside the treaty, and a node computes with."""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from sepakat.policy.agreement.fields import Amount, Day, Number, Part, Slug
from sepakat.policy.agreement.rules import AnyRule, Competition, Rule
from sepakat.record.fields import Line, Name, Nation, ObjectId, Text

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Found = TypeVar("Found", bound=Rule)


class Rounding(Part):
    """How amounts are rounded, after each step that may give more places."""

    mode: Literal["half_even", "half_up", "down", "up"] = "half_even"
    places: Annotated[int, Field(strict=True, ge=0, le=4)] = 2


class Heading(Part):
    """What the agreement is: `id` is its identifier in the record."""

    id: ObjectId
    title: Line
    edition: Annotated[int, Field(strict=True, ge=1, le=1000)]
    parties: Annotated[tuple[Nation, ...], Field(min_length=2, max_length=16)]
    currency: Currency
    exclusivity: Literal["exclusive", "non_exclusive"] = "non_exclusive"
    precedents: tuple[Line, ...] = ()
    in_force: Day
    expires: Day | None = None
    rounding: Rounding = Rounding()
    note: Text | None = None
    illustrative: bool = False


class Gate(Part):
    """A step of the sequence, with who approves; `after` names the gates that come before it."""

    id: ObjectId
    name: Line
    approver: Nation
    due: Day
    after: tuple[ObjectId, ...] = ()


class Contract(Part):
    """A contract of which obligations are a share."""

    id: Slug
    party: Nation
    value: Amount
    competition: Competition = "direct"
    signed: Day
    ends: Day


class Obligation(Part):
    """What one party owes: `id` is its identifier in the record."""

    id: ObjectId
    category: Name
    obligor: Nation
    due: Day
    value: Amount | None = None  # or a share of the contract, by a rule
    contract: Slug | None = None
    after: tuple[ObjectId, ...] = ()  # gates


class Rate(Part):
    """What one unit of a currency is worth in the agreement's, from a day on."""

    currency: Currency
    from_: Day = Field(alias="from")
    rate: Annotated[Number, Field(gt=0)]


class AgreementText(Part):
    """The whole text. Rates and rules are in the order in which they were written."""

    agreement: Heading
    gate: Annotated[tuple[Gate, ...], Field(max_length=200)] = ()
    contract: Annotated[tuple[Contract, ...], Field(max_length=200)] = ()
    obligation: Annotated[tuple[Obligation, ...], Field(max_length=200)] = ()
    rate: Annotated[tuple[Rate, ...], Field(max_length=500)] = ()
    rule: Annotated[tuple[AnyRule, ...], Field(max_length=200)] = ()

    def rules(self, type_: type[Found]) -> list[Found]:
        """The rules of one type, in order."""
        return [rule for rule in self.rule if isinstance(rule, type_)]

    def rules_on(self, type_: type[Found], day: date) -> list[Found]:
        """Those in force on a day."""
        return [rule for rule in self.rules(type_) if holds(rule, day)]

    @cached_property
    def obligations(self) -> dict[str, Obligation]:
        return {item.id: item for item in self.obligation}

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        return {item.id: item for item in self.contract}


def holds(rule: Rule, day: date) -> bool:
    """Whether a rule is in force on a day."""
    return (rule.from_ is None or rule.from_ <= day) and (rule.to is None or day <= rule.to)
