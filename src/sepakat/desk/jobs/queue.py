"""Asking for jobs, and no longer wanting them."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from sepakat.desk.jobs.models import ENDED, Job, State
from sepakat.desk.jobs.tasks import interrupted, run
from sepakat.node.accounts.models import User
from sepakat.record.errors import ConflictError


def start(user: User, what: str, work: Callable[..., None], **args: Any) -> Job:
    """Have `work(progress, **args)` done for a user; `args` are plain JSON.

    `work` is a function of a module. It looks up anew what the user may see and say when it runs.
    """
    job = Job(user=user, what=what[:200], task=f"{work.__module__}.{work.__qualname__}", args=args)
    with transaction.atomic():
        job.save()
        return _enqueue(job)


def _enqueue(job: Job) -> Job:
    job.result_id = run.enqueue(job.id).id
    job.save(update_fields=["result_id"])
    return job


def cancel(job: Job) -> None:
    """At once if it waits, else at its next step; what has ended stays as it is."""
    waiting = Job.objects.filter(id=job.id, state=State.WAITING)
    if not waiting.update(state=State.CANCELLED, finished=timezone.now()):
        Job.objects.filter(id=job.id, state=State.RUNNING).update(cancel_asked=True)


def retry(job: Job) -> Job:
    """Start once more what has failed or been cancelled."""
    with transaction.atomic():
        ended = Job.objects.filter(id=job.id, state__in=(State.FAILED, State.CANCELLED))
        if not ended.update(
            state=State.WAITING,
            done=0,
            total=0,
            message="",
            error="",
            cancel_asked=False,
            created=timezone.now(),
            started=None,
            finished=None,
        ):
            raise ConflictError("this job is under way, or done")
        return _enqueue(Job.objects.get(id=job.id))


def fail_orphans() -> int:
    """Say of each running job that it was interrupted: for whoever knows that no worker runs."""
    count = 0
    for job in Job.objects.filter(state=State.RUNNING).select_related("user"):
        with translation.override(job.user.language):
            count += Job.objects.filter(id=job.id, state=State.RUNNING).update(
                state=State.FAILED, error=interrupted(), finished=timezone.now()
            )
    return count


def forget(before: Any) -> None:
    """Forget jobs that ended before a time."""
    Job.objects.filter(state__in=ENDED, finished__lt=before).delete()
