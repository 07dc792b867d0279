"""Single sign-on: allauth's views, which do not expect a provider that cannot be reached."""

import logging
from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest, str], HttpResponse]


def _answered(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (RequestException, ValueError, KeyError) as error:
            # Its text could quote what was sent there.
            logger.warning("single sign-on: no answer to use (%s)", type(error).__name__)
            return render(request, "socialaccount/authentication_error.html", status=502)

    return asked


login = _answered(views.login)
callback = _answered(views.callback)
