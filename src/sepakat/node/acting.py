"""What people say at this node, each in a role that allows it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.cedar import Hat
from sepakat.node.home import Home
from sepakat.node.ledger import Draft, Receipt
from sepakat.node.recording import Batch, record
from sepakat.record.errors import InvalidError, RefusedError
from sepakat.record.rules import referenced
from sepakat.vocabulary import REGISTRY


def record_for(
    access: Access, batch: Batch, *, dry_run: bool = False, confirmed: bool = False
) -> list[Receipt]:
    """Record what a person says, if that person may: each draft in a role that allows it.

    `confirmed` is for `accounts.foureyes` alone, and for dry runs: that a second person has agreed,
    or will be asked. RefusedError where that, a role or a policy is lacking; NotFoundError for an
    object not to be seen.
    """
    with transaction.atomic():
        made: dict[str, Draft] = {}
        if not confirmed:
            _check_four_eyes(batch)
        drafts = [authorised(access, draft, made) for draft in batch.drafts]
        _check_references(access, drafts, made)
        receipts = record(access.home, replace(batch, drafts=drafts), dry_run=dry_run)
    if not dry_run:
        for draft in drafts:
            action = f"{draft.kind} {draft.action} {draft.object}"
            access.log("said", action=action, role=draft.role, organisation=draft.organisation)
    return receipts


def _check_four_eyes(batch: Batch) -> None:
    for draft in batch.drafts:
        if REGISTRY.action(draft.kind, draft.action).four_eyes:
            raise RefusedError(
                "this is said by two people: one prepares it, another in the same role confirms it",
                where=f"{draft.kind} {draft.action} {draft.object}",
                fix="Prepare it on the record's page, and ask a second person to confirm it",
            )


def _check_references(access: Access, drafts: Sequence[Draft], made: Mapping[str, Draft]) -> None:
    """A record that is not to be seen is as unknown, in the ledger's words, as one that is not."""
    named = {}
    for draft in drafts:
        kind, action = REGISTRY.get(draft.kind), REGISTRY.action(draft.kind, draft.action)
        where = f"{draft.kind} {draft.action} {draft.object}"
        named |= {id_: where for id_ in referenced(kind, action, draft.body) if id_ not in named}
    known = rows.objects(named)
    for id_, where in named.items():
        thing = known.get(id_)
        if id_ not in made and not (thing and access.may_view(thing.kind, thing.label)):
            raise InvalidError(
                f"it names {id_}, which is not known here",
                where=where,
                fix="Record that first, or exchange with the partner that has it",
            )


def authorised(access: Access, draft: Draft, made: dict[str, Draft]) -> Draft:
    """The draft in a role in which this person may say it: the draft's own, or the first that may.
    `made` are those before it in its batch that make their objects."""
    kind = REGISTRY.get(draft.kind)
    action = REGISTRY.action(draft.kind, draft.action)
    where = f"{draft.kind} {draft.action} {draft.object}"
    if not action.start:
        if draft.label is None:
            raise InvalidError("a new record needs a label", where=where, fix="Give a label")
        verdict = access.may_make(kind, action, draft.label)
        made[draft.object] = draft
    elif draft.object in made:  # earlier in this batch; the ledger knows its state
        verdict = access.may_make(kind, action, made[draft.object].label)
    else:
        verdict = access.verdict(access.get(draft.object), action)
    hat = next(
        (h for h in verdict.hats if (h.role, h.organisation) == (draft.role, draft.organisation)),
        None,
    ) or access.require(verdict, where)
    return replace(
        draft,
        role=hat.role,
        account=access.person.account,
        organisation=hat.organisation,
        key=signing_key(access.home, hat),
    )


def signing_key(home: Home, hat: Hat) -> str:
    """The name of the key that signs for a role: its organisation's own, if this node keeps one."""
    if hat.organisation:
        for thing in rows.objects_of("key", home.config.nation):
            name = thing.fields["name"]
            fits = thing.fields.get("organisation") == hat.organisation
            if fits and thing.state == "in_force" and name in home.keys:
                return str(name)
    return "office"
