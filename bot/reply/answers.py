"""Answers in a conversation: the requested answer, the nearest one of the sources, and what to ask back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.clinic import Clinic
from bot.conversation.acts import Meaning
from bot.conversation.focus import Focus
from bot.conversation.symptom_context import Told
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import DIAGNOSIS
from bot.knowledge.schema import Answer
from bot.reply.reflection import reflected
from bot.reply.reply import BUTTONS, Reply, cited, offers, render, spoken

OFTEN = 3  # answers that teach between two questions whether one helped


def answers(
    base: KnowledgeBase,
    clinic: Clinic,
    meanings: Sequence[Meaning],
    focus: Focus,
    *,
    offered: Iterable[str] = (),
    asked_back: bool = False,
    language: str | None = None,
    told: Iterable[Told] = (),
) -> tuple[list[Reply], Focus]:
    """Return the replies that answer a message.

    Args:
        base: The knowledge base.
        clinic: The clinic whose numbers go into the texts.
        meanings: The answers to give, at least one.
        focus: What the conversation was about.
        offered: Further answers to offer.
        asked_back: Whether the bot asks which of those is meant.
        language: The language of the message, if not English.
        told: The symptoms to say back to who asks for a diagnosis.

    Returns:
        The replies, and what the conversation is about now.
    """
    offered = tuple(offered)
    replies: list[Reply] = []
    for meaning in meanings:
        curated = base.declining(meaning.subject) if meaning.subject else base[meaning.answer]
        lead, known = _lead(base, meaning, language)
        if meaning.answer == DIAGNOSIS:
            lead = reflected(base.reflection, told) or lead
        reply = render(base, clinic, curated, offered=offered, before=lead, language=known)
        replies.append(cited(base, reply, base.reflection.sources) if base.reflection.link in lead else reply)
        if isinstance(curated, Answer):
            focus = focus.given(curated.id, meaning.topic, meaning.side)
        else:
            focus = replace(focus, topic=meaning.topic or focus.topic, side=meaning.side or focus.side)
    replies = _one_row_of_buttons(base, replies, [meaning.answer for meaning in meanings])
    return replies, focus.offering(replies[-1].offered, asked_back=asked_back)


def ask_whether_it_helped(base: KnowledgeBase, reply: Reply, focus: Focus) -> tuple[Reply, Focus]:
    """Ask after every third answer whether it helped; return the reply and the focus after it."""
    if focus.unasked < OFTEN or reply.answer != focus.answer:
        return reply, focus
    shown = BUTTONS - 2
    buttons = reply.buttons[:shown] + spoken([base.notices.helped, base.notices.not_helped])
    reply = replace(reply.saying(base.notices.helpful), buttons=buttons)
    return reply, replace(focus, offered=focus.offered[:shown], asked="helpful", unasked=0)


def _lead(base: KnowledgeBase, meaning: Meaning, language: str | None) -> tuple[str, str | None]:
    """Return the sentence before an answer, and its language if not English."""
    if language:
        known = base.languages.get(language)
        return (known.declined, language) if known else (base.notices.other_language, None)
    unsaid = base.notices.unsaid
    if meaning.unsaid:
        return unsaid.get(meaning.side or "", unsaid["other"]), None
    reply = base[meaning.answer]
    if meaning.side == "evidence" and isinstance(reply, Answer) and reply.evidence:
        return reply.evidence, None
    return "", None


def _one_row_of_buttons(base: KnowledgeBase, replies: list[Reply], given: list[str]) -> list[Reply]:
    """Keep buttons under only the last of several replies, and none for an answer that was already given."""
    if len(replies) == 1:
        return replies
    wanted = [name for reply in replies for name in reply.offered]
    new = [name for name in dict.fromkeys(wanted) if name not in given]
    *others, last = replies
    return [*(replace(one, buttons=()) for one in others), replace(last, buttons=offers(base, new[:BUTTONS]))]
