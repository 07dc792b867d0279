"""What this node shows a partner, and what it takes from one: statements sealed for one reader."""

import base64
from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any

from django.db import transaction

from sepakat.node import partners, rows
from sepakat.node.home import Home
from sepakat.node.ledger import load_state
from sepakat.node.mirror import tile_reader
from sepakat.node.models import Leaf, Log, Partner, Statement
from sepakat.node.rebuild import is_due, rebuild
from sepakat.record import canon, leaf, seal
from sepakat.record.card import Card
from sepakat.record.errors import InvalidError, ProofError
from sepakat.record.fold import Entry, judge, read
from sepakat.record.keys import decode_base64
from sepakat.record.kind import Registry
from sepakat.record.label import Label, may_see
from sepakat.record.statement import MAX_ENVELOPE_BYTES
from sepakat.record.verifying import is_signed

PAGE_RECORDS = 500
PAGE_BYTES = 4 * 1024 * 1024
MAX_PAGE_BYTES = 2 * PAGE_BYTES  # one record may go past the mark
HOME_LABELS = 4_000  # of rows.MAX_LABELS, that no partner's page may use up


# What goes out.


def page(home: Home, partner: Card, start: int, end: int) -> bytes:
    """The next page of what `partner` may see of this node's log from `start` up to `end`.

    The label decides, and nothing else is even read from the tables.
    """
    nation = home.config.nation
    labels = {n: label for n, label in rows.labels().items() if may_see(label, partner.reader)}
    recipient = seal.SealingPublicKey.from_bytes(decode_base64(partner.sealing_key))
    records: list[dict[str, Any]] = []
    total, following = 0, end
    for index, digest, label_id, salt, envelope in _releasable(nation, labels, start, end):
        if len(records) == PAGE_RECORDS or total > PAGE_BYTES:
            following = index
            break
        label = labels[label_id].model_dump()
        context = _context(home.card().origin, index, digest, label)
        sealed = base64.b64encode(seal.seal(salt + envelope, recipient, context)).decode()
        total += len(sealed)
        records.append({"index": index, "digest": digest, "label": label, "sealed": sealed})
    return canon.encode({"next": following, "records": records})


def _releasable(
    nation: str, labels: dict[int, Label], start: int, end: int
) -> list[tuple[int, str, int, bytes, bytes]]:
    found = (
        Statement.objects.filter(nation=nation, index__range=(start, end - 1))
        .filter(label_id__in=labels)
        .order_by("index")
        .values_list("index", "digest", "label_id", "envelope")[: PAGE_RECORDS + 1]
    )
    places = [index for index, *_ in found]
    salts = dict(Leaf.objects.filter(nation=nation, index__in=places).values_list("index", "salt"))
    return [(i, digest, label, bytes(salts[i]), bytes(env)) for i, digest, label, env in found]


def _context(origin: str, index: int, digest: str, label: Any) -> bytes:
    """Bound into the seal: a record cannot be passed off as another, or under another label."""
    return canon.encode({"origin": origin, "index": index, "digest": digest, "label": label})


# What comes in.


def take(home: Home, registry: Registry, partner: Card, data: bytes, start: int) -> int:
    """Check and record a page of a partner's disclosures; the index to go on from.

    Every record must open with our key, fit the leaf that the partner's log has at its index, and
    be ours to see. One that does not refuses the whole page.
    """
    size = Log.objects.get(nation=partner.nation).size
    records, following = _parse(data, start, size)
    opened = _open(home, partner, records)
    with transaction.atomic():
        logs = rows.logs()
        known = partners.require_unfrozen(partner.nation).disclosed
        if known != start:
            return known  # another exchange was here meanwhile
        _check_marks(home.config.nation, opened, logs)
        _record(home, registry, partner.nation, opened, logs)
        # With the last page, as each time all there is is folded anew.
        if following == size and is_due(registry):
            rebuild(home, registry)
        Partner.objects.filter(nation=partner.nation).update(disclosed=following)
    return following


def _parse(data: bytes, start: int, size: int) -> tuple[list[dict[str, Any]], int]:
    try:
        value = canon.decode(data)
        records, following = list(value["records"]), value["next"]
        indices = [record["index"] for record in records]
        if not all(type(i) is int for i in [*indices, following]):
            raise TypeError
    except (InvalidError, KeyError, TypeError) as error:
        raise ProofError("not a page of disclosures", where="/exchange/disclosures") from error
    rising = [start - 1, *indices, following]
    if len(records) > PAGE_RECORDS or following > size or following <= start:
        raise ProofError("a page that leads nowhere", where="/exchange/disclosures")
    if any(a >= b for a, b in pairwise(rising)):
        raise ProofError("records out of order", where="/exchange/disclosures")
    return records, following


def _open(
    home: Home, partner: Card, records: Sequence[dict[str, Any]]
) -> list[tuple[Entry, bytes, bytes]]:
    if not records:
        return []
    key = seal.SealingKey.from_bytes(home.keys.get("sealing"))
    first, last = records[0]["index"], records[-1]["index"]
    leaves = {i: entry for i, entry, _ in rows.leaves(partner.nation, first, last + 1)}
    opened = []
    for record in records:
        where = f"{partner.nation} {record['index']}"
        try:
            context = _context(partner.origin, record["index"], record["digest"], record["label"])
            plain = seal.unseal(decode_base64(record["sealed"]), key, context)
        except (InvalidError, ProofError, KeyError, TypeError) as error:
            raise ProofError("a disclosure that cannot be read", where=where) from error
        salt, envelope = plain[: leaf.SALT_BYTES], plain[leaf.SALT_BYTES :]
        if leaf.commit(salt, envelope) != leaves.get(record["index"]):
            raise ProofError("a disclosure that is not what the log holds there", where=where)
        # Once recorded, many of these would make our exports too large to be audited.
        if len(envelope) > MAX_ENVELOPE_BYTES:
            raise ProofError(f"a disclosure of {len(envelope):,} bytes", where=where)
        entry = read(partner.nation, record["index"], envelope)
        _check_label(home, entry, record, where)
        opened.append((entry, salt, envelope))
    return opened


def _check_label(home: Home, entry: Entry, record: dict[str, Any], where: str) -> None:
    statement = entry.statement
    if statement is None:
        return
    if (
        entry.digest != record["digest"]
        or statement.label.model_dump(mode="json") != record["label"]
    ):
        raise ProofError("a disclosure under another digest or label than its own", where=where)
    if not may_see(statement.label, home.card().reader):
        raise ProofError(
            "a disclosure whose label is not for us",
            where=where,
            fix="Nothing of it was kept; tell the partner's operator that its node leaks",
        )


def _check_marks(
    own: str, opened: Sequence[tuple[Entry, bytes, bytes]], logs: dict[str, Log]
) -> None:
    """Hold what the partner says it has seen of a log to that log, as far as it is here. Once
    recorded, a false mark would fail the audit of each of our exports."""

    reader = cache(lambda nation: tile_reader(nation, logs[nation].size))

    @cache
    def fault(nation: str, size: int, root: str) -> str:
        log = logs.get(nation)
        if log is None or (size > log.size and nation != own):
            return ""
        if size > log.size:
            return f"says to have seen {size:,} leaves of our log, which has {log.size:,}"
        if reader(nation).root_at(size).hex() != root:
            return f"says to have seen another root of the log of {nation} at size {size:,}"
        return ""

    for entry, _, _ in opened:
        for nation, mark in entry.statement.seen.items() if entry.statement else ():
            if wrong := fault(nation, mark.size, mark.root):
                raise ProofError(
                    wrong,
                    where=f"{entry.nation} {entry.index}",
                    fix="Nothing of the page was kept; compare checkpoints with the partner's "
                    "operator: one of you holds a log that the other does not know",
                )


def _record(
    home: Home,
    registry: Registry,
    nation: str,
    opened: Sequence[tuple[Entry, bytes, bytes]],
    logs: dict[str, Log],
) -> None:
    """Store what was opened with the verdict on it, in log order."""
    if not opened:
        return
    state = load_state(registry, home.card(), logs)
    readable = [entry for entry, _, _ in opened if entry.statement]
    state.read_ahead(
        [e.statement.object for e in readable],
        [e.digest for e in readable]
        + [d for e in readable for d in (e.statement.prev, *e.statement.deps) if d],
    )
    statements, written = [], []
    for entry, salt, envelope in opened:
        decision, after = judge(state, entry, is_signed)
        state.take(decision, entry.statement, after)
        statements.append(rows.statement_row(decision, entry.statement, envelope))
        written.append((salt, nation, entry.index))
    label_ids = rows.save_labels(
        {e.statement.label for e in readable}, partial(_admit_labels, nation)
    )
    rows.open_leaves(written)
    rows.save_statements(statements)
    rows.save_objects(state.changed.values(), label_ids)
    Log.objects.filter(nation=nation).update(memory=state.memories[nation].dump())


def _admit_labels(nation: str, new: Sequence[Label]) -> None:
    """Hold a partner to its share of the labels, and all partners to what home can spare."""
    shared = rows.MAX_LABELS - HOME_LABELS
    kept, most = rows.count_labels() + len(new), rows.PARTNER_LABELS
    if any(map(rows.is_long, new)):
        what = f"a label of {nation} has more than {rows.MAX_LABEL_BYTES:,} bytes"
    elif kept > most and len(rows.labels_in(nation)) + len(new) > most:
        what = f"the log of {nation} would bring more than {most:,} labels"
    elif kept > shared:
        what = f"with those of {nation} there would be more than {shared:,} labels before home's"
    else:
        return
    fix = "Nothing of the page is kept, and none that follows is taken; ask its operator what its"
    raise ProofError(what, fix=f"{fix} labels are for")
