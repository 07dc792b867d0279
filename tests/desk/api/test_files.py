"""Evidence by the API: a file is sent, registered, and fetched by whoever may."""

from collections.abc import Callable
from typing import Any

import pytest

from sepakat.desk import uploads
from sepakat.desk.api import files
from sepakat.node import rows
from sepakat.node.evidence import EvidenceStore
from sepakat.node.ledger import Draft
from sepakat.node.recording import Batch, record
from sepakat.record import canon
from sepakat.record.kind import Object
from support.desks import BOTH, HIGH, OPEN, Desk
from support.programs import Program

Programs = Callable[[str], Program]
PAGE = b"<html><script>alert(1)</script></html>"


def _register(kept: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {
        "title": "Test report",
        "sha256": kept["sha256"],
        "size": kept["size"],
        "filename": 'a "page".html',
        "media_type": "text/html",
    }
    label = {"classification": "RESTRICTED", "releasable_to": ["KOR", "MYS"]}
    return {"body": body | more, "label": label, "upload": kept["upload"]}


def _of_a(kept: dict[str, Any]) -> dict[str, Any]:
    given = _register(kept, organisation="MYS-company-a")
    return given | {"label": given["label"] | {"organisations": ["KOR", "MYS-company-a"]}}


def _sent(caller: Program, content: bytes = PAGE) -> dict[str, Any]:
    answer = caller.send(content)
    assert answer.status_code == 201, answer.content
    kept: dict[str, Any] = answer.json()
    assert (kept["sha256"], kept["size"]) == (canon.digest(content), len(content))
    return kept


@pytest.fixture
def registered(desk: Desk, program: Programs) -> Program:
    company = program("company_a")
    given = _of_a(_sent(company))
    answer = company.post("/evidence/MYS-report/register", given)
    assert answer.status_code == 201, answer.content
    return company


def test_a_file_that_a_browser_would_show(registered: Program) -> None:
    answer = registered.get("/evidence/MYS-report/file")
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_file_that_an_outsider_is_given(registered: Program, program: Programs) -> None:
    for name in ("officer", "partner", "auditor"):
        assert program(name).get("/evidence/MYS-report/file").content == PAGE, name
    for name in ("company_b", "clerk", "public"):
        hidden = program(name).get("/evidence/MYS-report/file")
        missing = program(name).get("/evidence/MYS-no-such/file")
        assert hidden.status_code == 404, name
        assert hidden.content == missing.content.replace(b"MYS-no-such", b"MYS-report")


def test_a_file_got_at_by_its_digest_alone(registered: Program, program: Programs) -> None:
    """Whoever knows the digest of a hidden file cannot register it to fetch it."""
    officer = program("officer")
    other = _sent(officer, b"another file")
    given = _register(other, sha256=canon.digest(PAGE), size=len(PAGE))
    answer = officer.post("/evidence/MYS-mine/register", given)
    assert answer.status_code == 422
    del given["upload"]
    assert officer.post("/evidence/MYS-mine/register", given).status_code == 422
    item = {"kind": "evidence", "action": "register", "object": "MYS-mine"} | given
    assert officer.post("/statements", {"statements": [item]}).status_code == 422


def _claimed(desk: Desk, nation: str, digest: str) -> str:
    """A partner's evidence record, as its disclosures bring it: whatever digest it names."""
    number = rows.save_labels([OPEN])
    fields = {"title": "Ours", "sha256": digest, "size": 7, "filename": "a.pdf"}
    fields |= {"media_type": "application/pdf"}
    about = f"{nation}-ours"
    thing = Object(about, "evidence", nation, None, OPEN, "registered", fields, "0" * 64, ())
    rows.save_objects([thing], number)
    return about


def test_our_hidden_file_by_a_partners_record_that_names_its_digest(
    desk: Desk, program: Programs
) -> None:
    sha256, size = EvidenceStore(desk.home).add(b"not for Korea")
    about = {"sha256": sha256, "size": size, "filename": "a.pdf", "media_type": "application/pdf"}
    desk.say("evidence", "MYS-hidden", "register", HIGH, title="Hidden", **about)
    claimed = _claimed(desk, "KOR", sha256)
    for name in ("partner", "public", "clerk"):
        refused = program(name).get(f"/evidence/{claimed}/file")
        assert refused.status_code == 404, name
        page = desk.client(name).get(f"/evidence/{claimed}/file")
        assert page.status_code == 404, name
    assert program("officer").get(f"/evidence/{claimed}/file").content == b"not for Korea"


def test_one_partners_hidden_file_by_another_partners_record(desk: Desk, program: Programs) -> None:
    sha256, _size = EvidenceStore(desk.home).add(b"of Korea")
    claimed = _claimed(desk, "KOR", sha256)
    assert program("public").get(f"/evidence/{claimed}/file").content == b"of Korea"
    number = rows.save_labels([BOTH])
    kept = rows.objects([claimed])[claimed]
    rows.save_objects([kept._replace(id="KOR-hidden", label=BOTH)], number)
    rows.save_objects([kept._replace(id="VNM-ours", owner="VNM")], rows.save_labels([OPEN]))
    rows.save_objects([kept._replace(state="destroyed")], rows.save_labels([OPEN]))
    assert program("public").get("/evidence/VNM-ours/file").status_code == 404
    assert program("officer").get("/evidence/VNM-ours/file").content == b"of Korea"


def test_a_file_that_somebody_else_has_sent(program: Programs) -> None:
    kept = _sent(program("officer"))
    answer = program("company_a").post("/evidence/MYS-report/register", _of_a(kept))
    assert answer.status_code == 422


def test_a_batch_with_its_files(program: Programs) -> None:
    company = program("company_a")
    items = []
    for number in range(2):
        given = _of_a(_sent(company, f"file {number}".encode()))
        items.append({"kind": "evidence", "action": "register", "object": f"MYS-f-{number}"})
        items[-1] |= given
    assert company.post("/statements", {"statements": items}).status_code == 201
    assert company.get("/evidence/MYS-f-1/file").content == b"file 1"
    assert company.post("/statements", {"statements": items}).status_code == 422


def test_a_file_kept_for_nobody(program: Programs) -> None:
    assert program("public").send(PAGE).status_code == 401


def test_files_that_fill_the_disk(program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    monkeypatch.setattr(uploads, "MAX_WAITING", 25)
    assert program("officer").send(b"x" * 11).status_code == 413
    answers = [program("officer").send(b"x" * 10).status_code for _ in range(3)]
    assert answers == [201, 201, 403]
    assert program("company_a").send(b"x" * 10).status_code == 201


def test_a_file_destroyed_by_what_is_taken_back(
    registered: Program,
    desk: Desk,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    """The file goes once its destruction is recorded for good, and not before."""
    draft = Draft(
        "evidence", "MYS-report", "destroy", {"reason": "Sent by mistake."}, role="administrator"
    )
    with django_capture_on_commit_callbacks() as callbacks:
        record(desk.home, Batch([draft]))
    assert EvidenceStore(desk.home).has(canon.digest(PAGE))
    for callback in callbacks:
        callback()
    assert not EvidenceStore(desk.home).has(canon.digest(PAGE))
    assert registered.get("/evidence/MYS-report/file").status_code == 404
