"""Jobs for workers in processes of their own, which must be able to name them; and a worker
within a test."""

import time
from pathlib import Path
from unittest.mock import patch

from django.core.management import call_command

from sepakat.desk.jobs import verify
from sepakat.desk.jobs.progress import Progress


def work_off() -> None:
    """Do all jobs that wait. The worker closes old connections, which would end the transaction
    that a test runs in."""
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        call_command("work", batch=True)


def wait_for(progress: Progress, file: str) -> None:
    """Go on, step by step, until a file is there."""
    while not Path(file).exists():
        progress.step(1, 2, "waiting")
        time.sleep(0.02)
    progress.finish("it is there")


def hang(progress: Progress, file: str) -> None:
    """Never come to a next step."""
    progress.step(1, 2, "hanging")
    while not Path(file).exists():
        time.sleep(0.02)
    progress.finish("it is there")


def hang_in_audit(progress: Progress, file: str) -> None:
    """Verify the record, and never come to the end of auditing what was written out."""
    with patch.object(verify, "audit", lambda *_args, **_named: hang(progress, file)):
        verify._audit(progress.access().home, progress)
