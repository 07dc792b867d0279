"""Minutes: their draft from what is recorded, and what a meeting's papers say."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from sepakat.desk import words
from sepakat.desk.pages.agenda import Agenda, Heading
from sepakat.desk.pages.proofs import ProofStatus, proof_statuses
from sepakat.node import rows
from sepakat.node.authorisation import Access
from sepakat.node.kindtables import table
from sepakat.record.kind import Object
from sepakat.record.label import is_within
from sepakat.vocabulary import REGISTRY

MAX_MINUTES = 20_000  # characters that the form takes


@dataclass(frozen=True)
class Papers:
    """All that the pages and the papers of one meeting show, to one reader."""

    meeting: Object
    headings: tuple[Heading, ...]
    decisions: tuple[Object, ...]
    actions: tuple[Object, ...]
    proofs: tuple[tuple[str, ProofStatus], ...]  # of the latest statement of each, by digest


def papers(access: Access, meeting: Object, today: date) -> Papers:
    decisions = _of(access, "decision", meeting.id)
    actions = _of(access, "action_item", meeting.id)
    heads = [meeting.head, *(d.head for d in decisions), *(a.head for a in actions)]
    statuses = proof_statuses(heads)
    proofs = tuple((head, statuses[head]) for head in heads if head in statuses)
    headings = tuple(Agenda(access, meeting, today).headings())
    return Papers(meeting, headings, decisions, actions, proofs)


def _of(access: Access, kind: str, meeting: str) -> tuple[Object, ...]:
    """The records of a kind that name the meeting and that the reader may see."""
    seen = table(REGISTRY.get(kind)).objects.filter(
        engagement=meeting, label_id__in=access.labels_of(kind)
    )
    ids = list(seen.order_by("id").values_list("id", flat=True))
    found = rows.objects(ids)
    return tuple(found[id_] for id_ in ids if id_ in found)


def minutes_of(papers: Papers) -> str:
    """The minutes that are recorded, or else their draft."""
    return str(papers.meeting.fields.get("minutes") or draft(papers))


def for_readers(papers: Papers) -> Papers:
    """What all who may see the meeting may see of it: minutes carry the meeting's label."""
    label = papers.meeting.label
    headings = (
        replace(h, matters=tuple(m for m in h.matters if is_within(label, m.label)))
        for h in papers.headings
    )
    decisions = tuple(d for d in papers.decisions if is_within(label, d.label))
    actions = tuple(a for a in papers.actions if is_within(label, a.label))
    heads = {papers.meeting.head, *(thing.head for thing in (*decisions, *actions))}
    return replace(
        papers,
        headings=tuple(heading for heading in headings if heading.matters),
        decisions=decisions,
        actions=actions,
        proofs=tuple((head, proof) for head, proof in papers.proofs if head in heads),
    )


def draft(papers: Papers) -> str:
    """Minutes as they begin: what there was to speak of, what was decided, what is to be done."""
    shared = for_readers(papers)
    parts = [_agenda_lines(shared.headings)] if shared.headings else []
    parts += [_decision_lines(shared.decisions)] if shared.decisions else []
    parts += [_action_lines(shared.actions)] if shared.actions else []
    return "\n\n".join("\n".join(lines) for lines in parts)[:MAX_MINUTES]


def facts(meeting: Object) -> list[tuple[str, str]]:
    """The particulars of a meeting, with their names."""
    fields = meeting.fields
    found = [
        (words.field_title("engagement", "date"), words.day(fields["date"])),
        (words.field_title("engagement", "place"), fields["place"]),
        (_("Nations"), ", ".join(map(words.nation, sorted(meeting.parties)))),
    ]
    if fields.get("participants") is not None:
        name = words.field_title("engagement", "participants")
        found.append((name, words.number(fields["participants"])))
    return found


def action_line(action: Object) -> str:
    fields = action.fields
    owner, due = words.nation(fields["assignee"]), words.day(fields["due"])
    return _("{title} – {nation}, due {day}").format(title=fields["title"], nation=owner, day=due)


def _agenda_lines(headings: Iterable[Heading]) -> list[str]:
    lines = [_("Spoken of")]
    for number, heading in enumerate(headings, 1):
        lines.append(f"{number}. {heading.name}")
        lines += [f"   – {matter.title}: {matter.note}" for matter in heading.matters]
    return lines


def _decision_lines(decisions: Iterable[Object]) -> list[str]:
    lines = [_("Decided")]
    for number, decision in enumerate(decisions, 1):
        fields = decision.fields
        lines.append(f"{number}. {fields['question']}: {fields['text']}")
        lines.append("   " + _("Reasons: {}").format(fields["reasons"]))
    return lines


def _action_lines(actions: Iterable[Object]) -> list[str]:
    lines = [_("To be done")]
    return lines + [f"{n}. {action_line(action)}" for n, action in enumerate(actions, 1)]
