"""The forms about people: invitations, roles, tokens, standing in."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from sepakat.desk import words
from sepakat.desk.caveats import CaveatsField
from sepakat.desk.people.allauthforms import PASSWORD_HINT
from sepakat.node.accounts import delegations, places
from sepakat.node.accounts.models import Token, User
from sepakat.node.accounts.places import LIAISON_ROLES, OFFICE_ROLES, ORGANISATION_ROLES, Place
from sepakat.node.home import Home
from sepakat.record.errors import SepakatError


def add_refusal(form: forms.Form, error: SepakatError) -> None:
    """Show an error at the field that it names, or above the form."""
    text = f"{capfirst(error.what)}." + (f" {error.fix.rstrip('.')}." if error.fix else "")
    form.add_error(error.where if error.where in form.fields else None, text)


def role_choices(roles: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(role, words.role_name(role)) for role in roles]


OFFICES = "offices"


class PlaceField(forms.ChoiceField):
    """The own offices, an organisation, or a partner; gives what `Place.parse` takes."""

    def clean(self, value: Any) -> str:
        chosen: str = super().clean(value)
        return "" if chosen == OFFICES else chosen


def place_choices(home: Home, *, with_partners: bool = True) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(OFFICES, _("The nation’s own offices"))]
    if known := places.organisations(home):
        found.append((str(_("Organisations")), list(known.items())))
    if with_partners and (nations := places.partners()):
        named = [(code, words.nation(code)) for code in nations]
        found.append((str(_("A partner’s liaison officer, who only reads")), named))
    return found


def clearance_choices(home: Home) -> list[tuple[str, str]]:
    return [(name, words.classification(name)) for name in places.clearances(home)]


_ROLE_HINT = _(
    "In the own offices any role but company; in an organisation company, inspector or auditor;"
    " for a partner officer or auditor."
)


class _ClearanceFields(forms.Form):
    """What of the node's own clearance somebody has."""

    clearance = forms.ChoiceField(label=_("Clearance"))
    caveats = CaveatsField(
        label=_("Caveats"), help_text=_("What is under a caveat is seen by its holders alone.")
    )

    def __init__(self, home: Home, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clearance"].choices = clearance_choices(home)
        self.fields["caveats"].offer(home.config.caveats)


class InvitationForm(_ClearanceFields):
    """Whom to invite, into what."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=200)
    organisation = PlaceField(label=_("Where the person works"))
    role = forms.ChoiceField(label=_("Role"), help_text=_ROLE_HINT)

    field_order = ("email", "name", "organisation", "role", "clearance", "caveats")

    def __init__(self, home: Home, *args: Any, **kwargs: Any) -> None:
        super().__init__(home, *args, **kwargs)
        self.fields["organisation"].choices = place_choices(home)
        self.fields["role"].choices = role_choices(
            tuple(dict.fromkeys(OFFICE_ROLES + ORGANISATION_ROLES + LIAISON_ROLES))
        )

    @property
    def place(self) -> Place:
        return Place.parse(self.cleaned_data["organisation"])


class RoleForm(forms.Form):
    """A role to give to somebody."""

    role = forms.ChoiceField(label=_("Role"), help_text=_ROLE_HINT)
    organisation = PlaceField(label=_("Where"))

    def __init__(self, home: Home, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user.nation:
            del self.fields["organisation"]
            self.fields["role"].choices = role_choices(LIAISON_ROLES)
        else:
            self.fields["organisation"].choices = place_choices(home, with_partners=False)
            self.fields["role"].choices = role_choices(
                tuple(dict.fromkeys(OFFICE_ROLES + ORGANISATION_ROLES))
            )


class ClearanceForm(_ClearanceFields):
    """The highest classification that somebody may see, and the caveats that somebody holds."""


class AcceptForm(forms.Form):
    """The password of a new account."""

    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HINT,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class ProfileForm(forms.ModelForm):
    """What everybody may change of the own account."""

    class Meta:
        model = User
        fields = ("name", "language")
        labels = {"name": _("Name"), "language": _("Language")}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from django.conf import settings

        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def _date_field(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=hint, widget=widget)


class DelegationForm(forms.Form):
    """Who stands in for the user, and when."""

    delegate = forms.ModelChoiceField(label=_("Colleague"), queryset=None)
    starts = _date_field(_("First day"))
    ends = _date_field(_("Last day"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].queryset = delegations.colleagues(user)


class TokenForm(forms.Form):
    """A token to make for a program."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("The program that will use it.")
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any, it sees only what is released to the public."),
    )
    expires = _date_field(_("Last day"), _("At most one year from now."))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = dict.fromkeys(user.memberships.order_by("id").values_list("role", flat=True))
        self.fields["roles"].choices = role_choices(tuple(held))

    def clean_expires(self) -> datetime:
        """The end of the day, or a year from now if that is sooner."""
        day = self.cleaned_data["expires"]
        now = timezone.now()
        if not now.date() <= day <= (now + Token.LONGEST).date():
            raise ValidationError(_("Choose a day from today to one year from now."))
        end = datetime.combine(day, time(), UTC) + timedelta(days=1)
        return min(end, now + Token.LONGEST)
