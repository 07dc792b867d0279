"""Hostile and damaged workbooks are refused in words, and cost little."""

import datetime
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.xml.functions import fromstring, iterparse

from desk.workbook.books import book, changed, obligation, with_member, with_prologue
from sepakat.desk.workbook import firstsheet, openxml, reading
from sepakat.desk.workbook.reading import read_workbook
from sepakat.record.errors import InvalidError

PLAIN = book([obligation("TARGET")])
LAUGHS = "<!DOCTYPE worksheet [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)


def refused(content: bytes, match: str, name: str = "sheet.xlsx") -> None:
    with pytest.raises(InvalidError, match=match):
        read_workbook(content, name)


def test_a_sheet_is_read_with_its_row_numbers() -> None:
    table = read_workbook(book([["x"], [], [None, 5]], ["A", "B"]), "Sheet.XLSX")
    assert table.heads == ["A", "B"]
    assert [(n, [c.value for c in cells]) for n, cells in table.rows] == [
        (2, ["x"]),
        (4, [None, 5]),
    ]


def test_entities_that_multiply_are_refused() -> None:
    """The billion laughs."""
    refused(with_prologue(PLAIN, f"{LAUGHS}]>", "&a9;"), "entities")


def test_an_external_entity_is_refused_and_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    for kind in ("SYSTEM", "PUBLIC 'x'"):
        prologue = f"<!DOCTYPE worksheet [<!ENTITY e {kind} 'file://{secret}'>]>"
        refused(with_prologue(PLAIN, prologue, "&e;"), "entities")


def test_a_document_type_alone_is_refused() -> None:
    refused(with_prologue(PLAIN, "<!DOCTYPE worksheet>", "x"), "entities")
    refused(with_prologue(PLAIN, "<!DOCTYPE w SYSTEM 'http://x.example/d'>", "x"), "entities")


def test_a_document_type_in_utf_16_is_refused() -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != "xl/styles.xml":
            return data
        return "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE x><x/>".encode("utf-16")

    refused(changed(PLAIN, change), "entities")


@pytest.mark.parametrize("member", ["xl/styles.xml", "xl/workbook.xml", "_rels/.rels"])
def test_entities_are_refused_in_every_part(member: str) -> None:
    def change(name: str, data: bytes) -> bytes:
        return f"{LAUGHS}]><x>&a9;</x>".encode() if name == member else data

    refused(changed(PLAIN, change), "entities")


def test_entities_are_refused_in_a_part_of_an_unusual_name() -> None:
    """Which part is the sheet, the workbook's own relations say."""
    hostile = with_prologue(PLAIN, f"{LAUGHS}]>", "&a9;")
    with zipfile.ZipFile(io.BytesIO(hostile)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")

    def change(name: str, data: bytes) -> bytes | None:
        if name == "xl/worksheets/sheet1.xml":
            return None
        return data.replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.bin")

    refused(with_member(changed(PLAIN, change), "xl/worksheets/sheet1.bin", sheet), "entities")


def test_openpyxl_itself_reads_with_defusedxml() -> None:
    """The second line of defence, which stands only as long as the package is there."""
    assert fromstring.__module__ == "defusedxml.common"
    assert iterparse.__module__ == "defusedxml.common"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_member(PLAIN, "xl/media/image.bin", bytes(40 * 2**20))
    assert len(bomb) < openxml.MAX_BYTES

    def never(*_arguments: object, **_more: object) -> bytes:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    refused(bomb, "unpacks to too much")


def test_many_parts_that_are_small_each_are_refused() -> None:
    file = io.BytesIO(PLAIN)
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(openxml.MAX_MEMBERS):
            archive.writestr(f"x{number}", b"")
    refused(file.getvalue(), "too many parts")


def test_parts_that_come_to_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openxml, "MAX_UNPACKED", 10_000)
    refused(PLAIN, "unpacks to too much")


def test_a_size_that_lies_gives_no_more_than_it_says() -> None:
    """The directory says 100 bytes of a part that has a megabyte."""
    content = bytearray(with_member(PLAIN, "xl/x.xml", b"<x>" + b" " * 2**20 + b"</x>"))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 100)
    refused(bytes(content), "damaged")


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = with_member(PLAIN, "xl/workbook.xml", b"<x/>")
    refused(twice, "too many parts")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PLAIN, "sheet.xlsm"),
        (PLAIN, "sheet.xls"),
        (PLAIN, "sheet.csv"),
        (PLAIN, "sheet.xlsx.exe"),
    ],
)
def test_other_names_are_refused(content: bytes, name: str) -> None:
    refused(content, "ends in .xlsx", name)


def test_macros_are_refused_whatever_the_name() -> None:
    refused(with_member(PLAIN, "xl/vbaProject.bin", b"x"), "macros")

    def change(name: str, data: bytes) -> bytes:
        plain = b"spreadsheetml.sheet.main+xml"
        macro = b"sheet.macroEnabled.main+xml"
        return data.replace(plain, macro) if name == "[Content_Types].xml" else data

    refused(changed(PLAIN, change), "macros")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"PK\x03\x04" + bytes(100),
        b"not a workbook",
        b"<html></html>",
        PLAIN[: len(PLAIN) // 2],
        PLAIN[100:],
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    refused(content, "no workbook|cannot be read")


def test_a_workbook_with_a_password_is_told_apart() -> None:
    refused(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "password")


def test_a_file_that_is_too_large_is_refused() -> None:
    refused(b"PK" + bytes(openxml.MAX_BYTES), "larger than 5 MB")


def test_a_sheet_that_says_it_is_huge_costs_no_more_than_it_holds() -> None:
    def change(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        assert b'<dimension ref="A1:J2"' in data
        return data.replace(b'ref="A1:J2"', b'ref="A1:XFD1048576"', 1)

    assert len(read_workbook(changed(PLAIN, change), "sheet.xlsx").rows) == 1


def test_a_row_far_below_costs_nothing() -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b'<row r="2"', b'<row r="99999999999"')

    assert read_workbook(changed(PLAIN, change), "sheet.xlsx").rows == []


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert len(read_workbook(book([["x"]] * 3, ["A"]), "sheet.xlsx").rows) == 3
    refused(book([["x"]] * 4, ["A"]), "more than 3 rows")


def test_too_many_columns_are_refused() -> None:
    refused(book([["x"]], [f"C{n}" for n in range(reading.MAX_COLUMNS + 1)]), "BM1.*columns")


def test_one_long_text_named_by_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 1000)
    refused(book([["x" * 300] * 4], ["A", "B", "C", "D"]), "too much text")


def test_a_sheet_without_headings_is_refused() -> None:
    file = io.BytesIO()
    Workbook().save(file)
    refused(file.getvalue(), "no headings")
    refused(book([["x"]], [""]), "no headings")


MANY = {
    "xl/styles.xml": (b"</cellXfs>", b"<xf/>"),
    "xl/workbook.xml": (b"</sheets>", b'<sheet name="x" sheetId="9" r:id="rId1"/>'),
    "xl/_rels/workbook.xml.rels": (b"</Relationships>", b"<Relationship/>"),
    "xl/worksheets/sheet1.xml": (b"</row>", b"<c/>"),
    "docProps/app.xml": (b"</Properties>", b"<si/>"),
    "[Content_Types].xml": (b"</Types>", b"<Override/>"),
}


@pytest.mark.parametrize("member", MANY)
def test_small_elements_without_end_are_built_in_memory(
    member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openxml, "MAX_CELLS", 2000)
    monkeypatch.setattr(openxml, "MAX_OTHERS", 2000)
    before, element = MANY[member]

    def change(name: str, data: bytes) -> bytes:
        place = data.find(before) if name == member else -1
        assert name != member or place > 0
        return data[:place] + element * 2001 + data[place:] if place > 0 else data

    refused(changed(PLAIN, change), "too many cells, texts or formats")


def test_the_largest_sheet_that_is_taken_is_refused_for_its_size() -> None:
    assert (reading.MAX_ROWS + 1) * reading.MAX_COLUMNS <= openxml.MAX_CELLS


def test_how_korean_texts_are_pronounced_counts_as_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openxml, "MAX_OTHERS", 500)
    note = b'<phoneticPr fontId="1" type="noConversion"/></is>'

    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"</is>", note)

    titles = [[f"훈련 {number}"] for number in range(600)]
    table = read_workbook(changed(book(titles, ["제목"]), change), "sheet.xlsx")
    assert [[cell.value for cell in cells] for _number, cells in table.rows] == titles


def test_a_sheet_is_read_as_often_as_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(name: str, data: bytes) -> bytes:
        again = b'<sheet name="x" sheetId="9" r:id="rId1"/>' * 20
        return data.replace(b"</sheets>", again + b"</sheets>")

    content, opened = changed(PLAIN, change), []
    open_ = zipfile.ZipFile.open

    def noted(archive: zipfile.ZipFile, name: Any, *given: Any, **named: Any) -> Any:
        opened.append(getattr(name, "filename", name))
        return open_(archive, name, *given, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", noted)
    assert len(read_workbook(content, "sheet.xlsx").rows) == 1
    assert opened.count("xl/worksheets/sheet1.xml") == 2  # looked through, and read


def test_a_format_costs_the_square_of_its_length() -> None:
    def change(name: str, data: bytes) -> bytes:
        formats = b'<numFmts><numFmt numFmtId="200" formatCode="' + b"[" * 1000 + b'"/></numFmts>'
        if name != "xl/styles.xml":
            return data
        data = data.replace(b'<numFmts count="0" />', formats)
        return data.replace(b'<cellXfs count="1"><xf numFmtId="0"', b'<cellXfs><xf numFmtId="200"')

    refused(changed(PLAIN, change), "cannot be read")


def test_a_cell_is_read_otherwise_than_openpyxl_reads_it() -> None:
    made = Workbook()
    made.active.append(["Head"])
    now = datetime.datetime.fromisoformat("2027-03-01T14:30")
    values = [now, now.date(), now.time(), datetime.timedelta(hours=30), 1.5, 7, True, "x", "#N/A"]
    for value in values:
        made.active.append([None, value])
    for format_ in ("yyyy-mm", '"d"0', "[Red]0.00", "[h]:mm", "mmm yy;@", "0.00E+00"):
        made.active.append([None, 46100.25])
        made.active.cell(made.active.max_row, 2).number_format = format_
    file = io.BytesIO()
    made.save(file)
    for epoch in (b"", b"1904"):
        content = changed(
            file.getvalue(),
            lambda name, data, epoch=epoch: (
                data.replace(b"<workbookPr />", b'<workbookPr date1904="1"/>') if epoch else data
            ),
        )
        sheet = load_workbook(io.BytesIO(content), data_only=True).active
        expected = [
            None if cell.data_type == "e" else cell.value
            for (cell,) in sheet.iter_rows(min_row=2, min_col=2)
        ]
        table = read_workbook(content, "sheet.xlsx")
        found = [cells[1].value or None for _number, cells in table.rows]
        assert found == expected
        assert any(isinstance(value, datetime.datetime) for value in expected)


def test_a_shared_text_is_read_otherwise_than_openpyxl_reads_it() -> None:
    texts = (
        "<si><t>Plain</t></si><si><t xml:space='preserve'> in </t><r><rPr><b/></rPr><t>two</t></r>"
        "<r><t> parts</t></r></si><si><t>훈련</t><rPh sb='0' eb='1'><t>aloud</t></rPh></si>"
        "<si/><si><t>_x005F_x0041_</t></si>"
    )
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    cells = "".join(
        f"<row r='{n + 2}'><c t='s'><v>{n}</v></c><c t='inlineStr'>"
        f"<is>{text}</is></c></row>".replace("<si>", "").replace("</si>", "")
        for n, text in enumerate(texts.replace("<si/>", "<si></si>").split("</si>")[:-1])
    )
    type_ = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"

    def change(name: str, data: bytes) -> bytes:
        part = f'<Override PartName="/xl/shared.xml" ContentType="{type_}"/></Types>'
        data = data.replace(b"</Types>", part.encode())
        return data.replace(b"</sheetData>", f"{cells}</sheetData>".encode())

    content = with_member(
        changed(book([], ["A", "B"]), change),
        "xl/shared.xml",
        f"<sst {namespace}>{texts}</sst>".encode(),
    )
    sheet = load_workbook(io.BytesIO(content), data_only=True).active
    found = {n: [cell.value for cell in row] for n, row in read_workbook(content, "a.xlsx").rows}
    expected = {
        n: [(value or "").strip() or None for value in row]
        for n, row in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2)
    }
    assert expected[3] == ["in two parts", "in two parts"]
    assert found == {n: row for n, row in expected.items() if any(row)}


def test_a_list_of_sheets_is_built_whole_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firstsheet, "MAX_WHOLE", 5000)

    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"</workbook>", b"<c/>" * 2000 + b"</workbook>")

    assert read_workbook(PLAIN, "sheet.xlsx")
    refused(changed(PLAIN, change), "cannot be read")


def test_a_number_that_is_none_is_refused() -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace(b"<v>1500000.5</v>", b"<v>" + b"9" * 5000 + b"</v>")

    refused(changed(PLAIN, change), "cannot be read")


@settings(max_examples=150)
@given(st.data())
def test_damage_anywhere_is_refused_or_read(data: st.DataObject) -> None:
    """Nothing but an InvalidError, wherever bytes of a part are changed, cut out or doubled."""
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        member = data.draw(st.sampled_from(archive.namelist()))
        size = len(archive.read(member))
    place = data.draw(st.integers(0, size - 1))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.binary(max_size=8) | st.sampled_from([b"<", b">", b'"', b"-1", b"9" * 30]))

    def change(name: str, old: bytes) -> bytes:
        return old[:place] + new + old[place + length :] if name == member else old

    try:
        read_workbook(changed(PLAIN, change), "sheet.xlsx")
    except InvalidError as error:
        assert error.what


@settings(max_examples=150)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=6))
def test_damage_of_the_archive_is_refused_or_read(place: int, new: bytes) -> None:
    try:
        read_workbook(PLAIN[:place] + new + PLAIN[place + len(new) :], "sheet.xlsx")
    except InvalidError as error:
        assert error.what
