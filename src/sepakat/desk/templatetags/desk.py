"""Filters and tags that every template may use."""

from django import template

from sepakat.desk import words

register = template.Library()

for _function in (
    words.day,
    words.moment,
    words.number,
    words.percent,
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
):
    register.filter(_function.__name__, _function)


@register.filter
def title_in(name: str, titles: dict[str, str]) -> str:
    """What is called so, by its title."""
    return titles.get(name, name)


register.simple_tag(words.field_title)
register.simple_tag(words.field_help)
