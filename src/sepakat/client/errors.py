"""What a node refuses, as Sepakat's own errors."""

from typing import Any

import httpx

from sepakat.record.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    RefusedError,
    SepakatError,
)

MAX_SHOWN = 5  # faults in one message


class UnreachableError(SepakatError):
    """The node does not answer, or not as one."""


class UnauthorisedError(RefusedError):
    """The token is unknown, expired or revoked, or this is not for whoever has none."""


_BY_STATUS: dict[int, type[SepakatError]] = {
    400: InvalidError,
    401: UnauthorisedError,
    403: RefusedError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidError,
    415: InvalidError,
    422: InvalidError,
}


def error_of(response: httpx.Response) -> SepakatError:
    """The error that an answer of 400 or more is (RFC 9457, as far as the node keeps to it)."""
    kind = _BY_STATUS.get(response.status_code, UnreachableError)
    problem = _problem(response)
    what = str(problem.get("detail") or _faults(problem) or problem.get("title") or "")
    return kind(
        what or f"the node answers with {response.status_code}",
        where=str(problem.get("where") or response.url.path),
        fix=str(problem.get("fix") or ""),
    )


def _problem(response: httpx.Response) -> dict[str, Any]:
    if not response.headers.get("Content-Type", "").startswith("application/problem+json"):
        return {}
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _faults(problem: dict[str, Any]) -> str:
    found = problem.get("errors")
    faults = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return "; ".join(
        f"{one.get('pointer') or one.get('parameter') or 'it'}: {one.get('detail', '')}"
        for one in faults[:MAX_SHOWN]
    )
