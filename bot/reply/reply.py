"""From a curated reply to what a channel sends: text, buttons, and metadata for channels that can show more."""

from collections.abc import Iterable
from typing import Any, TypedDict

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer, Reply

BULLET = "• "  # begins a point's line
BUTTONS = 4  # more do not fit on a small phone without scrolling


class Button(TypedDict):
    """A choice that the patient can tap: what it says, and what it sends."""

    title: str
    payload: str


class Link(TypedDict):
    """A page to open: what it is called, and where it is."""

    title: str
    url: str


class Call(TypedDict):
    """Somebody to call: what the button says, and the number."""

    title: str
    number: str


class Message(TypedDict):
    """What a channel sends.

    `metadata` holds `answer`, `sources`, `urgent`, `reminder` (and `reminds`, its words), `short`, `asks` (what it asks
    the patient for, or None), `language` (of its first sentence, when that is not English), `links`, and `standing`
    (the ids of the alarms that stand after it, the gravest first; None where that is not known).
    """

    text: str
    buttons: list[Button]
    metadata: dict[str, Any]


def payload(reply_id: str) -> str:
    """Return what a button for a reply sends: Rasa's form of an intent."""
    return f"/{reply_id}"


def as_shown(base: KnowledgeBase, text: str) -> str:
    """Return a message as the patient saw it: a button's title for what it sends."""
    reply = base.replies.get(text.removeprefix("/"))
    return reply.title if reply and text.startswith("/") else text


def spoken(titles: Iterable[str]) -> list[Button]:
    """Return buttons that send what they say."""
    return [{"title": title, "payload": title} for title in titles]


def render(
    base: KnowledgeBase,
    clinic: Clinic,
    reply: Reply,
    *,
    variant: str | None = None,
    offered: Iterable[str] = (),
    lead: str = "",
    language: str | None = None,
) -> Message:
    """Put a reply together.

    Args:
        base: The knowledge base that the reply comes from.
        clinic: The clinic whose numbers go into the text.
        reply: The answer or reply.
        variant: The name of the text to say instead of its answer, where it has one of that name.
        offered: Ids of other answers that the patient may have meant; their buttons come before the follow-ups'.
        lead: A sentence to say before it.
        language: The language of that sentence, when it is not English.

    Returns:
        The message, without the safety reminder.
    """
    parts = [clinic.fill(lead)] if lead else []
    varied = reply.variants.get(variant or "")
    parts.append(clinic.fill(varied or reply.answer))
    if reply.points and not varied:
        parts.append("\n".join(f"{BULLET}{clinic.fill(point)}" for point in reply.points))
    sources: list[dict[str, Any]] = []
    if isinstance(reply, Answer):
        sources = sources_of(base, {use.document: use.sections for use in reply.sources})
        parts.append(f"{base.notices.sources_line} {', '.join(source['name'] for source in sources)}.")
    choices = [name for name in dict.fromkeys([*offered, *reply.follow_ups]) if name != reply.id][:BUTTONS]
    short = clinic.fill(reply.short) if reply.short else None
    metadata = complete(
        answer=reply.id,
        sources=sources,
        urgent=reply.urgent,
        short=short,
        language=language,
    )
    return {"text": "\n\n".join(parts), "buttons": offers(base, choices), "metadata": metadata}


def with_reminder(clinic: Clinic, message: Message, reminder: str) -> None:
    """Put a safety reminder at the end of a message."""
    words = clinic.fill(reminder)
    message["text"] += f"\n\n{words}"
    message["metadata"] |= {"reminder": True, "reminds": words}


def offers(base: KnowledgeBase, ids: Iterable[str]) -> list[Button]:
    """Return the buttons that ask for answers."""
    return [{"title": base[name].title, "payload": payload(name)} for name in ids]


def sources_of(base: KnowledgeBase, documents: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return what channels show of the documents that a text draws on."""
    return [
        {"document": one, "name": base.sources[one].name, "sections": sections} for one, sections in documents.items()
    ]


def calls(base: KnowledgeBase, clinic: Clinic, callees: Iterable[str]) -> list[Call]:
    """Return whom to call of those fields of clinic.yml; those that the clinic has not told are left out."""
    numbers = {callee: getattr(clinic, callee) for callee in callees}
    told = base.notices.calls
    return [{"title": clinic.fill(told[callee]), "number": number} for callee, number in numbers.items() if number]


def notice(clinic: Clinic, text: str, **metadata: Any) -> Message:
    """Put a notice together: a text that is no answer, with what its metadata has besides the defaults."""
    return {"text": clinic.fill(text), "buttons": [], "metadata": complete(**metadata)}


def complete(**told: Any) -> dict[str, Any]:
    """Return a message's metadata: what is told of it, and the defaults for the rest."""
    defaults: dict[str, Any] = {
        "answer": None,
        "sources": [],
        "urgent": False,
        "reminder": False,
        "reminds": None,
        "short": None,
        "asks": None,
        "language": None,
        "links": [],
        "standing": None,
    }
    return {**defaults, **told}
