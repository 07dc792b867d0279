"""The list of a kind: filtered, searched, sorted, in pages, all of it by the query string."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.forms import title_field
from sepakat.desk.kinds.shapes import Field, Shape, fields_of
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.kind import Kind

PAGE_SIZES = (25, 50, 100)
MAX_COLUMNS = 6
# What a table shows first, where there is not room for all.
TELLING = (
    Shape.MONEY,
    Shape.DATE,
    Shape.TIME,
    Shape.CHOICE,
    Shape.NATION,
    Shape.COUNT,
    Shape.FLAG,
    Shape.REF,
    Shape.LINE,
)
MAX_SEARCH = 200  # characters
FIXED = ("q", "state", "owner", "sort", "page", "size")


@dataclass(frozen=True)
class Column:
    """A column of the list; `key` is what its query parameter sorts by."""

    name: str
    title: str
    key: str
    shape: Shape | None = None


@dataclass(frozen=True)
class Filter:
    """A filter as the page offers it: a choice of values, or a stretch from and to."""

    name: str
    title: str
    choices: tuple[tuple[str, str], ...] = ()
    values: tuple[str, ...] = ()
    type: str = "choice"


class Listing:
    """The rows of a kind that a person may see, as a query string asks for them.

    What the query string names and the kind does not have is left out, so that an old link works.
    """

    def __init__(self, access: Access, kind: type[Kind], query: QueryDict) -> None:
        self.access, self.kind, self.query = access, kind, query
        self.fields = fields_of(kind)
        self.title = title_field(kind)

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """Exactly the filtered rows, in order."""
        found = table(self.kind).objects.filter(label_id__in=self.access.labels_of(self.kind.kind))
        for condition in self._conditions():
            found = found.filter(condition)
        descending = self.sort.startswith("-")
        key = self.sort.lstrip("-")
        return found.order_by(f"{'-' if descending else ''}{key}", "id")

    def _conditions(self) -> Iterator[Q]:
        for name in ("state", "owner"):
            if values := self.query.getlist(name):
                yield Q(**{f"{name}__in": values})
        for field in self.fields.values():
            yield from _condition(field, self.query)
        if self.search:
            texts = (Shape.LINE, Shape.TIME, Shape.TEXT, Shape.REF, Shape.REFS, Shape.LINES)
            found = Q(id__icontains=self.search)
            for field in self.fields.values():
                if field.shape in texts:
                    found |= Q(**{f"{field.name}__icontains": self.search})
            yield found

    @property
    def search(self) -> str:
        return self.query.get("q", "").strip()[:MAX_SEARCH]

    @cached_property
    def sort(self) -> str:
        given = self.query.get("sort", "")
        keys = {column.key for column in self.columns}
        if given.lstrip("-") in keys:
            return given if given.startswith("-") else given.lstrip("-")
        return "due" if "due" in self.fields else "id"

    @cached_property
    def columns(self) -> list[Column]:
        """Title first, then the short fields as declared, state last."""
        title = self.title
        first = _("Identifier") if title == "id" else words.field_title(self.kind, title)
        found = [Column(title, first, title)]
        short = [field for field in self.fields.values() if field.is_short and field.name != title]
        chosen = sorted(short, key=lambda field: TELLING.index(field.shape))[: MAX_COLUMNS - 2]
        for field in (field for field in short if field in chosen):
            key = f"{field.name}_amount" if field.shape is Shape.MONEY else field.name
            found.append(
                Column(field.name, words.field_title(self.kind, field.name), key, field.shape)
            )
        return [*found, Column("state", _("State"), "state")]

    @cached_property
    def filters(self) -> list[Filter]:
        states = tuple((s, words.state_name(s)) for s in self.kind.lifecycle.states)
        found = [Filter("state", _("State"), states, tuple(self.query.getlist("state")))]
        for field in self.fields.values():
            title = words.field_title(self.kind, field.name)
            if field.shape is Shape.CHOICE:
                choices = tuple((value, words.value_name(value)) for value in field.choices)
                given = tuple(self.query.getlist(field.name))
                found.append(Filter(field.name, title, choices, given))
            elif field.shape is Shape.DATE:
                values = tuple(self.query.get(f"{field.name}_{end}", "") for end in ("from", "to"))
                found.append(Filter(field.name, title, values=values, type="date"))
        return found

    @cached_property
    def page(self) -> Page[Any]:
        size = self.query.get("size", "")
        number = int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0]
        return Paginator(self.rows, number).get_page(self.query.get("page"))

    @property
    def cells(self) -> list[tuple[Any, list[tuple[Column, Any]]]]:
        return [(row, [(c, self._value(row, c)) for c in self.columns]) for row in self.page]

    @staticmethod
    def _value(row: Any, column: Column) -> Any:
        if column.shape is Shape.MONEY:
            amount = getattr(row, f"{column.name}_amount")
            currency = getattr(row, f"{column.name}_currency")
            return None if amount is None else {"amount": str(amount), "currency": currency}
        return getattr(row, column.name)

    @property
    def is_filtered(self) -> bool:
        return any(value for name, value in self.parameters if name not in ("sort", "size"))

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The query without the page: what a saved view keeps and an export repeats."""
        known = {*FIXED, *self.fields}
        ends = ("from", "to", "currency")
        known |= {f"{name}_{end}" for name in self.fields for end in ends}
        return [
            (name, value)
            for name, values in self.query.lists()
            for value in values
            if name in known and name != "page" and value
        ]

    @property
    def encoded(self) -> str:
        return urlencode(self.parameters)

    def sorted_by(self, column: Column) -> str:
        """The query string that sorts by a column, the other way if it does so already."""
        rest = [(name, value) for name, value in self.parameters if name != "sort"]
        key = f"-{column.key}" if self.sort == column.key else column.key
        return urlencode([*rest, ("sort", key)])

    def describe(self) -> str:
        """The filter in words, for an export."""
        return "; ".join(f"{name}: {value}" for name, value in self.parameters)


def _condition(field: Field, query: QueryDict) -> Iterator[Q]:
    column = f"{field.name}_amount" if field.shape is Shape.MONEY else field.name
    values = [value for value in query.getlist(field.name) if value]
    if values and field.name not in FIXED:  # those mean the list, whatever a kind calls its fields
        if field.shape in (Shape.REFS, Shape.LINES):
            for value in values:  # one of a list in JSON
                yield Q(**{f"{column}__contains": f'"{value}"'})
        elif field.shape in (Shape.COUNT, Shape.MONEY, Shape.FLAG):
            yield Q(**{f"{column}__in": [value for value in values if _is_number(field, value)]})
        else:
            yield Q(**{f"{column}__in": values})
    if field.shape is Shape.MONEY and (currency := query.get(f"{field.name}_currency")):
        yield Q(**{f"{field.name}_currency": currency})
    for end, lookup in (("from", "gte"), ("to", "lte")):
        value = query.get(f"{field.name}_{end}", "")
        numeric = field.shape in (Shape.COUNT, Shape.MONEY)
        if value and (field.shape is Shape.DATE or (numeric and _is_number(field, value))):
            yield Q(**{f"{column}__{lookup}": value})


def _is_number(field: Field, text: str) -> bool:
    """Whether the field's column takes it: only amounts have decimals, a flag is 0 or 1."""
    if field.shape is Shape.FLAG:
        return text in ("0", "1")
    digits = text.removeprefix("-")
    if field.shape is Shape.MONEY:
        digits = digits.replace(".", "", 1)
    return digits.isdecimal() and len(text) < 19  # what a database's integers hold
