"""PDF files of the desk: A4, marked at the top and the bottom of every page."""

import io
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
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from sepakat.desk import words
from sepakat.node import clock

FONT = "Pretendard GOV"
_FILE = Path(__file__).parents[1] / "fonts" / "PretendardGOV-Regular.ttf"
QUIET = colors.HexColor("#444444")
MARGIN = 22 * mm
EDGE = 11 * mm  # of the markings, from the edge of the page


@lru_cache(maxsize=1)
def _register_font() -> None:
    pdfmetrics.registerFont(TTFont(FONT, _FILE))


def style(name: str, size: float, **rest: Any) -> ParagraphStyle:
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


PLAIN = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")]
RULED = [*PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#999999"))]


def own() -> str:
    from sepakat.node.signed import home

    return words.nation(home().config.nation)


def printed() -> Paragraph:
    """When it was printed, and where."""
    when = words.moment(clock.now())
    return small(_("Printed {} from the node of {}.").format(when, own()))


def heading(text: str) -> Paragraph:
    return held(paragraph(text, style("heading", 12, spaceBefore=4 * mm, spaceAfter=1.5 * mm)))


def text(text: str) -> Paragraph:
    return paragraph(text, style("text", 10))


def item(text: str) -> Paragraph:
    return paragraph(text, style("item", 10, leftIndent=5 * mm, spaceBefore=1 * mm))


def under(text: str) -> Paragraph:
    return paragraph(text, style("under", 8, leftIndent=5 * mm, textColor=QUIET))


def small(text: str) -> Paragraph:
    return paragraph(text, style("small", 8, textColor=QUIET))


def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    _register_font()
    return Paragraph(escape(text), style)  # what people wrote is no markup


def held(paragraph: Paragraph) -> Paragraph:
    """Never at the foot of a page that what follows it is not on."""
    paragraph.keepWithNext = 1
    return paragraph


def built(story: list[Flowable], title: str, label: str) -> bytes:
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
        author=own(),
        lang=get_language() or "en",
    )
    document.build(story, canvasmaker=type("Pages", (_Pages,), {"marking": label}))
    return out.getvalue()
