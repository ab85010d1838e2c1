"""A reply as the web page gets it: in parts, where text channels get one text."""

import re
from typing import Any, TypedDict

from bot.alarm.rules import ALARMS
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.reply.reply import BULLET, Button, Call, Link, calls

POINT = re.compile(f"{BULLET}|- ")  # papers have hyphens


class Block(TypedDict, total=False):
    """A piece of a reply: a paragraph, or a list of points."""

    text: str
    points: list[str]


class CitedSource(TypedDict):
    """A document that a reply draws on."""

    name: str
    title: str
    sections: list[str]


class Standing(TypedDict):
    """An alarm that stands: what stays on the screen, and whom to call."""

    answer: str
    banner: str
    calls: list[Call]


class WebReply(TypedDict):
    """A reply in parts; see `bot.reply.reply.Message` for what they are.

    `alarm` says whether it raises one; `standing` has those that stand after it, the gravest first; None
    where that is not known.
    """

    answer: str | None
    blocks: list[Block]
    sources: list[CitedSource]
    buttons: list[Button]
    links: list[Link]
    urgent: bool
    alarm: bool
    reminder: str | None
    standing: list[Standing] | None
    language: str | None


def web_reply(reply: dict[str, Any], base: KnowledgeBase, clinic: Clinic) -> WebReply:
    """Take a reply apart.

    Args:
        reply: What the guard returns: `text`, `metadata` and perhaps `buttons`.
        base: The knowledge base, for the documents' titles and the notices.
        clinic: The clinic whose numbers stand in the text.

    Returns:
        The parts; the line of sources and the reminder are no blocks.
    """
    told = reply["metadata"]
    reminder, standing = told["reminds"], told["standing"]
    blocks: list[Block] = []
    for paragraph in reply["text"].split("\n\n"):
        cites = told["sources"] and paragraph.startswith(base.notices.sources_line)
        if paragraph != reminder and not cites:
            blocks += _blocks(paragraph)
    return {
        "answer": told["answer"],
        "blocks": blocks,
        "sources": [
            {"name": one["name"], "title": base.sources[one["document"]].title, "sections": one["sections"]}
            for one in told["sources"]
        ],
        "buttons": reply.get("buttons", []),
        "links": told["links"],
        "urgent": told["urgent"],
        "alarm": told["answer"] in ALARMS,
        "reminder": reminder,
        "standing": None if standing is None else [_standing(base, clinic, one) for one in standing],
        "language": told["language"],
    }


def _standing(base: KnowledgeBase, clinic: Clinic, alarm: str) -> Standing:
    reply = base[alarm]
    return {"answer": alarm, "banner": clinic.fill(reply.banner or ""), "calls": calls(base, clinic, reply.calls)}


def _blocks(paragraph: str) -> list[Block]:
    """Part a paragraph's lines and points."""
    blocks: list[Block] = []
    for line in paragraph.split("\n"):
        if not line.strip():
            continue
        listed = bool(blocks) and "points" in blocks[-1]
        if point := POINT.match(line):
            if not listed:
                blocks.append({"points": []})
            blocks[-1]["points"].append(line[point.end() :])
        elif listed and line.startswith(" "):  # a point that goes on
            blocks[-1]["points"][-1] += f"\n{line.strip()}"
        else:
            blocks.append({"text": line})
    return blocks
