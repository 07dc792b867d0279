"""What allauth is told about this node's accounts."""

import base64
import hashlib
import hmac
import logging
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sepakat.node.accounts.models import User
from sepakat.node.signed import home
from sepakat.record.errors import ProofError
from sepakat.record.seal import decrypt_at_rest, encrypt_at_rest

logger = logging.getLogger(__name__)

_CONTEXT = b"sepakat/second-factor/v1"
_mails = ThreadPoolExecutor(1, thread_name_prefix="mail")
_LOCKED = gettext_lazy("There have been too many attempts. Wait five minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an account begins with an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account is closed."),
        "email_password_mismatch": gettext_lazy(
            "The e-mail address and the password do not belong together."
        ),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_code": gettext_lazy("The code is wrong or has expired. Enter the newest one."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "invalid_password_reset": gettext_lazy("The link does not work, or works no more."),
        "too_many_login_attempts": _LOCKED,
        "rate_limited": _LOCKED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the node's own address: a Host header is anybody's word."""
        user, _, secret = key.partition("-")
        kwargs = {"uidb36": user, "key": secret}
        return home().config.url + reverse("account_reset_password_from_key", kwargs=kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Beside the request: neither its time nor a failure may tell that there is an account."""
        _mails.submit(_send, self.render_mail(template_prefix, email, context))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth puts the Host header in front, by whose port each guess could count anew.
        return str(credentials.get("email", "")).strip().lower()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, SMTPException) as error:
        logger.warning("a mail about an account was not sent (%s)", type(error).__name__)


def wait_for_mails() -> None:
    """Return once all mails that were to be sent until now have been."""
    _mails.submit(int).result()


def remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, whose secrets are encrypted at rest by the node's storage key."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes are for accounts with an authenticator app or a passkey. Add one first."
        ),
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": gettext_lazy("Your e-mail address is not proven yet."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(encrypt_at_rest(text.encode(), _key(), _CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
        except ValueError:
            raise ProofError(
                "the second factor's secret is damaged",
                fix="Take the account's second factor away, and let its owner add a new one",
            ) from None
        return decrypt_at_rest(sealed, _key(), _CONTEXT).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey {}").format(number)

    def _get_site_name(self) -> str:
        """As authenticator apps and browsers show it."""
        return f"Sepakat {home().config.nation}"


def _key() -> bytes:
    return hmac.digest(home().keys.get("storage"), _CONTEXT, hashlib.sha256)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on lets in whoever has an account here, by an address that the provider says is
    proven. It makes no account, and is tied to none."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        is_sign_in = sociallogin.state.get("process") == "login"
        if not is_sign_in or not sociallogin.is_existing:
            refusal = render(request, "socialaccount/refused.html", status=403)
            raise ImmediateHttpResponse(refusal)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        for address in sociallogin.email_addresses:
            # Some providers send the word "false", which is true to a computer.
            if address.verified is True:
                user = User.objects.filter(email=address.email.strip().lower()).first()
                if user is not None:
                    return user, user.email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False
