"""The action that takes down whether an answer helped."""

from pathlib import Path

import pytest

from actions.feedback import TakeFeedback
from bot.clinic import Clinic
from bot.conversation.focus import Focus
from bot.knowledge.base import KnowledgeBase
from bot.store.feedback import Feedback, kept, today
from tests.actions.turns import ALARMED, focus_after, tracker, turn


@pytest.mark.parametrize(
    ("act", "line", "text", "asks"),
    [
        ("helped", (True, None), "feedback_thanks", None),
        ("not_helped", (False, None), "what_was_missing", "what_was_missing"),
        ("say_what_was_missing", (None, "nothing on driving"), "feedback_thanks", None),
    ],
)
async def test_feedback(
    base: KnowledgeBase,
    clinic: Clinic,
    var: Path,
    act: str,
    line: tuple[bool | None, str | None],
    text: str,
    asks: str | None,
) -> None:
    """What a patient says of an answer is kept with the answer's id; only after a no is asked what was missing."""
    conversation = tracker(act, focus=Focus("aids.brace", "brace", asked="helpful"), text="nothing on driving")
    [said], happened = await turn(TakeFeedback(base, clinic), conversation)

    assert said["text"] == getattr(base.notices, text)
    assert (said["metadata"]["asks"], said["metadata"]["answer"]) == (asks, None)
    assert list(kept(var)) == [Feedback(today(), "aids.brace", *line)]
    assert (focus_after(happened).topic, focus_after(happened).asked) == ("brace", asks)


@pytest.mark.usefixtures("var")
@pytest.mark.parametrize("act", ["helped", "not_helped"])
async def test_reminder(base: KnowledgeBase, clinic: Clinic, act: str) -> None:
    """After an alarm, what is said of feedback carries the reminder as answers do."""
    [said], _ = await turn(TakeFeedback(base, clinic), tracker(act, alarms=ALARMED))

    assert said["text"].count("Reminder:") == 1
