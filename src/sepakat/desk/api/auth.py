"""Who asks: the person of a bearer token (RFC 6750), or without one the public.

A session's cookie is not looked at, so that no page elsewhere can act through somebody's browser.
"""

import math
from dataclasses import dataclass

from django.http import HttpRequest
from ninja.security import HttpBearer

from sepakat.desk.api import rates
from sepakat.desk.api.problems import ProblemError
from sepakat.node.accounts.models import Token
from sepakat.node.accounts.person import person_of_token
from sepakat.node.authorisation import Access, public
from sepakat.node.signed import home


@dataclass(frozen=True)
class Caller:
    """Whoever asks; the public has no token."""

    access: Access
    token: Token | None = None


class Bearer(HttpBearer):
    """Sets `request.auth` to the caller. A token that is not good is refused, never overlooked."""

    def __init__(self, *, needed: bool) -> None:
        super().__init__()
        self.needed = needed

    def __call__(self, request: HttpRequest) -> Caller:
        given = request.headers.get(self.header)
        if given is None:
            caller = self._without(request)
        else:
            scheme, _, secret = given.partition(" ")
            secret = secret.strip() if scheme.lower() == self.openapi_scheme else ""
            caller = self.authenticate(request, secret)
        request.access = caller.access
        return caller

    def authenticate(self, request: HttpRequest, secret: str) -> Caller:
        token = Token.find(secret) if secret else None
        if token is None:
            _take(rates.ADDRESS, request.META.get("REMOTE_ADDR", ""))
            raise _unauthorised("the token is unknown, expired or revoked", "invalid_token")
        _take(rates.TOKEN, str(token.pk))
        return Caller(Access(home(), person_of_token(home(), token)), token)

    def _without(self, request: HttpRequest) -> Caller:
        _take(rates.ADDRESS, request.META.get("REMOTE_ADDR", ""))
        if self.needed:
            raise _unauthorised("this is for people with a token")
        return Caller(Access(home(), public(home())))


def _take(limit: rates.Limit, key: str) -> None:
    if wait := limit.take(key):
        raise ProblemError(
            "too-many",
            "more requests than are taken in this time",
            fix="Wait as long as Retry-After says",
            headers={"Retry-After": str(math.ceil(wait))},
        )


def _unauthorised(detail: str, error: str = "") -> ProblemError:
    challenge = 'Bearer realm="sepakat"' + (f', error="{error}"' if error else "")
    return ProblemError(
        "unauthorised",
        detail,
        fix="Make a token on your account's page, and send it as `Authorization: Bearer …`",
        headers={"WWW-Authenticate": challenge},
    )
