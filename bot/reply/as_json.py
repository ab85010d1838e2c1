"""A reply for the web page: in parts, while text channels get one text."""

import re
from collections.abc import Iterator
from typing import TypedDict

from bot.alarm.rules import ALARMS, CheckKind
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import CHECK
from bot.knowledge.schema import Answer, Said
from bot.knowledge.values import BULLET
from bot.reply.check import ASKS, check_question
from bot.reply.reply import PARAGRAPH, Button, Call, Link, Part, Reply, calls

POINT = re.compile(f"{BULLET}|- ")  # papers have hyphens
APART = ("sources", "reminder")  # the kinds of parts that are no blocks
PICTURE = "/pictures/{name}.svg"


class TableBlock(TypedDict):
    """A comparison; the first cell of each row names it."""

    columns: list[str]
    rows: list[list[str]]


class Block(TypedDict, total=False):
    """A piece of a reply: a paragraph, a list of points, or a table.

    `kind` says what it is for: `title`, `lead`, `warning`, `do`, `more`; without one it is any other text.
    """

    kind: str
    text: str
    points: list[str]
    table: TableBlock


class ShownPicture(TypedDict):
    """A drawing: its address on this server, and what it shows."""

    url: str
    alt: str


class CitedSource(TypedDict):
    """A document that a reply draws on."""

    name: str
    title: str
    sections: list[str]


class Standing(TypedDict):
    """A standing alarm: what stays on the screen, and whom to call."""

    answer: str
    banner: str
    calls: list[Call]


class OpenCheck(TypedDict):
    """An open check: the question, the signs that it asks about, and the buttons to reply."""

    question: str
    points: list[str]
    buttons: list[Button]


class WebReply(TypedDict):
    """A reply in parts; `bot.reply.reply.Reply` explains them.

    `review` is the line under the sources that says whether a clinician has signed; None where no sources are named.
    `alarm` says whether the reply raises an alarm. `standing` has the alarms that stand after it, gravest first, and
    `open_checks` the check that is open after it, if any; None if unknown.
    """

    answer: str | None
    blocks: list[Block]
    pictures: list[ShownPicture]
    sources: list[CitedSource]
    review: str | None
    buttons: list[Button]
    links: list[Link]
    urgent: bool
    alarm: bool
    reminder: str | None
    standing: list[Standing] | None
    open_checks: list[OpenCheck] | None
    language: str | None


def web_reply(reply: Reply, base: KnowledgeBase, clinic: Clinic) -> WebReply:
    """Return a reply for the web page.

    Args:
        reply: The reply.
        base: The knowledge base, for the documents' titles and the banners of alarms.
        clinic: The clinic whose numbers go into the banners.

    Returns:
        Its parts; the line of sources and the reminder are not blocks.
    """
    standing = reply.standing
    taught = _taught(reply, base)
    return {
        "answer": reply.answer,
        "blocks": [block for part in reply.parts if part.kind not in APART for block in _part(part, taught)],
        "pictures": [_picture(name, base) for name in taught.pictures] if taught else [],
        "sources": [
            {"name": one["name"], "title": base.sources[one["document"]].title, "sections": one["sections"]}
            for one in reply.sources
        ],
        "review": next((part.text.partition("\n")[2] for part in reply.parts if part.kind == "sources"), None),
        # A check's buttons stand in `open_checks`, which the page keeps in sight.
        "buttons": [] if reply.asks == ASKS and reply.open_checks else list(reply.buttons),
        "links": list(reply.links),
        "urgent": reply.urgent,
        "alarm": reply.answer in ALARMS,
        "reminder": reply.reminder,
        "standing": None if standing is None else [_standing(base, clinic, one) for one in standing],
        "open_checks": None if reply.open_checks is None else [_open(base, clinic, one) for one in reply.open_checks],
        "language": reply.language,
    }


def _taught(reply: Reply, base: KnowledgeBase) -> Answer | None:
    """Return the answer that a reply gives as it stands in the knowledge base; None if it gives none."""
    curated = base.replies.get(reply.answer or "")
    whole = any(part.kind == "title" for part in reply.parts)
    return curated if whole and isinstance(curated, Answer) else None


def _picture(name: str, base: KnowledgeBase) -> ShownPicture:
    return {"url": PICTURE.format(name=name), "alt": base.pictures[name].alt}


def _part(part: Part, taught: Answer | None) -> Iterator[Block]:
    """Yield the blocks of a part."""
    if part.kind == "table" and taught and taught.table:
        yield {"table": {"columns": taught.table.columns, "rows": taught.table.rows}}
        return
    for paragraph in part.text.split(PARAGRAPH):
        for block in _blocks(paragraph):
            yield block if part.kind in ("words", "table") else {"kind": part.kind, **block}


def _standing(base: KnowledgeBase, clinic: Clinic, alarm: str) -> Standing:
    curated = base[alarm]
    assert isinstance(curated, Said)
    return {"answer": alarm, "banner": clinic.fill(curated.banner or ""), "calls": calls(base, clinic, curated.calls)}


def _open(base: KnowledgeBase, clinic: Clinic, check: CheckKind) -> OpenCheck:
    question = check_question(base, clinic, check)
    points = [point for block in _blocks(question.text) for point in block.get("points", [])]
    return {"question": base[CHECK].title, "points": points, "buttons": list(question.buttons)}


def _blocks(paragraph: str) -> list[Block]:
    """Split a paragraph into lines and points."""
    blocks: list[Block] = []
    for line in paragraph.split("\n"):
        if not line.strip():
            continue
        listed = bool(blocks) and "points" in blocks[-1]
        if point := POINT.match(line):
            if not listed:
                blocks.append({"points": []})
            blocks[-1]["points"].append(line[point.end() :])
        elif listed and line.startswith(" "):  # a point continues
            blocks[-1]["points"][-1] += f"\n{line.strip()}"
        else:
            blocks.append({"text": line})
    return blocks
