"""Lists in pages: which rows, in which order, and where the other pages are (RFC 8288)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from pydantic import BaseModel

from sepakat.desk.api.problems import Fault, ProblemError
from sepakat.desk.api.schemas import Paging
from sepakat.desk.kinds.lists import Listing
from sepakat.node.authorisation import Access
from sepakat.record.kind import Kind


def check_known(request: HttpRequest, query: type[BaseModel]) -> None:
    """Refuse a parameter that there is not: a misspelt filter would silently let all through."""
    known = query.model_fields
    if unknown := [name for name in request.GET if name not in known]:
        faults = [Fault(detail="there is no such parameter", parameter=n[:80]) for n in unknown]
        raise ProblemError(
            "invalid",
            f"there is no parameter {', '.join(name[:80] for name in unknown)}",
            fix=f"Known are {', '.join(known)}",
            errors=faults,
        )


def rows(access: Access, kind: type[Kind], query: BaseModel) -> QuerySet[Any]:
    """The rows of a kind that the caller may see, as the query asks for them."""
    given = QueryDict(mutable=True)
    for name, value in query.model_dump(mode="json", exclude={"page", "size", "sort"}).items():
        values = value if isinstance(value, list) else [value]
        given.setlist(name, [_plain(item) for item in values if item not in (None, "")])
    order = query.sort
    return Listing(access, kind, given).rows.order_by(order, *(() if order == "id" else ("id",)))


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def one_page(found: QuerySet[Any] | list[Any], paging: Paging) -> Any:
    start = (paging.page - 1) * paging.size
    return found[start : start + paging.size]


def add_links(request: HttpRequest, response: HttpResponse, paging: Paging, total: int) -> None:
    """Where the first, previous, next and last pages are."""
    last = max(1, -(-total // paging.size))
    response.headers["Link"] = ", ".join(
        f'<{_address(request, page)}>; rel="{name}"' for name, page in _others(paging.page, last)
    )


def _others(page: int, last: int) -> Iterator[tuple[str, int]]:
    yield "first", 1
    if 1 < page <= last + 1:
        yield "prev", page - 1
    if page < last:
        yield "next", page + 1
    yield "last", last


def _address(request: HttpRequest, page: int) -> str:
    parts = [(name, value) for name, values in request.GET.lists() for value in values]
    rest = [(name, value) for name, value in parts if name != "page"]
    return f"{request.path}?{urlencode([*rest, ('page', page)])}"
