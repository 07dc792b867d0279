"""Hostile and damaged workbooks are refused in words, and cost little."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.xml.functions import fromstring, iterparse

from desk.workbook.books import book, changed, obligation, with_member, with_prologue
from sepakat.desk.workbook import openxml, reading
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
    """Which part is the sheet, the workbook's own relations say; here openpyxl's defusedxml
    refuses what the first look did not take for XML."""
    hostile = with_prologue(PLAIN, f"{LAUGHS}]>", "&a9;")
    with zipfile.ZipFile(io.BytesIO(hostile)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")

    def change(name: str, data: bytes) -> bytes | None:
        if name == "xl/worksheets/sheet1.xml":
            return None
        return data.replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.bin")

    refused(
        with_member(changed(PLAIN, change), "xl/worksheets/sheet1.bin", sheet), "cannot be read"
    )


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
