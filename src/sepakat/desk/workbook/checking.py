"""Checking a sheet, cell by cell, then as a whole by a dry run of what confirming it will do."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from sepakat.desk import refusals
from sepakat.desk.kinds.forms import make_identifier, nations, title_field
from sepakat.desk.kinds.labels import LabelForm
from sepakat.desk.kinds.shapes import Shape, fields_of
from sepakat.desk.workbook.entries import CLASSIFICATION, ID, LABEL, Entry, by_heading, entries
from sepakat.desk.workbook.reading import Cell, Table
from sepakat.desk.workbook.sheet import Column, Finding, Row, Sheet
from sepakat.desk.workbook.values import Wrong, amount, plain
from sepakat.node import rows
from sepakat.node.acting import record_for
from sepakat.node.authorisation import Access
from sepakat.node.recording import Batch
from sepakat.record.errors import InvalidError, SepakatError
from sepakat.record.kind import Action, Kind
from sepakat.record.label import Label

MAX_DRY_RUNS: Final = 50
MAX_DRY_ROWS: Final = 20_000  # in all dry runs of one sheet
MAX_SHOWN: Final = 300  # characters of a cell in the preview
MAX_ID: Final = 67
_ID: Final = re.compile("[A-Z]{3}-[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

LabelValues = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Classification, whom it is releasable to, organisations and caveats, as LabelForm has them."""


def check(
    access: Access,
    kind: type[Kind],
    action: Action,
    table: Table,
    filename: str,
    label: LabelValues,
) -> Sheet:
    """What a table comes to, with all that is wrong with it. `label` is that of the rows that
    state none. Nothing is recorded."""
    checking = _Checking(access, kind, action, label)
    checking.read_heads(table.heads)
    if not checking.findings:
        for number, cells in table.rows:
            checking.read_row(number, cells)
        checking.name_rows()
        checking.check_references()
    sheet = Sheet(
        kind=kind.kind,
        action=action.name,
        filename=filename[:200],
        columns=checking.columns,
        rows=checking.rows,
        findings=checking.findings,
    )
    if not sheet.rows and not sheet.findings:
        sheet.findings.append(Finding(text=_("The sheet has no rows below its headings.")))
    _dry_run(access, sheet)
    sheet.findings.sort(key=lambda finding: finding.row)
    return sheet


@dataclass
class _Checking:
    access: Access
    kind: type[Kind]
    action: Action
    label: LabelValues
    findings: list[Finding] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    _labels: dict[LabelValues, Label | dict[str, list[str]]] = field(default_factory=dict)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in entries(self.kind, self.action)}

    @cached_property
    def nations(self) -> dict[bool, set[str]]:
        return {
            partners_only: {nation for nation, _name in nations(self.access, partners_only)}
            for partners_only in (True, False)
        }

    def find(self, text: str, row: int = 0, key: str = "") -> None:
        """Note what is wrong: in the row's cell of a column, if there is such a column."""
        letter = next((column.letter for column in self.columns if column.key == key), "")
        self.findings.append(Finding(text=text, row=row, cell=f"{letter}{row}" if letter else ""))

    def read_heads(self, heads: list[str]) -> None:
        known = by_heading(self.kind, self.action)
        for place, head in enumerate(heads, 1):
            letter = get_column_letter(place)
            key = known.get(head.rstrip("* ").lower(), "")
            self.columns.append(Column(letter=letter, key=key, title=head[:MAX_SHOWN]))
            if head and not key:
                text = _("The template has no column with this heading.")
                self.findings.append(Finding(text=text, row=1, cell=f"{letter}1"))
            elif key and key in [column.key for column in self.columns[:-1]]:
                text = _("This column is there twice.")
                self.findings.append(Finding(text=text, row=1, cell=f"{letter}1"))
        given = {column.key for column in self.columns}
        for entry in self.entries.values():
            if entry.needed and entry.key not in given:
                self.find(_("The column “{}” is missing.").format(entry.title), 1)

    def read_row(self, number: int, cells: list[Cell]) -> None:
        row = Row(number=number, shown=[_shown(cell) for cell in cells])
        self.rows.append(row)
        by_key = {}
        for place, cell in enumerate(cells):
            key = self.columns[place].key if place < len(self.columns) else ""
            if key:
                by_key[key] = cell
            elif cell.value is not None or cell.error:
                where = f"{get_column_letter(place + 1)}{number}"
                text = _("There is no heading above this cell.")
                self.findings.append(Finding(text=text, row=number, cell=where))
        before = len(self.findings)
        row.object = self._identifier(row, by_key.get(ID, Cell(None)))
        row.body = self._body(row, by_key)
        row.label = self._label(row, by_key)
        if len(self.findings) == before:
            self._check_body(row)

    def _identifier(self, row: Row, cell: Cell) -> str:
        given = "" if cell.value is None else str(cell.value)
        nation = self.access.person.nation
        fits = _ID.fullmatch(given) and given.startswith(f"{nation}-")
        if cell.error or (given and not fits):
            text = _("Write {}-, then small letters, digits and hyphens.").format(nation)
            self.find(text, row.number, ID)
            return ""
        return given

    def _body(self, row: Row, cells: dict[str, Cell]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for entry in self.entries.values():
            if entry.field is None:
                continue
            try:
                cell = cells.get(entry.key, Cell(None))
                value = self._value(entry, cell)
            except Wrong as wrong:
                self.find(str(wrong), row.number, entry.key)
                continue
            if value is None and entry.needed:
                self.find(_("This must be given."), row.number, entry.key)
            elif value is not None and entry.part:
                body.setdefault(entry.field.name, {})[entry.part] = value
            elif value is not None:
                body[entry.field.name] = value
        self._check_money(row, body, cells)
        return body

    def _value(self, entry: Entry, cell: Cell) -> Any:
        assert entry.field is not None
        if entry.part == "amount":
            return amount(cell)
        value = plain(entry.field, cell, entry.choices)
        if entry.part == "currency" and value is not None:
            value = str(value).upper()
            if not re.fullmatch("[A-Z]{3}", value):
                raise Wrong(_("Write a currency such as MYR or KRW."))
        if entry.field.shape is Shape.NATION and value is not None:
            allowed = self.nations[entry.field.name == "counterparty"]
            if value not in allowed:
                raise Wrong(_("Choose one of: {}.").format(", ".join(sorted(allowed))))
        return value

    def _check_money(self, row: Row, body: dict[str, Any], cells: dict[str, Cell]) -> None:
        """An amount has its currency; where both are needed, each has been asked for already."""
        for entry in self.entries.values():
            money = body.get(entry.field.name) if entry.field else None
            is_empty = cells.get(entry.key, Cell(None)) == Cell(None)
            if entry.part and not entry.needed and money and is_empty:
                self.find(_("This must be given."), row.number, entry.key)

    def _label(self, row: Row, cells: dict[str, Cell]) -> Label | None:
        given: list[Any] = []
        for name, default in zip(LABEL, self.label, strict=True):
            entry, cell = self.entries[f"label_{name}"], cells.get(f"label_{name}", Cell(None))
            text = "" if cell.value is None else str(cell.value)
            if name == CLASSIFICATION:
                given.append(entry.choices.get(text.lower(), text) or default)
            else:
                given.append(tuple(re.findall(r"[^\s,;]+", text)) or default)
        found = self._made((given[0], given[1], given[2], given[3]))
        if isinstance(found, Label):
            return found
        for name, texts in found.items():
            for text in texts:
                self.find(text, row.number, f"label_{name}")
        return None

    def _made(self, given: LabelValues) -> Label | dict[str, list[str]]:
        """The label, or what is wrong with it by field; each is looked into once."""
        if given not in self._labels:
            data = dict(zip((f"label-{name}" for name in LABEL), given, strict=True))
            form = LabelForm(self.access, data, prefix="label")
            self._labels[given] = (
                form.label()
                if form.is_valid()
                else {name: [str(text) for text in texts] for name, texts in form.errors.items()}
            )
        return self._labels[given]

    def _check_body(self, row: Row) -> None:
        try:
            self.kind.check_body(self.action, row.body)
        except InvalidError as error:
            cause = error.__cause__
            found = cause.errors(include_url=False) if isinstance(cause, ValidationError) else []
            for item in found or [{"loc": (), "type": "", "msg": error.what}]:
                self.find(refusals.fault(item), row.number, self._key_of(item["loc"]))

    def _key_of(self, place: tuple[Any, ...]) -> str:
        name = str(place[0]) if place else ""
        part = str(place[1]) if len(place) > 1 else "amount"
        return next((key for key in (name, f"{name}_{part}") if key in self.entries), "")

    def name_rows(self) -> None:
        """Give each row without an identifier one of its own, and refuse those that are taken."""
        given: dict[str, int] = {}
        for row in self.rows:
            if row.object and given.setdefault(row.object, row.number) != row.number:
                text = _("Row {} has this identifier too.").format(given[row.object])
                self.find(text, row.number, ID)
        taken = rows.objects(given)
        for row in self.rows:
            if row.object in taken:
                self.find(_("This identifier is taken."), row.number, ID)
        used = set(given)
        for row in self.rows:
            while not row.object:
                title = str(row.body.get(title_field(self.kind), ""))
                name = make_identifier(self.access.person.nation, self.kind, title)
                row.object = "" if name in used else name
            used.add(row.object)

    def check_references(self) -> None:
        """What a row names must be there, for this person, of the right kind and in such a state
        as the action asks for."""
        refs = {
            name: shown for name, shown in fields_of(self.kind).items() if name in self.kind.refs
        }
        known = rows.objects(
            dict.fromkeys(i for row in self.rows for name in refs for i in _named(row, name))
        )
        here = (
            {row.object for row in self.rows}
            if self.kind.kind in self.kind.refs.values()
            else set()
        )
        for row in self.rows:
            for name, shown in refs.items():
                states = self.action.requires.get(name, ())
                for id_ in _named(row, name):
                    thing = known.get(id_)
                    if thing is None and id_ in here and shown.target == self.kind.kind:
                        continue
                    if (
                        thing is None
                        or thing.kind != shown.target
                        or not self.access.may_view(thing.kind, thing.label)
                    ):
                        text = _("There is no such record, or none that you may see: {}.")
                        self.find(text.format(id_[:80]), row.number, name)
                    elif states and thing.state not in states:
                        text = _("{} is not in a state that this asks for.")
                        self.find(text.format(id_), row.number, name)


def _named(row: Row, name: str) -> list[str]:
    value = row.body.get(name)
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _shown(cell: Cell) -> str:
    text = cell.error or ("" if cell.value is None else str(cell.value))
    text = text.removesuffix(" 00:00:00")  # a day is a moment to spreadsheets
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def _dry_run(access: Access, sheet: Sheet) -> None:
    """Say all rows that seem right, without recording; note what the ledger refuses, row by row,
    as far as a bounded amount of work goes."""
    wrong = {finding.row for finding in sheet.findings}
    left = [row for row in sheet.rows if row.number not in wrong]
    if 1 in wrong:  # of the headings: no row means anything
        return
    worked = 0
    for attempt in range(MAX_DRY_RUNS):
        if not left or (attempt and worked + len(left) > MAX_DRY_ROWS):
            break
        worked += len(left)
        try:
            record_for(access, Batch([sheet.draft(row) for row in left]), dry_run=True)
            return
        except SepakatError as error:
            row = sheet.row_of(error)
            sheet.findings.append(Finding.of(error, row.number if row else 0))
            if row is None:
                return
            left.remove(row)
    sheet.unchecked = bool(left)
