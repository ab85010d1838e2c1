"""The paper as a page to read, print and save."""

import base64
from functools import cache
from pathlib import Path

from jinja2 import Template

from bot.files.templates import templates
from bot.paper.document import Document
from bot.paper.texts import texts

FOLDER = Path(__file__).parent
STYLE = FOLDER / "visit.css"


@cache
def _template() -> Template:
    return templates(FOLDER).get_template("page.html")


def html_page(document: Document, pdf_address: str) -> str:
    """Return the page.

    It fits `Content-Security-Policy: default-src 'self'; img-src 'self' data:` and needs visit.css at /visit/visit.css.

    Args:
        document: The paper.
        pdf_address: The address of the same paper as a PDF.

    Returns:
        The page, as HTML.
    """
    chart = f"data:image/png;base64,{base64.b64encode(document.chart).decode()}" if document.chart else None
    page = _template().render(document=document, pdf_address=pdf_address, chart=chart, texts=texts())
    # JSON can contain lone surrogates, which cannot be sent in a page.
    return page.encode(errors="replace").decode()
