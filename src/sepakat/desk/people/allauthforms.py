"""allauth's forms in our own words. A new password is asked for once: browsers can show it."""

import struct
from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _(
    "At least 12 characters. Three or four words that have nothing to do with each other are good."
)
_PARSERS_ERRORS = (
    AttributeError,
    InvalidSignature,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)
_CODE_HINT = _("The six digits that the app shows now.")


class _Worded:
    """Gives the fields our labels and hints, and takes away placeholders and second passwords."""

    labels: ClassVar[dict[str, Any]]
    hints: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields: dict[str, Any]
        self.fields.pop("password2", None)
        for name, label in self.labels.items():
            field = self.fields[name]
            field.label, field.help_text = label, self.hints.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class SignInForm(_Worded, account.LoginForm):
    labels: ClassVar = {"login": _("E-mail address"), "password": _("Password")}


class ReauthenticateForm(_Worded, account.ReauthenticateForm):
    labels: ClassVar = {"password": _("Password")}


class ChangePasswordForm(_Worded, account.ChangePasswordForm):
    labels: ClassVar = {"oldpassword": _("Present password"), "password1": _("New password")}
    hints: ClassVar = {"password1": PASSWORD_HINT}


class SetPasswordForm(_Worded, account.SetPasswordForm):
    labels: ClassVar = {"password1": _("New password")}
    hints: ClassVar = {"password1": PASSWORD_HINT}


class ResetPasswordForm(_Worded, account.ResetPasswordForm):
    labels: ClassVar = {"email": _("E-mail address")}


class NewPasswordForm(_Worded, account.ResetPasswordKeyForm):
    labels: ClassVar = {"password1": _("New password")}
    hints: ClassVar = {"password1": PASSWORD_HINT}


class CodeForm(_Worded, mfa.AuthenticateForm):
    labels: ClassVar = {"code": _("Code")}
    hints: ClassVar = {"code": _("From your authenticator app, or one of your recovery codes.")}


class CodeAgainForm(_Worded, mfa.ReauthenticateForm):
    labels: ClassVar = CodeForm.labels
    hints: ClassVar = CodeForm.hints


class ActivateAppForm(_Worded, totp.ActivateTOTPForm):
    labels: ClassVar = {"code": _("Code")}
    hints: ClassVar = {"code": _CODE_HINT}


class _Guarded:
    """Refuses what is no answer of a passkey at all; allauth's parser would fall over it."""

    def clean_credential(self) -> Any:
        parse = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        return self._guard(parse)

    def clean(self) -> Any:
        return self._guard(super().clean)

    @staticmethod
    def _guard(parse: Callable[[], Any]) -> Any:
        try:
            return parse()
        except ValidationError:
            raise
        except _PARSERS_ERRORS as error:
            raise ValidationError(
                _("The passkey did not work. Try it once more, or use another way.")
            ) from error


class PasskeySignInForm(_Guarded, webauthn.LoginWebAuthnForm):
    pass


class PasskeyForm(_Guarded, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_Guarded, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_Worded, _Guarded, webauthn.AddWebAuthnForm):
    labels: ClassVar = {
        "name": _("Name"),
        "passwordless": _("Sign in with this passkey alone, without the password"),
    }
    hints: ClassVar = {
        "name": _("By which you will know it again, such as the device that it is on."),
        "passwordless": _("It must then ask for a fingerprint, your face or a PIN."),
    }


class RenamePasskeyForm(_Worded, webauthn.EditWebAuthnForm):
    labels: ClassVar = {"name": _("Name")}
