"""Pages that the bot hands out: the links to printable papers."""

from bot.paper.document import Document
from bot.reply.reply import Link
from bot.settings import settings
from bot.store.papers import FOLDER, Pages


def pages() -> Pages:
    """Return the store that keeps printable papers until they expire."""
    return Pages(settings().var / FOLDER)


def link_to(document: Document, title: str) -> Link:
    """Store a paper for its lifetime; return a link whose address cannot be guessed."""
    return {"title": title, "url": f"{settings().public_url}/visit/{pages().put(document)}"}
