"""How things are called and written in the reader's language.

What a kind declares is English; its translations are in the catalogues, by context: a kind that has
none reads in English. Dates, numbers and amounts follow CLDR, through Babel.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils.translation import get_language, gettext, pgettext

from sepakat.desk.kinds.shapes import Field
from sepakat.record.kind import Action, Kind
from sepakat.record.label import ORGANISATION, PUBLIC, Label
from sepakat.vocabulary import REGISTRY

# ISO 3166-1: Babel knows territories by the two letters, the record by the three.
ALPHA_2 = {
    "MYS": "MY",
    "KOR": "KR",
    "TUR": "TR",
    "SGP": "SG",
    "IDN": "ID",
    "AUS": "AU",
    "GBR": "GB",
}


# As these nations call themselves in their agreements, where CLDR's everyday name is another.
FORMAL = {"KOR": "Republic of Korea"}


def locale() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")


def day(value: str | date | None) -> str:
    """A day, such as 24 November 2026."""
    return format_date(_date(value), "long", _dated()) if value else ""


def short_day(value: str | date | None) -> str:
    """A day, as short as it is told apart: 24 Nov 2026."""
    return period(_date(value), "day") if value else ""


def _date(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def moment(value: str | datetime | None) -> str:
    """A point in time, in UTC, to the minute."""
    if not value:
        return ""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    at = format_datetime(found.astimezone(UTC), "long", locale=_dated(), tzinfo=UTC)
    return at if isinstance(at, str) else str(at)


def period(begins: date, step: str) -> str:
    """What begins on a day, short: 24 Nov 2026, Nov 2026, Q4 2026 or 2026."""
    return str(format_skeleton(SKELETONS[step], begins, locale=_dated()))


# https://unicode.org/reports/tr35/tr35-dates.html#availableFormats_appendItems
SKELETONS = {"day": "yMMMd", "month": "yMMM", "quarter": "yQQQ", "year": "y"}


def _dated() -> Locale:
    """English as it is written in Malaysia: the day comes first."""
    return Locale("en", "GB") if locale().language == "en" else locale()


def number(value: int | str | Decimal | None) -> str:
    return "" if value is None else str(format_decimal(value, locale=locale()))


def percent(share: Decimal | float) -> str:
    """A share, such as 0.8, in per cent, to two decimals at most."""
    return str(format_percent(share, "#,##0.##%", locale=locale()))


def per_cent(value: Decimal | str | None) -> str:
    """A percentage as the record has it, such as 12.5, to two decimals at most."""
    return "" if value is None or value == "" else percent(Decimal(value) / 100)


def exact(value: Decimal | str | None) -> str:
    """A number with all of its decimals, for scores and points that are compared to the last."""
    if value is None:
        return ""
    plain = Decimal(value).normalize()
    return str(format_decimal(plain, locale=locale(), decimal_quantization=False))


def money(value: Mapping[str, str] | None, currency: str | None = None) -> str:
    """An amount with its currency's code, all decimals that it has kept."""
    if not value:
        return ""
    amount, code = (value["amount"], value["currency"]) if currency is None else (value, currency)
    found = Decimal(str(amount)).normalize()
    shown = format_currency(
        found, str(code), "#,##0.00##\u00a0¤¤", locale=locale(), currency_digits=False
    )
    return str(shown)


def nation(code: str | None) -> str:
    """A nation's name; of one that is not known here, its code."""
    if not code:
        return ""
    if code == PUBLIC:
        return gettext("the public")
    if code in FORMAL:
        return pgettext("nation", FORMAL[code])
    return str(locale().territories.get(ALPHA_2.get(code, ""), code))


def kind_name(kind: type[Kind] | str) -> str:
    return pgettext("kind", plain(_name(kind)))


def kind_names(kind: type[Kind] | str) -> str:
    return pgettext("kinds", plural(plain(_name(kind))))


def kind_help(kind: type[Kind] | str) -> str:
    """What records of a kind are, in a sentence."""
    return pgettext("kind help", described(_declared(kind)))


def state_name(state: str) -> str:
    return pgettext("state", plain(state))


def action_name(action: Action | str) -> str:
    return pgettext("action", plain(action if isinstance(action, str) else action.name))


def role_name(role: str) -> str:
    return pgettext("role", plain(role))


def value_name(value: str) -> str:
    return pgettext("value", plain(value))


STEPS = (
    *("verified", "rate", "evidence", "causality", "precondition", "exclusivity"),
    *("local_content", "additionality", "deduction", "multiplier", "bonus", "cap", "late"),
    *("floor", "banked", "given", "transferred", "expired"),
    *("penalty", "penalty_cap", "cure", "extinguished"),
)
"""What a step of a ledger's arithmetic may be (policy.credit)."""


def step_name(what: str) -> str:
    return pgettext("step", plain(what))


def check_title(title: str) -> str:
    """A check of a schedule; what plans say they fail is named so too."""
    return pgettext("check", title)


def check_help(why: str) -> str:
    return pgettext("check help", why)


def reference_class(name: str) -> str:
    return pgettext("reference class", name)


def classification(name: str) -> str:
    return pgettext("classification", name)


def field_title(kind: type[Kind] | str, name: str) -> str:
    return pgettext("field", _declared(kind).model_fields[name].title or plain(name))


def field_help(kind: type[Kind] | str, name: str) -> str:
    said = _declared(kind).model_fields[name].description
    return pgettext("help", said) if said else ""


def column_title(column: Field) -> str:
    """The heading of a column of a table that is a field."""
    return pgettext("field", column.title or plain(column.name))


def column_help(column: Field) -> str:
    return pgettext("help", column.help) if column.help else ""


def label_words(label: Label) -> str:
    """A label's marking: its classification, and for whom it is."""
    parts = [classification(label.classification)]
    if not label.released:
        parts.append(gettext("releasable to nobody"))
    else:
        nations = ", ".join(nation(name) for name in label.released)
        parts.append(gettext("releasable to {}").format(nations))
    named = [name for name in label.permissive.get(ORGANISATION, ()) if "-" in name]
    if named:
        parts.append(gettext("only {}").format(", ".join(named)))
    parts += [f"{plain(name)}: {', '.join(held)}" for name, held in label.restrictive.items()]
    return ", ".join(parts)


def plural(name: str) -> str:
    """The English plural, as a message identifier; other languages have their own."""
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es" if not name.endswith("s") else name
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return name if name == "Evidence" else f"{name}s"


def described(kind: type[Kind]) -> str:
    """The first sentence of a kind's docstring, on one line."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


def _declared(kind: type[Kind] | str) -> type[Kind]:
    return REGISTRY.get(kind) if isinstance(kind, str) else kind


def _name(kind: type[Kind] | str) -> str:
    return kind if isinstance(kind, str) else kind.kind


_HYPHENS = {"co_production": "Co-production", "non_exclusive": "Non-exclusive"}


def plain(name: Any) -> str:
    return _HYPHENS.get(str(name)) or str(name).replace("_", " ").capitalize()
