"""The client: one method for each thing that a node can be asked."""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from ipaddress import ip_address
from time import sleep
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from sepakat.client.errors import UnreachableError, error_of
from sepakat.client.models import (
    Commitments,
    KindInfo,
    Prepared,
    Record,
    Recorded,
    Said,
    SignedCheckpoint,
    ToSay,
    Upload,
)
from sepakat.record.address import split_address
from sepakat.record.errors import InvalidError, SepakatError

M = TypeVar("M", bound=BaseModel)

ROOT: Final = "/api/v1"
TRIES: Final = 4
LONGEST_WAIT: Final = 30.0  # seconds, however long the node says
TIMEOUT: Final = 30.0  # seconds without a byte
PAGE: Final = 200
IN_PROGRESS: Final = "/problems/in-progress"


class Client:
    """A node at `url`, asked with a token, or without one as the public.

    What fails on the way is tried again; what says something brings an idempotency key, so that it
    is said once. Errors are Sepakat's own; `UnreachableError` where the node does not answer.
    """

    def __init__(self, url: str, token: str = "") -> None:
        _check_address(url)
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        # A proxy that the environment names reads plain HTTP, and may be on any machine.
        is_sealed = split_address(url).scheme == "https"
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=TIMEOUT, trust_env=is_sealed
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def kinds(self) -> list[KindInfo]:
        """All kinds of records that the node knows."""
        return TypeAdapter(list[KindInfo]).validate_python(self._get("/kinds").json())

    def list(self, kind: str, **filters: Any) -> Iterator[Record]:
        """The records of a kind, page by page as they are taken; `filters` are the API's."""
        yield from self._pages(f"/{quote(kind)}", Record, filters)

    def find(self, object_id: str) -> Record:
        """A record by its identifier alone, whatever its kind."""
        found = self._get(f"/records/{quote(object_id)}").json()
        return self.get(found["kind"], object_id)

    def get(self, kind: str, object_id: str) -> Record:
        """A record, with the actions that may follow."""
        return self._one(Record, self._get(_path(kind, object_id)))

    def statements(self, kind: str, object_id: str) -> Iterator[Said]:
        """What was said of a record, first to last."""
        yield from self._pages(f"{_path(kind, object_id)}/statements", Said, {})

    def proof(self, kind: str, object_id: str, digest: str) -> str:
        """The text of the .tlog-proof file of a statement about a record."""
        return self._get(f"{_path(kind, object_id)}/statements/{quote(digest)}/proof").text

    def checkpoint(self) -> SignedCheckpoint:
        return self._one(SignedCheckpoint, self._get("/record/checkpoint"))

    def commitments(self, on: date | None = None) -> Commitments:
        """What was promised, claimed, verified and is owed; overdue as on a day, or today."""
        query = {"on": on.isoformat()} if on else {}
        return self._one(Commitments, self._get("/commitments", query))

    def say(
        self,
        kind: str,
        object_id: str,
        action: str,
        body: Mapping[str, Any] | None = None,
        *,
        label: Mapping[str, Any] | None = None,
        upload: str | None = None,
        role: str | None = None,
        organisation: str | None = None,
        dry_run: bool = False,
        key: str | None = None,
    ) -> Recorded | Prepared:
        """Take an action on a record, a new one if it comes with a label.

        `key` is the idempotency key, for whoever will try again after this process has ended.
        """
        given = _stated(body=dict(body or {}), label=label, upload=upload)
        given |= _manner(role, organisation, dry_run=dry_run)
        response = self._say(f"{_path(kind, object_id)}/{quote(action)}", given, key)
        if response.status_code == 202:
            return self._one(Prepared, response)
        return self._one(Recorded, response)

    def say_all(
        self,
        statements: Sequence[ToSay],
        *,
        role: str | None = None,
        organisation: str | None = None,
        dry_run: bool = False,
        key: str | None = None,
    ) -> Recorded:
        """Record several statements in their order, all or none."""
        given = _manner(role, organisation, dry_run=dry_run)
        given["statements"] = [one.model_dump(exclude_none=True) for one in statements]
        return self._one(Recorded, self._say("/statements", given, key))

    def upload(self, content: bytes) -> Upload:
        """Send a file, which waits for a day to be registered as evidence."""
        headers = {"Content-Type": "application/octet-stream"}
        response = self._ask("POST", "/files", content=content, headers=headers)
        return self._one(Upload, response)

    def download(self, object_id: str) -> bytes:
        """The file of an evidence record."""
        return self._get(f"{_path('evidence', object_id)}/file").content

    def _pages(self, path: str, type_: type[M], filters: Mapping[str, Any]) -> Iterator[M]:
        page, found = 0, PAGE
        while found == PAGE:
            page += 1
            query = {**filters, "page": page, "size": PAGE}
            items = self._get(path, query).json()["items"]
            found = len(items)
            yield from TypeAdapter(list[type_]).validate_python(items)  # type: ignore[valid-type]

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> httpx.Response:
        return self._ask("GET", path, params=query)

    def _say(self, path: str, given: dict[str, Any], key: str | None) -> httpx.Response:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._ask("POST", path, json=given, headers=headers)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        for last in (*[False] * (TRIES - 1), True):
            wait = random.uniform(0.1, 1.0)
            try:
                response = self._http.request(method, ROOT + path, **options)
            except httpx.HTTPError as error:
                if last:
                    raise self._unreachable(type(error).__name__) from error
            else:
                if response.is_success:
                    return response
                if last or not _may_pass(response):
                    raise self._refusal(response)
                wait = _wait(response) or wait
            sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _refusal(self, response: httpx.Response) -> SepakatError:
        if response.is_redirect:  # a token is not carried elsewhere
            return self._unreachable("it leads elsewhere")
        return error_of(response)

    def _one(self, type_: type[M], response: httpx.Response) -> M:
        try:
            return type_.model_validate_json(response.content)
        except ValidationError as error:
            raise self._unreachable("its answer is not that of a node") from error

    def _unreachable(self, reason: str) -> UnreachableError:
        return UnreachableError(
            f"the node cannot be asked ({reason})",
            where=str(self._http.base_url),
            fix="Check the address, and that the node is served",
        )


def _path(kind: str, object_id: str) -> str:
    return f"/{quote(kind, safe='')}/{quote(object_id, safe='')}"


def _stated(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _manner(role: str | None, organisation: str | None, *, dry_run: bool) -> dict[str, Any]:
    return _stated(role=role, organisation=organisation, dry_run=dry_run or None)


def _may_pass(response: httpx.Response) -> bool:
    """Whether the same request may do better a little later."""
    if response.status_code == 409:
        return IN_PROGRESS.encode() in response.content
    return response.status_code in (429, 502, 503, 504)


def _wait(response: httpx.Response) -> float:
    stated = response.headers.get("Retry-After", "")
    return min(float(stated), LONGEST_WAIT) if stated.isdecimal() else 0.0


def _check_address(url: str) -> None:
    """A token goes over TLS, or nowhere beyond this machine."""
    parts = split_address(url)
    host = parts.hostname or ""
    if parts.scheme == "https" and host:
        return
    if parts.scheme == "http" and _is_loopback(host):
        return
    raise InvalidError(
        "not the address of a node that may be asked", where=url, fix="Give one with https://"
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
