"""Signing in as people do, by the form, and what arrives in their mailboxes."""

import re

from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from sepakat.node.accounts.adapters import wait_for_mails
from sepakat.node.accounts.models import User
from support.desks import PASSWORD


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def browser() -> Client:
    return Client(HTTP_HOST="localhost", headers={"accept-language": "en"})


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None) -> Client:
    """A browser that has sent the form to sign in, whatever came of it."""
    client = client or browser()
    client.answer = client.post("/accounts/login/", {"login": email, "password": password})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def link_in_mail(pattern: str) -> str:
    """The path of the link in the last mail."""
    wait_for_mails()
    found = re.search(rf"https://mys\.example(/{pattern}\S*)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]
