"""A meeting's papers as PDF: A4, marked at the top and the bottom of every page."""

import io
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from sepakat.desk import words
from sepakat.desk.pages.minutes import Papers, action_line, facts, for_readers
from sepakat.desk.workbook.marking import marking
from sepakat.node import clock
from sepakat.record.kind import Object

FONT = "Pretendard GOV"
_FILE = Path(__file__).parents[1] / "fonts" / "PretendardGOV-Regular.ttf"
_QUIET = colors.HexColor("#444444")
MARGIN = 22 * mm
EDGE = 11 * mm  # of the markings, from the edge of the page


@lru_cache(maxsize=1)
def _register_font() -> None:
    pdfmetrics.registerFont(TTFont(FONT, _FILE))


def _style(name: str, size: float, **rest: Any) -> ParagraphStyle:
    wrap = "CJK" if get_language() == "ko" else None
    return ParagraphStyle(
        name, fontName=FONT, fontSize=size, leading=size * 1.45, wordWrap=wrap, **rest
    )


class _Pages(Canvas):
    """Numbers its pages "1 of 3", which can be said once the last one is there."""

    marking = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, 1):
            self.__dict__.update(page)
            self._mark(number, len(self._kept))
            super().showPage()
        super().save()

    def _mark(self, number: int, of: int) -> None:
        width, height = A4
        size = 9.0
        while pdfmetrics.stringWidth(self.marking, FONT, size) > width - 2 * MARGIN and size > 5:
            size -= 0.5
        self.setFont(FONT, size)
        self.drawCentredString(width / 2, height - EDGE, self.marking)
        self.drawCentredString(width / 2, EDGE, self.marking)
        self.setFont(FONT, 8)
        page = _("Page {number} of {total}").format(number=number, total=of)
        self.drawRightString(width - MARGIN, EDGE + 5 * mm, page)


def agenda_paper(papers: Papers) -> bytes:
    """The agenda, as a PDF."""
    story = _opening(papers.meeting, _("Agenda"))
    for number, heading in enumerate(papers.headings, 1):
        story.append(_heading(f"{number}. {heading.name}"))
        for matter in heading.matters:
            story.append(_item(f"{matter.title} – {matter.note}"))
            story.append(_under(matter.id))
        if heading.more:
            story.append(_small(_("And {} more").format(words.number(heading.more))))
    if not papers.headings:
        story.append(_text(_("There is nothing open between the two nations.")))
    labels = [matter.label for heading in papers.headings for matter in heading.matters]
    return _built(story, _title(papers, _("Agenda")), marking([papers.meeting.label, *labels]))


def minutes_paper(papers: Papers, text: str, *, is_draft: bool) -> bytes:
    """The minutes, as a PDF, with what was decided and what is to be done as it is recorded: what
    all who may see the meeting may see."""
    papers = for_readers(papers)
    name = _("Draft minutes") if is_draft else _("Minutes")
    story = _opening(papers.meeting, name)
    story += [_text(line) if line.strip() else Spacer(1, 3 * mm) for line in text.splitlines()]
    if papers.decisions:
        story.append(_heading(_("Decisions on record")))
    for decision in papers.decisions:
        fields = decision.fields
        story.append(_item(f"{fields['question']}: {fields['text']}"))
        story.append(_under(_("Reasons: {}").format(fields["reasons"])))
        story.append(_under(f"{decision.id}, {words.state_name(decision.state)}"))
    if papers.actions:
        story.append(_heading(_("Actions on record")))
    for action in papers.actions:
        story.append(_item(action_line(action)))
        story.append(_under(f"{action.id}, {words.state_name(action.state)}"))
    story += _proofs(papers)
    labels = [thing.label for thing in (papers.meeting, *papers.decisions, *papers.actions)]
    return _built(story, _title(papers, name), marking(labels))


def _title(papers: Papers, name: str) -> str:
    return f"{name}: {papers.meeting.fields['title']}"


def _opening(meeting: Object, name: str) -> list[Flowable]:
    cells = [[_small(title), _text(value)] for title, value in facts(meeting)]
    return [
        _paragraph(name, _style("kind", 10, textColor=_QUIET)),
        _paragraph(meeting.fields["title"], _style("title", 17, spaceAfter=3 * mm)),
        Table(cells, colWidths=[38 * mm, None], style=_PLAIN, hAlign="LEFT"),
        Spacer(1, 4 * mm),
    ]


_PLAIN = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")]
_RULED = [*_PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#999999"))]


def _proofs(papers: Papers) -> Iterable[Flowable]:
    """Where each record of the meeting stands in the logs, so that anyone can look it up."""
    yield _heading(_("Proof"))
    yield _small(_("Each is signed, and kept in its nation’s log at the place given."))
    rows = []
    for digest, proof in papers.proofs:
        place = f"{proof.nation} {proof.index}"
        seen = ", ".join(words.nation(c.nation) for c in proof.cosigned) or _("not yet")
        rows.append(
            [
                _small(place),
                _paragraph(digest, _style("digest", 7)),
                _small(_("Cosigned: {}").format(seen)),
            ]
        )
    if rows:
        yield Table(rows, colWidths=[20 * mm, 100 * mm, None], style=_RULED, hAlign="LEFT")
    yield _small(_("Printed {} from the node of {}.").format(words.moment(clock.now()), _own()))


def _own() -> str:
    from sepakat.node.signed import home

    return words.nation(home().config.nation)


def _heading(text: str) -> Paragraph:
    return _paragraph(text, _style("heading", 12, spaceBefore=4 * mm, spaceAfter=1.5 * mm))


def _text(text: str) -> Paragraph:
    return _paragraph(text, _style("text", 10))


def _item(text: str) -> Paragraph:
    return _paragraph(text, _style("item", 10, leftIndent=5 * mm, spaceBefore=1 * mm))


def _under(text: str) -> Paragraph:
    return _paragraph(text, _style("under", 8, leftIndent=5 * mm, textColor=_QUIET))


def _small(text: str) -> Paragraph:
    return _paragraph(text, _style("small", 8, textColor=_QUIET))


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    _register_font()
    return Paragraph(escape(text), style)  # what people wrote is no markup


def _built(story: list[Flowable], title: str, label: str) -> bytes:
    _register_font()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title,
        author=_own(),
        lang=get_language() or "en",
    )
    document.build(story, canvasmaker=type("Pages", (_Pages,), {"marking": label}))
    return out.getvalue()
