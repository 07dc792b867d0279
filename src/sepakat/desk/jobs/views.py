"""The jobs of whoever asks; nobody else's are there."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sepakat.desk.jobs import queue, results, worker
from sepakat.desk.jobs.models import ENDED, Job, State
from sepakat.desk.jobs.verify import may_verify, verify_record
from sepakat.desk.workbook.export import TYPES, as_download

PAGE_SIZE = 25


def _mine(request: HttpRequest, job: int) -> Job:
    worker.settle(request.access.home)
    if not request.user.is_authenticated:
        raise Http404
    return get_object_or_404(Job, id=job, user=request.user)


@require_GET
@login_required
def jobs(request: HttpRequest) -> HttpResponse:
    """All that this person has asked for, the latest first."""
    worker.settle(request.access.home)
    page = Paginator(Job.objects.filter(user=request.user), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "desk/jobs/list.html", {"page": page})


@require_GET
def job(request: HttpRequest, job: int) -> HttpResponse:
    """How far a job is; only the part that changes, where the page asks for it again."""
    found = _mine(request, job)
    waits = found.state == State.WAITING and not worker.is_at_work(request.access.home)
    template = "state.html" if request.htmx else "job.html"
    return render(request, f"desk/jobs/{template}", {"job": found, "no_worker": waits})


@require_GET
def file(request: HttpRequest, job: int) -> HttpResponseBase:
    """What a job has made, if its owner may still see all that is in it."""
    found = _mine(request, job)
    for kind, numbers in found.needs.items():
        if not request.access.labels_of(kind).issuperset(numbers):
            raise Http404
    answer = FileResponse(results.open_result(request.access.home, found.file))
    request.access.log("took a file", job=found.id)
    return as_download(answer, found.filename, TYPES[found.filename.rpartition(".")[2]])


@require_POST
def cancel(request: HttpRequest, job: int) -> HttpResponse:
    queue.cancel(_mine(request, job))
    return redirect("job", job)


@require_POST
def retry(request: HttpRequest, job: int) -> HttpResponse:
    queue.retry(_mine(request, job))
    return redirect("job", job)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Have the whole record verified; where that is under way for this person, go there."""
    if not request.user.is_authenticated or not may_verify(request.access):
        raise Http404
    worker.settle(request.access.home)
    task = f"{verify_record.__module__}.{verify_record.__qualname__}"
    under_way = Job.objects.filter(user=request.user, task=task).exclude(state__in=ENDED).first()
    found = under_way or queue.start(request.user, _("Verify the whole record"), verify_record)
    return redirect("job", found.id)
