"""What changed between two dates."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sepakat.desk.kinds.widgets import Day
from sepakat.desk.pages.partnership import today
from sepakat.desk.pages.replay import changes as replayed


class Between(forms.Form):
    """Two days, the first before the last."""

    first = forms.DateField(label=gettext_lazy("From the end of"), widget=Day())
    last = forms.DateField(label=gettext_lazy("To the end of"), widget=Day())

    def clean(self) -> dict[str, date]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first >= last:
            self.add_error("last", _("Choose a day after the first."))
        return found


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    until = today()
    given = request.GET if "first" in request.GET else None
    form = Between(given, initial={"first": until - timedelta(days=7), "last": until})
    if given is None:
        first, last = until - timedelta(days=7), until
    elif form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    else:
        return render(request, "desk/pages/changes.html", {"form": form}, status=422)
    found, more = replayed(request.access, first, last)
    context = {
        "form": form,
        "changes": found,
        "more": more,
        "first": first,
        "last": last,
        "presets": [
            (_("The last week"), until - timedelta(days=7), until),
            (_("The last 30 days"), until - timedelta(days=30), until),
            (_("The last year"), until - timedelta(days=365), until),
        ],
    }
    return render(request, "desk/pages/changes.html", context)
