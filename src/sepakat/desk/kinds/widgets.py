"""Fields and widgets of forms that Django does not have."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

AMOUNT = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?$"  # record.fields.Money


class Day(forms.DateInput):
    """A day, by the browser's own calendar where it has one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MoneyWidget(forms.MultiWidget):
    """An amount and its currency, side by side."""

    def __init__(self) -> None:
        super().__init__(
            {
                "amount": forms.TextInput(
                    attrs={"inputmode": "decimal", "aria-label": _("Amount"), "size": 18}
                ),
                "currency": forms.TextInput(
                    attrs={"aria-label": _("Currency"), "size": 4, "maxlength": 3}
                ),
            }
        )

    def decompress(self, value: Any) -> list[Any]:
        return [value["amount"], value["currency"]] if value else [None, None]


class MoneyField(forms.MultiValueField):
    """An amount as a decimal string with its ISO 4217 code."""

    widget = MoneyWidget

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Write an amount such as 1250000.50, with at most four decimals.")
        fields = (
            forms.CharField(validators=[RegexValidator(AMOUNT, wrong)]),
            forms.CharField(
                validators=[RegexValidator("^[A-Z]{3}$", _("Write a currency such as MYR or KRW."))]
            ),
        )
        super().__init__(fields, require_all_fields=True, **kwargs)

    def clean(self, value: Any) -> Any:
        amount, currency = (*value, None, None)[:2] if isinstance(value, list) else (None, None)
        # Grouping is how people write large amounts; the record has none.
        grouped = str(amount or "").replace(",", "").replace(" ", "")
        return super().clean([grouped, str(currency or "").strip().upper()])

    def compress(self, data_list: list[Any]) -> dict[str, str] | None:
        return dict(zip(("amount", "currency"), data_list, strict=True)) if data_list else None


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, help_text: str = "", **kwargs: Any) -> None:
        hint = " ".join(filter(None, (str(help_text), str(_("One on each line.")))))
        super().__init__(help_text=hint, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> Any:
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The kind checks each line."""
