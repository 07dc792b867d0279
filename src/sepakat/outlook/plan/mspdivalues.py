"""Values in Microsoft Project's XML: numbers, flags, dates, durations."""

import re
from datetime import datetime

from sepakat.outlook.plan.elements import Element
from sepakat.outlook.plan.model import MAX_DURATION

_DURATION = re.compile(
    r"(-?)P(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:([\d.]{1,12})S)?)?"
)


def whole(element: Element, name: str) -> int | None:
    text = element.get(name)
    if text is None:
        return None
    if not (text.removeprefix("-").isdigit() and text.isascii() and len(text) < 12):
        raise element.error(name, "it is to be a whole number")
    return int(text)


def number(element: Element, name: str, least: int, most: int) -> int:
    found = whole(element, name)
    if found is None or not least <= found <= most:
        raise element.error(name, f"it is to be a number from {least} to {most}")
    return found


def flag(element: Element, name: str) -> bool:
    text = element.get(name)
    if text not in (None, "0", "1", "true", "false"):
        raise element.error(name, "it is to be 0 or 1")
    return text in ("1", "true")


def date_of(element: Element, name: str) -> datetime | None:
    text = element.get(name)
    if text is None or text == "NA":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise element.error(name, "it is to be a date such as 2026-03-31T17:00:00") from None
    if found.tzinfo is not None or not 1900 <= found.year < 2200:
        raise element.error(name, "it is to lie in the years 1900 to 2199, without a zone")
    return found


def minutes(element: Element, name: str) -> int | None:
    """A duration such as PT8H0M0S. None where there is none, which is no zero."""
    text = element.get(name)
    if text is None:
        return None
    found = _DURATION.fullmatch(text)
    if found is None:
        raise element.error(name, "it is to be a duration such as PT8H0M0S")
    sign, days, hours, mins, seconds = found.groups()
    total = int(days or 0) * 1440 + int(hours or 0) * 60 + int(mins or 0)
    try:
        total += round(float(seconds or 0) / 60)
    except ValueError:
        raise element.error(name, "its seconds are no number") from None
    if total > MAX_DURATION:
        raise element.error(name, "it is more than a century")
    return -total if sign else total


def tenths(element: Element, name: str) -> int | None:
    """Minutes, from a number of tenths of them: as slack and lag are given."""
    found = whole(element, name)
    if found is not None and abs(found) > MAX_DURATION * 10:
        raise element.error(name, "it is more than a century")
    return None if found is None else round(found / 10)
