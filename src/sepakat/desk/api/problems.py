"""Errors of the API: problem details in JSON (RFC 9457), the same for everything under /api/.

`type` names the problem, `title` says it in words that never change, `detail` what is wrong this
time, `where` and `fix` where, and what to do next.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from sepakat.record.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    RefusedError,
    SepakatError,
)
from sepakat.record.fields import described

PREFIX = "/api/"
TYPES = "/problems/"
logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# Name, status and title of every problem; docs/api.md says what to do about each.
PROBLEMS: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "The request cannot be read"),
    "unauthorised": (401, "A valid token is needed"),
    "refused": (403, "This may not be said or done"),
    "not-found": (404, "There is no such thing, or none that you may see"),
    "method": (405, "This address does not take the method"),
    "conflict": (409, "It does not fit what is recorded"),
    "in-progress": (409, "A request with this key is being answered"),
    "too-large": (413, "The request is too large"),
    "media-type": (415, "This media type is not taken here"),
    "invalid": (422, "What was sent breaks its format or its rules"),
    "key-reused": (422, "The idempotency key was used for another request"),
    "too-many": (429, "Too many requests"),
    "busy": (503, "The node is busy"),
    "fault": (500, "The node met an error"),
}
_BY_STATUS = {status: name for name, (status, _) in reversed(PROBLEMS.items())}


class Fault(BaseModel):
    """One fault in what was sent: at `pointer` (RFC 6901) in the body, or in the `parameter`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    type: str = Field(description="Names the problem; see the documentation of the API.")
    title: str
    status: int
    instance: str = Field(description="The path that was asked for.")
    detail: str | None = Field(default=None, description="What is wrong, this time.")
    where: str | None = Field(default=None, description="The field, record or file concerned.")
    fix: str | None = Field(default=None, description="What to do next.")
    errors: list[Fault] | None = Field(default=None, description="Each fault in what was sent.")


class ProblemError(Exception):
    """Ends a request with the problem of this name."""

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        fix: str = "",
        errors: list[Fault] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name, detail)
        self.name, self.detail, self.fix = name, detail, fix
        self.errors, self.headers = errors, dict(headers or {})


def answer(
    request: HttpRequest,
    name: str,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> HttpResponse:
    """The problem of this name as a response; members that say nothing are left out."""
    status, title = PROBLEMS[name]
    problem = Problem(
        type=TYPES + name,
        title=title,
        status=status,
        instance=request.path,
        **{member: value or None for member, value in members.items()},
    )
    content = orjson.dumps(problem.model_dump(exclude_none=True))
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=headers)


def of(request: HttpRequest, error: SepakatError) -> HttpResponse:
    """The problem that an error of Sepakat's own is."""
    if isinstance(error, NotFoundError):
        # The same words whatever it is that is missing, so that none says whether it exists.
        return answer(request, "not-found")
    names = {RefusedError: "refused", ConflictError: "conflict", InvalidError: "invalid"}
    name = next((names[c] for c in type(error).__mro__ if c in names), "fault")
    if name == "fault":
        raise error
    return answer(request, name, detail=error.what, where=error.where, fix=error.fix)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(request, "invalid", errors=[_fault(item) for item in error.errors])


def _fault(item: Mapping[str, Any]) -> Fault:
    source, *rest = item["loc"]
    if source == "body":  # the first part names the parameter of our function
        pointer = "".join(
            f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in rest[1:]
        )
        return Fault(detail=described(item), pointer=pointer)
    names = [part for part in rest if isinstance(part, str)]  # the last one is the parameter's
    return Fault(detail=described(item), parameter=names[-1] if names else source)


def _refused_by_ninja(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, ProblemError):  # raised by our parser
        return _problem(request, error.__cause__)
    return answer(request, _BY_STATUS.get(error.status_code, "malformed"), detail=str(error))


def _problem(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return answer(
        request,
        error.name,
        headers=error.headers,
        detail=error.detail,
        fix=error.fix,
        errors=error.errors,
    )


def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    logger.error("the database did not answer", exc_info=error)
    fix = "Nothing was recorded; send it again after a moment"
    return answer(request, "busy", headers={"Retry-After": "5"}, fix=fix)


def add_handlers(api: NinjaAPI) -> None:
    """Turn every error that an operation may raise into its problem."""
    api.add_exception_handler(SepakatError, of)
    api.add_exception_handler(ProblemError, _problem)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _refused_by_ninja)
    api.add_exception_handler(OperationalError, _busy)
    api.add_exception_handler(Http404, lambda request, error: answer(request, "not-found"))
    api.add_exception_handler(
        RequestDataTooBig, lambda request, error: answer(request, "too-large")
    )


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """Whatever under /api/ is no address of ours."""
    return answer(request, "not-found")


class ProblemMiddleware:
    """Outermost: what anything else refuses under /api/ is a problem too, not a page; and what one
    caller is answered is kept for no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX):
            return response
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = self._problem(request, response)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @staticmethod
    def _problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        name = _BY_STATUS.get(response.status_code)
        name = name or ("malformed" if response.status_code < 500 else "fault")
        about_body = ("Content-Type", "Content-Length", "Content-Language")
        headers = {n: v for n, v in response.headers.items() if n not in about_body}
        return answer(request, name, headers=headers)
