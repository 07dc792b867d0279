"""Errors as pages for people, and as plain text for the partners' programs.

None says anything of the record, nor whether a thing exists.
"""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sepakat.desk import refusals
from sepakat.node import views as plain
from sepakat.record.errors import ConflictError, NotFoundError, RefusedError, SepakatError

PARTNER_PATHS = ("/exchange", "/tile/", "/checkpoint", "/add-checkpoint", "/healthz")


def bad_request(request: HttpRequest, exception: object = None) -> HttpResponse:
    if _for_programs(request):
        return plain.bad_request(request)
    return _page(
        request, 400, _("This request cannot be read"), _("Go back, and try it once more.")
    )


def refused(request: HttpRequest, exception: object = None) -> HttpResponse:
    if _for_programs(request):
        return plain.refused(request)
    return _page(
        request,
        403,
        _("You may not do this"),
        _("Ask an administrator of your organisation for the role that may."),
    )


def not_found(request: HttpRequest, exception: object = None) -> HttpResponse:
    if _for_programs(request):
        return plain.not_found(request)
    return _page(
        request,
        404,
        _("There is nothing here that you may see"),
        _("Check the address, or sign in if you have not."),
    )


def failed(request: HttpRequest) -> HttpResponse:
    if _for_programs(request):
        return plain.failed(request)
    if isinstance(sys.exc_info()[1], OperationalError):
        return busy()
    return _plain(
        500,
        _("Something went wrong here"),
        _("Nothing was recorded. The operator of this node finds the error in its log."),
    )


def busy() -> HttpResponse:
    """The database answers nobody just now: many write at once, or it is being restored."""
    page = _plain(
        503,
        _("The node is busy"),
        _("Nothing was recorded. Wait a moment, and try it once more."),
    )
    page.headers["Retry-After"] = "5"
    return page


def of(request: HttpRequest, error: SepakatError) -> HttpResponse:
    """The page of an error that Sepakat raises on purpose."""
    if isinstance(error, NotFoundError):
        return not_found(request)
    if isinstance(error, RefusedError):
        return _page(request, 403, _("You may not do this"), refusals.reason(error))
    status = 409 if isinstance(error, ConflictError) else 400
    return _page(request, status, _("This cannot be done"), refusals.reason(error))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("This form has expired"),
        _("Go back, load the page again, and send the form once more."),
    )


def _for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(PARTNER_PATHS)


def _plain(status: int, title: str, next_step: str) -> HttpResponse:
    """A page that asks nothing of the database, which knows the reader, and may be the fault."""
    words = {"title": title, "next_step": next_step, "LANGUAGE_CODE": get_language()}
    return HttpResponse(render_to_string("desk/plain.html", words), status=status)


def _page(request: HttpRequest, status: int, title: str, next_step: str) -> HttpResponse:
    return render(
        request, "desk/error.html", {"title": title, "next_step": next_step}, status=status
    )
