"""A reply as a value: made from curated texts, and shown by each channel in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict

from bot.alarm.rules import CheckKind
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import REFLECTION
from bot.knowledge.schema import Answer, Curated, Said, SourceUse, Table
from bot.knowledge.values import BULLET
from bot.knowledge.words import signature
from bot.reply.signed import signed_by

PARAGRAPH = "\n\n"  # between parts
BUTTONS = 4  # more do not fit on a small phone without scrolling


class Button(TypedDict):
    """A choice that the patient can tap: its text, and what it sends."""

    title: str
    payload: str


class Link(TypedDict):
    """A page to open: its title and its address."""

    title: str
    url: str


class Call(TypedDict):
    """Somebody to call: the button's text, and the number."""

    title: str
    number: str


class Source(TypedDict):
    """A document that a reply draws on: its letter, its name, and the names of the sections."""

    document: str
    name: str
    sections: list[str]


# The kinds of a reply's parts: `title` to `more` are an answer's, `progress` tells how far a guided talk is. `signs` is
# the box of the warning signs, `words` any other text, such as an answer's points.
Kind = Literal["words", "title", "lead", "table", "signs", "warning", "do", "progress", "more", "sources", "reminder"]
SIGNS = "signs"  # the box of the warning signs


@dataclass(frozen=True)
class Part:
    """A piece of a reply's text. A line that begins with BULLET or a hyphen is a point."""

    text: str
    kind: Kind = "words"


@dataclass(frozen=True)
class Reply:
    """One message of the bot: a value until a channel shows it.

    Attributes:
        parts: Its parts, in order.
        answer: The id of its curated text; None for a notice.
        buttons: What the patient can tap instead of writing.
        sources: The documents that it draws on.
        links: Pages that it links to.
        urgent: Whether it sends the patient for help, or takes that back.
        short: Its shortest form, for channels that need one.
        asks: What it asks the patient for; None if nothing.
        language: The language of its first sentence, if not English.
        standing: The ids of the alarms that stand after it, gravest first; None if unknown.
        open_checks: The check that is open after it, if any; None if unknown.
        goes_on: Whether the next reply continues it, as a guided talk's question does.
    """

    parts: tuple[Part, ...] = ()
    answer: str | None = None
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    links: tuple[Link, ...] = ()
    urgent: bool = False
    short: str | None = None
    asks: str | None = None
    language: str | None = None
    standing: tuple[str, ...] | None = None
    open_checks: tuple[CheckKind, ...] | None = None
    goes_on: bool = False

    @property
    def text(self) -> str:
        """The whole reply as one text, with blank lines between paragraphs."""
        return PARAGRAPH.join(part.text for part in self.parts)

    @property
    def unfolded(self) -> Reply:
        """The reply without what is folded where a channel can fold."""
        return replace(self, parts=tuple(part for part in self.parts if part.kind != "more"))

    @property
    def reminder(self) -> str | None:
        """The words of the reminder; None if it has none."""
        return next((part.text for part in reversed(self.parts) if part.kind == "reminder"), None)

    @property
    def reminds(self) -> bool:
        """Whether it names the warning signs: in a reminder, or in the box of an answer."""
        return any(part.kind in ("signs", "reminder") for part in self.parts)

    @property
    def offered(self) -> tuple[str, ...]:
        """What its buttons send, in order; of those that offer answers, the ids."""
        return tuple(button["payload"].removeprefix("/") for button in self.buttons)

    def saying(self, *texts: str, kind: Kind = "words") -> Reply:
        """Return the reply with texts added at its end; empty texts are left out."""
        return replace(self, parts=(*self.parts, *(Part(text, kind) for text in texts if text)))

    def continued(self, other: Reply) -> Reply:
        """Return the reply continued by another one, whose buttons and question it takes over."""
        parts = (
            [part for part in self.parts if part.kind != "more"],
            [part for part in self.parts if part.kind == "more"],
        )
        joined = (*parts[0], *other.parts, *parts[1])  # what is folded comes last
        latter = {name: getattr(other, name) for name in ("buttons", "asks", "standing", "open_checks", "goes_on")}
        return replace(self, parts=tuple(joined), **latter)

    def folded(self) -> Reply:
        """Return the reply with its words as what is worth knowing beyond that."""
        parts = (part if part.kind == "reminder" else replace(part, kind="more") for part in self.parts)
        return replace(self, parts=tuple(parts))

    def to_message(self) -> dict[str, Any]:
        """Return the reply for Rasa and the REST channel: one text, buttons, and the rest as metadata."""
        # A text channel cannot fold, and a question must stand last.
        said = self.unfolded if self.asks else self
        metadata = {
            "answer": self.answer,
            "sources": list(self.sources),
            "urgent": self.urgent,
            "short": self.short,
            "asks": self.asks,
            "language": self.language,
            "links": list(self.links),
            "standing": None if self.standing is None else list(self.standing),
            "open_checks": None if self.open_checks is None else list(self.open_checks),
            "reminder": self.reminds,
            "reminds": self.reminder,
            # Lengths, not the words again, but of what the text leaves out.
            "parts": [(part.kind, len(part.text) if part in said.parts else part.text) for part in self.parts],
            **({"goes_on": True} if self.goes_on else {}),
        }
        return {"text": said.text, "buttons": list(self.buttons), "metadata": metadata}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Reply:
        """Read what `to_message` returned; Rasa's own messages have a text and perhaps buttons."""
        metadata, text = message.get("metadata") or {}, message.get("text") or ""
        parts, start = [], 0
        for kind, length in metadata.get("parts") or [("words", len(text))]:
            if isinstance(length, str):
                parts.append(Part(length, kind))
                continue
            parts.append(Part(text[start : start + length], kind))
            start += length + len(PARAGRAPH)
        standing, checks = metadata.get("standing"), metadata.get("open_checks")
        return cls(
            tuple(parts),
            metadata.get("answer"),
            tuple(message.get("buttons") or ()),
            tuple(metadata.get("sources") or ()),
            tuple(metadata.get("links") or ()),
            bool(metadata.get("urgent")),
            metadata.get("short"),
            metadata.get("asks"),
            metadata.get("language"),
            None if standing is None else tuple(standing),
            None if checks is None else tuple(checks),
            bool(metadata.get("goes_on")),
        )


def payload(reply_id: str) -> str:
    """Return what a reply's button sends: an intent in Rasa's form."""
    return f"/{reply_id}"


def as_shown(base: KnowledgeBase, text: str) -> str:
    """Return a message as the patient saw it: a button's title instead of what it sends."""
    reply = base.replies.get(text.removeprefix("/"))
    return reply.title if reply and text.startswith("/") else text


def spoken(titles: Iterable[str]) -> tuple[Button, ...]:
    """Return buttons that send their text."""
    return tuple({"title": title, "payload": title} for title in titles)


def render(
    base: KnowledgeBase,
    clinic: Clinic,
    curated: Curated,
    *,
    variant: str | None = None,
    reason: str | None = None,
    offered: Iterable[str] = (),
    before: str = "",
    language: str | None = None,
) -> Reply:
    """Return a reply made from a curated text.

    Args:
        base: The text's knowledge base.
        clinic: The clinic whose numbers go into the text.
        curated: The answer or reply.
        variant: The name of the variant to say instead of the answer, if there is one.
        reason: After an alarm, the patient's reason or question, to be spoken of if there are words for it.
        offered: Ids of other answers that the patient may have meant; their buttons come before the follow-ups'.
        before: A sentence to say before it.
        language: The language of that sentence, if not English.

    Returns:
        The reply, without the safety reminder.
    """
    choices = [name for name in dict.fromkeys([*offered, *curated.follow_ups]) if name != curated.id][:BUTTONS]
    reply = Reply(
        answer=curated.id,
        buttons=offers(base, choices),
        urgent=curated.urgent,
        short=clinic.fill(curated.short) if curated.short else None,
        language=language,
    ).saying(clinic.fill(before))
    if isinstance(curated, Said):
        varied = curated.for_reason(reason, variant) or curated.variants.get(variant or "")
        if varied:
            return reply.saying(clinic.fill(varied))
        return _warned(base, clinic, reply.saying(clinic.fill(curated.answer), _list(clinic, curated.points)), curated)
    assert isinstance(curated, Answer)
    return cited(base, _taught(base, clinic, reply, curated), curated.sources)


def _taught(base: KnowledgeBase, clinic: Clinic, reply: Reply, answer: Answer) -> Reply:
    """Return a reply continued by an answer that teaches, in the order in which it is read."""
    reply = reply.saying(answer.title, kind="title").saying(clinic.fill(answer.lead), kind="lead")
    reply = reply.saying(*map(clinic.fill, answer.paragraphs), _list(clinic, answer.points))
    reply = reply.saying(_as_lines(answer.table), kind="table") if answer.table else reply
    reply = _warned(base, clinic, reply, answer).saying(clinic.fill(answer.do), kind="do")
    return reply.saying(PARAGRAPH.join(map(clinic.fill, answer.more)), kind="more")


def _warned(base: KnowledgeBase, clinic: Clinic, reply: Reply, curated: Curated) -> Reply:
    """Return a reply with its text's canonical warnings."""
    for name in curated.warning:
        reply = reply.saying(clinic.fill(base.boxes[name].lines), kind="signs" if name == SIGNS else "warning")
    return reply


def _list(clinic: Clinic, points: Iterable[str]) -> str:
    """Return points as lines."""
    return "\n".join(f"{BULLET}{clinic.fill(point)}" for point in points)


def _as_lines(table: Table) -> str:
    """Return a comparison as points, for channels without tables."""
    return "\n".join(
        f"{BULLET}{name}: " + "; ".join(f"{column}: {cell}" for column, cell in zip(table.columns, cells, strict=True))
        for name, *cells in table.rows
    )


def cited(base: KnowledgeBase, reply: Reply, uses: Iterable[SourceUse]) -> Reply:
    """Return a reply with the documents that its facts come from, and two lines: their names, and who has signed."""
    sources = sources_of(base, {use.document: use.sections for use in uses})
    line = f"{base.notices.sources_line} {', '.join(source['name'] for source in sources)}."
    # A reply that does not teach has nothing from the documents but what it says back.
    curated = base.replies.get(reply.answer or "")
    one = signature(base, curated.id if isinstance(curated, Answer) else REFLECTION)
    checked = base.notices.checked
    who = signed_by(one, signed=checked.signed, unsigned=checked.unsigned)
    return replace(reply, sources=sources).saying(f"{line}\n{who}", kind="sources")


def offers(base: KnowledgeBase, ids: Iterable[str]) -> tuple[Button, ...]:
    """Return the buttons that ask for answers."""
    return tuple({"title": base[name].title, "payload": payload(name)} for name in ids)


def sources_of(base: KnowledgeBase, documents: dict[str, list[str]]) -> tuple[Source, ...]:
    """Return a text's documents as channels show them."""
    return tuple(
        {"document": one, "name": base.sources[one].name, "sections": sections} for one, sections in documents.items()
    )


def calls(base: KnowledgeBase, clinic: Clinic, callees: Iterable[str]) -> list[Call]:
    """Return whom to call from some fields of clinic.yml, without those that the clinic left empty."""
    numbers = {callee: getattr(clinic, callee) for callee in callees}
    titles = base.notices.calls
    return [{"title": clinic.fill(titles[callee]), "number": number} for callee, number in numbers.items() if number]


def notice(clinic: Clinic, text: str, **fields: Any) -> Reply:
    """Return a reply whose text is no answer; `fields` are its other fields of `Reply`."""
    return Reply(**fields).saying(clinic.fill(text))
