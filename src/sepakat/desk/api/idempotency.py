"""Idempotency keys: a request that is sent again is answered again, not carried out again.

The semantics are those of draft-ietf-httpapi-idempotency-key-header. The answer is kept in the
transaction that records the statements, so that a crash leaves both or none.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sepakat.desk.api.models import KeptAnswer
from sepakat.desk.api.problems import ProblemError

KEPT: Final = timedelta(hours=24)
# After so long a request without answer has died with its process: `serve` cuts it off earlier.
DEAD_AFTER: Final = timedelta(seconds=90)


def once(
    request: HttpRequest, account: str, key: str, act: Callable[[], HttpResponse]
) -> HttpResponse:
    """The answer of `act`, or the one that was given to the same request before.

    Only what succeeds is kept: a refusal has recorded nothing, and may be asked again.
    """
    attempt = secrets.token_hex(16)
    try:
        with transaction.atomic():
            kept = _claim(account, key, _digest(request), attempt)
    except IntegrityError:  # another claimed it in the same moment
        raise _in_progress() from None
    if kept is not None:
        return _replayed(kept)
    mine = KeptAnswer.objects.filter(account=account, key=key, attempt=attempt)
    try:
        with transaction.atomic():
            response = act()
            found = mine.update(
                status=response.status_code,
                location=response.headers.get("Location", ""),
                body=response.content.decode(),
            )
            if not found:  # so late that another has taken over
                raise _in_progress()
    except BaseException:
        mine.filter(status=None).delete()
        raise
    return response


def _claim(account: str, key: str, request: str, attempt: str) -> KeptAnswer | None:
    """The answer that there is already, or none: then it is this attempt's to give."""
    now = timezone.now()
    KeptAnswer.objects.filter(started__lt=now - KEPT).delete()
    found = KeptAnswer.objects.select_for_update().filter(account=account, key=key).first()
    if found is None:
        KeptAnswer.objects.create(
            account=account, key=key, request=request, attempt=attempt, started=now
        )
        return None
    if found.request != request:
        raise ProblemError(
            "key-reused",
            "this key came with another request before",
            fix="Take a new key for every new request",
        )
    if found.status is None:
        if found.started > now - DEAD_AFTER:
            raise _in_progress()
        found.attempt, found.started = attempt, now
        found.save()
        return None
    return found


def _replayed(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    if kept.location:
        response.headers["Location"] = kept.location
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    head = f"{request.method}\n{request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()


def _in_progress() -> ProblemError:
    return ProblemError(
        "in-progress",
        "a request with this key has no answer yet",
        fix="Send it again a little later, with the same key",
        headers={"Retry-After": "2"},
    )
