"""Answers in a conversation: what was asked for, the nearest that the sources say, and what to ask back."""

from dataclasses import replace
from typing import Any

from bot.clinic import Clinic
from bot.conversation.focus import Focus
from bot.conversation.topics import topics
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import ASK_BACK
from bot.knowledge.schema import Answer
from bot.reply.reply import BUTTONS, Reply, offers, render, spoken

OFTEN = 3  # taught answers between two questions whether one helped


def from_intent(name: str) -> dict[str, Any]:
    """Say what a message means that names its answer itself: a button's."""
    meaning = {"answer": name, "topic": topics().topic_of(name), "side": topics().side_of(name), "unsaid": False}
    return {"answers": [meaning], "offered": [], "ask_back": name == ASK_BACK}


def answers(base: KnowledgeBase, clinic: Clinic, understood: dict[str, Any], focus: Focus) -> tuple[list[Reply], Focus]:
    """Put together what answers a message.

    Args:
        base: The knowledge base.
        clinic: The clinic whose numbers go into the texts.
        understood: What the message means; see `bot.conversation.context.Understood`.
        focus: What the conversation was about.

    Returns:
        The replies, and what the conversation is about now.
    """
    meanings: list[dict[str, Any]] = understood["answers"] or [{"answer": ASK_BACK, "unsaid": False}]
    offered = tuple(understood["offered"])
    replies: list[Reply] = []
    for meaning in meanings:
        curated = base[meaning["answer"]]
        lead, language = _lead(base, meaning, understood.get("language"))
        replies.append(render(base, clinic, curated, offered=offered, lead=lead, language=language))
        if isinstance(curated, Answer):
            focus = focus.given(curated.id, meaning.get("topic"), meaning.get("side"))
        else:
            focus = replace(focus, topic=meaning.get("topic") or focus.topic, side=meaning.get("side") or focus.side)
    replies = _one_row_of_buttons(base, replies, [meaning["answer"] for meaning in meanings])
    shown = tuple(button["payload"].removeprefix("/") for button in replies[-1].buttons)
    return replies, focus.offering(shown, asked_back=understood["ask_back"])


def ask_whether_it_helped(base: KnowledgeBase, reply: Reply, focus: Focus) -> tuple[Reply, Focus]:
    """Ask after every third answer whether it helped; returns the reply, and the focus after it."""
    if focus.unasked < OFTEN or reply.answer != focus.answer:
        return reply, focus
    shown = BUTTONS - 2
    buttons = reply.buttons[:shown] + spoken([base.notices.helped, base.notices.not_helped])
    reply = replace(reply.saying(base.notices.helpful), buttons=buttons)
    return reply, replace(focus, offered=focus.offered[:shown], asked="helpful", unasked=0)


def _lead(base: KnowledgeBase, meaning: dict[str, Any], language: str | None) -> tuple[str, str | None]:
    """Return the sentence before an answer, and its language when that is not English."""
    if language:
        known = base.languages.get(language)
        return (known.declined, language) if known else (base.notices.other_language, None)
    unsaid = base.notices.unsaid
    if meaning["unsaid"]:
        return unsaid.get(meaning.get("side") or "", unsaid["other"]), None
    reply = base[meaning["answer"]]
    if meaning.get("side") == "evidence" and isinstance(reply, Answer) and reply.evidence:
        return reply.evidence, None
    return "", None


def _one_row_of_buttons(base: KnowledgeBase, replies: list[Reply], given: list[str]) -> list[Reply]:
    """Leave buttons under the last of several replies only, none of them for what is answered already."""
    if len(replies) == 1:
        return replies
    wanted = [button["payload"].removeprefix("/") for reply in replies for button in reply.buttons]
    new = [name for name in dict.fromkeys(wanted) if name not in given]
    *others, last = replies
    return [*(replace(one, buttons=()) for one in others), replace(last, buttons=offers(base, new[:BUTTONS]))]
