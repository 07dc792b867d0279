"""A field that is a table: rows to fill in, each with the same columns."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.shapes import Field

MAX_ROWS = 500
BLANK_ROWS = 5  # below those filled in
_EMPTY: tuple[Any, ...] = (None, "", [], {}, False)


class TableWidget(forms.Widget):
    """A table of inputs; `cells` are its columns: the fields that take what is given there."""

    template_name = "desk/kinds/table_field.html"
    use_fieldset = True

    def __init__(self, cells: dict[str, forms.Field], helps: dict[str, str]) -> None:
        super().__init__()
        self.cells, self.helps = cells, helps

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """The rows that are not blank, in order."""
        place = re.compile(rf"{re.escape(name)}-([0-9]{{1,4}})-")
        numbers = {int(found[1]) for key in data if (found := place.match(key))}
        rows = (
            {
                column: cell.widget.value_from_datadict(data, files, f"{name}-{number}-{column}")
                for column, cell in self.cells.items()
            }
            for number in sorted(numbers)[: MAX_ROWS + 1]
        )
        return [row for row in rows if not _is_blank(row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = list(value or ())
        blank = min(BLANK_ROWS, MAX_ROWS - len(given))
        context["columns"] = [
            (cell.label, self.helps[column], cell.required) for column, cell in self.cells.items()
        ]
        context["rows"] = [
            [self._input(name, number, column, row) for column in self.cells]
            for number, row in enumerate([*given, *({} for _ in range(max(blank, 0)))])
        ]
        return context

    def _input(self, name: str, number: int, column: str, row: Mapping[str, Any]) -> str:
        cell = self.cells[column]
        about = _("{column}, row {number}").format(column=cell.label, number=number + 1)
        input_name = f"{name}-{number}-{column}"
        attrs = {"aria-label": about, "id": f"id_{input_name}"}
        shown = cell.prepare_value(row.get(column))
        return str(cell.widget.render(input_name, shown, attrs))


class TableField(forms.Field):
    """Rows as a list of what each column's field found; what is wrong names row and column."""

    widget: TableWidget

    def __init__(
        self, columns: tuple[Field, ...], cells: dict[str, forms.Field], **kwargs: Any
    ) -> None:
        helps = {column.name: words.column_help(column) for column in columns}
        super().__init__(widget=TableWidget(cells, helps), **kwargs)
        self.cells = cells

    def clean(self, value: Any) -> Any:
        rows = value or []
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(rows) > MAX_ROWS:
            raise ValidationError(_("At most {} rows are taken.").format(MAX_ROWS))
        found, wrong = [], []
        for number, row in enumerate(rows, start=1):
            cleaned = {}
            for column, cell in self.cells.items():
                try:
                    cleaned[column] = cell.clean(row[column])
                except ValidationError as error:
                    said = " ".join(error.messages)
                    place = _("Row {number}, {column}:").format(number=number, column=cell.label)
                    wrong.append(f"{place} {said}")
            found.append(cleaned)
        if wrong:
            raise ValidationError(wrong)
        return found


def _is_blank(row: Mapping[str, Any]) -> bool:
    values = (
        part for cell in row.values() for part in (cell if isinstance(cell, list) else [cell])
    )
    return all(value in _EMPTY for value in values)
