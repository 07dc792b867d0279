"""Preparing a forecast: made as a job by what an officer may see, and kept until it is signed."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from sepakat.desk import uploads, words
from sepakat.desk.jobs.progress import Progress
from sepakat.desk.kinds.forms import make_identifier
from sepakat.desk.kinds.objects import title_of
from sepakat.node import partners, rows
from sepakat.node.authorisation import Access
from sepakat.node.evidence import file_of
from sepakat.node.ledger import Draft
from sepakat.node.recording import Batch
from sepakat.outlook.forecasts.figures import MEDIA_TYPE, Figures, read
from sepakat.record.errors import ConflictError, RefusedError
from sepakat.record.kind import Object
from sepakat.record.label import Label, may_see
from sepakat.vocabulary import REGISTRY

FORECAST, EVIDENCE = REGISTRY.get("forecast"), REGISTRY.get("evidence")
ISSUE = FORECAST.lifecycle.actions["issue"]


class Prepared(BaseModel):
    """A forecast that is made and not yet signed, as it is kept. `heads` are those of what it was
    made from, `figures` the text of its file."""

    model_config = ConfigDict(frozen=True)

    project: str
    plan: str
    heads: dict[str, str]
    forecast: str
    evidence: str
    title: str
    body: dict[str, Any]
    label: Label
    figures: str

    @property
    def file(self) -> bytes:
        return self.figures.encode()

    def read(self) -> Figures:
        return read(self.file)

    def check(self) -> None:
        """ConflictError where something that it was made from has changed since."""
        known = rows.objects(self.heads)
        changed = [id_ for id_, head in self.heads.items() if known[id_].head != head]
        if changed:
            raise ConflictError(
                _("{} has changed since the forecast was made").format(", ".join(changed)),
                fix=_("Throw it away, and make it anew"),
            )

    def batch(self) -> Batch:
        """The file's record and the forecast that names it: both are signed, or neither."""
        evidence = {
            "title": self.title,
            "sha256": sha256(self.file).hexdigest(),
            "size": len(self.file),
            "media_type": MEDIA_TYPE,
            "filename": f"forecast-{self.body['as_of']}.json",
        }
        drafts = [
            Draft("evidence", self.evidence, "register", evidence, self.label),
            Draft("forecast", self.forecast, "issue", self.body, self.label),
        ]
        return Batch(drafts, [self.file])


class Visible:
    """What a person may see of the record."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def one(self, object_id: str) -> Object:
        return self._access.get(object_id)

    def all(self, kind: str) -> list[Object]:
        return rows.objects_under(kind, self._access.labels_of(kind))


def may_forecast(access: Access, plan: Object | None) -> bool:
    """Whether this person may issue a forecast of a plan: an officer of one of its parties."""
    if plan is None or plan.state != "accepted":
        return False
    if access.home.config.nation not in plan.parties:
        return False
    return access.may_make(FORECAST, ISSUE, plan.label).allowed


def make_forecast(progress: Progress, plan: str, as_of: str, seed: int, iterations: int) -> None:
    """Make a forecast by what its owner may see now, and keep it to be signed; the job's work."""
    access = progress.access()
    prepared = _prepare(progress, access, plan, date.fromisoformat(as_of), seed, iterations)
    account = access.person.account
    name = uploads.keep(access.home, account, prepared.model_dump_json().encode())
    try:
        progress.finish(
            _("The forecast is made. Nothing is signed yet."),
            link=reverse("outlook-forecast", args=[prepared.project, name]),
        )
    except BaseException:
        uploads.discard(access.home, account, name)
        raise


def _prepare(
    progress: Progress, access: Access, plan: str, as_of: date, seed: int, iterations: int
) -> Prepared:
    # What simulates takes seconds to import, and may not be installed.
    from sepakat.outlook.forecasts.gathering import gather
    from sepakat.outlook.forecasts.making import make

    thing = access.get(plan)
    if thing.kind != "plan" or not may_forecast(access, thing):
        raise RefusedError("you may issue no forecast of this plan", where=plan)
    progress.step(0, 0, _("Gathering what is known"))
    gathered = gather(
        thing,
        Visible(access),
        partial(file_of, access),
        as_of=as_of,
        seed=seed,
        iterations=iterations,
    )
    request, label = gathered.request, gathered.label
    (counterparty,) = thing.parties - {access.home.config.nation}
    _check_label(access, label, counterparty)
    made = make(request, lambda done, total: progress.step(done, total, _("Simulating")))
    nation, title = access.home.config.nation, f"Figures of a forecast of {title_of(thing)}"
    evidence = make_identifier(nation, EVIDENCE, f"forecast {as_of}")
    return Prepared(
        project=request.project.id,
        plan=thing.id,
        heads=_heads([thing, request.project, *request.risks]),
        forecast=make_identifier(nation, FORECAST, title_of(thing)),
        evidence=evidence,
        title=title[:200],
        body=made.body | {"counterparty": counterparty, "file": evidence},
        label=label,
        figures=made.file.decode(),
    )


def _check_label(access: Access, label: Label, counterparty: str) -> None:
    """A forecast is for both nations: nothing goes into it that the other may not see."""
    reader = partners.card_of(partners.get(counterparty)).reader
    if not may_see(label, reader):
        raise RefusedError(
            f"something that the forecast is made from is not for {counterparty} to see, "
            "so it cannot be issued to it",
            where=words.label_words(label),
            fix="Close or replace the risks and files whose labels keep them from it",
        )
    if not access.may_make(FORECAST, ISSUE, label).allowed:
        raise RefusedError("you may issue no forecast under its label", where=label.classification)


def _heads(things: Iterable[Object]) -> dict[str, str]:
    return {thing.id: thing.head for thing in things}
