"""What people have asked this node to do, and how far it has come."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.DONE, State.FAILED, State.CANCELLED)


class Job(models.Model):
    """One thing to do, for one person, who alone sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="jobs")
    what = models.CharField(max_length=200)  # in that person's words
    task = models.CharField(max_length=200)  # the function that does it, by its dotted path
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)  # 0 as long as nobody knows
    message = models.CharField(max_length=500, blank=True, default="")
    error = models.TextField(blank=True, default="")
    link = models.CharField(max_length=500, blank=True, default="")  # to what came of it
    file = models.CharField(max_length=64, blank=True, default="")  # its name in `results`
    filename = models.CharField(max_length=200, blank=True, default="")  # its name for people
    # By kind, the numbers of the labels that one must still see to be given the file.
    needs = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    result_id = models.CharField(max_length=36, blank=True, default="")  # of django-tasks
    created = models.DateTimeField(default=timezone.now, editable=False)
    started = models.DateTimeField(null=True, editable=False)
    finished = models.DateTimeField(null=True, editable=False)

    class Meta:
        app_label = "desk"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["state"], name="desk_job_state")]

    def __str__(self) -> str:
        return self.what

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None
