"""What every template may use."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sepakat.desk.notices import inbox
from sepakat.node.signed import home


def desk(request: HttpRequest) -> dict[str, Any]:
    return {
        "node": home().config,
        "access": getattr(request, "access", None),
        # Asked where it is shown, and once.
        "unread": SimpleLazyObject(lambda: inbox.unread(request.access, request.user)),
    }
