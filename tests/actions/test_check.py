"""The action after a check."""

from actions.check import AfterCheck
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from tests.actions.turns import NO_ALARM, alarms_after, focus_after, tracker, turn

ASKED = NO_ALARM.checking("fall", "I fell")


async def test_no_harm(base: KnowledgeBase, clinic: Clinic) -> None:
    """When there is no sign the check is closed."""
    [said], happened = await turn(AfterCheck(base, clinic), tracker("denies_signs", alarms=ASKED))

    assert said["metadata"]["answer"] == "safety.check"
    assert alarms_after(happened, ASKED).asked_over is None
    assert focus_after(happened).asked is None


async def test_not_sure(base: KnowledgeBase, clinic: Clinic) -> None:
    """When the patient is not sure it is asked once more."""
    [said], happened = await turn(AfterCheck(base, clinic), tracker("unsure_of_signs", alarms=ASKED))

    assert said["metadata"]["asks"] == "safety_check"
    assert alarms_after(happened, ASKED).asked_twice
    assert focus_after(happened).asked == "safety_check"
