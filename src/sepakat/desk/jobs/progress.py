"""What a job tells of itself, and how it learns that it is to stop."""

import threading
import time
from collections.abc import Mapping
from typing import Final

from django.utils import timezone

from sepakat.desk.jobs.models import Job, State
from sepakat.node.accounts.models import User
from sepakat.node.accounts.person import person_of
from sepakat.node.authorisation import Access
from sepakat.node.signed import home

PAUSE: Final = 0.5  # seconds between two reports that are written down

# Set when this process has been asked to end.
stopping = threading.Event()


class Cancelled(Exception):  # noqa: N818 - as asyncio names its own
    """Whoever asked for the job does not want it any more."""


class Stopped(Exception):  # noqa: N818
    """The worker is ending."""


class Progress:
    """Given to the function that does a job. It calls `step` between its steps, and `finish`."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.id
        self.user: User = job.user
        self._told: float | None = None

    def access(self) -> Access:
        """What the owner may see and say now, whatever it was when the job was asked for."""
        return Access(home(), person_of(home(), self.user))

    def step(self, done: int, total: int = 0, message: str = "") -> None:
        """Report how far the job is; Cancelled or Stopped if it is to end here.

        In a transaction nobody would see it, nor would it learn anything.
        """
        if stopping.is_set():
            raise Stopped
        now = time.monotonic()
        if self._told is not None and now - self._told < PAUSE:
            return
        self._told = now
        running = Job.objects.filter(id=self.job_id, state=State.RUNNING, cancel_asked=False)
        if not running.update(done=done, total=total, message=message[:500]):
            raise Cancelled

    def finish(
        self,
        message: str = "",
        link: str = "",
        file: str = "",
        filename: str = "",
        needs: Mapping[str, list[int]] | None = None,
    ) -> None:
        """The job is done. In one transaction with what it did, both hold or neither does.

        Cancelled if it is not running any more: it has been declared dead meanwhile.
        """
        finished = Job.objects.filter(id=self.job_id, state=State.RUNNING).update(
            state=State.DONE,
            message=message[:500],
            link=link,
            file=file,
            filename=filename,
            needs=dict(needs or {}),
            finished=timezone.now(),
        )
        if not finished:
            raise Cancelled
