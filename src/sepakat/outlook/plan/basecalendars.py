"""What a calendar takes from its base, and that from its own, whichever tool wrote them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sepakat.outlook.plan.calendars import Calendar, Hours
from sepakat.record.errors import InvalidError

MAX_BASES = 10  # one above another; the tools themselves write one
MAX_DAYS = 500_000  # that differ from the week, in all calendars of a file
TOO_MANY_DAYS = f"with it, more than {MAX_DAYS:,} days differ from the week in the file's calendars"


@dataclass(frozen=True, slots=True)
class Own:
    """What a file says of one calendar itself. `error` names its place there."""

    name: str
    base: str | None
    week: Mapping[int, Hours]  # by weekday from Monday as 0
    exceptions: Mapping[date, Hours]
    day_minutes: int
    error: Callable[[str], InvalidError]


def derived(found: Mapping[str, Own]) -> tuple[Calendar, ...]:
    """All calendars, by their codes. One that has a base takes from it the days of which it says
    nothing. A few bytes can take over many days, so what is laid out is bounded as a whole."""
    calendars: list[Calendar] = []
    days = 0
    for code, own in found.items():
        calendars.append(_derived(code, found))
        days += len(calendars[-1].exceptions)
        if days > MAX_DAYS:
            raise own.error(TOO_MANY_DAYS)
    return tuple(calendars)


def _derived(code: str, found: Mapping[str, Own]) -> Calendar:
    own = found[code]
    week, exceptions = dict(own.week), dict(own.exceptions)
    seen, base = {code}, own.base
    while base is not None and base in found and base not in seen:
        if len(seen) > MAX_BASES:
            raise own.error(f"it has more than {MAX_BASES} base calendars, one above another")
        seen.add(base)
        week = {**found[base].week, **week}
        exceptions = {**found[base].exceptions, **exceptions}
        base = found[base].base
    try:
        return Calendar(
            code,
            own.name,
            tuple(week.get(day, ()) for day in range(7)),  # type: ignore[arg-type]
            tuple(sorted(exceptions.items())),
            own.day_minutes,
        )
    except InvalidError as error:
        raise own.error(error.what) from error
