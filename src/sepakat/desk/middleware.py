"""What every request to the desk passes through."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from sepakat.desk import errors
from sepakat.node.accounts.person import person_of
from sepakat.node.authorisation import Access
from sepakat.node.signed import home
from sepakat.record.errors import ProofError, SepakatError

logger = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]

# Everything is our own; nothing inline but what the server sends as a file of its own.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicyMiddleware:
    """Sets the Content-Security-Policy (CSP Level 3) of every answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class UnkeptMiddleware:
    """What one reader is shown is kept by no browser and nobody on the way, unless its view says
    otherwise; what partners fetch is the same for all."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(errors.PARTNER_PATHS):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class AccessMiddleware:
    """Sets `request.access`, worked out when it is used: what whoever asks may see and say.

    What a view refuses on purpose becomes a page that says what to do next.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.access = SimpleLazyObject(lambda: Access(home(), person_of(home(), request.user)))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError):
            logger.error("the database did not answer", exc_info=exception)
            return errors.busy()
        if isinstance(exception, ProofError):
            return None  # a fault here, such as a damaged file: its place is for the operator
        return errors.of(request, exception) if isinstance(exception, SepakatError) else None
