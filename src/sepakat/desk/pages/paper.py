"""A meeting's papers as PDF."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from sepakat.desk import words
from sepakat.desk.pages import pdf
from sepakat.desk.pages.minutes import Papers, action_line, facts, for_readers
from sepakat.desk.workbook.marking import marking
from sepakat.record.kind import Object


def agenda_paper(papers: Papers) -> bytes:
    """The agenda, as a PDF."""
    story = _opening(papers.meeting, _("Agenda"))
    for number, heading in enumerate(papers.headings, 1):
        story.append(pdf.heading(f"{number}. {heading.name}"))
        for matter in heading.matters:
            story.append(pdf.item(f"{matter.title} – {matter.note}"))
            story.append(pdf.under(matter.id))
        if heading.more:
            story.append(pdf.small(_("And {} more").format(words.number(heading.more))))
    if not papers.headings:
        story.append(pdf.text(_("There is nothing open between the two nations.")))
    labels = [matter.label for heading in papers.headings for matter in heading.matters]
    return pdf.built(story, _title(papers, _("Agenda")), marking([papers.meeting.label, *labels]))


def minutes_paper(papers: Papers, text: str, *, is_draft: bool) -> bytes:
    """The minutes, as a PDF, with what was decided and what is to be done as it is recorded: what
    all who may see the meeting may see."""
    papers = for_readers(papers)
    name = _("Draft minutes") if is_draft else _("Minutes")
    story = _opening(papers.meeting, name)
    story += [pdf.text(line) if line.strip() else Spacer(1, 3 * mm) for line in text.splitlines()]
    if papers.decisions:
        story.append(pdf.heading(_("Decisions on record")))
    for decision in papers.decisions:
        fields = decision.fields
        story.append(pdf.item(f"{fields['question']}: {fields['text']}"))
        story.append(pdf.under(_("Reasons: {}").format(fields["reasons"])))
        story.append(pdf.under(f"{decision.id}, {words.state_name(decision.state)}"))
    if papers.actions:
        story.append(pdf.heading(_("Actions on record")))
    for action in papers.actions:
        story.append(pdf.item(action_line(action)))
        story.append(pdf.under(f"{action.id}, {words.state_name(action.state)}"))
    story += _proofs(papers)
    labels = [thing.label for thing in (papers.meeting, *papers.decisions, *papers.actions)]
    return pdf.built(story, _title(papers, name), marking(labels))


def _title(papers: Papers, name: str) -> str:
    return f"{name}: {papers.meeting.fields['title']}"


def _opening(meeting: Object, name: str) -> list[Flowable]:
    cells = [[pdf.small(title), pdf.text(value)] for title, value in facts(meeting)]
    return [
        pdf.paragraph(name, pdf.style("kind", 10, textColor=pdf.QUIET)),
        pdf.paragraph(meeting.fields["title"], pdf.style("title", 17, spaceAfter=3 * mm)),
        Table(cells, colWidths=[38 * mm, None], style=pdf.PLAIN, hAlign="LEFT"),
        Spacer(1, 4 * mm),
    ]


def _proofs(papers: Papers) -> Iterable[Flowable]:
    """Where each record of the meeting stands in the logs, so that anyone can look it up."""
    yield pdf.heading(_("Proof"))
    yield pdf.small(_("Each is signed, and kept in its nation’s log at the place given."))
    rows = []
    for digest, proof in papers.proofs:
        place = f"{proof.nation} {proof.index}"
        seen = ", ".join(words.nation(c.nation) for c in proof.cosigned) or _("not yet")
        rows.append(
            [
                pdf.small(place),
                pdf.paragraph(digest, pdf.style("digest", 7)),
                pdf.small(_("Cosigned: {}").format(seen)),
            ]
        )
    if rows:
        yield Table(rows, colWidths=[20 * mm, 100 * mm, None], style=pdf.RULED, hAlign="LEFT")
    yield pdf.printed()
