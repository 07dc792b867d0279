"""Amounts in the agreement's currency: dated exchange rates and the rounding that it states."""

from bisect import bisect_right
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from sepakat.policy.agreement.text import AgreementText, Rounding
from sepakat.record.errors import InvalidError

# Wide enough that no product of two amounts loses a digit before it is rounded.
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)
_MODES = {
    "half_even": ROUND_HALF_EVEN,
    "half_up": ROUND_HALF_UP,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
}


class Rounder:
    """Rounds amounts as an agreement says."""

    def __init__(self, rounding: Rounding) -> None:
        self._unit = Decimal(1).scaleb(-rounding.places)
        self._mode = _MODES[rounding.mode]

    def __call__(self, amount: Decimal) -> Decimal:
        return amount.quantize(self._unit, self._mode, EXACT)

    def in_units(self, amount: Decimal) -> int:
        """The amount as a whole number of the smallest part that is kept."""
        return int(self(amount) / self._unit)


class Rates:
    """What other currencies are worth, by the last rate that was stated on or before a day."""

    def __init__(self, text: AgreementText) -> None:
        self.currency = text.agreement.currency
        self._rates: dict[str, list[tuple[date, Decimal]]] = {}
        for item in sorted(text.rate, key=lambda rate: rate.from_):
            self._rates.setdefault(item.currency, []).append((item.from_, item.rate))

    def on(self, currency: str, day: date) -> Decimal:
        """The rate on a day; `InvalidError` where the agreement states none yet."""
        if currency == self.currency:
            return Decimal(1)
        stated = self._rates.get(currency, [])
        place = bisect_right(stated, day, key=lambda item: item[0])
        if not place:
            raise InvalidError(
                f"the agreement states no rate of {currency} for {day}",
                fix=f"Agree a rate of {currency} in {self.currency}, from that day or earlier",
            )
        return stated[place - 1][1]
