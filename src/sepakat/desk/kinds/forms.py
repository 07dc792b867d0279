"""The form of an action, from its kind's declaration: a field for each that it must or may give."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from sepakat.desk import refusals, words
from sepakat.desk.kinds import widgets
from sepakat.desk.kinds.shapes import Field, Shape, fields_of
from sepakat.desk.kinds.tables import TableField
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.node.models import Partner
from sepakat.record.errors import InvalidError
from sepakat.record.kind import Action, Kind, Object
from sepakat.vocabulary import REGISTRY

MAX_CHOICES = 200  # more are not listed; the identifier is typed then
MAX_RADIOS = 5  # more are a list to choose from
MAX_FILE = 25 * 1024 * 1024
FROM_FILE = ("sha256", "size", "media_type", "filename")
TITLES = ("title", "name", "question", "description", "findings", "grounds")
_ID = re.compile("[A-Z]{3}-[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class ActionForm(forms.Form):
    """What an action of a kind gives. `body` is what was given, once the form is valid."""

    def __init__(
        self,
        access: Access,
        kind: type[Kind],
        action: Action,
        before: Object | None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.action, self.before = kind, action, before
        needed = kind.needed_by(action)
        taken = dict.fromkeys((*needed, *action.may))
        for name in taken:
            field = fields_of(kind)[name]
            if takes_file(kind, action) and name in FROM_FILE:
                continue
            required = name in needed and not field.may_be_empty
            self.fields[name] = make_field(access, kind, action, field, required)
            if before is not None:
                self.initial.setdefault(name, initial(field, before.fields.get(name)))
            elif field.target == "organisation" and (own := _own_organisation(access)):
                self.initial.setdefault(name, own)
        if takes_file(kind, action):
            self.fields["file"] = forms.FileField(
                label=_("File"),
                help_text=_("At most {} MB.").format(MAX_FILE // 2**20),
                required="upload" not in self.data,
            )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MAX_FILE:
            raise forms.ValidationError(
                _("The file is too large. At most {} MB are taken.").format(MAX_FILE // 2**20)
            )
        return file

    @property
    def body(self) -> dict[str, Any]:
        """The fields that are given; what was left empty is not, unless it takes a value away or
        is the answer that the action needs."""
        given = {}
        for name, value in self.cleaned_data.items():
            if name in ("file", "upload"):
                continue
            plain = to_plain(fields_of(self.kind)[name], value)
            was = self.before.fields.get(name) if self.before else None
            if plain == [] and not was and name not in self.kind.needed_by(self.action):
                continue
            if plain is not None:
                given[name] = plain
        return given

    def check_body(self, body: Mapping[str, Any]) -> bool:
        """Whether the kind takes the body; what it finds wrong is said at each field."""
        try:
            self.kind.check_body(self.action, body)
        except InvalidError as error:
            cause = error.__cause__
            found = cause.errors(include_url=False) if isinstance(cause, ValidationError) else []
            for item in found or [{"loc": (), "type": "", "msg": error.what}]:
                name = str(item["loc"][0]) if item["loc"] else ""
                self.add_error(name if name in self.fields else None, refusals.fault(item))
        return not self.errors


def _own_organisation(access: Access) -> str | None:
    return next((hat.organisation for hat in access.person.hats if hat.organisation), None)


def takes_file(kind: type[Kind], action: Action) -> bool:
    return not action.start and set(FROM_FILE) <= set(kind.needed_by(action))


def make_field(
    access: Access, kind: type[Kind], action: Action, field: Field, required: bool
) -> forms.Field:
    """The form's field for a kind's field."""
    common: dict[str, Any] = {
        "label": words.field_title(kind, field.name),
        "help_text": words.field_help(kind, field.name),
        "required": required,
    }
    if field.shape is Shape.NATION:
        return choice(nations(access, field.name == "counterparty"), common)
    if field.shape in (Shape.REF, Shape.REFS):
        return _reference(field, candidates(access, action, field), common)
    if field.shape is Shape.TABLE:
        cells = {column.name: _cell(access, column) for column in field.columns}
        return TableField(field.columns, cells, **common)
    return _PLAIN[field.shape](field, common)


def _cell(access: Access, column: Field) -> forms.Field:
    """The form's field for a table's column."""
    common: dict[str, Any] = {"label": words.column_title(column), "required": column.required}
    if column.shape is Shape.NATION:
        return forms.ChoiceField(choices=[("", ""), *nations(access, False)], **common)
    if column.shape is Shape.CHOICE:
        named = [(value, words.value_name(value)) for value in column.choices]
        return forms.ChoiceField(choices=[("", ""), *named], **common)
    if column.shape is Shape.TEXT:
        return forms.CharField(max_length=column.longest, **common)
    return _PLAIN[column.shape](column, common)


def _line(field: Field, common: dict[str, Any]) -> forms.Field:
    validators = []
    if field.pattern and "\\p{" not in field.pattern:
        # The hint says what form that is, and an error is where it is wanted.
        hint = common.get("help_text") or words.column_help(field)
        wrong = " ".join(filter(None, (_("This is not in the form that is asked for."), hint)))
        validators.append(RegexValidator(field.pattern, wrong))
    return forms.CharField(max_length=field.longest or 200, validators=validators, **common)


def _choice(field: Field, common: dict[str, Any]) -> forms.Field:
    return choice([(value, words.value_name(value)) for value in field.choices], common)


def choice(choices: list[tuple[str, str]], common: dict[str, Any]) -> forms.ChoiceField:
    if common["required"] and len(choices) <= MAX_RADIOS:
        only = choices[0][0] if len(choices) == 1 else None
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=only, **common)
    return forms.ChoiceField(choices=[("", ""), *choices], **common)


_PLAIN: dict[Shape, Callable[[Field, dict[str, Any]], forms.Field]] = {
    Shape.LINE: _line,
    Shape.TIME: _line,
    Shape.DIGEST: _line,
    Shape.CHOICE: _choice,
    Shape.DATE: lambda field, common: forms.DateField(widget=widgets.Day(), **common),
    Shape.MONEY: lambda field, common: widgets.MoneyField(**common),
    Shape.COUNT: lambda field, common: forms.IntegerField(
        min_value=0, max_value=2**53 - 1, **common
    ),
    Shape.FLAG: lambda field, common: forms.BooleanField(**common | {"required": False}),
    Shape.LINES: lambda field, common: widgets.LinesField(**common),
    Shape.TEXT: lambda field, common: forms.CharField(
        max_length=field.longest, widget=forms.Textarea(attrs={"rows": 5}), **common
    ),
    Shape.OTHER: lambda field, common: forms.JSONField(**common),
}


def nations(access: Access, partners_only: bool) -> list[tuple[str, str]]:
    own = [] if partners_only else [access.home.config.nation]
    partners = Partner.objects.order_by("nation").values_list("nation", flat=True)
    return [(nation, words.nation(nation)) for nation in (*own, *partners)]


def candidates(access: Access, action: Action, field: Field) -> list[tuple[str, str]]:
    """The records that a reference may name: seen by this person, in a state that is asked for."""
    kind = REGISTRY.get(field.target)
    found = table(kind).objects.filter(label_id__in=access.labels_of(kind.kind))
    if states := action.requires.get(field.name):
        found = found.filter(state__in=states)
    shown = title_field(kind)
    rows_ = found.order_by("id").values_list("id", shown)[: MAX_CHOICES + 1]
    return [(id_, f"{title[:80]} ({id_})" if title != id_ else id_) for id_, title in rows_]


def title_field(kind: type[Kind]) -> str:
    """The field by which people know a record: its title, or how its matter begins."""
    return next((name for name in TITLES if name in kind.model_fields), "id")


def _reference(field: Field, found: list[tuple[str, str]], common: dict[str, Any]) -> forms.Field:
    many = field.shape is Shape.REFS
    if len(found) > MAX_CHOICES:
        if many:
            return widgets.LinesField(**common)
        return _line(Field(field.name, Shape.LINE, longest=80, pattern=f"^{_ID.pattern}$"), common)
    if many:
        return forms.MultipleChoiceField(
            choices=found, widget=forms.CheckboxSelectMultiple, **common
        )
    return forms.ChoiceField(choices=[("", ""), *found], **common)


def initial(field: Field, value: Any) -> Any:
    """A field's value as its form's field shows it."""
    if field.shape is Shape.MONEY and value:
        return [value["amount"], value["currency"]]
    return value


def to_plain(field: Field, value: Any) -> Any:
    """What a form's field found, as a statement's body has it; none, where nothing was given."""
    if value is None or value == "":
        return None
    if field.shape is Shape.TABLE:
        return [_row(field, row) for row in value]
    if field.shape is Shape.DATE:
        return value.isoformat()
    if field.shape is Shape.TEXT:
        return value.replace("\r\n", "\n")
    return value


def _row(field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    plain = {column.name: to_plain(column, row[column.name]) for column in field.columns}
    return {name: value for name, value in plain.items() if value is not None}


class IdentifierForm(forms.Form):
    """The identifier of a new record: given, or made from its title."""

    object = forms.CharField(
        label=gettext_lazy("Identifier"),
        help_text=gettext_lazy("Leave it empty to have one made. It cannot be changed later."),
        max_length=67,
        required=False,
    )

    def __init__(self, nation: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nation = nation

    def clean_object(self) -> str:
        given = str(self.cleaned_data["object"]).strip()
        if given and not _ID.fullmatch(given):
            raise forms.ValidationError(
                _("Write {}-, then small letters, digits and hyphens.").format(self.nation)
            )
        return given


def make_identifier(nation: str, kind: type[Kind], title: str) -> str:
    """An identifier of the kind and the title, with a random end.

    Without one, a number after a title that is taken would tell of a record that is hidden.
    """
    stem = f"{nation}-{kind.kind.replace('_', '-')}"
    name = slugify(title)[: 50 - len(stem)].strip("-")
    return "-".join(filter(None, (stem, name, secrets.token_hex(5))))
