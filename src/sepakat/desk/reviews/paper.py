"""A review pack as PDF."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer
from reportlab.platypus import Table as Grid

from sepakat.desk import words
from sepakat.desk.pages import pdf
from sepakat.desk.reviews.document import NONE, Cell, Item, Section, Table
from sepakat.desk.reviews.gathering import Basis, Packed
from sepakat.desk.reviews.wording import opening, sections
from sepakat.desk.workbook.marking import marking

WIDTH = A4[0] - 2 * pdf.MARGIN
PADDING = 1 * mm
# As on the page; what a colour tells is in the words as well.
TONES: Mapping[str, str] = {"bad": "#a11212", "warn": "#7a4b00", "good": "#14632f"}
RULED = [
    *pdf.RULED,
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 2 * PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), PADDING),
    ("BOTTOMPADDING", (0, 0), (-1, -1), PADDING),
]


def review_paper(packed: Packed, basis: Basis) -> bytes:
    """The pack, as a PDF, with the sizes and roots of the logs that it was made from."""
    pack = packed.pack
    title = str(pack.portfolio.fields["title"])
    story: list[Flowable] = [
        pdf.paragraph(_("Review pack"), pdf.style("kind", 10, textColor=pdf.QUIET)),
        pdf.paragraph(title, pdf.style("title", 17, spaceAfter=3 * mm)),
        *(pdf.small(line) for line in opening(pack)),
    ]
    for section in sections(packed):
        story += laid_out(section)
    story.append(KeepTogether(list(_basis(basis))))
    return pdf.built(story, f"{_('Review pack')}: {title}", marking(pack.labels))


def laid_out(section: Section, depth: int = 0) -> Iterable[Flowable]:
    """A section as it stands on paper; no title ends a page that its content is not on."""
    if depth:
        style = pdf.style("part", 11, spaceBefore=4 * mm, spaceAfter=1 * mm)
        yield pdf.held(pdf.paragraph(section.title.text, style))
    else:
        yield pdf.heading(section.title.text)
    yield from (pdf.held(pdf.small(note)) for note in section.notes)
    for table in section.tables:
        yield from _table(table)
    for item in section.items:
        yield from _item(item)
    for part in section.parts:
        yield from laid_out(part, depth + 1)
    if section.is_empty:
        yield pdf.text(section.empty)
    if section.more:
        yield pdf.small(_more(section.more))


def _table(table: Table) -> Iterable[Flowable]:
    style = pdf.style("name", 9, spaceBefore=2.5 * mm, spaceAfter=0.5 * mm)
    yield pdf.held(pdf.paragraph(table.name, style))
    unit = WIDTH / sum(table.shares)
    yield Grid(
        [[pdf.small(name) for name in table.head], *(_cells(row) for row in table.rows)],
        colWidths=[unit * share for share in table.shares],
        style=RULED,
        hAlign="LEFT",
        repeatRows=1,
        splitInRow=1,  # a row may be taller than a page
    )
    if table.more:
        yield pdf.small(_more(table.more))


def _cells(row: Sequence[Cell]) -> list[list[Paragraph]]:
    return [_cell(cell) for cell in row]


def _cell(cell: Cell) -> list[Paragraph]:
    colour = colors.HexColor(TONES.get(cell.tone, "#000000"))
    style = pdf.style(f"cell{cell.tone}", 8, textColor=colour)
    return [pdf.paragraph(line, style) for line in cell.text.split("\n")]


def _item(item: Item) -> Iterable[Flowable]:
    head = [pdf.paragraph(item.title.text, pdf.style("item", 9.5, spaceBefore=2.5 * mm))]
    if item.tags:
        head.append(pdf.small(" · ".join(tag.text for tag in item.tags)))
    yield from map(pdf.held, head) if item.lines else head
    for name, cell in item.lines:
        colour = colors.HexColor(TONES.get(cell.tone, "#444444"))
        style = pdf.style(f"line{cell.tone}", 8, leftIndent=5 * mm, textColor=colour)
        yield pdf.paragraph(f"{name}: {cell.text}", style)


def _basis(basis: Basis) -> Iterable[Flowable]:
    yield pdf.heading(_("What it was made from"))
    yield pdf.small(_("Made from the record by Sepakat."))
    head = [pdf.small(name) for name in (_("Log"), _("Size"), _("Root"))]
    rows = [
        [
            pdf.small(words.nation(log.nation)),
            pdf.small(words.number(log.size)),
            pdf.paragraph(log.root, pdf.style("digest", 7)),
        ]
        for log in basis.logs
    ]
    yield Grid([head, *rows], colWidths=[40 * mm, 20 * mm, None], style=RULED, hAlign="LEFT")
    yield Spacer(1, 1 * mm)
    state = basis.state or NONE
    yield pdf.small(_("Digest of the state that both nations share: {}").format(state))
    yield pdf.printed()


def _more(number: int) -> str:
    return _("And {} more").format(words.number(number))
