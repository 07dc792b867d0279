"""Who may open the pages about people."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def administrators_only(view: View) -> View:
    """For all others the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.access.manages_accounts:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
