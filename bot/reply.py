"""From a curated reply to what a channel sends: text, buttons, and metadata for channels that can show more."""

from collections.abc import Iterable
from typing import Any, TypedDict

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer, Reply
from bot.settings import Clinic

BUTTONS = 4  # more do not fit on a small phone without scrolling


class Button(TypedDict):
    """A choice that the patient can tap: what it says, and what it sends."""

    title: str
    payload: str


class Message(TypedDict):
    """What a channel sends. `metadata` holds `answer`, `sources`, `urgent`, `reminder` and `short`."""

    text: str
    buttons: list[Button]
    metadata: dict[str, Any]


def payload(reply_id: str) -> str:
    """Return what a button for a reply sends: Rasa's form of an intent."""
    return f"/{reply_id}"


def render(
    base: KnowledgeBase, clinic: Clinic, reply: Reply, *, reminder: bool = False, offered: Iterable[str] = ()
) -> Message:
    """Put a reply together.

    Args:
        base: The knowledge base that the reply comes from.
        clinic: The clinic whose numbers go into the text.
        reply: The answer or reply.
        reminder: Whether the safety reminder goes with it.
        offered: Ids of other answers that the patient may have meant; their buttons come before the follow-ups'.

    Returns:
        The message. An urgent one never carries the reminder: it says the same and more.
    """
    reminder = reminder and not reply.urgent
    parts = [clinic.fill(reply.answer)]
    if reply.points:
        parts.append("\n".join(f"• {clinic.fill(point)}" for point in reply.points))
    sources: list[dict[str, Any]] = []
    if isinstance(reply, Answer):
        sources = [
            {"document": use.document, "name": base.sources[use.document].name, "sections": use.sections}
            for use in reply.sources
        ]
        parts.append(f"{base.notices.sources_line} {', '.join(source['name'] for source in sources)}.")
    if reminder:
        parts.append(clinic.fill(base.notices.reminder))
    choices = [name for name in dict.fromkeys([*offered, *reply.follow_ups]) if name != reply.id][:BUTTONS]
    return {
        "text": "\n\n".join(parts),
        "buttons": [{"title": base[name].title, "payload": payload(name)} for name in choices],
        "metadata": {
            "answer": reply.id,
            "sources": sources,
            "urgent": reply.urgent,
            "reminder": reminder,
            "short": clinic.fill(reply.short) if reply.short else None,
        },
    }


def notice(clinic: Clinic, text: str) -> Message:
    """Put a notice together: a text that is no answer."""
    metadata: dict[str, Any] = {"answer": None, "sources": [], "urgent": False, "reminder": False, "short": None}
    return {"text": clinic.fill(text), "buttons": [], "metadata": metadata}
