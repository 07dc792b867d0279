"""The rules that an agreement may set, each with the words of real programmes.

A rule holds for what was delivered from its first day to its last. `when` is a condition in CEL
(conditions.py); without one the rule holds for all. `clause` names the place in the treaty's text.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sepakat.policy.agreement.fields import (
    Amount,
    Condition,
    Day,
    Days,
    Factor,
    Months,
    Part,
    Share,
    Slug,
)
from sepakat.record.fields import Line, Name, Nation, ObjectId

Competition = Literal["open", "selective", "limited", "direct"]  # OCDS's procurement methods


class Rule(Part):
    """What all rules have."""

    id: Slug
    clause: Line | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    illustrative: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> "Rule":
        if self.from_ and self.to and self.to < self.from_:
            raise ValueError("to lies before from")
        return self


class Threshold(Rule):
    """Contracts below the amount owe nothing. By party and by competition, where they are named."""

    type: Literal["threshold"]
    amount: Amount
    party: Nation | None = None
    competition: Competition | None = None


class ShareOfContract(Rule):
    """An obligation is a share of its contract's value."""

    type: Literal["share"]
    obligation: ObjectId
    share: Factor


class Exemption(Rule):
    """A contract owes nothing, for the reason given."""

    type: Literal["exemption"]
    contract: Slug
    reason: Line


class Multiplier(Rule):
    """What is delivered counts several times over, and with a bonus on top."""

    type: Literal["multiplier"]
    when: Condition | None = None
    factor: Factor
    bonus: Factor | None = None


class _Limit(Rule):
    """A share, or an amount."""

    when: Condition | None = None
    share: Share | None = None
    amount: Amount | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "_Limit":
        if (self.share is None) == (self.amount is None):
            raise ValueError("give share or amount, and not both")
        return self


class Cap(_Limit):
    """No more than this counts of what `when` describes, such as a category: a share of what is
    owed, or an amount; of one obligation, or of all together."""

    type: Literal["cap"]
    obligation: ObjectId | None = None


class Floor(Rule):
    """At least this share of an obligation must be met by what `when` describes, such as a
    category; nothing else takes its place."""

    type: Literal["floor"]
    obligation: ObjectId
    when: Condition
    share: Share


class Exclusivity(Rule):
    """What counts in one of these categories does not count in another.

    Claims that state the same fact `reference` are of one delivery, and the first of them counts.
    """

    type: Literal["exclusivity"]
    categories: Annotated[tuple[Name, ...], Field(min_length=2)]


class Deduction(_Limit):
    """A part that does not count, taken off before anything is multiplied."""

    type: Literal["deduction"]


class Precondition(Rule):
    """What `when` describes counts only if what `given` describes was delivered by then."""

    type: Literal["precondition"]
    when: Condition | None = None
    given: Condition


class Causality(Rule):
    """Only what was caused by the agreement counts."""

    type: Literal["causality"]
    when: Condition


class Additionality(Rule):
    """Only what exceeds the business of before counts: a baseline for each year of a category."""

    type: Literal["additionality"]
    category: Name
    baseline: Amount


class Banking(Rule):
    """What exceeds an obligation is kept, for so long and so much, for the obligations named."""

    type: Literal["banking"]
    obligation: ObjectId
    valid: Months
    share: Share | None = None  # of what is owed
    to: Day | None = None
    into: tuple[ObjectId, ...] = ()


class Deadline(Rule):
    """Until when an obligation may be met: its day, an extension of it, and days of grace."""

    type: Literal["deadline"]
    obligation: ObjectId
    extension: Months = 0
    grace: Days = 0


class Cure(Part):
    """After so many months what is still unfulfilled costs more, and may be extinguished by it."""

    after: Months
    share: Share
    extinguishes: bool = False


class Penalty(Rule):
    """A share of what is unfulfilled when the time is over; again and again, where `every` says so.

    `cap` limits the sum, by a share of the obligation or of its contract; for what falls due within
    the contract's period only, where `cap_within_contract` says so.
    """

    type: Literal["penalty"]
    obligation: ObjectId | None = None  # all of them
    share: Share
    every: Annotated[int, Field(strict=True, ge=1, le=120)] | None = None  # months
    cap: Share | None = None
    cap_of: Literal["obligation", "contract"] = "obligation"
    cap_within_contract: bool = False
    cure: Cure | None = None


class Security(Rule):
    """A bond for a share of what is owed and not yet credited."""

    type: Literal["security"]
    obligation: ObjectId
    share: Share


class LocalContent(Rule):
    """What falls short of a share of local content, by the fact named, does not count."""

    type: Literal["local_content"]
    when: Condition | None = None
    fact: Name
    share: Share


class Evidence(Rule):
    """How many files a claim brings, and which facts it states."""

    type: Literal["evidence"]
    when: Condition | None = None
    files: Annotated[int, Field(strict=True, ge=1, le=32)] = 1
    facts: tuple[Name, ...] = ()


class Verification(Rule):
    """Who verifies a claim, in this order."""

    type: Literal["verification"]
    obligation: ObjectId | None = None
    steps: Annotated[tuple["Verifier", ...], Field(min_length=1, max_length=8)]


class Verifier(Part):
    nation: Nation
    role: Name


class Reporting(Rule):
    """How often the obligor reports, and how many days after the period's end."""

    type: Literal["reporting"]
    every: Annotated[int, Field(strict=True, ge=1, le=120)]  # months
    within: Days


AnyRule = Annotated[
    Threshold
    | ShareOfContract
    | Exemption
    | Multiplier
    | Cap
    | Floor
    | Exclusivity
    | Deduction
    | Precondition
    | Causality
    | Additionality
    | Banking
    | Deadline
    | Penalty
    | Security
    | LocalContent
    | Evidence
    | Verification
    | Reporting,
    Field(discriminator="type"),
]
