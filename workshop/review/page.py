"""The review as a page to print, and as a PDF."""

import datetime
from pathlib import Path

from bot.files.templates import templates
from bot.knowledge.base import KnowledgeBase
from workshop.browser import chromium
from workshop.review.documents import copies, sections
from workshop.review.entries import entry
from workshop.review.state import listed

FOLDER = Path(__file__).parent
FOOT = '<p style="width: 100%; font-size: 8px; text-align: center"><span class="pageNumber"></span></p>'


def html(base: KnowledgeBase, folder: Path | None, today: datetime.date) -> str:
    """Return the page.

    Args:
        base: The knowledge base.
        folder: A folder with the reviewed copies of the documents, whose words are to stand beside the texts.
        today: The day that is printed on it.
    """
    texts = copies(base, folder) if folder else {}
    documents = {name: sections(base.sources[name], text) for name, text in texts.items()}
    page = templates(FOLDER).get_template("page.html")
    return page.render(
        entries=[entry(base, name, documents) for name in base.texts],
        counts=", ".join(f"{len(names)} {state}" for state, names in listed(base).items()),
        whole=bool(folder),
        today=today.isoformat(),
    )


def print_pdf(page: Path, target: Path) -> None:
    """Print a page into a PDF by Chromium, which knows where a page of paper may end."""
    with chromium() as browser:
        sheet = browser.new_page()
        sheet.goto(page.absolute().as_uri())
        sheet.pdf(
            path=target,
            format="A4",
            display_header_footer=True,
            header_template="<p></p>",
            footer_template=FOOT,
            outline=True,
            tagged=True,
        )
