"""What the review shows of each text: its words, what no document carries, its documents, and what has changed."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.beside import Language
from bot.knowledge.ids import MESSAGING, NOTICES, OUTSIDE, REFLECTION
from bot.knowledge.schema import Answer, SourceUse, View
from bot.knowledge.signatures import sha256_of
from bot.knowledge.words import words
from workshop.review.documents import Sections
from workshop.review.state import CHANGED, state, told

CODE = 8  # characters of the hash that are printed
TITLES = {
    NOTICES: "Sentences around the answers",
    MESSAGING: "What messaging channels say",
    REFLECTION: "Symptoms said back",
    OUTSIDE: "What no document covers",
}
# Kinds of a piece of text.
SAME, BEYOND, OLD, NEW = "same", "beyond", "old", "new"


@dataclass(frozen=True)
class Piece:
    """Some words of a field: the same as others, beyond the documents, or of the old or the new text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Field:
    """A field of a text."""

    name: str
    pieces: list[Piece]

    @property
    def beyond(self) -> bool:
        """Whether it says what no document carries."""
        return any(piece.kind == BEYOND for piece in self.pieces)


@dataclass(frozen=True)
class Passage:
    """A section of a document that a text names, with its words where the documents are at hand."""

    document: str
    section: str
    words: str | None


@dataclass(frozen=True)
class Entry:
    """A text as the review shows it.

    Attributes:
        id: Its id.
        title: What it is.
        told: The state of its review, with who has signed.
        code: Begins the hash of its words, so that nobody signs others than were printed.
        fields: Its words.
        passages: The sections that it names.
        conflict: The documents' views, where they disagree.
        changes: The fields that have changed since the last signature, word by word.
        note: What else the clinician must know; empty for nothing.
    """

    id: str
    title: str
    told: str
    code: str
    fields: list[Field]
    passages: list[Passage]
    conflict: list[View]
    changes: list[Field]
    note: str


def code(base: KnowledgeBase, text_id: str) -> str:
    """Return what names a text's present words on paper."""
    return sha256_of(words(base, text_id))[:CODE]


def entry(base: KnowledgeBase, text_id: str, documents: dict[str, Sections]) -> Entry:
    """Return a text as the review shows it.

    Args:
        base: The knowledge base.
        text_id: The text's id.
        documents: The documents' sections by the documents' letters; empty where they are not at hand.
    """
    reply = base.replies.get(text_id)
    uses = reply.sources if isinstance(reply, Answer) else base.reflection.sources if text_id == REFLECTION else []
    now = words(base, text_id)
    kind, _, name = text_id.partition(".")
    language = base.languages[name] if kind == "languages" else None
    return Entry(
        text_id,
        reply.title if reply else language.name if language else TITLES.get(text_id, f"Warning: {name}"),
        told(base, text_id),
        code(base, text_id),
        [Field(name, _marked(base, text_id, name, text)) for name, text in now.items() if name != "sources"],
        [one for use in uses for one in _passages(base, use, documents.get(use.document, {}))],
        reply.conflict if isinstance(reply, Answer) else [],
        changes(base.signatures[text_id].text, now) if state(base, text_id) == CHANGED else [],
        _of_language(language) if language else "",
    )


def changes(old: dict[str, str], new: dict[str, str]) -> list[Field]:
    """Return the fields of two texts that differ, word by word."""
    names = [*new, *(name for name in old if name not in new)]
    return [
        Field(name, _differing(old.get(name, ""), new.get(name, "")))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _differing(old: str, new: str) -> list[Piece]:
    before, after = (re.findall(r"\S+\s*", text) for text in (old, new))
    pieces = []
    for what, start, end, begin, stop in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece(SAME, "".join(after[begin:stop])))
            continue
        pieces += [Piece(OLD, "".join(before[start:end])), Piece(NEW, "".join(after[begin:stop]))]
    return [piece for piece in pieces if piece.text]


def _marked(base: KnowledgeBase, text_id: str, field: str, text: str) -> list[Piece]:
    """Return a field in pieces, those apart that no document carries."""
    if _all_beyond(base, text_id, field):
        return [Piece(BEYOND, text)]
    reply = base.replies.get(text_id)
    return _split(text, reply.beyond_sources if reply else [])


def _all_beyond(base: KnowledgeBase, text_id: str, field: str) -> bool:
    """Return whether all of a field goes beyond the documents: it is of a canonical box, or declines a subject."""
    if field.startswith("{warning_signs"):
        return base.boxes["signs"].beyond_sources
    kind, _, name = (text_id if text_id.startswith("boxes.") else field).partition(".")
    return text_id == OUTSIDE or (kind == "boxes" and base.boxes[name].beyond_sources)


def _split(text: str, marked: Iterable[str]) -> list[Piece]:
    longest = sorted(marked, key=len, reverse=True)
    if not longest:
        return [Piece(SAME, text)]
    parts = re.split(f"({'|'.join(map(re.escape, longest))})", text)
    return [Piece(BEYOND if part in longest else SAME, part) for part in parts if part]


def _passages(base: KnowledgeBase, use: SourceUse, sections: Sections) -> list[Passage]:
    source = base.sources[use.document]
    name = f"{source.id}, {source.name}"
    return [Passage(name, section, sections.get(section)) for section in use.sections]


def _of_language(language: Language) -> str:
    if language.checked:
        return f"Checked by a native speaker: {language.checked}"
    return "No native speaker has checked these sentences."
