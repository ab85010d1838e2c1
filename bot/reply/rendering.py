"""Shows the replies of a turn on a messaging channel: in messages that fit, with what the patient can choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer
from bot.reply.check import ASKS
from bot.reply.offers import Entry, Offer, offer
from bot.reply.reply import PARAGRAPH, Part, Reply
from bot.reply.rows import Row, channels
from bot.reply.shown import Message, Shown
from bot.reply.versions import SOURCES, Version, versions
from bot.text import sms
from bot.text.splitting import split

MOST = 3  # messages of a reply in full where it must be short; elsewhere it leaves something out to fit into one
PICTURE = "{public_url}/pictures/{name}.png"
T = TypeVar("T")


def shown(
    replies: Sequence[Reply],
    row: Row,
    *,
    number: int,
    base: KnowledgeBase,
    public_url: str = "",
    pictures: bool = False,
) -> Shown:
    """Show the replies of a turn.

    Urgent replies come first, and are whole. A check is whole too and comes last; an answer before it is no more than
    its lead, and nothing but the check's replies can be chosen.

    Args:
        replies: The replies, in order.
        row: The channel.
        number: The number of the turn's choices; buttons of an earlier turn have another.
        base: The knowledge base, for the drawings.
        public_url: The server's address, for papers and drawings; without it no drawing is sent.
        pictures: Whether to send drawings, where the channel shows them.

    Returns:
        The messages, and what to remember to read the reply to them.
    """
    check = any(one.asks == ASKS for one in replies)
    ordered = sorted(replies, key=lambda one: (not one.urgent, one.asks == ASKS))
    # The sources are asked for of the latest answer alone, and nothing beside a check.
    cited = [one for one in ordered if any(part.kind == SOURCES for part in one.parts)]
    hinted = cited[-1] if cited and not check else None
    drawn = pictures and row.pictures and public_url and not check
    messages: list[Message] = []
    entries: list[Entry] = []
    left: list[Part] = []
    numbered = True
    for reply in ordered:
        offered = offer(
            replace(reply, buttons=()) if check and reply.asks != ASKS else reply, row, number, len(entries)
        )
        for version in versions(reply, row, base, before_check=check):
            hints = _hints(version, [*left, *version.left]) if reply is hinted else ""
            parts = _in_parts(
                _text(reply, version, hints, offered.text, public_url), row, buttons=bool(offered.choices)
            )
            if len(parts) <= (MOST if row.short else 1):
                break
        messages += [*(_pictures(reply, base, public_url) if drawn else ()), *_messages(parts, offered, reply)]
        entries += offered.entries
        left += version.left
        numbered = offered.numbered if offered.entries else numbered
    standing = _latest(one.standing for one in replies)
    checks = _latest(one.open_checks for one in replies)
    return Shown(
        tuple(messages),
        tuple(entries),
        numbered,
        PARAGRAPH.join(part.text for part in left),
        _latest(one.asks for one in replies),
        None if standing is None else bool(standing),
        check or (None if checks is None else bool(checks)),
    )


def _latest(values: Iterable[T | None]) -> T | None:
    return next((one for one in reversed([*values]) if one is not None), None)


def _hints(version: Version, left: Sequence[Part]) -> str:
    """Return how to have told what was left out."""
    words = channels().words
    return " ".join(filter(None, [words.sources if version.sources else "", words.more if left else ""]))


def _text(reply: Reply, version: Version, hints: str, choices: str, public_url: str) -> str:
    link = channels().words.link
    urls = [(one["title"], one["url"]) for one in reply.links]
    links = [link.format(title=title, url=f"{public_url}{url}" if url.startswith("/") else url) for title, url in urls]
    said, after = ([part.text for part in parts] for parts in (version.said, version.after))
    return PARAGRAPH.join(filter(None, [*said, "\n".join(links), hints, *after, choices])).strip()


def _in_parts(text: str, row: Row, *, buttons: bool) -> list[str]:
    """Return a text as parts that each fit into a message, the last one with the buttons."""
    if row.unit == "segments":
        return sms.split(sms.gsm(text), channels().words.part) if text else []
    parts = split(text, row.fits)
    if not buttons or not parts or row.fits(parts[-1], buttons=True):
        return parts
    last = split(text, partial(row.fits, buttons=True))[-1]
    return [*split(text.removesuffix(last), row.fits), last]


def _messages(parts: Sequence[str], offered: Offer, reply: Reply) -> list[Message]:
    messages = [Message(part, urgent=reply.urgent) for part in parts]
    if messages:
        title = channels().words.list_button if offered.listed else ""
        messages[-1] = replace(messages[-1], choices=offered.choices, listed=offered.listed, list_title=title)
    return messages


def _pictures(reply: Reply, base: KnowledgeBase, public_url: str) -> list[Message]:
    """Return the first drawing of an answer that is given as a whole, as a message of its own, in words too."""
    curated = base.replies.get(reply.answer or "")
    whole = any(part.kind == "title" for part in reply.parts)
    names = curated.pictures[:1] if whole and isinstance(curated, Answer) else []
    return [Message(base.pictures[one].alt, picture=PICTURE.format(public_url=public_url, name=one)) for one in names]
