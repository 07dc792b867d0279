"""Filters and tags that every template may use."""

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sepakat.desk import words
from sepakat.desk.kinds.objects import Link

register = template.Library()

for _function in (
    words.day,
    words.short_day,
    words.moment,
    words.number,
    words.percent,
    words.per_cent,
    words.exact,
    words.money,
    words.nation,
    words.kind_name,
    words.kind_names,
    words.kind_help,
    words.state_name,
    words.action_name,
    words.role_name,
    words.value_name,
    words.classification,
    words.label_words,
    words.step_name,
    words.check_title,
    words.check_help,
    words.reference_class,
):
    register.filter(_function.__name__, _function)


@register.filter
def title_in(name: str, titles: dict[str, str]) -> str:
    """What is called so, by its title."""
    return titles.get(name, name)


@register.filter
def linked(id_: str, links: Mapping[str, Link]) -> SafeString:
    """A record by its title, with a link where the reader may see it."""
    link = links.get(id_)
    if link is None or not link.visible:
        return format_html('<span class="mono">{}</span>', id_)
    return format_html('<a href="{}">{}</a>', reverse("object", args=[id_]), link.title)


@register.filter
def amount_in(value: str | int | Decimal, currency: str) -> str:
    """An amount of money; without its currency, where that is not known."""
    return (
        words.money({"amount": str(value), "currency": currency})
        if currency
        else words.number(value)
    )


register.simple_tag(words.field_title)
register.simple_tag(words.field_help)
