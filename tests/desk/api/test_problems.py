"""Whatever goes wrong under /api/ is a problem in JSON, and never a page."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse

from sepakat.desk.api import reading
from sepakat.desk.api.problems import PROBLEMS
from support.programs import Program

Programs = Callable[[str], Program]


def _is_problem(answer: HttpResponse, name: str) -> bool:
    status, title = PROBLEMS[name]
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    return (problem["type"], problem["title"], problem["status"]) == (
        f"/problems/{name}",
        title,
        status,
    )


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v2/gate", "/api/v1/fence", "/api/v1/gate/a/b/c/d/e"]
)
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_an_unknown_address(program: Programs, path: str, method: str) -> None:
    answer = getattr(program("public").client, method)(path)
    assert _is_problem(answer, "not-found")
    assert answer.json()["instance"] == path


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("post", "/api/v1/gate", "GET"),
        ("delete", "/api/v1/gate/MYS-gate-open", "GET"),
        ("get", "/api/v1/gate/MYS-gate-open/table", "POST"),
        ("patch", "/api/v1/statements", "POST"),
    ],
)
def test_a_method_that_is_not_taken(program: Programs, method: str, path: str, allow: str) -> None:
    answer = getattr(program("public").client, method)(path)
    assert _is_problem(answer, "method")
    assert answer.headers["Allow"] == allow
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "a/b"])
def test_a_body_of_another_type(program: Programs, media_type: str) -> None:
    officer = program("officer")
    answer = officer.client.post(
        "/api/v1/gate/MYS-gate-open/table",
        b"{}",
        content_type=media_type,
        headers={"Authorization": f"Bearer {officer.secret}"},
    )
    assert _is_problem(answer, "media-type")
    assert _is_problem(officer.send(b"x", "multipart/form-data; boundary=x"), "media-type")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"role": NaN}', b'{"role": "\\ud800"}'])
def test_a_body_that_is_no_json(program: Programs, body: bytes) -> None:
    officer = program("officer")
    answer = officer.client.post(
        "/api/v1/gate/MYS-gate-open/table",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {officer.secret}"},
    )
    assert _is_problem(answer, "malformed")


def test_a_body_that_is_too_long(program: Programs) -> None:
    body = {"role": "x" * (5 * 1024 * 1024)}
    assert _is_problem(program("officer").post("/gate/MYS-gate-open/table", body), "too-large")


def test_a_fault_that_shows_a_page_or_its_cause(
    program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Secret gate Zulkarnain")

    monkeypatch.setattr(reading, "seen", broken)
    public = program("public")
    public.client.raise_request_exception = False
    answer = public.get("/gate/MYS-gate-open")
    assert _is_problem(answer, "fault")
    assert b"Zulkarnain" not in answer.content


def test_a_wrong_host(program: Programs) -> None:
    answer = program("public").client.get("/api/v1/kinds", headers={"host": "evil.example"})
    assert _is_problem(answer, "malformed")
