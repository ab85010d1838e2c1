"""`stride review`: all texts on paper for the clinicians who sign them, and the signed lists back."""

import datetime
from pathlib import Path

from bot.datafile import DataError
from bot.files.folder import make_private
from bot.knowledge.base import FOLDER, knowledge
from workshop.browser import CHROMIUM
from workshop.review.documents import missing
from workshop.review.page import html, print_pdf
from workshop.review.sign import signed, write

SIGNATURES = FOLDER / "signatures.yml"


def review(folder: Path, documents: Path | None, today: datetime.date) -> list[Path]:
    """Write the page of all texts and, where Chromium is installed, its PDF.

    Args:
        folder: Where they go.
        documents: A folder with the reviewed documents, whose words are to stand beside the texts.
        today: The day that is printed on them.

    Returns:
        The files.

    Raises:
        DataError: A data file breaks its schema, or a document is not there.
    """
    base = knowledge()
    if documents and (lacking := missing(base, documents)):
        raise DataError("\n".join(lacking))
    make_private(folder)
    page, pdf = folder / "review.html", folder / "review.pdf"
    page.write_text(html(base, documents, today), encoding="utf-8")
    pdf.unlink(missing_ok=True)  # an old one would show other words than the page
    if not Path(CHROMIUM).exists():
        return [page]
    print_pdf(page, pdf)
    return [page, pdf]


def sign(file: Path, by: str, role: str, date: str, today: datetime.date) -> list[str]:
    """Take a signed list into `signatures.yml`; return the ids that it signs.

    Raises:
        ValueError: Something is wrong, and nothing was written; each problem is a line.
    """
    base = knowledge()
    new = signed(base, file.read_text(encoding="utf-8").splitlines(), by, role, date, today)
    write(base, new, SIGNATURES)
    return [*new]
