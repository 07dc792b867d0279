"""Tags of the pages that every kind has."""

import json
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.kinds.lists import Column, Listing
from sepakat.desk.kinds.shapes import Field, Shape

register = template.Library()


@register.simple_tag
def sorted_by(listing: Listing, column: Column) -> str:
    return listing.sorted_by(column)


@register.simple_tag
def shown(shape: Shape | None, value: Any, columns: tuple[Field, ...] = ()) -> str | SafeString:
    """A field's value as people read it."""
    if value is None or value in ("", []):
        return SafeString('<span class="muted">–</span>')
    if shape in _PLAIN:
        return _PLAIN[shape](value)
    if shape is Shape.TEXT:
        return SafeString(linebreaks(value, autoescape=True))
    if shape in (Shape.DIGEST, Shape.REF):
        return format_html('<span class="mono">{}</span>', value)
    if shape in (Shape.LINES, Shape.REFS):
        return _list(value)
    if shape is Shape.TABLE:
        return _table(columns, value)
    return str(value)


_PLAIN = {
    Shape.DATE: words.day,
    Shape.TIME: words.moment,
    Shape.MONEY: words.money,
    Shape.COUNT: words.number,
    Shape.NATION: words.nation,
    Shape.CHOICE: words.value_name,
    Shape.FLAG: lambda value: _("Yes") if value else _("No"),
    Shape.OTHER: lambda value: json.dumps(value, ensure_ascii=False),
}


def _table(columns: tuple[Field, ...], rows: Any) -> SafeString:
    heads = format_html_join(
        "", '<th scope="col">{}</th>', ((words.column_title(c),) for c in columns)
    )
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (
                format_html_join(
                    "", "<td>{}</td>", ((shown(c.shape, row.get(c.name)),) for c in columns)
                ),
            )
            for row in rows
        ),
    )
    return format_html(
        '<div class="table-wrap" tabindex="0" role="region" aria-label="{}"><table class="table">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        _("Rows"),
        heads,
        body,
    )


def _list(value: Any) -> SafeString:
    items = json.loads(value) if isinstance(value, str) else value
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((i,) for i in items)))
