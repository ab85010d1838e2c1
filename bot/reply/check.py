"""A check, the question whether what was told is a warning sign, and what the bot says to the replies."""

from dataclasses import replace
from typing import Literal

from bot.alarm.rules import CheckKind
from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.check import check_file
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import ASK_BACK, CHECK, DECLINE, OUT_OF_SCOPE
from bot.knowledge.schema import Answer
from bot.reply.reply import Part, Reply, notice, render, spoken

ASKS: Literal["safety_check"] = "safety_check"  # what the question asks for


def ask_after(
    base: KnowledgeBase, clinic: Clinic, replies: list[Reply], alarms: Alarms, kind: CheckKind, words: str
) -> tuple[list[Reply], Alarms]:
    """Ask a check after an answer, or alone if nothing was answered.

    Args:
        base: The knowledge base.
        clinic: The clinic whose numbers go into the texts.
        replies: The replies to the message.
        alarms: The conversation's alarms. While one stands, and over words that told no sign before, nothing is asked.
        kind: The kind of check.
        words: The message that may tell a sign.

    Returns:
        The replies, and the alarms after them.
    """
    if alarms.standing or words in alarms.denied:
        return replies, alarms
    answered = [replace(one, buttons=()) for one in replies if _answers(base, str(one.answer)) or one.asks]
    return [*answered, check_question(base, clinic, kind)], alarms.checking(kind, words)


def after_check(base: KnowledgeBase, clinic: Clinic, denied: bool, alarms: Alarms) -> tuple[Reply, Alarms]:
    """Reply to a patient who has none of the signs; ask one who is not sure again, in plainer words."""
    if denied:
        return notice(clinic, base.notices.check_denied, answer=CHECK), alarms.no_sign()
    question = check_question(base, clinic, alarms.asked_about)
    again = Part(clinic.fill(base.notices.check_again[alarms.asked_about]))
    parts = (again, *question.parts)
    return replace(question, parts=parts), alarms.checking(alarms.asked_about, alarms.asked_over or "")


def check_question(base: KnowledgeBase, clinic: Clinic, kind: CheckKind) -> Reply:
    """Return the question of a check, with its buttons."""
    reply = render(base, clinic, base[CHECK], variant=kind)
    return replace(reply, buttons=spoken(check_file().buttons(kind)), asks=ASKS)


def _answers(base: KnowledgeBase, name: str) -> bool:
    """Return whether a reply answers the message: it teaches, or declines with a reason of its own."""
    declined = name.startswith(DECLINE) and name != OUT_OF_SCOPE
    return name != ASK_BACK and (declined or isinstance(base.replies.get(name), Answer))
