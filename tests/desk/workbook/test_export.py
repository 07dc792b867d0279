"""Lists as files: read back with the csv module, openpyxl and json."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from sepakat.desk.workbook import export as exporting
from sepakat.desk.workbook.cells import as_text, for_csv
from sepakat.desk.workbook.export import export
from sepakat.desk.workbook.marking import marking
from sepakat.node.kindtables import table
from sepakat.record.errors import RefusedError
from sepakat.vocabulary import REGISTRY
from support.desks import BOTH, HIGH, OPEN, OWN, Desk

HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "#N/A",
]


def test_a_cell_of_line_breaks_that_stops_an_export() -> None:
    """In quadratic time this would take minutes."""
    text = "a" + "\n" * 400_000 + "b"
    assert for_csv(text) == text
    assert for_csv("a; \u200b=1") == "a; \u200b'=1"
    assert for_csv("a =1") == "a =1"


def exported(
    desk: Desk, who: str, kind: str, form: str, **conditions: Any
) -> tuple[HttpResponseBase, bytes]:
    access = desk.access(who)
    declared = REGISTRY.get(kind)
    found = table(declared).objects.filter(label_id__in=access.labels_of(kind), **conditions)
    answer = export(declared, found.order_by("-id"), form, access, "A title", "a filter")
    content = b"".join(answer)
    request_finished.disconnect(close_old_connections)  # as the test client does
    answer.close()
    request_finished.connect(close_old_connections)
    return answer, content


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def gate(desk: Desk, name: str, label: Any = OPEN, about: str = "MYS-gate-x") -> None:
    desk.say("gate", about, "plan", label, name=name, authority="Cabinet", due="2026-07-01")


def test_csv_holds_the_rows_in_order_with_their_marking(desk: Desk) -> None:
    _answer, content = exported(desk, "officer", "gate", "csv")
    mark, head, *rows = csv_rows(content)
    assert content.startswith(b"\xef\xbb\xbf")
    assert mark[0] == "SECRET · releasable to MYS"
    assert [row[0] for row in rows] == ["MYS-gate-open", "MYS-gate-high"]
    assert {len(row) for row in (mark, head, *rows)} == {len(head)}
    assert content.count(b"\r\n") == 4


def test_csv_quotes_as_rfc_4180_says(desk: Desk) -> None:
    gate(desk, 'Two "quotes", a comma')
    _answer, content = exported(desk, "officer", "gate", "csv", id="MYS-gate-x")
    assert b'"Two ""quotes"", a comma"' in content
    assert 'Two "quotes", a comma' in csv_rows(content)[2]


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_answers_are_downloads_that_no_browser_shows(desk: Desk, form: str) -> None:
    answer, _content = exported(desk, "officer", "action_item", form)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    shown = answer["Content-Disposition"]
    assert shown.startswith('attachment; filename="mys-action-item-')
    assert shown.endswith(f'.{form}"')


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("who", ["clerk", "company_b", "partner"])
def test_outsiders_get_nothing_of_what_they_may_not_see(desk: Desk, form: str, who: str) -> None:
    gate(desk, "Matter of our own", OWN, "MYS-gate-own")
    _answer, content = exported(desk, who, "gate", form)
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            content = b"".join(file.read(name) for name in file.namelist())
    assert b"MYS-gate-open" in content
    for hidden in (b"Zulkarnain", b"MYS-gate-high", b"SECRET", b"Matter of our own"):
        assert hidden not in content


def test_exactly_the_filtered_rows_are_marked(desk: Desk) -> None:
    """The label of what is left out by the filter is no part of the marking."""
    _answer, content = exported(desk, "officer", "gate", "json", id="MYS-gate-open")
    document = json.loads(content)
    assert [row["id"] for row in document["rows"]] == ["MYS-gate-open"]
    assert document["marking"] == "UNCLASSIFIED · releasable to PUBLIC"
    assert document["label"] == OPEN.model_dump(mode="json")


def test_no_rows_are_still_a_file_of_each_format(desk: Desk) -> None:
    for form in ("csv", "xlsx", "json"):
        _answer, content = exported(desk, "officer", "gate", form, id="none")
        if form == "json":
            assert json.loads(content)["rows"] == []
        elif form == "csv":
            assert csv_rows(content)[0][0] == "No records"
        else:
            assert load_workbook(io.BytesIO(content)).worksheets[0]["A1"].value == "No records"


def test_json_is_exact_where_the_list_rounds(desk: Desk) -> None:
    desk.say(
        "obligation",
        "MYS-obligation-large",
        "propose",
        BOTH,
        title="Large",
        agreement="MYS-agreement-g2g",
        counterparty="KOR",
        obligor="KOR",
        category="training",
        value={"amount": "123456789012345678.9876", "currency": "KRW"},
        due="2027-01-01",
        description="Text",
    )
    _answer, content = exported(desk, "officer", "obligation", "json", id="MYS-obligation-large")
    [row] = json.loads(content)["rows"]
    assert row["fields"]["value"] == {"amount": "123456789012345678.9876", "currency": "KRW"}
    _answer, content = exported(desk, "officer", "obligation", "csv", id="MYS-obligation-large")
    assert "123456789012345678.9876" in csv_rows(content)[2]
    _answer, content = exported(desk, "officer", "obligation", "xlsx", id="MYS-obligation-large")
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    # A spreadsheet keeps fifteen digits of a number: more are text.
    assert sheet[3][heads.index("Value (amount)")].value == "123456789012345678.9876"


def test_xlsx_has_typed_cells_and_says_what_it_is(desk: Desk) -> None:
    _answer, content = exported(desk, "officer", "obligation", "xlsx")
    book = load_workbook(io.BytesIO(content))
    sheet, about = book.worksheets
    heads = [cell.value for cell in sheet[2]]
    row = dict(zip(heads, sheet[3], strict=True))
    assert sheet["A1"].value.startswith("RESTRICTED · releasable to KOR, MYS")
    assert row["Due"].is_date
    assert isinstance(row["Due"].value, date)
    assert row["Value (amount)"].data_type == "n"
    assert Decimal(row["Value (amount)"].value) == Decimal("1500000.00")
    assert row["Value (currency)"].value == "MYR"
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == f"A2:{sheet.cell(2, len(heads)).column_letter}4"
    assert sheet.column_dimensions["A"].width == 34
    assert sheet.oddFooter.center.text == sheet["A1"].value
    told = {row[0].value: row[1].value for row in about.iter_rows() if row[0].value}
    assert told["Filter"] == "a filter"
    assert told["Records"] == "2"
    assert told["Marking"] == sheet["A1"].value
    assert "MYS" in told["Node"]
    assert set(heads) <= told.keys()  # every column is explained


@pytest.mark.parametrize("text", [t for t in HOSTILE if t.isprintable() or "\u00a0" in t])
def test_no_text_of_the_record_is_computed(desk: Desk, text: str) -> None:
    gate(desk, text)
    _answer, content = exported(desk, "officer", "gate", "csv", id="MYS-gate-x")
    assert csv_rows(content)[2][1] == (text if text == "#N/A" else f"'{text}")
    _answer, content = exported(desk, "officer", "gate", "xlsx", id="MYS-gate-x")
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["B3"]
    assert (cell.value, cell.data_type) == (text, "s")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert b"<f>" not in file.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_cell_stays_text(text: str) -> None:
    shown = for_csv(text)
    assert shown == text if text == "#N/A" else shown.startswith("'")
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([as_text(WriteOnlyCell(sheet), text)])
    file = io.BytesIO()
    book.save(file)
    cell = load_workbook(file).worksheets[0]["A1"]
    assert cell.data_type == "s"
    assert cell.quotePrefix == (text != "#N/A")  # so that editing it computes nothing


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r\n"])
def test_text_after_another_separator_is_not_computed(separator: str) -> None:
    assert for_csv(f"a{separator}=1+1") == f"a{separator}'=1+1"
    assert for_csv(f"a{separator} ＝1") == f"a{separator} '＝1"


def test_numbers_stay_numbers() -> None:
    assert for_csv(-5) == "-5"
    assert for_csv(Decimal("-5.50")) == "-5.50"
    assert for_csv("-5") == "'-5"
    assert for_csv(date(2026, 3, 1)) == "2026-03-01"
    assert for_csv("2026") == "2026"


@given(st.text(min_size=1, max_size=200))
def test_any_text_can_be_written_and_read(text: str) -> None:
    """Also what XML cannot hold; nothing but that, and no formula, is changed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([as_text(WriteOnlyCell(sheet), text)])
    file = io.BytesIO()
    book.save(file)
    cell = load_workbook(file).worksheets[0]["A1"]
    assert cell.data_type == "s"
    if text.isprintable() and "x005F_" not in text:
        assert (cell.value or "") == text


def test_a_cell_holds_no_more_than_a_spreadsheet_takes() -> None:
    sheet = Workbook(write_only=True).create_sheet()
    assert len(as_text(WriteOnlyCell(sheet), "a" * 40_000).value) == 32_767


def test_the_marking_is_never_wider_than_what_it_marks() -> None:
    assert marking([OPEN, BOTH]) == "RESTRICTED · releasable to KOR, MYS"
    assert marking([BOTH, HIGH]) == "SECRET · releasable to MYS"
    assert marking([]) == "No records"


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(exporting, "MAX_AT_ONCE", 1)
    return


def test_the_public_is_not_given_a_job(desk: Desk, few_at_once: None) -> None:
    gate(desk, "Another")
    access = desk.access("officer")
    found = table(REGISTRY.get("gate")).objects.all()
    nobody = type(access)(desk.home, type(access.person)("public", "MYS"))
    with pytest.raises(RefusedError, match="signed in"):
        export(REGISTRY.get("gate"), found, "xlsx", nobody, "Gates", "")
