"""A sheet that has been read and checked, as it is kept until its sender confirms it."""

from typing import Any, Self

from pydantic import BaseModel

from sepakat.node.acting import record_for
from sepakat.node.authorisation import Access
from sepakat.node.ledger import Draft, Receipt
from sepakat.node.recording import Batch
from sepakat.record.errors import ConflictError, SepakatError
from sepakat.record.label import Label


class Finding(BaseModel):
    """What is wrong, and where: the cell's address, or its row alone, or neither."""

    text: str
    row: int = 0
    cell: str = ""

    @classmethod
    def of(cls, error: SepakatError, row: int) -> Self:
        fix = f" {error.fix.rstrip('.')}." if error.fix else ""
        return cls(text=f"{error.what[:1].upper()}{error.what[1:]}.{fix}", row=row)

    @property
    def where(self) -> str:
        return self.cell or (str(self.row) if self.row else "")


class Row(BaseModel):
    """One row: its number in the sheet, its cells as they are shown, and the record it makes."""

    number: int
    shown: list[str]
    object: str = ""
    body: dict[str, Any] = {}
    label: Label | None = None


class Column(BaseModel):
    letter: str
    key: str
    title: str


class Sheet(BaseModel):
    """`unchecked` says that there may be more findings of the last step than are named."""

    kind: str
    action: str
    filename: str
    columns: list[Column]
    rows: list[Row]
    findings: list[Finding]
    unchecked: bool = False

    @property
    def is_ready(self) -> bool:
        return bool(self.rows) and not self.findings

    def draft(self, row: Row) -> Draft:
        return Draft(self.kind, row.object, self.action, row.body, row.label)

    def row_of(self, error: SepakatError) -> Row | None:
        """The row that an error of the ledger is about."""
        about = error.where.rpartition(" ")[2]
        return next((row for row in self.rows if row.object == about), None)

    def record(self, access: Access) -> list[Receipt]:
        """Record all rows or none; ConflictError names the row that cannot be any more."""
        try:
            return record_for(access, Batch([self.draft(row) for row in self.rows]))
        except SepakatError as error:
            row = self.row_of(error)
            if row is None:
                raise
            what = f"{row.object}: {error.what}"
            raise ConflictError(what, where=str(row.number), fix=error.fix) from error
