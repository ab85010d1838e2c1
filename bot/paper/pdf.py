"""The paper as a PDF, in large letters."""

import logging
import unicodedata
from collections.abc import Container
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont
from matplotlib import get_data_path

from bot.paper.document import Document, Section
from bot.paper.texts import texts

FONT = "DejaVu"
FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}  # by style
TEXT, HEADING, TITLE = 13, 16, 20  # points
LEADING = 1.4
MARGIN, FOOT = 56, 64  # points
INDENT = 18
CHART_WIDTH = 370
BULLET, UNKNOWN = "•", "□"
CONTROLS, MARKS = (
    {"Cc", "Cf"},
    {"Mn", "Me"},
)  # characters that print nothing; those that belong to the letter before them

# It logs every step of subsetting a font.
logging.getLogger("fontTools").setLevel(logging.WARNING)


def pdf(document: Document) -> bytes:
    """Return the PDF, with as many pages as needed.

    Args:
        document: The paper.

    Returns:
        The file. A box replaces each letter that the font lacks.
    """
    paper = _Paper(document.title)
    paper.block(document.title, TITLE, "B")
    paper.block(document.date)
    paper.block(document.intro)
    for section in document.sections:
        paper.section(section)
    if document.chart:
        paper.ln(TEXT)
        paper.image(document.chart, x=MARGIN, w=CHART_WIDTH)
        paper.ln(TEXT)
    # Printed, not added as the picture's alternative text: fpdf2 would tag only the picture, and screen readers then
    # skip all of the text.
    paper.block(document.chart_text or "")
    paper.block(document.note)
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 pages with page numbers at the foot."""

    def __init__(self, title: str) -> None:
        super().__init__(unit="pt", format="A4")
        for style, file in FILES.items():
            self.add_font(FONT, style, Path(get_data_path(), "fonts", "ttf", file))
        self.set_lang("en")
        self.alias_nb_pages("")  # else a patient's "{nb}" would become the number of pages
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.set_font(FONT, size=TEXT)
        self.set_title(self._printable(title))
        self.add_page()

    def footer(self) -> None:
        """Print the page number."""
        self.set_y(-FOOT)
        self.set_font(FONT, size=TEXT)
        self.cell(0, FOOT, texts().page.format(n=self.page_no()), align="C")

    def block(self, text: str, size: float = TEXT, style: str = "", indent: float = 0) -> None:
        """Print a paragraph, unless it is empty."""
        if not text:
            return
        self.set_font(FONT, style, size)
        self.set_x(MARGIN + indent)
        self.multi_cell(0, size * LEADING, self._printable(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(size * (LEADING - 1))

    def section(self, section: Section) -> None:
        """Print a heading and its lines; the heading never stands alone at the end of a page."""
        self.ln(TEXT)
        if self.will_page_break((HEADING + 2 * TEXT) * LEADING):
            self.add_page()
        self.block(section.heading, HEADING, "B")
        for line in filter(None, section.lines):
            self.set_font(FONT, size=TEXT)
            self.cell(INDENT, TEXT * LEADING, BULLET, new_x="LMARGIN", new_y="TOP")
            self.block(line, indent=INDENT)

    def _printable(self, text: str) -> str:
        font = self.current_font
        known: Container[int] = font.cmap if isinstance(font, TTFFont) else ()
        lines = unicodedata.normalize("NFC", text).splitlines()
        return "\n".join("".join(_sign(one, known) for one in line) for line in lines)


def _sign(sign: str, known: Container[int]) -> str:
    """Return the printed form of one character."""
    category = unicodedata.category(sign)
    if ord(sign) in known and category not in CONTROLS:
        return sign
    if sign.isspace():
        return " "
    return "" if category in CONTROLS | MARKS else UNKNOWN
