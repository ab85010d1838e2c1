"""The question whether a fall did harm, and the bot's replies to its replies."""

from dataclasses import replace
from typing import Literal

from bot.clinic import Clinic
from bot.conversation.alarms import Alarms
from bot.conversation.fall_check import fall_check
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import ASK_BACK, CHECK, OUT_OF_SCOPE
from bot.knowledge.schema import Answer
from bot.reply.reply import Part, Reply, notice, render, spoken

ASKS: Literal["safety_check"] = "safety_check"  # what the question asks for


def ask_after(
    base: KnowledgeBase, clinic: Clinic, replies: list[Reply], alarms: Alarms, words: str
) -> tuple[list[Reply], Alarms]:
    """Ask after an answer whether a fall did harm, or alone if nothing was answered.

    Args:
        base: The knowledge base.
        clinic: The clinic whose numbers go into the texts.
        replies: The replies to the message.
        alarms: The conversation's alarms. While one stands, and over words that meant no harm before, nothing is asked.
        words: The message about the fall.

    Returns:
        The replies, and the alarms after them.
    """
    if alarms.standing or words in alarms.denied:
        return replies, alarms
    answered = [replace(one, buttons=()) for one in replies if _answers(base, str(one.answer)) or one.asks]
    return [*answered, _question(base, clinic)], alarms.asking_over(words)


def after_check(base: KnowledgeBase, clinic: Clinic, unharmed: bool, alarms: Alarms) -> tuple[Reply, Alarms]:
    """Reply to a patient who is not harmed; ask one who is not sure again, in plainer words."""
    if unharmed:
        return notice(clinic, base.notices.check_denied, answer=CHECK), alarms.unharmed()
    question = _question(base, clinic)
    again = Part(clinic.fill(base.notices.check_again))
    return replace(question, parts=(again, *question.parts)), alarms.asking_over(alarms.asked_over or "")


def _question(base: KnowledgeBase, clinic: Clinic) -> Reply:
    return replace(render(base, clinic, base[CHECK]), buttons=spoken(fall_check().buttons), asks=ASKS)


def _answers(base: KnowledgeBase, name: str) -> bool:
    """Return whether a reply answers the message: it teaches, or declines with a reason of its own."""
    declined = name.startswith("decline.") and name != OUT_OF_SCOPE
    return name != ASK_BACK and (declined or isinstance(base.replies.get(name), Answer))
