"""The one task that django-tasks knows: running a job."""

import logging

from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import task

from sepakat.desk.jobs.models import Job, State
from sepakat.desk.jobs.progress import Cancelled, Progress, Stopped
from sepakat.record.errors import SepakatError

logger = logging.getLogger(__name__)


@task()
def run(job_id: int) -> None:
    """Do a job that still waits, in its owner's language, and write down what became of it."""
    waiting = Job.objects.filter(id=job_id, state=State.WAITING)
    if not waiting.update(state=State.RUNNING, started=timezone.now()):
        return  # cancelled before it began
    job = Job.objects.select_related("user").get(id=job_id)
    with translation.override(job.user.language):
        try:
            import_string(job.task)(Progress(job), **job.args)
            end(job_id, State.DONE)  # which most have said themselves
        except Cancelled:
            end(job_id, State.CANCELLED)
        except Stopped:
            end(job_id, State.FAILED, interrupted())
        except SepakatError as error:
            end(job_id, State.FAILED, str(error))
        except Exception:
            logger.exception("the job %s failed: %s", job_id, job.task)
            end(job_id, State.FAILED, _("Something went wrong. The operator finds it in the log."))
        except BaseException:
            end(job_id, State.FAILED, interrupted())
            raise


def end(job_id: int, state: State, error: str = "") -> None:
    running = Job.objects.filter(id=job_id, state=State.RUNNING)
    running.update(state=state, error=error, finished=timezone.now())


def interrupted() -> str:
    return _("It was interrupted when the node stopped. Nothing was half done: start it again.")
