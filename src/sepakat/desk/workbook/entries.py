"""The columns of a sheet by which records of a kind are made."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.forms import takes_file
from sepakat.desk.kinds.shapes import Field, Shape, fields_of
from sepakat.node.ledger import ROOT_KINDS
from sepakat.record.kind import Action, Kind
from sepakat.record.label import CLASSIFICATIONS

ID: Final = "id"
CLASSIFICATION, RELEASABLE, ORGANISATIONS, CAVEATS = LABEL = (
    "classification",
    "releasable_to",
    "organisations",
    "caveats",
)


@dataclass(frozen=True)
class Entry:
    """A column: its key, its heading, what it means, and the kind's field that it gives, if any.

    `part` is amount or currency where the field is money. `choices` are the values of a choice by
    what people may write for them, in lower case.
    """

    key: str
    title: str
    help: str
    field: Field | None = None
    part: str = ""
    needed: bool = False
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)


def is_importable(kind: type[Kind], action: Action) -> bool:
    """Whether a sheet can say it: it makes records, needs no file and no second person, and is
    not what the node says of keys and partners."""
    plain = not action.start and not action.four_eyes and kind.kind not in ROOT_KINDS
    return plain and not takes_file(kind, action)


def entries(kind: type[Kind], action: Action) -> list[Entry]:
    """In the language of whoever asks now: the identifier, the fields, the label."""
    needed = kind.needed_by(action)
    found = [
        Entry(
            ID,
            _("Identifier"),
            _("Leave it empty to have one made. It cannot be changed later."),
        )
    ]
    for name in dict.fromkeys((*needed, *action.may)):
        found += _of_field(kind, fields_of(kind)[name], name in needed)
    other = _("Leave it empty for what was chosen for the whole sheet.")
    return [
        *found,
        Entry(f"label_{CLASSIFICATION}", _("Classification"), other, choices=_grades()),
        Entry(f"label_{RELEASABLE}", _("Releasable to"), other),
        Entry(f"label_{ORGANISATIONS}", _("Only these organisations"), other),
        Entry(f"label_{CAVEATS}", _("Only who holds these caveats"), other),
    ]


def _of_field(kind: type[Kind], shown: Field, needed: bool) -> Iterator[Entry]:
    title, meaning = (
        str(words.field_title(kind, shown.name)),
        str(words.field_help(kind, shown.name)),
    )
    if shown.shape is Shape.MONEY:
        amount, currency = _("{} (amount)"), _("{} (currency)")
        iso = _("The currency, by its ISO 4217 code.")
        yield Entry(f"{shown.name}_amount", amount.format(title), meaning, shown, "amount", needed)
        yield Entry(
            f"{shown.name}_currency", currency.format(title), iso, shown, "currency", needed
        )
    else:
        yield Entry(shown.name, title, meaning, shown, "", needed, _choices(shown))


def _choices(shown: Field) -> dict[str, str]:
    if shown.shape is Shape.FLAG:
        found = {"true": "yes", "false": "no", "1": "yes", "0": "no", "yes": "yes", "no": "no"}
        for _language in _languages():
            found |= {_("yes").lower(): "yes", _("no").lower(): "no"}
        return found
    found = {value.lower(): value for value in shown.choices}
    for _language in _languages():
        found |= {str(words.value_name(value)).lower(): value for value in shown.choices}
    return found


def _grades() -> dict[str, str]:
    found = {name.lower(): name for name in CLASSIFICATIONS}
    for _language in _languages():
        found |= {str(words.classification(name)).lower(): name for name in CLASSIFICATIONS}
    return found


def _languages() -> Iterator[str]:
    """Each in turn: a template may be sent in by somebody who reads another."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield language


def by_heading(kind: type[Kind], action: Action) -> dict[str, str]:
    """The key of each column by the headings that it may have, in lower case."""
    found: dict[str, str] = {}
    for _language in _languages():
        for entry in entries(kind, action):
            found.setdefault(entry.title.lower(), entry.key)
            found.setdefault(entry.key, entry.key)
    return found
