"""Pages that the bot hands out: where a printable paper is to be found."""

from bot.paper.document import Document
from bot.reply.reply import Link
from bot.settings import settings
from bot.store.papers import FOLDER, Pages


def pages() -> Pages:
    """Return where printable papers are kept until they expire."""
    return Pages(settings().var / FOLDER)


def link_to(document: Document, title: str) -> Link:
    """Keep a paper for its lifetime, and return the link to it: its address cannot be guessed."""
    return {"title": title, "url": f"{settings().public_url}/visit/{pages().put(document)}"}
