"""Jobs: seen by their owner alone, cancelled between steps, retried, and never left running."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from openpyxl import load_workbook

from sepakat.desk.jobs import progress, queue, results, worker
from sepakat.desk.jobs.models import Job, State
from sepakat.desk.jobs.progress import Progress
from sepakat.desk.jobs.verify import verify_record
from sepakat.desk.workbook import export as exporting
from sepakat.node.models import Leaf, Object
from sepakat.record.errors import InvalidError
from support.desks import Desk
from support.jobs import work_off
from support.pages import text_of


def count(progress: Progress, to: int) -> None:
    for done in range(to):
        progress.step(done, to, f"step {done}")
    progress.finish(f"counted to {to}", link="/jobs")


def count_and_cancel(progress: Progress) -> None:
    """Somebody cancels it between the third step and the fourth."""
    for done in range(10):
        progress.step(done, 10)
        if done == 3:
            queue.cancel(Job.objects.get(id=progress.job_id))


def fail(progress: Progress) -> None:
    raise ZeroDivisionError("a secret of the record")


def refuse(progress: Progress) -> None:
    raise InvalidError("it does not fit", where="here", fix="Mend it")


def stop(progress: Progress) -> None:
    """As the worker is told to end, while a job runs."""
    from sepakat.desk.jobs import progress as module

    module.stopping.set()
    progress.step(1, 2)


def say_nothing(progress: Progress) -> None:
    """It ends without a word."""


@pytest.fixture(autouse=True)
def at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PAUSE", 0.0)


def asked(desk: Desk, work: Any, who: str = "officer", **args: Any) -> Job:
    return queue.start(desk.people[who], "A job", work, **args)


def worked(job: Job) -> Job:
    work_off()
    job.refresh_from_db()
    return job


def test_a_job_waits_runs_and_ends_with_what_came_of_it(desk: Desk) -> None:
    job = asked(desk, count, to=3)
    assert (job.state, job.started) == (State.WAITING, None)
    worked(job)
    assert (job.state, job.message, job.link) == (State.DONE, "counted to 3", "/jobs")
    assert job.started <= job.finished
    assert job.percent == 66  # of the last step that was told


def test_a_job_that_ends_without_a_word_is_done(desk: Desk) -> None:
    assert worked(asked(desk, say_nothing)).state == State.DONE


def test_a_waiting_job_is_cancelled_at_once_and_never_begins(desk: Desk) -> None:
    job = asked(desk, count, to=3)
    desk.client("officer").post(f"/jobs/{job.id}/cancel")
    assert (worked(job).state, job.started) == (State.CANCELLED, None)


def test_a_running_job_is_cancelled_at_its_next_step(desk: Desk) -> None:
    job = worked(asked(desk, count_and_cancel))
    assert (job.state, job.done) == (State.CANCELLED, 3)


def test_a_cancelled_job_can_be_tried_again_once(desk: Desk) -> None:
    job = asked(desk, count, to=2)
    client = desk.client("officer")
    client.post(f"/jobs/{job.id}/cancel")
    assert client.post(f"/jobs/{job.id}/retry").status_code == 302
    assert client.post(f"/jobs/{job.id}/retry").status_code == 409
    assert worked(job).state == State.DONE
    assert client.post(f"/jobs/{job.id}/retry").status_code == 409


def test_what_ended_stays_as_it_ended(desk: Desk) -> None:
    job = worked(asked(desk, count, to=1))
    desk.client("officer").post(f"/jobs/{job.id}/cancel")
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == (State.DONE, False)


def test_what_is_refused_is_said_in_its_own_words(desk: Desk) -> None:
    job = worked(asked(desk, refuse))
    assert (job.state, job.error) == (State.FAILED, "here: it does not fit. Mend it.")


def test_what_goes_wrong_inside_is_said_in_the_log_alone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    job = worked(asked(desk, fail))
    assert job.state == State.FAILED
    assert "secret" not in job.error
    assert "a secret of the record" in caplog.text


def test_a_worker_that_is_told_to_end_leaves_no_job_running(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = worked(asked(desk, stop))
    progress.stopping.clear()
    assert job.state == State.FAILED
    assert "interrupted" in job.error


def test_a_failed_job_speaks_its_owners_language(desk: Desk) -> None:
    from django.utils import translation

    from sepakat.desk.jobs.tasks import interrupted

    desk.people["officer"].language = "ko"
    desk.people["officer"].save()
    job = asked(desk, count, to=1)
    Job.objects.filter(id=job.id).update(state=State.RUNNING)
    queue.fail_orphans()
    job.refresh_from_db()
    with translation.override("ko"):
        assert job.error == interrupted()


def test_one_job_after_another_and_each_once(desk: Desk) -> None:
    jobs = [asked(desk, count, to=1) for _ in range(3)]
    work_off()
    found = Job.objects.filter(id__in=[job.id for job in jobs])
    assert {job.state for job in found} == {State.DONE}
    starts = [job.started for job in found.order_by("id")]
    assert starts == sorted(starts)


@pytest.mark.parametrize("who", ["public", "partner", "company_a", "administrator", "auditor"])
def test_another_persons_job_is_not_there(desk: Desk, who: str) -> None:
    job = asked(desk, count, to=1)
    client = desk.client(who)
    for path in ("", "/file"):
        assert client.get(f"/jobs/{job.id}{path}").status_code == 404
    for path in ("/cancel", "/retry"):
        assert client.post(f"/jobs/{job.id}{path}").status_code == 404
    if who != "public":
        assert "A job" not in text_of(client.get("/jobs"))
    assert worked(job).state == State.DONE


def test_the_public_has_no_list_of_jobs(desk: Desk) -> None:
    assert desk.client("public").get("/jobs").status_code == 302


@pytest.mark.parametrize("number", ["999999", "9" * 30])
def test_a_job_that_is_not_there_is_not_found(desk: Desk, number: str) -> None:
    assert desk.client("officer").get(f"/jobs/{number}").status_code == 404


def test_the_page_asks_again_by_itself_until_the_job_has_ended(desk: Desk) -> None:
    client, job = desk.client("officer"), asked(desk, count, to=4)
    page = client.get(f"/jobs/{job.id}").content.decode()
    assert re.search(r'<noscript><meta http-equiv="refresh" content="\d+"></noscript>', page)
    assert f'hx-get="/jobs/{job.id}"' in page
    Job.objects.filter(id=job.id).update(state=State.RUNNING, done=1, total=4)
    with worker._lock(desk.home) as is_mine:
        assert is_mine
        part = client.get(f"/jobs/{job.id}", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert 'max="100" value="25"' in part
    assert "hx-trigger" in part
    Job.objects.filter(id=job.id).update(state=State.DONE)
    page = client.get(f"/jobs/{job.id}").content.decode()
    assert "hx-trigger" not in page
    assert "http-equiv" not in page


def test_the_page_says_that_no_worker_runs(desk: Desk) -> None:
    client, job = desk.client("officer"), asked(desk, count, to=1)
    assert "No worker is running" in text_of(client.get(f"/jobs/{job.id}"))
    with worker._lock(desk.home):
        assert "No worker is running" not in text_of(client.get(f"/jobs/{job.id}"))


def test_a_job_that_no_worker_runs_any_more_is_failed_by_whoever_looks(desk: Desk) -> None:
    client, job = desk.client("officer"), asked(desk, count, to=1)
    Job.objects.filter(id=job.id).update(state=State.RUNNING)
    assert "interrupted" in text_of(client.get(f"/jobs/{job.id}"))
    assert client.post(f"/jobs/{job.id}/retry").status_code == 302
    assert worked(job).state == State.DONE


def test_a_node_has_one_worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_ATTEMPTS", 1)
    with worker._lock(desk.home), pytest.raises(CommandError, match="a worker already"):
        work_off()


def test_the_whole_record_is_verified(desk: Desk) -> None:
    job = worked(asked(desk, verify_record))
    assert (job.state, job.error) == (State.DONE, "")
    assert re.match(r"Everything holds: \d+ statements, \d+ signatures", job.message)
    assert not list(desk.home.path.glob("verify-*"))


def test_verifying_is_asked_for_once_at_a_time(desk: Desk) -> None:
    client = desk.client("auditor")
    first = client.post("/jobs/verify-record")["Location"]
    assert client.post("/jobs/verify-record")["Location"] == first
    work_off()
    assert "Everything holds" in text_of(client.get(first))
    assert client.post("/jobs/verify-record")["Location"] != first


@pytest.mark.parametrize("who", ["public", "company_a", "partner"])
def test_outsiders_cannot_have_the_whole_record_verified(desk: Desk, who: str) -> None:
    assert desk.client(who).post("/jobs/verify-record").status_code == 404
    assert not Job.objects.exists()


def test_a_table_that_does_not_fit_the_record_is_found(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    Object.objects.filter(id="MYS-gate-high").update(digest="0" * 64)
    job = worked(asked(desk, verify_record))
    assert job.state == State.FAILED
    assert "MYS-gate-high" not in job.error + caplog.text  # not everybody may know of it
    assert "do not fit" in caplog.text


def test_a_leaf_that_was_changed_is_found(desk: Desk) -> None:
    Leaf.objects.filter(nation="MYS", index=2).update(entry=b"x")
    job = worked(asked(desk, verify_record))
    assert job.state == State.FAILED
    assert "do not fit its signed logs" in job.error


@pytest.mark.parametrize("who", ["company_a", "partner"])
def test_the_whole_record_is_not_for_others_to_verify(desk: Desk, who: str) -> None:
    job = worked(asked(desk, verify_record, who))
    assert job.state == State.FAILED
    assert "own offices" in job.error


@pytest.fixture
def large(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk where one row is many."""
    monkeypatch.setattr(exporting, "MAX_AT_ONCE", 1)
    return desk


def test_a_large_workbook_is_made_by_a_job(large: Desk) -> None:
    client = large.client("officer")
    begun = client.get("/register/gate/export.xlsx?state=planned&sort=name")
    job = Job.objects.get()
    assert begun["Location"] == f"/jobs/{job.id}"
    assert (worked(job).state, job.error) == (State.DONE, "")
    [kept] = (large.home.path / "results").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    answer = client.get(f"/jobs/{job.id}/file")
    assert answer["X-Content-Type-Options"] == "nosniff"
    sheet = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]
    ids = [row[0].value for row in sheet.iter_rows(min_row=3)]
    assert ids == ["MYS-gate-open", "MYS-gate-high"]


def test_the_file_is_for_its_owner_and_only_as_long_as_he_may_see_it(large: Desk) -> None:
    client = large.client("officer")
    client.get("/register/gate/export.xlsx")
    job = worked(Job.objects.get())
    assert large.client("auditor").get(f"/jobs/{job.id}/file").status_code == 404
    officer = large.people["officer"]
    officer.clearance = "UNCLASSIFIED"
    officer.save()
    assert client.get(f"/jobs/{job.id}/file").status_code == 404


def test_the_job_exports_what_its_owner_may_see_when_it_runs(large: Desk) -> None:
    client = large.client("officer")
    client.get("/register/gate/export.xlsx")
    officer = large.people["officer"]
    officer.clearance = "UNCLASSIFIED"
    officer.save()
    job = worked(Job.objects.get())
    answer = client.get(f"/jobs/{job.id}/file")
    sheet = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == ["MYS-gate-open"]


def test_a_cancelled_export_leaves_no_file(large: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    large.client("officer").get("/register/gate/export.xlsx")
    job = Job.objects.get()
    make = results.make

    def make_and_cancel(home: Any) -> Any:
        queue.cancel(job)
        return make(home)

    monkeypatch.setattr(results, "make", make_and_cancel)
    monkeypatch.setattr(exporting, "_CHUNK", 1)
    assert worked(job).state == State.CANCELLED
    assert list((large.home.path / "results").iterdir()) == []


def test_a_file_is_gone_after_a_day(large: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = large.client("officer")
    client.get("/register/gate/export.xlsx")
    job = worked(Job.objects.get())
    monkeypatch.setattr(results, "KEPT_SECONDS", -1)
    assert client.get(f"/jobs/{job.id}/file").status_code == 404
    worker.tidy(large.home)
    assert list((large.home.path / "results").iterdir()) == []


def test_a_result_is_never_outside_its_folder(desk: Desk) -> None:
    from sepakat.record.errors import NotFoundError

    for name in ("../node.json", "/etc/passwd", "", "."):
        with pytest.raises(NotFoundError):
            results.open_result(desk.home, name)


def test_old_jobs_are_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    ended, waiting = worked(asked(desk, count, to=1)), asked(desk, count, to=1)
    monkeypatch.setattr(worker, "KEPT", timedelta(days=-1))
    worker.tidy(desk.home)
    assert [job.id for job in Job.objects.all()] == [waiting.id]
    assert ended.id != waiting.id


def test_the_results_are_no_part_of_the_web_root(desk: Desk) -> None:
    name, file = results.make(desk.home)
    file.close()
    client = desk.client("officer")
    for path in (f"/results/{name}", f"/static/{name}", f"/jobs/{name}"):
        assert client.get(path).status_code == 404
    assert Path(desk.home.path / "results").stat().st_mode & 0o777 == 0o700
