"""The process that does the jobs, one after another, and a round of its own every few minutes. A
node has one."""

import fcntl
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Final

from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from sepakat.desk.jobs import progress, queue, results, verify
from sepakat.desk.jobs.models import Job, State
from sepakat.desk.jobs.rounds import Rounds
from sepakat.node.home import Home
from sepakat.record.errors import ConflictError

INTERVAL: Final = 1.0  # seconds between two looks for work
TIDY_EVERY: Final = 3600.0
ROUND_EVERY: Final = 300.0
KEPT: Final = timedelta(days=30)  # jobs that have ended
_ATTEMPTS: Final = 20  # for the lock, which a page may hold for a moment


def work(home: Home, *, batch: bool = False, ready: Callable[[], None] = lambda: None) -> None:
    """Do jobs until SIGTERM or SIGINT, or with `batch` until none waits. `ready` is called first.

    ConflictError where this node has a worker already.
    """
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
    with _sole(home):
        queue.fail_orphans()
        verify.sweep(home)
        ready()
        worker = _worker()
        if not batch:
            worker.configure_signals()
        rounds = Rounds(home)
        tidied, rounded = -TIDY_EVERY, time.monotonic()
        while worker.running:
            worker.run()
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                tidy(home)
            if batch:
                return
            if time.monotonic() - rounded >= ROUND_EVERY:
                rounds.do()
                rounded = time.monotonic()
            if worker.running:
                time.sleep(INTERVAL)


def tidy(home: Home) -> None:
    """Remove what nobody needs any more: old jobs, their files, and what django-tasks keeps."""
    before = timezone.now() - KEPT
    results.sweep(home)
    queue.forget(before)
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
    # Of a worker that was killed: no other will ever end them.
    DBTaskResult.objects.running().filter(started_at__lt=before).delete()


def settle(home: Home) -> None:
    """Fail what a dead worker has left running, so that it does not seem to run for ever."""
    if not Job.objects.filter(state=State.RUNNING).exists():
        return
    with _lock(home) as is_mine:
        if is_mine:
            queue.fail_orphans()


def is_at_work(home: Home) -> bool:
    with _lock(home) as is_mine:
        return not is_mine


class _GentleWorker(Worker):  # type: ignore[misc]
    """One that tells the job under way to end at its next step."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        progress.stopping.set()
        super().shutdown(signum, frame)


def _worker() -> _GentleWorker:
    return _GentleWorker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=INTERVAL,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=secrets.token_hex(16),
    )


@contextmanager
def _sole(home: Home) -> Iterator[None]:
    for attempt in range(_ATTEMPTS):
        with _lock(home) as is_mine:
            if is_mine:
                yield
                return
        if attempt < _ATTEMPTS - 1:
            time.sleep(0.1)
    raise ConflictError(
        "this node has a worker already",
        where=str(home.path),
        fix="`sepakat serve` starts one, unless it is told --without-worker",
    )


@contextmanager
def _lock(home: Home) -> Iterator[bool]:
    """Whether nobody else holds the worker's lock. The kernel gives it back if its holder dies."""
    home.run_dir.mkdir(mode=0o700, exist_ok=True)
    with (home.run_dir / "worker.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
