"""Making a forecast: asked for by an officer, made as a job, looked at, and then signed.

What is signed is what was shown: the job keeps the forecast and its file, and signs nothing.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import ValidationError

from sepakat.desk import refusals, uploads, words
from sepakat.desk.jobs.queue import start
from sepakat.desk.kinds.objects import links, title_of
from sepakat.desk.pages.outlook.computed import computed
from sepakat.desk.pages.outlook.preparing import Prepared, make_forecast, may_forecast
from sepakat.desk.pages.partnership import today
from sepakat.node.accounts.models import User
from sepakat.node.acting import record_for
from sepakat.node.authorisation import Access
from sepakat.outlook.forecasts.seeds import usual_seed
from sepakat.record.errors import NotFoundError, SepakatError
from sepakat.record.kind import Object

ITERATIONS = 10_000
MOST = 100_000  # iterations that are made at a desk


class ForecastForm(forms.Form):
    """The day, the seed and the iterations of a forecast of a plan."""

    as_of = forms.DateField(
        label=pgettext_lazy("field", "As of"),
        help_text=gettext_lazy("What is known on this day goes in. It is not before the plan’s."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    iterations = forms.IntegerField(
        label=pgettext_lazy("field", "Iterations"),
        help_text=gettext_lazy("How many times the plan is played."),
        min_value=100,
        max_value=MOST,
    )
    seed = forms.IntegerField(
        label=pgettext_lazy("field", "Seed"),
        help_text=gettext_lazy(
            "What all random numbers follow from. The one proposed follows from the plan and the "
            "day, so that nobody chooses one whose outcome pleases."
        ),
        min_value=0,
        max_value=2**32 - 1,
    )

    def __init__(self, plan: Object, *args: Any, **kwargs: Any) -> None:
        day = max(today(), _day(plan.fields["as_of"]))
        initial = {"as_of": day, "iterations": ITERATIONS, "seed": usual_seed(plan, day)}
        super().__init__(*args, initial=initial, **kwargs)
        self.plan = plan

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        first = _day(self.plan.fields["as_of"])
        if not first <= day <= max(today(), first):
            raise forms.ValidationError(_("A day from {} to today.").format(words.day(first)))
        return day


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask for a forecast of a project's latest plan."""
    project, plan = _plan_of(request.access, object_id)
    data = request.POST if request.method == "POST" else None
    form = ForecastForm(plan, data)
    if data is not None and form.is_valid() and isinstance(request.user, User):
        given = form.cleaned_data
        what = _("Forecast of {}").format(title_of(plan))
        job = start(
            request.user,
            what,
            make_forecast,
            plan=plan.id,
            as_of=given["as_of"].isoformat(),
            seed=given["seed"],
            iterations=given["iterations"],
        )
        request.access.log("asked for a forecast", plan=plan.id)
        return redirect("job", job.id)
    context = {"plan": plan, "project": project, "form": form}
    status = 200 if data is None else 422
    return render(request, "desk/outlook/ask.html", context, status=status)


def _plan_of(access: Access, project: str) -> tuple[Object, Object]:
    """A project and its latest plan; 404 for whoever may not forecast it: no link leads here."""
    standing = computed(access).of(project)
    plan = standing.plan if standing else None
    if standing is None or plan is None or not may_forecast(access, plan):
        raise Http404
    return standing.project, plan


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, object_id: str, upload: str) -> HttpResponse:
    """What will be signed; and, once confirmed, the signature."""
    prepared = _kept(request, object_id, upload)
    access, told = request.access, ""
    try:
        prepared.check()
        if request.method == "POST":
            record_for(access, prepared.batch())
            uploads.discard(access.home, access.person.account, upload)
            messages.success(request, _("The forecast is signed and recorded."))
            return redirect("outlook-project", object_id)
        record_for(access, prepared.batch(), dry_run=True)
    except SepakatError as error:
        told = refusals.reason(error)
    project = access.get(prepared.project)
    context = {
        "project": project,
        "prepared": prepared,
        "body": prepared.body,
        "milestones": prepared.body["milestones"],
        "plan": access.get(prepared.plan),
        "upload": upload,
        "told": told,
        "notes": prepared.read().notes,
        "currency": computed(access).currency(project),
        "links": links(access, list(dict.fromkeys(_named(prepared.body)))),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "desk/outlook/check.html", context, status=status)


@require_POST
def discard(request: HttpRequest, object_id: str, upload: str) -> HttpResponse:
    """A forecast that is not wanted."""
    _kept(request, object_id, upload)
    uploads.discard(request.access.home, request.access.person.account, upload)
    messages.success(request, _("The forecast is thrown away. Nothing was signed."))
    return redirect("outlook-project", object_id)


def _kept(request: HttpRequest, project: str, upload: str) -> Prepared:
    """The forecast under a name, for the one whose job made it and who may still issue it."""
    access = request.access
    content = uploads.read(access.home, access.person.account, upload)
    try:
        prepared = Prepared.model_validate_json(content)
    except ValidationError:  # a file sent for something else
        raise NotFoundError("no such forecast") from None
    if prepared.project != project or not may_forecast(access, access.get(prepared.plan)):
        raise NotFoundError("no such forecast")
    return prepared


def _named(body: dict[str, Any]) -> Iterable[str]:
    yield body["plan"]
    yield from (row["obligation"] for row in body.get("obligations", ()))
    yield from body.get("risks", ())


def _day(text: str) -> date:
    return date.fromisoformat(text)
