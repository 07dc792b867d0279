"""Workbooks as people fill them in, and as nobody should."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

LABEL = {
    "label-classification": "RESTRICTED",
    "label-releasable_to": ["MYS", "KOR"],
}
HEADS = [
    "Identifier",
    "Title",
    "Agreement",
    "Counterparty",
    "Obligor",
    "Category",
    "Value (amount)",
    "Value (currency)",
    "Due",
    "Description",
]


def obligation(title: str, **other: Any) -> list[Any]:
    row = {
        "Identifier": None,
        "Title": title,
        "Agreement": "MYS-agreement-g2g",
        "Counterparty": "KOR",
        "Obligor": "KOR",
        "Category": "training",
        "Value (amount)": 1500000.5,
        "Value (currency)": "MYR",
        "Due": "2027-03-01",
        "Description": "What is owed.",
    }
    return list({**row, **other}.values())


def book(rows: Sequence[Sequence[Any]], heads: Sequence[str] = HEADS) -> bytes:
    made = Workbook()
    made.active.append(list(heads))
    for row in rows:
        made.active.append(list(row))
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive again, each member as `change` gives it, or without it."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return file.getvalue()


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def with_prologue(content: bytes, prologue: str, text: str) -> bytes:
    """With a document type before the sheet, and a cell that names an entity of it."""

    def change(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        body = data.decode().partition("?>")[2] if data.startswith(b"<?xml") else data.decode()
        return (prologue + body.replace("TARGET", text)).encode()

    return changed(content, change)


def sent(content: bytes, name: str = "sheet.xlsx", **other: Any) -> dict[str, Any]:
    """What the form sends."""
    return {"file": SimpleUploadedFile(name, content), **LABEL, **other}
