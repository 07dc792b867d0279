"""What may be set for the indicators; the defaults are Cardinal's unless a page says otherwise."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Code = Literal[
    "R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058"
]
Share = Annotated[Decimal, Field(ge=0, le=1_000_000)]
Whole = Annotated[int, Field(ge=1, le=1_000_000)]
Words = frozenset[str]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Period(_Section):
    """R003. Days; `procurement_method_details` gives other thresholds for named methods."""

    threshold: Whole = 15
    procurement_methods: Words = frozenset()  # none: all
    procurement_method_details: Mapping[str, Whole] = {}


class SingleBid(_Section):
    """R018."""

    procurement_methods: Words = frozenset({"open", "selective"})


class Fence(_Section):
    """R024 and R058. A fixed threshold in place of the fence."""

    threshold: Share | None = None


class TopTenderer(_Section):
    """R025. `percentile` says how many bids make a top tenderer."""

    percentile: Annotated[int, Field(ge=1, le=99)] = 75
    threshold: Share | None = None


class Disqualified(_Section):
    """R035. How many other tenderers must have been disqualified."""

    threshold: Whole = 1


class Disqualifying(_Section):
    """R038. Who has fewer submitted bids than `minimum_submitted_bids` is left out."""

    threshold: Share | None = None
    minimum_submitted_bids: Whole = 2


class Variety(_Section):
    """R048. `digits` of a classification name its first level."""

    digits: Annotated[int, Field(ge=1, le=20)] = 2
    threshold: Whole | None = None
    minimum_contracting_processes: Whole = 20


class Settings(_Section):
    """The settings of all indicators.

    `procurementMethodDetails` in `exclude` leave a process out of everything, those in
    `no_price_comparison` out of what compares prices, as where the buyer set the price.
    """

    indicators: frozenset[Code] | None = None  # none: all
    exclude: Words = frozenset()
    no_price_comparison: Words = frozenset()
    r003: Period = Field(default=Period(), alias="R003")
    r018: SingleBid = Field(default=SingleBid(), alias="R018")
    r024: Fence = Field(default=Fence(), alias="R024")
    r025: TopTenderer = Field(default=TopTenderer(), alias="R025")
    r035: Disqualified = Field(default=Disqualified(), alias="R035")
    r038: Disqualifying = Field(default=Disqualifying(), alias="R038")
    r048: Variety = Field(default=Variety(), alias="R048")
    r058: Fence = Field(default=Fence(), alias="R058")
