"""Four eyes: what one person has prepared is said only when a second has confirmed it.

It binds people at the desk and the API. What the operator says by the command line is not asked.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sepakat.node import rows
from sepakat.node.accounts.models import Prepared, User
from sepakat.node.accounts.person import holders
from sepakat.node.acting import authorised, record_for
from sepakat.node.authorisation import Access, Verdict
from sepakat.node.ledger import Draft, Receipt
from sepakat.node.recording import Batch
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from sepakat.record.label import Label
from sepakat.vocabulary import REGISTRY


def prepare(access: Access, user: User, draft: Draft, files: Sequence[bytes] = ()) -> Prepared:
    """Keep a draft for a second person, after checking that it could be said as it is now.

    Raises what `record_for` would, ConflictError where the same is waiting already, InvalidError
    for a draft with files: register those first.
    """
    where = _where(draft)
    if files:
        raise InvalidError(
            _("what a second person confirms can bring no file"),
            where=where,
            fix=_("Register the file as evidence first, and name that"),
        )
    with transaction.atomic():
        record_for(access, Batch([draft]), dry_run=True, confirmed=True)
        draft = authorised(access, draft, {})
        head = _head(draft.object)
        if _open().filter(object=draft.object, action=draft.action, head=head).exists():
            raise ConflictError(
                _("the same is prepared already"), where=where, fix=_("See what waits for others")
            )
        role = {"role": draft.role, "organisation": draft.organisation}
        kept = Prepared.objects.create(
            kind=draft.kind,
            object=draft.object,
            action=draft.action,
            draft={
                "body": draft.body,
                "label": draft.label.text.decode() if draft.label else None,
                **role,
                "role_of": next(iter(_holders(user, role)), None),
            },
            head=head,
            prepared_by=user,
        )
    access.log("prepared", action=where, number=kept.id)
    return kept


def waiting_for(access: Access) -> list[Prepared]:
    """What this person may confirm now, oldest first."""
    user = User.objects.filter(account=access.person.account).first()
    if user is None:
        return []
    kept = _open().exclude(prepared_by=user).filter(prepared_by__is_active=True)
    found = list(kept.select_related("prepared_by").order_by("id"))
    things = rows.objects([one.object for one in found])
    return [
        one
        for one in found
        if one.head == (things[one.object].head if one.object in things else "")
        and _still_held(one)
        and _may_confirm(access, user, one)
    ]


def prepared_by(user: User) -> list[Prepared]:
    """What this person has prepared and nobody has decided, oldest first."""
    return list(_open().filter(prepared_by=user).select_related("prepared_by").order_by("id"))


def get(access: Access, user: User, number: int) -> Prepared:
    """What was prepared under a number, for whoever prepared it or may see what it is about;
    NotFoundError for all others."""
    kept = Prepared.objects.select_related("prepared_by", "decided_by").filter(id=number).first()
    if kept is None or not (kept.prepared_by_id == user.id or _sees(access, user, kept)):
        raise NotFoundError(
            "nothing that you may see was prepared under it",
            where=str(number),
            fix=_("See what waits for others"),
        )
    return kept


def why_not(access: Access, user: User, prepared: Prepared) -> str:
    """Why this person may not confirm it, in words; empty where the person may."""
    if prepared.decided:
        return _("It has been decided already.")
    if prepared.prepared_by_id == user.id:
        return _("You have prepared it. Another person must confirm it.")
    if not prepared.prepared_by.is_active:
        return _("The account of who prepared it is closed. Prepare it again.")
    if not _still_held(prepared):
        return _("Who prepared it holds the role no more. Decline it, and prepare it again.")
    if prepared.head != _head(prepared.object):
        return _("The record has changed since it was prepared. Decline it, and prepare it again.")
    if _holders(user, prepared.draft) == [_role_of(prepared)]:
        return _(
            "You and whoever prepared it act in the role of one person. "
            "Another holder of the role, or that holder’s stand-in, must confirm it."
        )
    if not _may_confirm(access, user, prepared):
        return _("Another person in the same role must confirm it.")
    return ""


def confirm(access: Access, user: User, prepared: Prepared) -> Receipt:
    """Say it. The second person must be another one and act in the role of another one, and the
    record must be as it was when it was prepared.

    Raises RefusedError, or ConflictError where it was decided or the record has moved meanwhile.
    """
    with transaction.atomic():
        kept = _locked(prepared)
        draft = draft_of(kept)
        if reason := why_not(access, user, kept):
            moved = kept.decided or kept.head != _head(kept.object)
            raise (ConflictError if moved else RefusedError)(reason, where=_where(draft))
        (receipt,) = record_for(access, Batch([draft]), confirmed=True)
        _decide(kept, user, receipt.digest)
    access.log(
        "confirmed", action=_where(draft), number=kept.id, prepared_by=kept.prepared_by.account
    )
    return receipt


def decline(access: Access, user: User, prepared: Prepared) -> None:
    """Put it aside: by whoever prepared it, or by another person in the role."""
    with transaction.atomic():
        kept = _locked(prepared)
        where = _where(draft_of(kept))
        if kept.decided:
            raise ConflictError(
                _("it has been decided already"), where=where, fix=_("See what waits for others")
            )
        if not may_decline(user, kept):
            raise RefusedError(_("it is for a person in the same role to decide"), where=where)
        _decide(kept, user)
    access.log("declined", action=where, number=kept.id, prepared_by=kept.prepared_by.account)


def may_decline(user: User, prepared: Prepared) -> bool:
    return prepared.prepared_by_id == user.id or bool(_holders(user, prepared.draft))


def draft_of(prepared: Prepared) -> Draft:
    """The draft as it was prepared."""
    kept: dict[str, Any] = prepared.draft
    label = kept["label"]
    return Draft(
        prepared.kind,
        prepared.object,
        prepared.action,
        kept["body"],
        Label.model_validate_json(label) if label else None,
        kept["role"],
        organisation=kept["organisation"],
        head=prepared.head,
    )


def _open() -> Any:
    return Prepared.objects.filter(decided=None)


def _locked(prepared: Prepared) -> Prepared:
    found = Prepared.objects.select_for_update(of=("self",)).select_related("prepared_by")
    return found.get(id=prepared.id)


def _decide(kept: Prepared, user: User, digest: str = "") -> None:
    kept.decided_by, kept.decided, kept.digest = user, timezone.now(), digest
    kept.save(update_fields=["decided_by", "decided", "digest"])


def _may_confirm(access: Access, user: User, kept: Prepared) -> bool:
    wanted = (kept.draft["role"], kept.draft["organisation"])
    hats = _verdict(access, kept).hats
    # By whose leave each acts is compared, or one person's stand-ins could be both.
    by_another = any(one != _role_of(kept) for one in _holders(user, kept.draft))
    return by_another and any((h.role, h.organisation) == wanted for h in hats)


def _holders(user: User, draft: dict[str, Any]) -> list[int]:
    """Those whose role it is that this person would act in."""
    return holders(user, draft["role"], draft["organisation"] or "")


def _role_of(kept: Prepared) -> int | None:
    """Whose role it was prepared in: kept, for by now it may be lent by somebody else. What was
    prepared before it was kept counts as prepared in a role of one's own."""
    role_of: int | None = kept.draft.get("role_of", kept.prepared_by_id)
    return role_of


def _still_held(kept: Prepared) -> bool:
    """Whether whoever prepared it still acts in the role of the same person, as of now."""
    return _role_of(kept) in _holders(kept.prepared_by, kept.draft)


def _verdict(access: Access, kept: Prepared) -> Verdict:
    kind = REGISTRY.get(kept.kind)
    action = REGISTRY.action(kept.kind, kept.action)
    if not action.start:
        return access.may_make(kind, action, draft_of(kept).label)
    try:
        return access.verdict(access.get(kept.object), action)
    except NotFoundError:
        return Verdict(why="role")


def _sees(access: Access, user: User, kept: Prepared) -> bool:
    """It is known to the nation's own offices and to those in the same role, if they see the
    record."""
    label = draft_of(kept).label
    if label is None:
        thing = rows.objects([kept.object]).get(kept.object)
        label = thing.label if thing else None
    if label is None or not access.speaks or not access.may_view(kept.kind, label):
        return False
    return bool(_holders(user, kept.draft)) or any(
        not hat.organisation for hat in access.person.hats
    )


def _head(object_id: str) -> str:
    thing = rows.objects([object_id]).get(object_id)
    return thing.head if thing else ""


def _where(draft: Draft) -> str:
    return f"{draft.kind} {draft.action} {draft.object}"
