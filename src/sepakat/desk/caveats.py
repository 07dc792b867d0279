"""The field by which forms take caveats."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from sepakat.node.plainlabel import caveat_texts, parse_caveats


class CaveatsField(forms.MultipleChoiceField):
    """Some of the caveats that are offered; gives values by category. It offers none at first, and
    is not shown while it does."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.MultipleHiddenInput, **kwargs)

    def offer(self, caveats: Mapping[str, Iterable[str]]) -> None:
        if texts := caveat_texts(caveats):
            self.widget = forms.CheckboxSelectMultiple()
            self.choices = [(text, text) for text in texts]

    def clean(self, value: Any) -> dict[str, tuple[str, ...]]:
        return parse_caveats(super().clean(value), "caveats")
