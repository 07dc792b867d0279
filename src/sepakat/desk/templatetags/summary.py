"""The summary of what is wrong in the forms of a page (GOV.UK pattern)."""

from collections.abc import Iterable

from django import template
from django.forms import BaseForm

register = template.Library()


@register.simple_tag
def wrong(form: BaseForm | None, forms: Iterable[BaseForm] | None) -> list[tuple[str, str]]:
    """What is wrong, each with the id of its field; nothing, for what concerns the whole."""
    found = []
    for one in [*([form] if form else []), *(forms or [])]:
        found += [("", error) for error in one.non_field_errors()]
        for field in one:
            target = field.auto_id if field.use_fieldset else field.id_for_label or field.auto_id
            found += [(target, f"{field.label}: {error}") for error in field.errors]
    return list(dict.fromkeys(found))
