"""Joint reviews: a review pack as a page and as a paper."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sepakat.desk.jobs.queue import start
from sepakat.desk.kinds.widgets import Day
from sepakat.desk.pages.partnership import today
from sepakat.desk.reviews.gathering import basis, packed
from sepakat.desk.reviews.tasks import filename, is_long, made_paper, write_review
from sepakat.desk.reviews.wording import opening, sections
from sepakat.desk.workbook.export import as_download
from sepakat.desk.workbook.marking import marking
from sepakat.node.authorisation import Access
from sepakat.record.errors import InvalidError, NotFoundError, RefusedError
from sepakat.record.kind import Object

BACK = timedelta(days=90)  # to the last review, where no day is given


class Asked(forms.Form):
    """The day that a pack is of, and the day of the review before it."""

    on = forms.DateField(label=gettext_lazy("As of the end of"), widget=Day(), required=False)
    since = forms.DateField(label=gettext_lazy("Last review"), widget=Day(), required=False)

    def clean(self) -> dict[str, date]:
        found = super().clean() or {}
        on = found.get("on") or today()
        since = found.get("since") or on - BACK
        if on > today():
            self.add_error("on", _("Choose a day that has come."))
        if since >= on:
            self.add_error("since", _("Choose a day before that of the pack."))
        return {"on": on, "since": since}


@require_GET
def review(request: HttpRequest, object_id: str) -> HttpResponse:
    """A portfolio's review pack on a day, over what this person and both nations may see."""
    thing, form = _portfolio(request.access, object_id), Asked(request.GET)
    if not form.is_valid():
        context = {"thing": thing, "form": form}
        return render(request, "desk/reviews/review.html", context, status=422)
    on, since = form.cleaned_data["on"], form.cleaned_data["since"]
    made = packed(request.access, thing, on, since)
    context = {
        "thing": thing,
        "form": Asked(initial={"on": on, "since": since}),
        "asked": {"on": on.isoformat(), "since": since.isoformat()},
        "opening": opening(made.pack),
        "marking": marking(made.pack.labels),
        "sections": sections(made),
        "basis": basis(request.access, thing),
    }
    return render(request, "desk/reviews/review.html", context)


@require_GET
def paper(request: HttpRequest, object_id: str) -> HttpResponseBase:
    """The same as a PDF; that of many projects becomes a job, whose page is the answer."""
    thing, form = _portfolio(request.access, object_id), Asked(request.GET)
    if not form.is_valid():
        raise InvalidError("; ".join(error for each in form.errors.values() for error in each))
    on, since = form.cleaned_data["on"], form.cleaned_data["since"]
    request.access.log("took a review pack", object=thing.id, on=on.isoformat())
    if is_long(request.access, thing):
        return _later(request, thing, on, since)
    answer = HttpResponse(made_paper(request.access, thing, on, since).content)
    return as_download(answer, filename(thing, on), "application/pdf")


def _later(request: HttpRequest, thing: Object, on: date, since: date) -> HttpResponse:
    if not request.user.is_authenticated:
        raise RefusedError(
            _("so long a pack is made for those who have signed in only"),
            fix=_("Sign in, or read it as a page"),
        )
    what = _("Review pack: {}").format(thing.id)
    days = {"on": on.isoformat(), "since": since.isoformat()}
    return redirect("job", start(request.user, what, write_review, portfolio=thing.id, **days).id)


def _portfolio(access: Access, object_id: str) -> Object:
    thing = access.get(object_id)
    if thing.kind != "portfolio":
        raise NotFoundError("there is no such portfolio")
    return thing
