"""The one way to say something: statement, leaf, tiles, state and checkpoint in one transaction.

What `append` returns is durable and provable: it stands in a signed checkpoint on disk.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from sepakat.node import rows
from sepakat.node.home import Home
from sepakat.node.models import Log
from sepakat.node.state import Memory, State
from sepakat.record import card as cards
from sepakat.record import leaf
from sepakat.record.checkpoint import sign_checkpoint
from sepakat.record.errors import ConflictError, InvalidError, NotFoundError, RefusedError
from sepakat.record.keys import SEED_BYTES, SigningKey
from sepakat.record.kind import Action, Kind, Object, Registry
from sepakat.record.label import Label, may_see
from sepakat.record.merkle import EMPTY_ROOT, leaf_hash
from sepakat.record.note import Signer
from sepakat.record.rules import (
    Decision,
    Located,
    Pending,
    Rejected,
    Status,
    decide,
    referenced,
)
from sepakat.record.statement import Author, Seen, Statement, from_validation
from sepakat.record.tile import TileWriter
from sepakat.record.treehead import Checkpoint

MAX_BATCH = 10_000
# What the node says of itself must stay sayable whatever other key has been revoked.
ROOT_KINDS = ("key", "partner")


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say. `label` is needed where the action makes an object; the ledger
    adds who and where: nation, prev, deps, seen and time. With `head` it is said after that
    statement of the object or not at all: ConflictError where another has come since."""

    kind: str
    object: str
    action: str
    body: dict[str, Any] = field(default_factory=dict)
    label: Label | None = None
    role: str = "officer"
    account: str = "office"
    organisation: str | None = None
    deps: tuple[str, ...] = ()
    key: str = "office"  # the name of the signing key in the keystore
    head: str = ""


@dataclass(frozen=True)
class Receipt:
    """That a statement is recorded: its digest, its place, and the object as it leaves it."""

    digest: str
    index: int
    object: Object


class Ledger:
    """Appends to this node's own log. Safe in any number of threads and processes."""

    def __init__(self, home: Home, registry: Registry) -> None:
        self.home = home
        self.registry = registry
        self.nation = home.config.nation
        self.card = home.card()
        self._log_key = Signer(self.card.origin, home.keys.get("log"))
        self._keys: dict[str, SigningKey] = {}
        self._writer: TileWriter | None = None

    def append(self, drafts: Sequence[Draft], *, at: str, dry_run: bool = False) -> list[Receipt]:
        """Record all drafts, or none: the first that may not be said is refused, by its place.

        `at` is the time to state, in UTC. With `dry_run` everything is checked and nothing is kept.
        """
        if not 1 <= len(drafts) <= MAX_BATCH:
            raise InvalidError(
                f"{len(drafts):,} statements at once", fix=f"Give 1 to {MAX_BATCH:,} in one batch"
            )
        with transaction.atomic():
            receipts = self._append(drafts, at)
            if dry_run:
                transaction.set_rollback(True)
        return receipts

    def _append(self, drafts: Sequence[Draft], at: str) -> list[Receipt]:
        logs = rows.logs()
        own = logs[self.nation]
        state = load_state(self.registry, self.card, logs)
        state.read_ahead(self._object_ids(drafts))
        seen = {
            log.nation: Seen(size=log.size, root=bytes(log.root).hex())
            for log in logs.values()
            if log.nation != self.nation and log.size
        }
        receipts, statements, leaves = [], [], []
        for place, draft in enumerate(drafts):
            index = own.size + place
            where = f"{draft.kind} {draft.action} {draft.object}"
            if len(drafts) > 1:
                where = f"statement {place + 1}, {where}"
            statement = self._statement(state, draft, seen, at, where)
            key = self._signing_key(draft, where)
            digest, envelope = statement.sign(key)
            signer = state.key(self.nation, key.public.keyid)
            located = Located(self.nation, index, digest, statement, (signer,) if signer else ())
            after = self._decide(state, located, where)
            self._check_release(state, statement, where)
            decision = Decision(
                self.nation, index, digest, Status.STANDING, object=statement.object
            )
            state.take(decision, statement, after)
            salt = os.urandom(leaf.SALT_BYTES)
            leaves.append((leaf.commit(salt, envelope), salt))
            statements.append((decision, statement, envelope))
            receipts.append(Receipt(digest, index, after))
        self._save(own, state, statements, leaves)
        return receipts

    def _object_ids(self, drafts: Iterable[Draft]) -> Iterable[str]:
        for draft in drafts:
            yield draft.object
            kind = self.registry.get(draft.kind)
            action = self.registry.action(draft.kind, draft.action)
            yield from referenced(kind, action, draft.body)

    def _statement(
        self, state: State, draft: Draft, seen: dict[str, Seen], at: str, where: str
    ) -> Statement:
        kind = self.registry.get(draft.kind)
        action = self.registry.action(draft.kind, draft.action)
        present = state.object(draft.object)
        if draft.head and (present is None or present.head != draft.head):
            raise ConflictError(
                "the record has changed since it was looked at",
                where=where,
                fix=_FIX["superseded"],
            )
        label = _label(draft, action, present, where)
        deps = self._reliance(state, draft, kind, action, present, where)
        prev = present.head if present and action.start else None
        shown = {*label.released, *_nations(state, (prev, *deps) if prev else deps)}
        try:
            return Statement(
                kind=draft.kind,
                object=draft.object,
                action=draft.action,
                body=draft.body,
                prev=prev,
                deps=deps,
                # That we know another partner is not for this statement's readers to learn.
                seen={nation: mark for nation, mark in seen.items() if nation in shown},
                by=Author(
                    nation=self.nation,
                    organisation=draft.organisation,
                    role=draft.role,
                    account=draft.account,
                ),
                at=at,
                label=label,
            )
        except ValidationError as error:
            raise from_validation(error, where) from error

    def _reliance(
        self,
        state: State,
        draft: Draft,
        kind: type[Kind],
        action: Action,
        present: Object | None,
        where: str,
    ) -> tuple[str, ...]:
        """The heads of all objects that the statement names or whose state its action requires."""
        given = {**(present.fields if present else {}), **draft.body}
        deps = list(draft.deps)
        for object_id in referenced(kind, action, given):
            thing = state.object(object_id)
            if thing is None:
                raise InvalidError(
                    f"it names {object_id}, which is not known here",
                    where=where,
                    fix="Record that first, or exchange with the partner that has it",
                )
            deps.append(thing.head)
        return tuple(dict.fromkeys(deps))

    def _signing_key(self, draft: Draft, where: str) -> SigningKey:
        name = "root" if draft.kind in ROOT_KINDS else draft.key
        if name not in self._keys:
            secret = self.home.keys.get(name)
            if len(secret) != SEED_BYTES:
                raise InvalidError(
                    f"the key {name!r} signs no statements", where=where, fix=_FIX["signature"]
                )
            self._keys[name] = SigningKey(secret)
        return self._keys[name]

    def _decide(self, state: State, located: Located, where: str) -> Object:
        try:
            return decide(state, located)
        except Rejected as verdict:
            error = ConflictError if verdict.code in ("taken", "superseded") else RefusedError
            raise error(verdict.detail, where=where, fix=_FIX.get(verdict.code, "")) from verdict
        except Pending as wait:
            raise InvalidError(
                f"it relies on a statement that is not known here ({wait.missing[:12]})",
                where=where,
                fix="Exchange with the partner that made it",
            ) from wait

    def _check_release(self, state: State, statement: Statement, where: str) -> None:
        """Nothing may concern a partner that could never be shown to it."""
        counterparty = statement.body.get("counterparty")
        card = state.cards.get(counterparty) if isinstance(counterparty, str) else None
        if isinstance(counterparty, str) and card is None:
            raise InvalidError(
                f"{counterparty} is not a registered partner",
                where=where,
                fix="Register its card with `sepakat partner register`",
            )
        if card and not may_see(statement.label, card.reader):
            raise RefusedError(
                f"{counterparty}'s node is not cleared for this label",
                where=where,
                fix=f"Its ceiling is {card.ceiling}; choose a label that it may hold",
            )

    def _save(
        self,
        own: Log,
        state: State,
        statements: Sequence[tuple[Decision, Statement, bytes]],
        leaves: Sequence[tuple[bytes, bytes]],
    ) -> None:
        labels = {statement.label for _, statement, _ in statements}
        label_ids = rows.save_labels(labels, partial(self._admit_labels, state))
        rows.save_leaves(self.nation, own.size, leaves)
        rows.save_statements([rows.statement_row(*statement) for statement in statements])
        rows.save_objects(state.changed.values(), label_ids)
        writer = self._taken_up(own)
        rows.save_tiles(self.nation, writer.append([leaf_hash(e) for e, _ in leaves]))
        size, root = writer.size, writer.root()
        note = sign_checkpoint(Checkpoint(self.card.origin, size, root), self._log_key)
        rows.save_log(self.nation, size, root, note, state.memories[self.nation].dump())
        self._writer = writer

    def _admit_labels(self, state: State, new: Sequence[Label]) -> None:
        """Hold ourselves to what partners take (`disclosure`): one refuses a log for good in which
        it sees more."""
        if any(map(rows.is_long, new)):
            raise InvalidError(
                f"a label of more than {rows.MAX_LABEL_BYTES:,} bytes, which no partner takes",
                fix="Name fewer organisations and caveats in it",
            )
        kept = rows.count_labels() + len(new)
        if kept > rows.MAX_LABELS:
            raise ConflictError(
                f"this node would keep more than {rows.MAX_LABELS:,} labels", fix=_FEWER_LABELS
            )
        if kept <= rows.PARTNER_LABELS:
            return  # no log has more; to look through ours takes long
        said = [*rows.labels_in(self.nation), *new]
        for nation in state.cards.keys() - {self.nation}:
            reader = state.cards[nation].reader
            shown = sum(may_see(label, reader) for label in said)
            if shown > rows.PARTNER_LABELS and any(may_see(label, reader) for label in new):
                raise ConflictError(
                    f"{nation} takes no more than {rows.PARTNER_LABELS:,} labels of ours",
                    fix=_FEWER_LABELS,
                )

    def _taken_up(self, own: Log) -> TileWriter:
        """The writer of the last batch, if the log is as that left it; else a new one.

        Neither may be so: it has grown by what was taken back, and others write to the log too.
        """
        writer, self._writer = self._writer, None
        if writer and (writer.size, writer.root()) == (own.size, bytes(own.root)):
            return writer
        return TileWriter(own.size, lambda level, index: rows.tile(self.nation, level, index))


def _label(draft: Draft, action: Action, present: Object | None, where: str) -> Label:
    """That of the object, or of a new one the label that is given."""
    if not action.start:
        if draft.label is None:
            raise InvalidError(
                "a new object needs a label that says who may see it",
                where=where,
                fix="Give a label",
            )
        return draft.label
    if present is None:
        raise NotFoundError(
            "there is no such object here",
            where=where,
            fix="See `sepakat list` for those there are",
        )
    if present.kind != draft.kind:
        raise InvalidError(
            f"it is of the kind {present.kind}, not {draft.kind}",
            where=where,
            fix="See `sepakat show` for what may follow",
        )
    if draft.label not in (None, present.label):
        raise RefusedError(
            "an object keeps the label that it was made with",
            where=where,
            fix="Give none; at the command line, leave out --classification and --for",
        )
    return present.label


def _nations(state: State, digests: Iterable[str]) -> set[str]:
    """Those that have made any of these statements."""
    return {found.nation for digest in digests if (found := state.decision(digest))}


_FEWER_LABELS = "Use one of those that there are"
_FIX = {
    "superseded": "Look at it anew with `sepakat show` and say it again",
    "taken": "Choose another identifier",
    "turn": "Ask the other side to take this step",
    "state": "See with `sepakat show` what may follow",
    "role": "Say it in a role that may, with --role",
    "ceiling": "Keep matter of that marking off this node",
    "owner": "Begin its identifier with the code of this nation",
    "counterparty": "Name the other nation",
    "label": "Give one that all whom it concerns may see",
    "reference": "See with `sepakat show` of which kind it is",
    "requires": "See with `sepakat show` what brings it there, and say that first",
    "parties": "Name one that is between the same nations",
    "signature": "Sign with a key in force and as widely shown; see `sepakat list key`",
    "repeated": "See with `sepakat show` what was said",
    "edition": "Adopt the edition first; see `sepakat kinds rules`",
    "body": "See `sepakat kinds` for what it takes",
    "check": "Correct what it names, and say it again",
    "reliance": "Name records that stand; see them with `sepakat show`",
    "unseen": "Exchange with that nation first",
}


def load_state(registry: Registry, own: cards.Card, logs: dict[str, Log]) -> State:
    partners = [_card(data) for data in rows.partner_cards()]
    memories = {nation: Memory.load(nation, log.memory) for nation, log in logs.items()}
    return State(registry, [own, *partners], memories)


@lru_cache(maxsize=64)
def _card(data: bytes) -> cards.Card:
    return cards.parse(data)


def begin(home: Home) -> None:
    """Open this node's own log, empty, with its first signed checkpoint."""
    card = home.card()
    key = Signer(card.origin, home.keys.get("log"))
    note = sign_checkpoint(Checkpoint(card.origin, 0, EMPTY_ROOT), key)
    Log.objects.create(nation=card.nation, root=EMPTY_ROOT, checkpoint=note)
