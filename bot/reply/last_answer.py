"""Speaks of the last answer: gives it in fewer words, or tells the passages that it was written from."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.clinic import Clinic
from bot.datafile import Strict, read
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.beside import Source
from bot.knowledge.schema import Answer, SourceUse
from bot.knowledge.values import BULLET
from bot.knowledge.words import signature
from bot.reply.reply import BUTTONS, Reply, cited, notice, offers, sources_of
from bot.reply.signed import signed_by

FILE = Path(__file__).with_name("passages.yml")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class PassagesFile(Strict):
    """The file `passages.yml`."""

    intro: str
    passage: str
    section: str
    cites: str
    undated: str
    undated_one: str
    unsigned: str
    signed: str


@cache
def _texts() -> PassagesFile:
    return read(FILE, PassagesFile)


def shorter(base: KnowledgeBase, clinic: Clinic, answer: Answer) -> Reply:
    """Return an answer in its shortest form, with its documents."""
    buttons = offers(base, answer.follow_ups[:BUTTONS])
    reply = notice(clinic, answer.short, answer=answer.id, buttons=buttons, short=clinic.fill(answer.short))
    return cited(base, reply, answer.sources)


def passages(base: KnowledgeBase, clinic: Clinic, answer: Answer) -> Reply:
    """Return the passages of the documents that an answer was written from, and who has signed the answer when."""
    texts = _texts()
    listed = [f"{BULLET}{_passage(base.sources[use.document], use)}" for use in answer.sources]
    signed = signed_by(signature(base, answer.id), signed=texts.signed, unsigned=texts.unsigned)
    reply = notice(clinic, texts.intro, answer=answer.id, buttons=offers(base, answer.follow_ups[:BUTTONS]))
    sources = sources_of(base, {use.document: use.sections for use in answer.sources})
    undated = texts.undated if len(listed) > 1 else texts.undated_one
    return replace(reply, sources=sources).saying("\n".join(listed), f"{undated} {signed}")


def _passage(source: Source, use: SourceUse) -> str:
    """Return the name of a document with its title, the passages, and the years of the works that it names."""
    texts = _texts()
    sections = ", ".join(texts.section.format(name=name) for name in use.sections)
    line = f"{texts.passage.format(name=source.name, title=source.title, sections=sections)}."
    years = sorted({year for cited_work in source.cites for year in YEAR.findall(cited_work)})
    return f"{line} {texts.cites.format(years=' and '.join(years))}" if years else line
