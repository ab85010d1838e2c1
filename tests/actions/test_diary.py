"""The action that keeps the walking diary."""

import datetime
from typing import Any

import pytest

from actions.diary import KeepDiary
from bot.clinic import Clinic
from bot.conversation import acts
from bot.conversation.focus import Focus
from bot.conversation.slots import DIARY_ENTRY
from bot.knowledge.base import KnowledgeBase
from bot.reply.diary import diary
from bot.text.dates import local_time
from tests.actions.turns import ALARMED, focus_after, slot, tracker, turn

WALK = {"day": None, "minutes": 8.0, "distance": None, "unit": None, "eased_by": None, "ease_minutes": None}
NOTE = acts.of_diary({"entries": [WALK]})
pytestmark = pytest.mark.usefixtures("var")


@pytest.fixture
def action(base: KnowledgeBase, clinic: Clinic) -> KeepDiary:
    """The action with the tests' clinic."""
    return KeepDiary(base, clinic)


async def test_keeps_a_walk(action: KeepDiary) -> None:
    """A walk waits for consent in a slot; with a yes it is kept in the conversation's diary, and can be taken back."""
    [asked], first = await turn(action, tracker(NOTE))
    before = diary().entries("p")
    conversation = tracker("agree", focus=focus_after(first), slots={DIARY_ENTRY: slot(first, DIARY_ENTRY)})
    [noted], second = await turn(action, conversation)

    assert (slot(first, DIARY_ENTRY)["walks"][0]["minutes"], before) == (8.0, [])
    assert [one.minutes for one in diary().entries("p")] == [8]
    assert slot(second, DIARY_ENTRY) == {"undo": {"added": 1}}
    assert [one["metadata"]["answer"] for one in (asked, noted)] == ["visit.track_symptoms"] * 2


@pytest.mark.parametrize(
    ("told", "day"),
    [({"time_zone": "Pacific/Kiritimati"}, "2026-11-29"), ({"time_zone": "America/Chicago"}, "2026-11-28")],
)
async def test_counts_the_patients_day(
    action: KeepDiary, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], day: str
) -> None:
    """A walk belongs to the day that it is in the time zone that came with the message."""
    now = datetime.datetime(2026, 11, 28, 20, tzinfo=datetime.timezone.utc)
    monkeypatch.setattr("actions.diary.local_time", lambda zone: local_time(zone, now))
    _, happened = await turn(action, tracker(NOTE, metadata=told))

    assert slot(happened, DIARY_ENTRY)["walks"][0]["day"] == day


async def test_asks_alone(action: KeepDiary) -> None:
    """While the patient is asked whether to delete the diary, no other question is asked that a yes could answer."""
    [said], _ = await turn(action, tracker("delete_diary", form="selfcheck_form"))

    assert said["metadata"]["asks"] == "diary_deletion"
    assert [button["title"] for button in said["buttons"]] == ["Yes, delete it", "No, leave it"]


@pytest.mark.parametrize(("form", "asked"), [(None, "diary_noted"), ("selfcheck_form", None)])
async def test_noted_entry_can_be_put_right(action: KeepDiary, form: str | None, asked: str | None) -> None:
    """After an entry was noted the next message may put it right, unless a guided talk's question comes next."""
    diary().agree("p", datetime.date(2026, 11, 28))
    [said], happened = await turn(action, tracker(NOTE, form=form, focus=Focus("aids.brace", unasked=5)))

    assert focus_after(happened).asked == asked
    assert "Did this help?" not in said["text"]


async def test_reminder(action: KeepDiary) -> None:
    """After an alarm, what is said of the diary carries the reminder as answers do."""
    [said], _ = await turn(action, tracker("show_diary", alarms=ALARMED))

    assert said["text"].count("Reminder:") == 1
